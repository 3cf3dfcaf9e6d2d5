using System.Text.Json;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary><c>qbitel discover session</c>: what a person says is tried, kept, and respected by what follows.</summary>
public sealed class DiscoverSessionTests(DiscoverSessionTests.Begun begun) : IClassFixture<DiscoverSessionTests.Begun>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Edits_are_respected_when_the_traffic_is_discovered_again_and_when_there_is_more_of_it()
    {
        using TemporaryFolder folder = begun.Copy();

        foreach (string line in (string[])[
            "field S 10 debtor_account --length 22 --encoding ascii --meaning id --type 21",
            "field S 54 currency --length 3 --encoding ascii --type 21", "mean S currency string --type 21"])
        {
            await DoneAsync(folder, line);
        }

        // The same traffic and twice as much.
        foreach (int count in (int[])[200, 400])
        {
            await File.WriteAllTextAsync(folder["monday.jsonl"],
                BranchTraffic.Lines(BranchTraffic.Messages(count)), Cancellation);
            Shell.Result again = await Shell.QbitelAsync("discover", folder["monday.jsonl"],
                "--session", folder["host.session.json"], "--json");
            using var document = JsonDocument.Parse(again.Data);
            JsonElement payment = document.RootElement.GetProperty("protocols")[0].GetProperty("messages")[0];

            Assert.Contains(payment.GetProperty("fields").EnumerateArray(),
                f => f.GetProperty("name").GetString() == "debtor_account"
                    && f.GetProperty("start").GetInt32() == 10 && f.GetProperty("length").GetInt32() == 22);
            Assert.Contains(payment.GetProperty("fields").EnumerateArray(),
                f => f.GetProperty("name").GetString() == "currency"
                    && f.GetProperty("semantic").GetString() == "string"
                    && f.GetProperty("confidence").GetDouble() == 1);
        }
    }

    [Fact]
    public async Task The_natural_verbs_name_split_merge_and_take_back()
    {
        using TemporaryFolder folder = begun.Copy();
        await DoneAsync(folder, "field S 10 accounts --length 44 --encoding ascii --type 21");

        await DoneAsync(folder, "split S accounts 22 --name creditor --type 21");
        await DoneAsync(folder, "name S accounts debtor --type 21");
        string[] two = await NamesAsync(folder);
        await DoneAsync(folder, "merge S debtor creditor --name both --type 21");
        string[] one = await NamesAsync(folder);
        await DoneAsync(folder, "undo S");

        Assert.Contains("debtor", two);
        Assert.Contains("creditor", two);
        Assert.Contains("both", one);
        Assert.DoesNotContain("creditor", one);
        Assert.Equal(two, await NamesAsync(folder));
    }

    [Theory]
    [InlineData("name S nothing something", "there is no field nothing")]
    [InlineData("name S const_0 Not-A-Name", "small letters")]
    [InlineData("type S const_0 klingon", "no such encoding")]
    [InlineData("mean S const_0 nonsense", "no such meaning")]
    [InlineData("split S const_0 9", "no place to be split at")]
    [InlineData("merge S const_0 checksum_e2", "does not follow")]
    [InlineData("field S 4 x --length 2", "are tied to other fields")]
    [InlineData("field S 900 x --length 2", "is in no field")]
    [InlineData("undo S", "has no edits")]
    public async Task What_cannot_be_is_refused_with_its_reason_and_nothing_is_written(string line, string reason)
    {
        using TemporaryFolder folder = begun.Copy();
        string before = await File.ReadAllTextAsync(folder["host.session.json"], Cancellation);

        Shell.Result result = await RunAsync(folder, line);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Notes, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(folder["host.session.json"], Cancellation));
        Assert.Equal(["host.session.json", "monday.jsonl"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Traffic_that_contradicts_the_model_is_told_in_words_and_for_programs()
    {
        using TemporaryFolder folder = begun.Copy();
        IReadOnlyList<byte[]> tuesday = BranchTraffic.Messages(60, first: 1_001);
        tuesday[3][^1] ^= 1; // its check value is wrong
        tuesday[8][3] = 0x33; // a type that was not seen
        await File.WriteAllTextAsync(folder["tuesday.jsonl"], BranchTraffic.Lines(tuesday), Cancellation);

        Shell.Result people = await RunAsync(folder, "diff S tuesday.jsonl"),
            same = await RunAsync(folder, "diff S monday.jsonl");
        using var program = JsonDocument.Parse((await RunAsync(folder, "diff S tuesday.jsonl --json")).Data);

        Assert.Equal((1, 0), (people.ExitCode, same.ExitCode));
        Assert.Contains("58 of 60 messages read as the model says", people.Data, StringComparison.Ordinal);
        Assert.Contains("the first is 3: checksum_e2 at offset", people.Data, StringComparison.Ordinal);
        Assert.Contains("a type that was seen before", people.Data, StringComparison.Ordinal);
        Assert.Equal(["Layout.Checksum", "Layout.UnknownType"],
            program.RootElement.GetProperty("contradictions").EnumerateArray()
                .Select(c => c.GetProperty("code").GetString()!).Order(StringComparer.Ordinal));
    }

    private static async Task<string[]> NamesAsync(TemporaryFolder folder)
    {
        using var shown = JsonDocument.Parse((await RunAsync(folder, "show S --json")).Data);
        return [.. shown.RootElement.GetProperty("fields").EnumerateArray()
            .Select(f => f.GetProperty("name").GetString()!)];
    }

    private static async Task DoneAsync(TemporaryFolder folder, string line)
    {
        Shell.Result result = await RunAsync(folder, line);
        Assert.True(result.ExitCode == 0, $"{line}: {result.Notes}");
    }

    private static Task<Shell.Result> RunAsync(TemporaryFolder folder, string line) => Shell.RunAsync(Shell.Program,
        ["discover", "session", .. line.Split(' ').Select(word => word == "S" ? "host.session.json" : word)],
        [], folder.Path);

    /// <summary>The traffic of a Monday, discovered into a session once; each test edits a copy.</summary>
    public sealed class Begun : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();

        public async ValueTask InitializeAsync()
        {
            await File.WriteAllTextAsync(_folder["monday.jsonl"],
                BranchTraffic.Lines(BranchTraffic.Messages(200)), Cancellation);
            Shell.Result discovered = await Shell.QbitelAsync("discover", _folder["monday.jsonl"],
                "--session", _folder["host.session.json"]);
            Assert.Equal((0, ""), (discovered.ExitCode, discovered.Notes));
        }

        internal TemporaryFolder Copy()
        {
            TemporaryFolder copy = new();
            foreach (string name in (string[])["monday.jsonl", "host.session.json"])
                File.Copy(_folder[name], copy[name]);
            return copy;
        }

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
