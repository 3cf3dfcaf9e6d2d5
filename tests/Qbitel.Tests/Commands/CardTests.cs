using System.Text.Json;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

public sealed class CardTests
{
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
