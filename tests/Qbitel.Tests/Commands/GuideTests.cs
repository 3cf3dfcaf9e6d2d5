using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Qbitel.Demo;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary>The guide to messages: its lines are typed into a shell, and do what it says.</summary>
public sealed class GuideTests
{
    private const string Order =
        "35=D|49=BANK|56=EXCH|34=2|52=20261124-12:00:00|11=ORD-1|1=12345678|21=1|55=EUR/USD|54=Z|"
        + "60=20261124-12:00:00|38=1000|40=1|58=for John Doe|";

    private static readonly string Guide = Path.Combine(Repository.Root, "docs", "guides", "messages.md");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_lines_do_what_they_say()
    {
        using TemporaryFolder folder = await FolderAsync();
        foreach (string line in Blocks(await File.ReadAllTextAsync(Guide, Cancellation), "sh"))
        {
            string[] parts = line.Split("# exit ");
            int expected = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)
                : 0;

            Shell.Result result = await Shell.RunAsync("/usr/bin/env", ["bash", "-uc", parts[0]],
                [new("PATH", $"{Path.GetDirectoryName(Shell.Program)}:/usr/bin:/bin")], folder.Path);

            Assert.True(result.ExitCode == expected,
                $"'{line}' answered {result.ExitCode}: {result.Notes}{result.Data}");
            Assert.DoesNotContain("This should not have happened", result.Notes, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Its_picture_is_what_is_printed()
    {
        using TemporaryFolder folder = await FolderAsync();
        Shell.Result result = await Line.RunAsync("parse", folder["order.fix"], "--explain");
        string printed = string.Join('\n', result.Data.TrimEnd().Split('\n').Select(line => line.TrimEnd()));

        string guide = await File.ReadAllTextAsync(Guide, Cancellation);
        int start = guide.IndexOf("```text\n", StringComparison.Ordinal) + 8;
        int end = guide.IndexOf("\n```", start, StringComparison.Ordinal);
        Snapshot.Match(Guide, guide[..start] + printed + guide[end..]);
    }

    private static IEnumerable<string> Blocks(string guide, string language) =>
        guide.Split($"```{language}\n").Skip(1).SelectMany(block => block.Split("\n```")[0].Split('\n'));

    private static async Task<TemporaryFolder> FolderAsync()
    {
        TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["inbox/sub"]);
        await WriteAsync("payment.mt", DemoMessages.Mt103());
        await WriteAsync("payment.xml", DemoMessages.Pacs008());
        await WriteAsync("inbox/sub/payment.mt", DemoMessages.Mt103());
        await WriteAsync("inbox/noise.txt", "nothing that anybody sent"u8.ToArray());
        byte[] head = Encoding.Latin1.GetBytes($"8=FIX.4.4|9={Order.Length}|{Order}".Replace('|', '\u0001'));
        await WriteAsync("order.fix",
            [.. head, .. Encoding.Latin1.GetBytes($"10={head.Sum(value => value) % 256:000}\u0001")]);
        await WriteAsync("transfer.json", """
            {
              "type": "pacs.008.001.08",
              "FIToFICstmrCdtTrf": {
                "GrpHdr": { "MsgId": "M1", "CreDtTm": "2026-11-24T09:00:00+00:00", "NbOfTxs": 1,
                  "SttlmInf": { "SttlmMtd": "INDA" } },
                "CdtTrfTxInf": [ {
                  "PmtId": { "EndToEndId": "E1" }, "IntrBkSttlmAmt": { "#text": "12.50", "@Ccy": "EUR" },
                  "IntrBkSttlmDt": "2026-11-24", "ChrgBr": "SHAR",
                  "Dbtr": { "Nm": "John Doe" }, "Cdtr": { "Nm": "Jane Roe" },
                  "DbtrAgt": { "FinInstnId": { "BICFI": "QBITDEFFXXX" } },
                  "CdtrAgt": { "FinInstnId": { "BICFI": "NWBKGB2LXXX" } }
                } ]
              }
            }
            """u8.ToArray());
        using MemoryStream tar = new();
        await TarFile.CreateFromDirectoryAsync(folder["inbox/sub"], tar, includeBaseDirectory: false, Cancellation);
        await using (GZipStream packed = new(File.Create(folder["archive.tar.gz"]), CompressionLevel.Fastest))
            await packed.WriteAsync(tar.ToArray(), Cancellation);
        return folder;

        Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(folder[name], bytes, Cancellation);
    }
}
