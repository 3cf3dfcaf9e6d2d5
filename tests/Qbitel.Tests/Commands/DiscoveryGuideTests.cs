using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary>The guide from a capture to an adapter: its lines are typed into a shell one after the other, and do what
/// it says.</summary>
public sealed class DiscoveryGuideTests
{
    private static readonly string Guide = Path.Combine(Repository.Root, "docs", "guides", "discovery.md");

    [Fact]
    public async Task Its_story_can_be_lived()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFolder folder = new();
        IReadOnlyList<byte[]> tuesday = BranchTraffic.Messages(60, first: 1_001);
        tuesday[3][^1] ^= 1; // its check value is wrong
        await File.WriteAllTextAsync(folder["monday.jsonl"],
            BranchTraffic.Lines(BranchTraffic.Messages(200)), cancellation);
        await File.WriteAllTextAsync(folder["tuesday.jsonl"], BranchTraffic.Lines(tuesday), cancellation);
        string guide = await File.ReadAllTextAsync(Guide, cancellation), difference = "";

        foreach (string line in guide.Split("```sh\n").Skip(1).SelectMany(block => block.Split("\n```")[0].Split('\n')))
        {
            string[] parts = line.Split(" # exit ");
            int expected = parts.Length > 1
                ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
                : 0;

            Shell.Result result = await Shell.RunAsync("/usr/bin/env", ["bash", "-uc", parts[0]],
                [new("PATH", $"{Path.GetDirectoryName(Shell.Program)}:/usr/bin:/bin")], folder.Path);

            Assert.True(result.ExitCode == expected,
                $"'{line}' answered {result.ExitCode}: {result.Notes}{result.Data}");
            if (line.Contains(" session diff ", StringComparison.Ordinal)) difference = result.Data.TrimEnd();
        }

        Assert.True(File.Exists(folder["map.html"]));
        Assert.True(File.Exists(folder["adapter/Unknown1Iso20022Adapter.cs"]));
        int start = guide.IndexOf("# exit 1\n```\n\n```text\n", StringComparison.Ordinal) + 22;
        int end = guide.IndexOf("\n```", start, StringComparison.Ordinal);
        Snapshot.Match(Guide, guide[..start] + difference + guide[end..]);
    }
}
