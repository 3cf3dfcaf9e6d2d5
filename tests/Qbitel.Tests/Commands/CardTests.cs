using System.Text.Json;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

public sealed class CardTests
{
    private const string Pan = "4761739001010119";

    private const string TestKey = "0123456789ABCDEFFEDCBA9876543210";

    private const string Items = """
        [{ "id": 1, "op": "kcv", "algorithm": "tdes", "key": "0123456789ABCDEFFEDCBA9876543210" },
         { "id": "two", "op": "rot13" },
         { "id": 3, "op": "identifier.check", "kind": "luhn", "value": "4111111111111111" }]
        """;

    [Fact]
    public async Task Operations_are_answered_in_their_order()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["items.json"], Items, TestContext.Current.CancellationToken);

        Shell.Result result = await Shell.QbitelAsync("card", "eval", folder["items.json"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("test keys only", result.Notes, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(result.Data);
        JsonElement[] answers = [.. document.RootElement.EnumerateArray()];
        Assert.Equal("08D7B4", answers[0].GetProperty("kcv").GetString());
        Assert.Equal("two", answers[1].GetProperty("id").GetString());
        Assert.Equal("Card.UnsupportedOperation", answers[1].GetProperty("error").GetProperty("code").GetString());
        Assert.True(answers[2].GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task A_key_that_may_not_do_that_is_refused_and_no_fault_of_the_box_is_told()
    {
        using TemporaryFolder folder = new();
        await Line.DoneAsync("card", "generate", "pek", "--use", "P0", "--data", folder["data"]);

        string told = await Line.RefusedAsync("card", "pinblock", "--block", "1B9C1845EB993A7A", "--pan", Pan,
            "--from", "token:pek", "--to", "token:pek", "--unsafe-test-keys", "--data", folder["data"]);

        Assert.Contains("PIN blocks of format 0 are not under AES-", told, StringComparison.Ordinal);
        Assert.DoesNotContain("doctor", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cryptogram_without_a_counter_is_said_to_have_none()
    {
        Shell.Result result = await Line.RunAsync("card", "verify-arqc", "--unsafe-test-keys", "--pan", Pan,
            "--key", TestKey, "--chip", "9F100706011203A0B800");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no counter)", result.Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public async Task What_is_no_array_of_operations_is_misuse(string text)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["items.json"], text, TestContext.Current.CancellationToken);

        Shell.Result result = await Shell.QbitelAsync("card", "eval", folder["items.json"]);

        Assert.Equal((2, ""), (result.ExitCode, result.Data));
        Assert.Contains("qbitel: ", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identifiers_of_the_open_set_are_judged_as_it_says()
    {
        using JsonDocument all = JsonDocument.Parse(await File.ReadAllTextAsync(
            SharedFiles.Path("vectors/cards/items.json"), TestContext.Current.CancellationToken));
        JsonElement[] items =
            [.. all.RootElement.EnumerateArray()
                .Where(item => item.GetProperty("op").GetString() == "identifier.check")];
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["items.json"],
            $"[{string.Join(',', items.Select(item => item.GetRawText()))}]", TestContext.Current.CancellationToken);

        Shell.Result result = await Shell.QbitelAsync("card", "eval", folder["items.json"]);

        using JsonDocument answers = JsonDocument.Parse(result.Data);
        foreach ((JsonElement item, JsonElement answer) in items.Zip(answers.RootElement.EnumerateArray()))
        {
            bool expected = item.GetProperty("expect").GetProperty("valid").GetBoolean();
            Assert.Equal(expected, answer.GetProperty("valid").GetBoolean());
        }

        Assert.Equal(157, items.Length);
    }
}
