using System.Buffers.Binary;

namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>Places of the messages of one type whose number, plus a constant, is the length of the whole message.
/// </summary>
internal sealed class LengthFields
{
    private const int MaxOffset = 48;

    public LengthFields(byte[][] bytes, int[] members)
    {
        if (members.Length < 4 || members.Select(i => bytes[i].Length).Distinct().Count() < 2) return;
        int shortest = members.Min(i => bytes[i].Length);
        foreach (NumberForm form in NumberForm.All)
        {
            for (int at = 0; at < MaxOffset && at + form.Width <= shortest; at++)
            {
                if (IsLength(bytes, members, form, at)) Found.Add((at, form));
            }
        }
    }

    public List<(int Start, NumberForm Form)> Found { get; } = [];

    private static bool IsLength(byte[][] bytes, int[] members, NumberForm form, int at)
    {
        Dictionary<long, int> addends = [];
        foreach (int i in members)
        {
            long addend = bytes[i].Length - form.Read(bytes[i], at);
            addends[addend] = addends.GetValueOrDefault(addend) + 1;
        }

        (long most, int count) = addends.MaxBy(pair => pair.Value);
        return count >= 0.95 * members.Length && Math.Abs(most) <= 64;
    }
}

/// <summary>How a number is written in binary.</summary>
internal readonly record struct NumberForm(int Width, bool IsBigEndian)
{
    public static readonly NumberForm[] All =
        [new(1, true), new(2, true), new(2, false), new(3, true), new(3, false), new(4, true), new(4, false)];

    /// <summary>The number, which must be inside the message.</summary>
    public long Read(ReadOnlySpan<byte> message, int at) => (Width, IsBigEndian) switch
    {
        (1, _) => message[at],
        (2, true) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]),
        (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(message[at..]),
        (3, true) => (message[at] << 16) | (message[at + 1] << 8) | message[at + 2],
        (3, false) => (message[at + 2] << 16) | (message[at + 1] << 8) | message[at],
        (4, true) => BinaryPrimitives.ReadUInt32BigEndian(message[at..]),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(message[at..]),
    };
}
