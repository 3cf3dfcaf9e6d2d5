using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Qbitel.Cards;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583;
using Qbitel.Tests.Commands;

namespace Qbitel.Tests.Cards;

/// <summary>
/// Flows that fail on purpose, and then a look for PINs, keys and card numbers in everything they left: output, notes,
/// documents, the audit log and every file of the data folder.
/// </summary>
public sealed class CardSecretsTests
{
    private const string IssuerKey = "0123456789ABCDEFFEDCBA9876543210";
    private const string PinKey = "1A2B3C4D5E6F708192A3B4C5D6E7F809";
    private const string Pin = "739152";

    private static readonly string Pan = TestCard.Number("476173", 424242);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_host_takes_no_counter_again_and_leaves_no_secret_anywhere()
    {
        using TemporaryFolder folder = new();
        string data = folder["data"];
        StringBuilder said = new();
        await PrepareAsync(folder, data, said);
        TestCard card = new(Convert.FromHexString(IssuerKey), Pan, CardHostFixture.Cvn18);
        Process first = Start(data);
        using (CardClient client = await CardClient.ConnectAsync(await ReadAddressAsync(first, said)))
        {
            Assert.Equal("00", (await AskAsync(client, card.Request(7)))[39]);
            Assert.Equal("63", (await AskAsync(client, card.Request(8, chip => chip[EmvTag.Cryptogram][0] ^= 1)))[39]);
            Assert.Equal("40", (await AskAsync(client,
                card.Request(9, chip => chip[EmvTag.IssuerApplicationData][2] = 0x7F)))[39]);
        }

        first.Kill();
        said.Append(await first.StandardError.ReadToEndAsync(Cancel));
        await first.WaitForExitAsync(Cancel);

        Process second = Start(data, "--verbose");
        using (CardClient client = await CardClient.ConnectAsync(await ReadAddressAsync(second, said)))
        {
            Assert.Equal("94", (await AskAsync(client, card.Request(7)))[39]);
            Assert.Equal("00", (await AskAsync(client, card.Request(10)))[39]);
        }

        Shell.Result rival = await Shell.QbitelAsync(
            "card", "host", "--listen", "127.0.0.1:0", "--issuer", "476173=imk-visa", "--data", data);
        Assert.Equal(1, rival.ExitCode);
        said.Append(rival.Notes);
        Assert.Equal(0, (await Shell.RunAsync("/bin/kill", ["-TERM", $"{second.Id}"], [])).ExitCode);
        said.Append(await second.StandardError.ReadToEndAsync(Cancel));
        await second.WaitForExitAsync(Cancel);
        Assert.Equal(0, second.ExitCode);

        Shell.Result log = await Shell.QbitelAsync("audit", "list", "--json", "--data", data);
        said.Append(log.Data);
        Assert.Contains("ReplayedCounter", log.Data, StringComparison.Ordinal);
        Assert.Contains("WrongCryptogram", log.Data, StringComparison.Ordinal);
        await FailAsync(folder, data, said);

        string pan = Pan, middle = Pan[6..12];
        Assert.Contains($"{Pan[..6]}******{Pan[^4..]}", said.ToString(), StringComparison.Ordinal);
        AssertClean("what was said", Encoding.UTF8.GetBytes(said.ToString()), pan);
        foreach (string file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
            AssertClean(file, await File.ReadAllBytesAsync(file, Cancel), pan);
        Assert.NotEqual(pan, middle);
    }

    [Fact]
    public async Task Keys_pins_and_card_numbers_are_not_taken_from_the_command_line()
    {
        using TemporaryFolder folder = new();
        foreach (string[] line in (string[][])
        [
            ["card", "cvv", "--key", IssuerKey, "--pan", "env:NONE", "--expiry", "2812", "--service-code", "000"],
            ["card", "dukpt", "--bdk", IssuerKey, "--ksn", "FFFF9876543210E00001", "--kbpk", "env:NONE"],
            ["card", "tr31", "unwrap", "D0144", "--kbpk", IssuerKey],
            ["card", "import", "x", "--use", "E0", "--key", IssuerKey],
        ])
        {
            Shell.Result result = await Shell.QbitelAsync([.. line, "--data", folder["data"]]);
            Assert.NotEqual(0, result.ExitCode);
            Assert.DoesNotContain(IssuerKey, result.Notes + result.Data, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_key_file_that_others_can_read_is_refused()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["key"], IssuerKey, Cancel);
        File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Shell.Result result = await Shell.QbitelAsync(
            "card", "import", "x", "--use", "E0", "--key", $"file:{folder["key"]}", "--data", folder["data"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("chmod 600", result.Notes, StringComparison.Ordinal);
    }

    /// <summary>A key under a quantum-safe envelope, and one from a file of the owner alone.</summary>
    private static async Task PrepareAsync(TemporaryFolder folder, string data, StringBuilder said)
    {
        await WriteAsync(folder["imk"], IssuerKey);
        await WriteAsync(folder["pek"], PinKey);
        foreach (string[] line in (string[][])
        [
            ["card", "transport-key", "-o", folder["token.pub"]],
            ["card", "seal", "--key", $"file:{folder["imk"]}", "--use", "E0", "--to", folder["token.pub"], "-o",
                folder["imk.sealed"]],
            ["card", "import", "imk-visa", "--use", "E0", "--sealed", folder["imk.sealed"]],
            ["card", "import", "pek", "--use", "P0", "--key", $"file:{folder["pek"]}"],
            ["card", "keys"],
        ])
        {
            Shell.Result result = await Shell.QbitelAsync([.. line, "--data", data]);
            Assert.True(result.ExitCode == 0, result.Notes);
            said.Append(result.Data).Append(result.Notes);
        }
    }

    /// <summary>Wrong keys, wrong uses, wrong blocks: each a refusal that says what is wrong and no secret.</summary>
    private static async Task FailAsync(TemporaryFolder folder, string data, StringBuilder said)
    {
        await WriteAsync(folder["pan"], Pan);
        await WriteAsync(folder["pin"], Pin);
        await WriteAsync(folder["short"], IssuerKey[..30]);
        string pan = $"file:{folder["pan"]}";
        foreach (string[] line in (string[][])
        [
            ["card", "verify-arqc", "--key", "token:pek", "--pan", pan, "--chip", "9F2608"],
            ["card", "verify-arqc", "--key", $"file:{folder["short"]}", "--pan", pan, "--chip", "9F100706011203A0B800"],
            ["card", "verify-arqc", "--key", "token:imk-visa", "--pan", pan, "--chip", "9F100706011203A0B800"],
            ["card", "pinblock", "--block", "0011223344556677", "--pan", pan, "--from", "token:pek",
                "--to", "token:pek", "--verbose"],
            ["card", "pinblock", "--block", Pin, "--pan", pan, "--from", "token:pek", "--to", "token:imk-visa"],
            ["card", "cvv", "--key", "token:pek", "--pan", pan, "--expiry", "2812", "--service-code", "000", "--verify",
                $"file:{folder["pin"]}", "--verbose"],
            ["card", "cvv", "--key", $"file:{folder["imk"]}", "--pan", pan, "--expiry", "2812", "--service-code", "000",
                "--verify", "env:NONE", "--verbose"],
            ["card", "tr31", "wrap", "--key", "token:pek", "--use", "P0", "--kbpk", $"file:{folder["imk"]}",
                "--verbose"],
            ["card", "tr31", "unwrap", "D0112P0AE00E0000" + IssuerKey, "--kbpk", $"file:{folder["imk"]}", "--verbose"],
        ])
        {
            Shell.Result result = await Shell.QbitelAsync([.. line, "--data", data]);
            Assert.NotEqual(0, result.ExitCode);
            Assert.DoesNotContain("This should not have happened", result.Notes, StringComparison.Ordinal);
            said.Append(result.Data).Append(result.Notes.Replace(Pin, "", StringComparison.Ordinal) == result.Notes
                ? result.Notes : throw new InvalidOperationException("a PIN was said"));
        }
    }

    private static void AssertClean(string where, byte[] content, string pan)
    {
        string text = Encoding.Latin1.GetString(content);
        foreach (string secret in (string[])[pan, IssuerKey, PinKey])
            Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{where} holds a secret");
        foreach (string key in (string[])[IssuerKey, PinKey])
        {
            byte[] raw = Convert.FromHexString(key);
            Assert.True(content.AsSpan().IndexOf(raw) < 0, $"{where} holds a key");
            Assert.False(text.Contains(Convert.ToBase64String(raw)[..20], StringComparison.Ordinal),
                $"{where} holds a key");
        }

        // As chip data and PIN blocks have it: two digits in a byte.
        Assert.True(content.AsSpan().IndexOf(Convert.FromHexString(pan)) < 0, $"{where} holds a packed card number");
    }

    private static async Task WriteAsync(string path, string text)
    {
        await using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await file.WriteAsync(Encoding.ASCII.GetBytes(text), Cancel);
    }

    private static async Task<Iso8583Message> AskAsync(CardClient client, byte[] request)
    {
        await client.SendAsync(request);
        return (await client.ReceiveAsync())!;
    }

    private static Process Start(string data, params string[] more) =>
        Process.Start(new ProcessStartInfo(Shell.Program,
            ["card", "host", "--listen", "127.0.0.1:0", "--issuer", "476173=imk-visa", "--json", "--data", data,
                .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

    private static async Task<IPEndPoint> ReadAddressAsync(Process process, StringBuilder said)
    {
        string text = "";
        do
        {
            text += await process.StandardOutput.ReadLineAsync(Cancel)
                ?? throw new EndOfStreamException(await process.StandardError.ReadToEndAsync(Cancel));
        }
        while (!text.EndsWith('}'));
        said.Append(text);
        using JsonDocument started = JsonDocument.Parse(text);
        return IPEndPoint.Parse(started.RootElement.GetProperty("address").GetString()!);
    }
}
