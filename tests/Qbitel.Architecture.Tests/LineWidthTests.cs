using System.Text.RegularExpressions;
using Qbitel.Testing;

namespace Qbitel.Architecture.Tests;

/// <summary>Sources are read in windows beside each other: no line is wider than what house style allows.</summary>
public sealed partial class LineWidthTests
{
    private const int Columns = 120;

    [Fact]
    public void No_line_is_wider_than_120_columns() =>
        Assert.Empty(Files().SelectMany(path => TooWide(File.ReadLines(path))
            .Select(number => $"{Path.GetRelativePath(Repository.Root, path)}:{number}")));

    [Fact]
    public void A_line_that_could_be_broken_is_found_and_a_word_or_data_is_not()
    {
        string words = string.Concat(Enumerable.Repeat("word ", 30)), word = new('0', 130);
        Assert.Equal([2], TooWide(["short", "    " + words, "    // see", "    // " + word]));
        Assert.Equal([1, 5], TooWide([words, "x = \"\"\"", "    " + words, "    \"\"\";", words]));
        Assert.Equal([2], TooWide(["x = \"\"\"y\"\"\" + \"\"\"z\"\"\"", words]));
    }

    private static IEnumerable<string> Files() =>
        Sources.Tracked("src", "*.cs").Concat(Sources.Tracked("tests", "*.cs")).Concat(Sources.Tracked("bench", "*.cs"))
            .Concat(Sources.Tracked("build", "*.cs")).Concat(Sources.Tracked("build", "*.sh"))
            .Order(StringComparer.Ordinal);

    // Two kinds of lines may be wider: one that a word alone makes so (hexadecimal digits, a URL), which has no place
    // to be broken at, and what a raw literal of several lines holds, which is laid out for those who read that.
    private static IEnumerable<int> TooWide(IEnumerable<string> lines)
    {
        bool isData = false;
        foreach ((int index, string line) in lines.Index())
        {
            bool wasData = isData && !line.TrimStart().StartsWith("\"\"\"", StringComparison.Ordinal);
            if (!wasData)
            {
                bool opens = line.EndsWith("\"\"\"", StringComparison.Ordinal);
                isData = opens && Quotes().Count(line) % 2 == (isData ? 0 : 1);
            }

            int word = line.Length - line.TrimStart().Length + line.Split(' ').Max(each => each.Length);
            if (!wasData && line.Length > Columns && word <= Columns) yield return index + 1;
        }
    }

    [GeneratedRegex("\"{3,}", RegexOptions.NonBacktracking)]
    private static partial Regex Quotes();
}
