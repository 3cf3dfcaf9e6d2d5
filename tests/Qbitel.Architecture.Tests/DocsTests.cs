using System.Text.RegularExpressions;
using Qbitel.Testing;

namespace Qbitel.Architecture.Tests;

/// <summary>What the documents claim about the tree: their examples compile somewhere, their links lead
/// somewhere.</summary>
public sealed partial class DocsTests
{
    public static readonly TheoryData<string> Documents =
        [.. MarkdownFiles().Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory, MemberData(nameof(Documents))]
    public void Every_csharp_example_is_a_region_of_a_test(string document)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, document));
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```csharp") continue;

            string? name = i > 0 ? SnippetMarker().Match(lines[i - 1]).Groups["name"].Value : null;
            Assert.True(!string.IsNullOrEmpty(name),
                $"{document}:{i + 1}: a C# example needs the line <!-- snippet: Name --> before it");
            Assert.True(Regions.TryGetValue(name, out string? region),
                $"{document}:{i + 1}: no test has a #region {name}");

            string body = string.Join('\n', lines.Skip(i + 1).TakeWhile(line => line.Trim() != "```"));
            Assert.Equal(region, body.Trim('\n'));
        }
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_relative_link_leads_to_a_file(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        IEnumerable<string> broken = Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, document)))
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(folder, target)));
        Assert.Empty(broken);
    }

    [Fact]
    public void The_index_leads_to_every_document()
    {
        string docs = Path.Combine(Repository.Root, "docs");
        string index = File.ReadAllText(Path.Combine(docs, "index.md"));
        Assert.All(Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(docs, path)),
            path => Assert.True(path == "index.md" || index.Contains($"({path})", StringComparison.Ordinal),
                $"docs/index.md does not lead to {path}"));
    }

    [Fact]
    public void Decision_numbers_are_used_once() =>
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "decisions"), "*.md")
            .GroupBy(path => Path.GetFileName(path)[..4], StringComparer.Ordinal), group => group.Count() > 1);

    private static readonly Dictionary<string, string> Regions = ReadRegions();

    private static Dictionary<string, string> ReadRegions()
    {
        Dictionary<string, string> regions = new(StringComparer.Ordinal);
        foreach (string file in Sources.Tracked("tests", "*.cs"))
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (!lines[i].TrimStart().StartsWith("#region ", StringComparison.Ordinal)) continue;

                string[] body = [.. lines.Skip(i + 1).TakeWhile(line => line.Trim() != "#endregion")];
                int indent = body.Where(line => line.Trim().Length > 0)
                    .Min(line => line.Length - line.TrimStart().Length);
                regions[lines[i].Trim()["#region ".Length..].Trim()] =
                    string.Join('\n', body.Select(line => line.Length >= indent ? line[indent..] : "")).Trim('\n');
            }
        }

        return regions;
    }

    private static IEnumerable<string> MarkdownFiles() =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Sources.Tracked("docs", "*.md")).Concat(Sources.Tracked("src", "*.md"))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^<!-- snippet: (?<name>\w+) -->\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SnippetMarker();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
