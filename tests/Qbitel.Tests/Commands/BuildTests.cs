using System.Text;
using System.Text.Json;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;

namespace Qbitel.Tests.Commands;

public sealed class BuildTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fix", "D", "BeginString=FIX.5.0SP2", "49=BANK", "56=EXCH", "34=1", "ClOrdID=O1", "55=EUR/USD", "54=1",
        "60=20261124-12:00:00", "38=1000000", "40=1", "NoPartyIDs[1]/PartyID=DESK", "NoPartyIDs[1]/PartyIDSource=D",
        "NoPartyIDs[1]/PartyRole=1")]
    [InlineData("fix", "D", "49=BANK", "56=EXCH", "34=1", "ClOrdID=O1", "55=EUR/USD", "54=1", "60=20261124-12:00:00",
        "38=100", "40=1", "NoPartyIDs[1]/448=X", "NoPartyIDs[1]/447=D", "NoPartyIDs[1]/452=1", "453[2]/448=Y",
        "453[2]/447=D", "453[2]/452=3")]
    [InlineData("swift-mt", "103", "sender=QBITDEFFXXX", "receiver=NWBKGB2LXXX", "20=REF", "23B=CRED",
        "32A=261124EUR10,5", @"50K=/123\nJOHN DOE", "59=JANE ROE", "71A=SHA",
        "3/121=7c3f5a86-2b1d-4e0a-9c47-5d8e6f1a2b3c")]
    [InlineData("iso8583", "0800", "7=1124093000", "11=000042", "70=301", "header=two-byte", "bitmap=binary")]
    [InlineData("nacha", "PPD", "file/destination=231380104", "file/origin=121042882", "batch/companyName=ACME CORP",
        "batch/companyId=1234567890", "batch/description=PAYROLL", "batch/effectiveDate=2026-03-23",
        "batch/originatingBank=12104288", "entry[1]/transactionCode=22", "entry[1]/routingNumber=231380104",
        "entry[1]/account=744567899", "entry[1]/amount=1500.25", "entry[1]/name=JANE DOE",
        "entry[1]/addenda[1]/text=MARCH")]
    [InlineData("fedwire-faim", "CTR", "1520/CycleDate=2025-04-11", "1520/Source=ABCD1234", "1520/Sequence=000042",
        "2000/Amount=1234.56", "3100/Aba=121042882", "3400/Aba=231380104", "4200/Name=JANE EXAMPLE",
        "5000/Name=JOHN SAMPLE")]
    [InlineData("iso20022", "pacs.008.001.08", "FIToFICstmrCdtTrf/GrpHdr/MsgId=M1",
        "FIToFICstmrCdtTrf/GrpHdr/CreDtTm=2026-11-24T09:00:00+00:00", "/Document/FIToFICstmrCdtTrf/GrpHdr/NbOfTxs=1",
        "FIToFICstmrCdtTrf/GrpHdr/SttlmInf/SttlmMtd=INDA", "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/PmtId/EndToEndId=E1",
        "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/IntrBkSttlmAmt=EUR 12.50",
        "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/IntrBkSttlmDt=2026-11-24", "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/ChrgBr=SHAR",
        "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/Dbtr/Nm=John Doe", "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/Cdtr/Nm=Jane Roe",
        "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/DbtrAgt/FinInstnId/BICFI=QBITDEFFXXX",
        "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/CdtrAgt/FinInstnId/BICFI=NWBKGB2LXXX",
        "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/InstdAmt=7.25", "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/InstdAmt/@Ccy=USD",
        "FIToFICstmrCdtTrf/CdtTrfTxInf[1]/XchgRate=1.1")]
    public async Task A_message_made_of_settings_is_valid_and_holds_them(string protocol, string type,
        params string[] settings)
    {
        using TemporaryFolder folder = new();

        await Line.DoneAsync(["build", protocol, "--type", type, "-o", folder["made"], "--set", .. settings]);

        ParseReport report = MessageParser.Parse(await File.ReadAllBytesAsync(folder["made"], Cancellation));
        Assert.True(report.IsValid, string.Join('\n', report.Errors));
        Assert.Equal((protocol, true), (report.Protocol, report.MessageType!.EndsWith(type, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Groups_of_FIX_are_counted_for_the_caller()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["order.json"], """
            {
              "type": "D", "49": "BANK", "56": "EXCH", "34": 1, "11": "O1", "55": "EUR/USD", "54": "1", "38": 100.50,
              "60": "20261124-12:00:00", "40": "1",
              "NoPartyIDs": [ { "448": "X", "447": "D", "452": 1 }, { "448": "Y", "447": "D", "452": 3 } ]
            }
            """, Cancellation);

        await Line.DoneAsync("build", "fix", "--from", folder["order.json"], "-o", folder["order"], "--set", "11=O2");

        string text = (await File.ReadAllTextAsync(folder["order"], Cancellation)).Replace('\u0001', '|');
        Assert.Contains("|453=2|448=X|447=D|452=1|448=Y|447=D|452=3|", text, StringComparison.Ordinal);
        Assert.Contains("|11=O2|", text, StringComparison.Ordinal);
        Assert.Contains("|38=100.50|", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ACH_file_is_made_of_nested_JSON()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["payroll.json"], """
            {
              "type": "CCD",
              "file": { "destination": "231380104", "origin": "121042882" },
              "batch": { "companyName": "ACME CORP", "companyId": "1234567890", "description": "INVOICES",
                         "effectiveDate": "2026-03-23", "originatingBank": "12104288" },
              "entry": [
                { "transactionCode": 22, "routingNumber": "231380104", "account": "1", "amount": 100.00 },
                { "transactionCode": 27, "routingNumber": "231380104", "account": "2", "amount": 7.5,
                  "addenda": [ { "text": "RMR*IV*4711" } ] }
              ]
            }
            """, Cancellation);

        await Line.DoneAsync("build", "nacha", "--from", folder["payroll.json"], "-o", folder["payroll.ach"]);

        ParseReport report = MessageParser.Parse(await File.ReadAllBytesAsync(folder["payroll.ach"], Cancellation));
        Assert.True(report.IsValid, string.Join('\n', report.Errors));
        Assert.Contains(new("totalCredit", "10000"), report.Summary);
        Assert.Contains(new("totalDebit", "750"), report.Summary);
    }

    [Theory]
    [InlineData("Nope", "fix", "D", "49=BANK", "Nope=1")]
    [InlineData("50K", "swift-mt", "103", "sender=QBITDEFFXXX", "receiver=NWBKGB2LXXX", @"50K=JOHN\n:20:FORGED")]
    [InlineData("receiver", "swift-mt", "103", "sender=QBITDEFFXXX", "receiver=NOBODY")]
    [InlineData("FIToFICstmrCdtTrf/GrpHdr/Nope", "iso20022", "pacs.008.001.08", "FIToFICstmrCdtTrf/GrpHdr/Nope=1")]
    [InlineData("FIToFICstmrCdtTrf/GrpHdr[x]/MsgId", "iso20022", "pacs.008.001.08",
        "FIToFICstmrCdtTrf/GrpHdr[x]/MsgId=1")]
    [InlineData("4", "iso8583", "0200", "4=ten")]
    [InlineData("type", "iso8583", "9999", "4=10")]
    [InlineData("entry[1]/amount", "nacha", "PPD", "entry[1]/amount=1.005")]
    [InlineData("3100/Aba", "fedwire-faim", "CTR", "3100/Aba=12")]
    public async Task An_error_names_the_setting_that_is_wrong_and_nothing_is_written(string path, string protocol,
        string type, params string[] settings)
    {
        using TemporaryFolder folder = new();
        string[] line = ["build", protocol, "--type", type, "-o", folder["made"], "--json", "--set", .. settings];

        Shell.Result result = await Line.RunAsync(line);

        Assert.Equal((1, ""), (result.ExitCode, result.Notes));
        using JsonDocument document = JsonDocument.Parse(result.Data);
        Assert.False(document.RootElement.GetProperty("valid").GetBoolean());
        Assert.Contains(document.RootElement.GetProperty("errors").EnumerateArray(),
            error => error.GetProperty("path").GetString() == path);
        Assert.False(File.Exists(folder["made"]));
    }

    [Fact]
    public async Task An_invalid_message_is_written_only_when_that_is_asked_for()
    {
        using TemporaryFolder folder = new();
        string[] line = ["build", "fix", "--type", "D", "-o", folder["made"], "--set", "49=BANK", "56=EXCH"];

        Shell.Result refused = await Line.RunAsync(line);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Data));
        Assert.Contains("--allow-invalid", refused.Notes, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["made"]));

        Assert.Equal(1, (await Line.RunAsync([.. line, "--allow-invalid"])).ExitCode);
        Assert.True(File.Exists(folder["made"]));
    }

    [Theory]
    [InlineData("fix", "8", "\"37\"")]
    [InlineData("swift-mt", "202", "\"58A\"")]
    [InlineData("iso20022", "pain.001.001.09", "\"GrpHdr\"")]
    [InlineData("iso8583", "0200", "\"11\"")]
    [InlineData("nacha", "IAT", "\"routingNumber\"")]
    [InlineData("fedwire-faim", "DRW", "\"3100\"")]
    public async Task Every_type_has_a_template_and_its_fields(string protocol, string type, string member)
    {
        string template = await Line.DoneAsync("build", protocol, "--type", type, "--template");
        JsonDocument.Parse(template).Dispose();
        Assert.Contains(member, template, StringComparison.Ordinal);
        Assert.Contains("Path", await Line.DoneAsync("build", protocol, "--type", type, "--help-fields"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repetitions_of_a_template_are_one_array()
    {
        string template = await Line.DoneAsync("build", "nacha", "--type", "IAT", "--template");

        using JsonDocument document = JsonDocument.Parse(template);
        JsonElement entry = Assert.Single(document.RootElement.GetProperty("entry").EnumerateArray());
        Assert.Equal(7, entry.GetProperty("addenda").GetArrayLength());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"a\":")]
    public async Task What_is_no_object_of_settings_is_refused(string json)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["settings.json"], json, Cancellation);
        await Line.RefusedAsync("build", "fix", "--type", "D", "--from", folder["settings.json"]);
    }

    [Fact]
    public async Task A_translation_accounts_for_every_value()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["pay.mt"], Qbitel.Demo.DemoMessages.Mt103(), Cancellation);

        using JsonDocument losses = JsonDocument.Parse(await Line.DoneAsync("translate", folder["pay.mt"], "--to", "mx",
            "-o", folder["pay.xml"], "--report", folder["losses.json"], "--json"));

        Assert.Equal("MT103", losses.RootElement.GetProperty("source").GetString());
        Assert.True(MessageParser.Parse(await File.ReadAllBytesAsync(folder["pay.xml"], Cancellation)).IsValid);
        Assert.Contains("\"fields\"", await File.ReadAllTextAsync(folder["losses.json"], Cancellation),
            StringComparison.Ordinal);
        await Line.RefusedAsync("translate", folder["pay.mt"], "--to", "mx", "-o", folder["pay.xml"]); // it is there
        await Line.RefusedAsync("translate", folder["pay.mt"], "--to", "mx", "--lossless", "-o", folder["other"]);
        Assert.False(File.Exists(folder["other"]));
        await File.WriteAllBytesAsync(folder["noise"], Encoding.ASCII.GetBytes("noise"), Cancellation);
        await Line.RefusedAsync("translate", folder["noise"], "--to", "mx");
    }
}
