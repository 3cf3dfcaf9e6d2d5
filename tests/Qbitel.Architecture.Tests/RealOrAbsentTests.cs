using System.Text.RegularExpressions;
using Qbitel.Testing;

namespace Qbitel.Architecture.Tests;

/// <summary>The product does what it says or is not there: no words of the unfinished in its sources.</summary>
public sealed partial class RealOrAbsentTests
{
    [Fact]
    public void No_source_speaks_of_something_unfinished() =>
        Assert.Empty(Hits("src", "*.cs", Unfinished()).Concat(Hits("src", "*.cshtml", Unfinished()))
            .Concat(Hits("src", "*.razor", Unfinished())));

    [Fact]
    public void No_long_file_hides_a_second_type() =>
        Assert.Empty(Sources.Tracked("src", "*.cs").Concat(Sources.Tracked("tests", "*.cs"))
            .Where(path => File.ReadLines(path).Count() > 600)
            .Select(path => Path.GetRelativePath(Repository.Root, path)));

    private static IEnumerable<string> Hits(string folder, string pattern, Regex words) =>
        from path in Sources.Tracked(folder, pattern)
        from line in File.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1))
        where words.IsMatch(line.Text)
        select $"{Path.GetRelativePath(Repository.Root, path)}:{line.Number}: {line.Text.Trim()}";

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK|NotImplementedException|placeholder for|for now|dummy"
        + @"|simulated (result|value)|in a real (system|implementation))\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Unfinished();
}
