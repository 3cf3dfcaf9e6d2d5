using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Governance.Audit;

/// <summary>One file of a log: up to 256 hashes of one level of the tree, or up to 256 entries (C2SP
/// tlog-tiles).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogTile
{
    /// <summary>Hashes or entries in a full tile.</summary>
    public const int FullWidth = 256;

    /// <summary>The level of a tile that holds entries, not hashes.</summary>
    public const int Entries = -1;

    public LogTile(int level, long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, Entries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 63);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        Level = level;
        Index = index;
        Width = width;
    }

    /// <summary>0 holds the hashes of entries; each hash one level up stands for a full tile below.</summary>
    public int Level { get; }

    /// <summary>The place of the tile in its level.</summary>
    public long Index { get; }

    /// <summary>How many hashes or entries it holds; only the last tile of a level has fewer than 256.</summary>
    public int Width { get; }

    /// <summary>Such as <c>tile/0/x001/234.p/7</c> or <c>tile/entries/000</c>.</summary>
    public string Path
    {
        get
        {
            string name = (Index % 1000).ToString("000", CultureInfo.InvariantCulture);
            for (long rest = Index / 1000; rest > 0; rest /= 1000)
                name = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{name}");
            string level = Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
            return string.Create(
                CultureInfo.InvariantCulture, $"tile/{level}/{name}{(Width < FullWidth ? $".p/{Width}" : "")}");
        }
    }

    /// <summary>The tiles of a log of a size: entries first, then hashes from the leaves up.</summary>
    public static IEnumerable<LogTile> OfLog(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return AllOf(size);
    }

    public static bool TryParse([NotNullWhen(true)] string? path, out LogTile tile)
    {
        tile = default;
        string[] parts = path?.Split('/') ?? [];
        if (parts.Length < 3 || parts[0] != "tile") return false;

        int level = Entries, width = FullWidth;
        if (parts[1] != "entries" && !TryParseNumber(parts[1], 0, 63, out level)) return false;

        string[] digits = parts[2..];
        if (digits[^1] is var last && digits.Length > 1 && digits[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryParseNumber(last, 1, FullWidth - 1, out width)) return false;
            digits = [.. digits[..^2], digits[^2][..^2]];
        }

        long index = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            bool isLast = i == digits.Length - 1;
            string group = isLast ? digits[i] : digits[i].StartsWith('x') ? digits[i][1..] : "";
            if (group.Length != 3
                || !int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                || index > 1L << 52)
            {
                return false;
            }

            index = (index * 1000) + value;
        }

        tile = new LogTile(level, index, width);
        return tile.Path == path;
    }

    private static IEnumerable<LogTile> AllOf(long size)
    {
        for (int level = Entries; level < 8; level++)
        {
            long hashes = size >> (8 * int.Max(level, 0));
            for (long index = 0; index < hashes / FullWidth; index++) yield return new LogTile(level, index, FullWidth);
            if (hashes % FullWidth > 0) yield return new LogTile(level, hashes / FullWidth, (int)(hashes % FullWidth));
        }
    }

    private static bool TryParseNumber(string text, int least, int most, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
        && value >= least && value <= most && (text[0] != '0' || text.Length == 1);
}
