using System.Globalization;
using System.Text.RegularExpressions;
using ZXing;

namespace Qbitel.Tests.Printing;

/// <summary>Reads QR codes as a scanner does: dark and light in, text out; by another's program.</summary>
internal static partial class QrReader
{
    /// <summary>Pixels of a module.</summary>
    public const int Scale = 4;

    /// <summary>Null where nothing is read.</summary>
    public static string? Read(byte[] luminance, int width, int height)
    {
        BarcodeReaderGeneric reader = new() { AutoRotate = true };
        reader.Options.PossibleFormats = [BarcodeFormat.QR_CODE];
        reader.Options.TryHarder = true;
        return reader.Decode(new RGBLuminanceSource(
            luminance, width, height, RGBLuminanceSource.BitmapFormat.Gray8))?.Text;
    }

    /// <summary>A picture of modules, dark where <paramref name="isDark"/> says so.</summary>
    public static byte[] Picture(int side, Func<int, int, bool> isDark)
    {
        byte[] luminance = new byte[side * Scale * side * Scale];
        for (int i = 0; i < luminance.Length; i++)
        {
            int x = i % (side * Scale) / Scale, y = i / (side * Scale) / Scale;
            luminance[i] = (byte)(isDark(x, y) ? 0 : 255);
        }

        return luminance;
    }

    /// <summary>Paints the path of a page or picture, and reads that.</summary>
    public static string? ReadPage(string markup)
    {
        const int Side = 57, Margin = 4;
        HashSet<(int X, int Y)> dark = [];
        foreach (Match run in Run().Matches(Path().Match(markup).Groups["d"].Value))
        {
            int[] n = [.. run.Groups.Values.Skip(1).Select(g => int.Parse(g.Value, CultureInfo.InvariantCulture))];
            for (int i = 0; i < n[2]; i++) dark.Add((n[0] + i + Margin, n[1] + Margin));
        }

        return Read(Picture(Side, (x, y) => dark.Contains((x, y))), Side * Scale, Side * Scale);
    }

    /// <summary>Paints block characters, two modules in each, and reads that.</summary>
    public static string? ReadBlocks(string text)
    {
        string[] lines = [.. text.Split('\n').Where(line => line.Length == 57 && line.All(c => " ▄▀█".Contains(c)))];
        return Read(Picture(57, (x, y) => y < 2 * lines.Length
            && (lines[y / 2][x] == '█' || lines[y / 2][x] == (y % 2 == 0 ? '▀' : '▄'))), 57 * Scale, 57 * Scale);
    }

    [GeneratedRegex("<path [^>]*d=\"(?<d>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Path();

    [GeneratedRegex("M(?<x>[0-9]+) (?<y>[0-9]+)h(?<run>[0-9]+)v1h-[0-9]+z", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Run();
}
