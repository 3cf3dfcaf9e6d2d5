using System.Globalization;
using System.Text;

namespace Qbitel.Tests.Cards;

/// <summary>All writable memory of a process, as a core dump would have it.</summary>
internal static class MemoryScan
{
    /// <summary>How often each pattern is there; null where this user may not read the process.</summary>
    public static Dictionary<string, int>? Count(int process, IReadOnlyDictionary<string, byte[]> patterns)
    {
        Dictionary<string, int> found = patterns.Keys.ToDictionary(name => name, _ => 0);
        int longest = patterns.Values.Max(pattern => pattern.Length);
        try
        {
            using FileStream memory =
                new($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            byte[] block = new byte[(1 << 20) + longest];
            foreach (string line in File.ReadAllLines($"/proc/{process}/maps"))
            {
                string[] parts = line.Split(' ', 3), range = parts[0].Split('-');
                if (!parts[1].StartsWith("rw", StringComparison.Ordinal)) continue;
                long at = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                long end = long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                for (; at < end; at += 1 << 20)
                {
                    int wanted = (int)Math.Min(block.Length, end - at),
                        read = Read(memory, at, block.AsSpan(0, wanted));
                    foreach ((string name, byte[] pattern) in patterns)
                    {
                        ReadOnlySpan<byte> rest = block.AsSpan(0, read);
                        for (int i; (i = rest.IndexOf(pattern)) >= 0; rest = rest[(i + pattern.Length)..])
                            found[name]++;
                    }
                }
            }

            return found;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A value as programs keep it: raw, in hexadecimal of both cases, and that as text of .NET.</summary>
    public static IEnumerable<(string Name, byte[] Pattern)> FormsOf(string name, string hex)
    {
        yield return ($"{name} in binary", Convert.FromHexString(hex));
        foreach (string text in (string[])[hex.ToUpperInvariant(), hex.ToLowerInvariant()])
        {
            yield return ($"{name} in ASCII {(text == hex ? "as given" : "in the other case")}",
                Encoding.ASCII.GetBytes(text));
            yield return ($"{name} in UTF-16 {(text == hex ? "as given" : "in the other case")}",
                Encoding.Unicode.GetBytes(text));
        }
    }

    private static int Read(FileStream memory, long at, Span<byte> block)
    {
        try
        {
            memory.Position = at;
            return memory.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        }
        catch (IOException)
        {
            return 0; // a guard page, or gone since
        }
    }
}
