using System.Text;
using Qbitel.Protocols.Fix;

namespace Qbitel.FixSessions;

/// <summary>Messages to send: one a line, fields with SOH or '|' between them, the session's own fields left out or
/// passed over.</summary>
internal static class FixMessageFile
{
    /// <exception cref="RefusedException">A line is no message of an application.</exception>
    public static IReadOnlyList<(byte[] Type, byte[] Body)> Read(string path)
    {
        List<(byte[] Type, byte[] Body)> messages = [];
        int number = 0;
        foreach (string line in File.ReadLines(path, Encoding.Latin1))
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            if (!text.Contains('\u0001', StringComparison.Ordinal)) text = text.Replace('|', '\u0001');
            byte[] bytes = Encoding.Latin1.GetBytes(text.EndsWith('\u0001') ? text : text + "\u0001");
            byte[] type = [];
            List<byte> body = [];
            FixReader reader = new(bytes);
            while (reader.Read())
            {
                if (reader.Fault != FixFieldFault.None)
                {
                    throw new RefusedException($"{path}, line {number}: a field is not TAG=VALUE.",
                        "Correct the line.");
                }

                if (reader.Tag == 35) type = reader.Value.ToArray();
                else if (reader.Tag is not (8 or 9 or 10 or 34 or 43 or 49 or 52 or 56 or 122))
                    body.AddRange(bytes.AsSpan(reader.FieldOffset..(reader.ValueOffset + reader.Value.Length + 1)));
            }

            if (type.Length == 0 || (type.Length == 1 && "012345A"u8.Contains(type[0])))
            {
                throw new RefusedException($"{path}, line {number}: there is no type (35) of an application.",
                    "Correct the line.");
            }

            messages.Add((type, [.. body]));
        }

        return messages;
    }
}
