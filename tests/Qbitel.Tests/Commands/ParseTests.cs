using System.Text;
using System.Text.Json;

namespace Qbitel.Tests.Commands;

public sealed class ParseTests
{
    private const string Logon = "35=A|49=BANK|56=EXCH|34=1|52=20261124-09:00:00|98=0|108=30|";

    [Fact]
    public async Task A_valid_message_answers_0_and_its_document()
    {
        (Shell.Result result, JsonElement document) = await ParseAsync(Fix(Logon));

        Assert.Equal((0, ""), (result.ExitCode, result.Notes));
        Assert.Equal("fix", document.GetProperty("protocol").GetString());
        Assert.Equal("A", document.GetProperty("messageType").GetString());
        Assert.True(document.GetProperty("valid").GetBoolean());
        Assert.NotEmpty(document.GetProperty("fields").EnumerateArray());
    }

    [Fact]
    public async Task A_message_with_a_wrong_checksum_answers_1_and_says_where()
    {
        byte[] message = Fix(Logon);
        message[^2] ^= 1;

        (Shell.Result result, JsonElement document) = await ParseAsync(message, "--protocol", "fix");

        Assert.Equal((1, ""), (result.ExitCode, result.Notes));
        Assert.False(document.GetProperty("valid").GetBoolean());
        Assert.Contains(document.GetProperty("errors").EnumerateArray(),
            error => error.GetProperty("offset").GetInt64() > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\u0001\u0002")]
    [InlineData("hello, world")]
    public async Task What_is_no_message_answers_1_with_a_located_error(string text)
    {
        (Shell.Result result, JsonElement document) = await ParseAsync(Encoding.Latin1.GetBytes(text));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(JsonValueKind.Null, document.GetProperty("protocol").ValueKind);
        Assert.Equal("Common.UnknownProtocol", document.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_layout_reads_what_it_describes()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["own.layout.json"], """
            { "format": "qbitel-layout", "version": "1", "name": "own", "types": [ { "name": "note", "parts": [
                { "field": "size", "type": "uint8", "semantic": "length", "size": 1,
                  "length": { "of": "text", "unit": 1, "addend": 0 } },
                { "field": "text", "type": "ascii", "semantic": "string", "sizeBy": "size" } ] } ] }
            """, TestContext.Current.CancellationToken);

        (Shell.Result good, JsonElement document) =
            await ParseAsync([2, (byte)'H', (byte)'i'], "--layout", folder["own.layout.json"]);
        (Shell.Result bad, _) = await ParseAsync([3, (byte)'H', (byte)'i'], "--layout", folder["own.layout.json"]);
        Shell.Result none = await Shell.QbitelAsync("parse", folder["own.layout.json"], "--layout", folder["missing"]);

        Assert.Equal((0, 1, 2), (good.ExitCode, bad.ExitCode, none.ExitCode));
        Assert.Equal("own", document.GetProperty("protocol").GetString());
        Assert.Equal("*** (2 characters)", document.GetProperty("fields")[1].GetProperty("value").GetString());
    }

    [Fact]
    public async Task What_is_no_layout_is_refused_with_its_place()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["own.layout.json"], "{}", TestContext.Current.CancellationToken);

        Shell.Result refused = await Shell.QbitelAsync(
            "parse", folder["own.layout.json"], "--layout", folder["own.layout.json"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is no layout: $", refused.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_read_the_same_findings()
    {
        using TemporaryFolder folder = new();
        byte[] message = Fix(Logon);
        await File.WriteAllBytesAsync(folder["good"], message, TestContext.Current.CancellationToken);

        Shell.Result good = await Shell.QbitelAsync("parse", folder["good"]),
        strict = await Shell.QbitelAsync("parse", folder["good"], "--strict");

        Assert.StartsWith("fix FIX.4.4 A: valid\n", good.Data, StringComparison.Ordinal);
        Assert.Contains("BANK", good.Data, StringComparison.Ordinal);
        Assert.Equal(0, strict.ExitCode);
    }

    [Theory]
    [InlineData("--protocol", "morse")]
    [InlineData("--profile", "no-such-profile")]
    public async Task A_protocol_or_profile_that_is_not_known_is_misuse(string option, string value)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["message"], Fix(Logon), TestContext.Current.CancellationToken);

        Shell.Result result = await Shell.QbitelAsync("parse", folder["message"], option, value);

        Assert.Equal((2, ""), (result.ExitCode, result.Data));
        Assert.Contains(value, result.Notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/self/mem")]
    public async Task A_file_that_cannot_be_read_answers_1_and_says_why(string path)
    {
        Shell.Result result = await Shell.QbitelAsync("parse", path);

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.StartsWith("qbitel: ", result.Notes, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Escape_sequences_in_a_message_do_not_reach_the_terminal()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["message"],
            Fix(Logon.Replace("BANK", "BA\e[2JNK", StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        Shell.Result people = await Shell.QbitelAsync("parse", folder["message"]),
        program = await Shell.QbitelAsync("parse", folder["message"], "--json");

        Assert.DoesNotContain('\e', people.Data);
        Assert.DoesNotContain('\e', program.Data);
    }

    /// <summary>A FIX 4.4 message around a body: its length before it and its sum behind.</summary>
    private static byte[] Fix(string body)
    {
        byte[] head = Encoding.Latin1.GetBytes($"8=FIX.4.4|9={body.Length}|{body}".Replace('|', '\u0001'));
        return [.. head, .. Encoding.Latin1.GetBytes($"10={head.Sum(value => value) % 256:000}\u0001")];
    }

    private static async Task<(Shell.Result Result, JsonElement Document)> ParseAsync(byte[] message,
        params string[] more)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["message"], message, TestContext.Current.CancellationToken);
        Shell.Result result = await Shell.QbitelAsync(["parse", folder["message"], "--json", .. more]);
        using JsonDocument document = JsonDocument.Parse(result.Data);
        return (result, document.RootElement.Clone());
    }
}
