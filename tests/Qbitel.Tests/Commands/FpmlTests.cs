using System.Text;
using System.Text.Json;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;

namespace Qbitel.Tests.Commands;

public sealed class FpmlTests
{
    private static readonly string[] Settings =
    [
        "tradeDate=2026-11-27", "tradeId=FX-7", "tradeIdScheme=http://www.example.org/t", "us.name=Example Bank",
        "us.id=5493001KJTIIGC8Y1R12", "them.name=Other Bank", "them.id=529900T8BM49AURSDO55", "sold=100",
        "soldCurrency=EUR", "bought=116", "boughtCurrency=USD", "rate=1.16", "quotation=boughtPerSold",
        "valueDate=2026-12-01",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trade_is_built_explained_and_covered()
    {
        using TemporaryFolder folder = new();
        await Line.DoneAsync(["build", "fpml", "--type", "fx", "-o", folder["trade.xml"], "--set", .. Settings]);

        string words = await Line.DoneAsync(["fpml", "explain", folder["trade.xml"]]);
        Assert.Contains("party1 pays EUR 100 and party2 pays USD 116 on 2026-12-01, at 1.16 USD per EUR.", words,
            StringComparison.Ordinal);
        Assert.Contains("foreign exchange spot FX-7", words, StringComparison.Ordinal);
        Assert.DoesNotContain("Example Bank", words, StringComparison.Ordinal);

        using JsonDocument json = JsonDocument.Parse(await Line.DoneAsync(["fpml", "explain", folder["trade.xml"],
            "--json", "--html", folder["trade.html"]]));
        Assert.True(json.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal("2026-11-27", json.RootElement.GetProperty("trades")[0].GetProperty("days")[0].GetProperty("date")
            .GetString());
        string page = await File.ReadAllTextAsync(folder["trade.html"], Cancellation);
        Assert.Contains("<td>EUR 100</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);

        await Line.DoneAsync(["redact", folder["trade.xml"], "-o", folder["covered.xml"]]);
        byte[] covered = await File.ReadAllBytesAsync(folder["covered.xml"], Cancellation);
        Assert.True(MessageParser.Parse(covered).IsValid);
        Assert.DoesNotContain("Bank", Encoding.UTF8.GetString(covered), StringComparison.Ordinal);
        Assert.Contains("FX-7", Encoding.UTF8.GetString(covered), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_trade_or_not_valid_is_refused()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["other.xml"], "<a/>", Cancellation);
        await File.WriteAllTextAsync(folder["wrong.xml"],
            "<dataDocument xmlns='http://www.fpml.org/FpML-5/confirmation'/>", Cancellation);

        Assert.Contains("Fpml.NotThisMessage", await Line.RefusedAsync("fpml", "explain", folder["other.xml"]),
            StringComparison.Ordinal);
        Shell.Result wrong = await Line.RunAsync("fpml", "explain", folder["wrong.xml"]);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("Fpml.Missing", wrong.Data, StringComparison.Ordinal);
    }
}
