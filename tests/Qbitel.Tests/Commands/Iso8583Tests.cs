using System.Globalization;
using System.Text.Json;
using Qbitel.Demo;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Tests.Commands;

public sealed class Iso8583Tests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static byte[] Packed(int number)
    {
        var profile = Iso8583Profile.Shipped("pos-tpdu");
        Assert.True(Mti.TryParse("0200", out Mti mti));
        return new Iso8583Builder(mti, profile).Set(2, "4761739001010119").Set(3, "000000").Set(4, "1250")
            .Set(7, "1124093000").Set(11, number.ToString("D6", CultureInfo.InvariantCulture)).Set(22, "051")
            .Set(32, "12345").Set(41, "TERM0001").Set(42, "MERCHANT 000001").Set(49, "978").Build().ToBytes();
    }

    [Fact]
    public async Task A_variant_is_found_with_its_losers()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["one"], Packed(1), Cancellation);
        using JsonDocument document = JsonDocument.Parse(
            await Line.DoneAsync("iso8583", "detect", folder["one"], "--json"));
        JsonElement root = document.RootElement, winner = root.GetProperty("winner");
        Assert.Equal(("one message", 1, true), (root.GetProperty("form").GetString(),
            root.GetProperty("messages").GetInt32(), root.GetProperty("found").GetBoolean()));
        Assert.Equal("pos-tpdu", winner.GetProperty("fields").GetString());
        Assert.Equal("two-byte tpdu bcd binary bcd ascii left-zero bcd", string.Join(' ', ((string[])["length",
            "header", "mti", "bitmap", "numbers", "text", "padding", "prefix"]).Select(name =>
            winner.GetProperty("encoding").GetProperty(name).GetString())));
        Assert.NotEqual(0, root.GetProperty("others").GetArrayLength());
        Assert.All(root.GetProperty("others").EnumerateArray().Where(each => each.TryGetProperty("failure", out _)),
            each => Assert.True(each.GetProperty("failure").TryGetProperty("offset", out _)));

        string people = await Line.DoneAsync("iso8583", "detect", folder["one"]);
        Assert.Contains("a TPDU", people, StringComparison.Ordinal);
        Assert.Contains("others:", people, StringComparison.Ordinal);
        Assert.DoesNotContain("4761739001010119", people, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a message a line in hexadecimal")]
    [InlineData("messages after their lengths")]
    public async Task A_file_of_messages_is_taken_apart(string form)
    {
        using TemporaryFolder folder = new();
        byte[][] messages = [.. Enumerable.Range(1, 12).Select(Packed)];
        if (form.EndsWith("hexadecimal", StringComparison.Ordinal))
            await File.WriteAllLinesAsync(folder["many"], messages.Select(Convert.ToHexString), Cancellation);
        else await File.WriteAllBytesAsync(folder["many"], [.. messages.SelectMany(each => each)], Cancellation);

        using JsonDocument document = JsonDocument.Parse(
            await Line.DoneAsync("iso8583", "detect", folder["many"], "--json"));
        Assert.Equal((form, 12, 12), (document.RootElement.GetProperty("form").GetString(),
            document.RootElement.GetProperty("messages").GetInt32(),
            document.RootElement.GetProperty("winner").GetProperty("read").GetInt32()));
    }

    [Fact]
    public async Task What_no_variant_reads_is_refused_with_the_first_field_that_fails()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["cut"], DemoMessages.Iso8583(1, response: false)[..^20], Cancellation);
        Shell.Result result = await Line.RunAsync("iso8583", "detect", folder["cut"], "--json");
        Assert.Equal(1, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Data);
        JsonElement failure = document.RootElement.GetProperty("failure");
        Assert.Equal(("Iso8583.FieldCut", "37"),
            (failure.GetProperty("code").GetString(), failure.GetProperty("tag").GetString()));

        await File.WriteAllTextAsync(folder["noise"], "nothing of the kind", Cancellation);
        result = await Line.RunAsync("iso8583", "detect", folder["noise"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Iso8583.Mti", result.Data, StringComparison.Ordinal);
        await Line.MisusedAsync("iso8583", "detect", folder["absent"]);
    }

    [Fact]
    public async Task A_profile_is_started_from_messages_checked_and_used()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["one"], Packed(1), Cancellation);
        await Line.DoneAsync("iso8583", "spec", "new", "--from", folder["one"], "--name", "shop", "-o",
            folder["shop.json"]);
        string check = await Line.DoneAsync("iso8583", "spec", "check", folder["shop.json"], folder["one"]);
        Assert.Contains("the profile shop of ISO 8583:1987 can be used", check, StringComparison.Ordinal);
        Assert.Contains("message 1: 0200, 10 fields", check, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(await Line.DoneAsync("parse", folder["one"], "--profile",
            folder["shop.json"], "--protocol", "iso8583", "--json"));
        Assert.Equal("476173******0119", report.RootElement.GetProperty("fields")[0].GetProperty("value").GetString());

        string made = folder["made"];
        await Line.DoneAsync("build", "iso8583", "--type", "0800", "--profile", folder["shop.json"], "--set",
            "7=1124093000", "11=000042", "70=301", "-o", made);
        await Line.DoneAsync("parse", made, "--profile", folder["shop.json"]);
    }

    [Fact]
    public async Task A_profile_that_is_wrong_is_refused_with_every_place()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["bad.json"],
            "{ \"name\": \"x\", \"version\": \"1999\",\n  \"fields\": [ { \"number\": 1 } ] }", Cancellation);
        Shell.Result result = await Line.RunAsync("iso8583", "spec", "check", folder["bad.json"], "--json");
        Assert.Equal(1, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Data);
        Assert.True(document.RootElement.GetProperty("errors").GetArrayLength() > 3);
        Assert.All(document.RootElement.GetProperty("errors").EnumerateArray(),
            each => Assert.True(each.GetProperty("line").GetInt32() > 0));
        string notes = await Line.RefusedAsync("parse", folder["bad.json"], "--profile", folder["bad.json"]);
        Assert.Contains("iso8583 spec check", notes, StringComparison.Ordinal);
        await Line.MisusedAsync("parse", folder["bad.json"], "--profile", folder["absent.json"]);
        await Line.MisusedAsync("iso8583", "spec", "new", "--variant", "nonsense");
        await Line.MisusedAsync("parse", folder["bad.json"], "--protocol", "fix", "--profile", await Started(folder));
    }

    private static async Task<string> Started(TemporaryFolder folder)
    {
        await Line.DoneAsync("iso8583", "spec", "new", "--variant", "1993-bcd", "-o", folder["new.json"]);
        return folder["new.json"];
    }
}
