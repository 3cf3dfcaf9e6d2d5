using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Custody;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Wrapping;
using Qbitel.Printing.Shares;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary>
/// Runs of the program with keys and PINs that are known here, going well and going wrong, and then a search of
/// all that it said and of all files it left: reports, journal, approvals, transcripts, backup, sheets, database.
/// </summary>
public sealed class HsmSecretsTests : IDisposable
{
    private const string Pin = "4711-pin-that-is-nowhere", OfficerPin = "0815-officer-pin-nowhere";

    private static readonly string[] Custodians = ["Ada", "Ben", "Cleo"];

    private readonly HsmFolder _folder = new();
    private readonly SecretScan _scan = new();
    private readonly List<(string Line, string Said)> _said = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Migrations_backups_approvals_and_failures_leave_no_key_anywhere()
    {
        await PrepareAsync();
        await RunAsync(0, "hsm", "doctor", "--json");
        await RunAsync(0, "hsm", "list", "--json");
        string[] ends = ["hsm", "migrate", "--from", "old", "--to", "new"];
        await RunAsync(0, [.. ends, "--plan", "--json"]);
        await RunAsync(0, [.. ends, "--apply", "--json"]);
        await RunAsync(0, [.. ends, "--report", "--json"]);
        await RunAsync(1, [.. ends, "--apply"]);
        string journal = Assert.Single(Directory.GetFiles(_folder.Path, "*.migration*", SearchOption.AllDirectories));
        await RunAsync(0, [.. ends, "--rollback"]);

        await _folder.ConfigureAsync("""
            , "dualControl": { "operations": { "key.export": 2 },
                               "approvers": { "user:ada": "ada.pub", "user:ben": "ben.pub" } }
            """);

        // Under dual control: asked for, refused, approved, done, refused.
        await RunAsync(1, _folder.Backup(2, Custodians, "--print", "html"));
        string asked = await RunAsync(0, _folder.Backup(2, Custodians, "--ask-approval", "--json"));
        using JsonDocument request = JsonDocument.Parse(asked);
        string id = request.RootElement.GetProperty("id").GetString()!;
        foreach (string person in (string[])["ada", "ben"])
            await RunAsync(0, "hsm", "approve", "sign", id, "--key", _folder[$"{person}.key"], "--json");
        await RunAsync(1, "hsm", "approve", "sign", id, "--key", _folder["ada.key"]);
        await RunAsync(0, _folder.Backup(2, Custodians, "--approval", id, "--json"));
        await RunAsync(1, _folder.Backup(2, Custodians, "--approval", id));
        await RunAsync(0, "hsm", "approve", "show", "--json");

        CustodianShare[] shares = await SharesAsync();
        string[] files = [.. Directory.GetFiles(_folder["shares"]).Order()];
        await RunAsync(0, _folder.Restore(files[..2], "--json"));
        await RunAsync(1, _folder.Restore(files[..1]));
        await FailAsync(files);
        await CrashAsync();
        await RunAsync(0, "audit", "list", "--json");
        await RunAsync(0, "audit", "export", _folder["evidence"]);

        string[] kept = ["old.secret", "new.secret", "officer.key", "ada.key", "ben.key"]; // which are the secrets
        List<string> searched = [];
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(_folder.Path, file);
            if (kept.Contains(name)) continue;
            byte[] content = await File.ReadAllBytesAsync(file, Stop);
            searched.Add(name);
            string[] found = _scan.In(content);
            int own = Array.IndexOf(files, file);
            Assert.True(own < 0 ? found.Length == 0 : found.SequenceEqual([$"share {own + 1}"]),
                $"{name} holds {string.Join(", ", found)}");
        }

        Assert.All(_said, each => Assert.True(_scan.In(each.Said).Length == 0,
            $"'{each.Line}' said {string.Join(", ", _scan.In(each.Said))}"));
        Assert.True(_said.Sum(each => each.Said.Length) > 20_000);

        // What was meant to be searched was there.
        foreach (string part in (string[])["approvals/", "old.backup.transcript", "old.backup", "restore-",
            "old-token/", "evidence/",
            "shares/share-001.txt", Path.GetRelativePath(_folder.Path, journal)])
        {
            Assert.Contains(searched, name => name.StartsWith(part, StringComparison.Ordinal));
        }

        foreach (CustodianShare share in shares) share.Dispose();
    }

    [Theory, InlineData("html"), InlineData("svg"), InlineData("text")]
    public async Task A_sheet_holds_its_own_share_and_nothing_else(string form)
    {
        await PrepareAsync();
        await RunAsync(0, _folder.Backup(2, Custodians, "--print", form));
        string[] files = [.. Directory.GetFiles(_folder["shares"]).Order()];
        string[] texts = await Task.WhenAll(files.Select(async file => form switch
        {
            "text" => (await File.ReadAllTextAsync(file, Stop)).TrimEnd()[^CustodianShare.TextLength..],
            _ => Printing.QrReader.ReadPage(await File.ReadAllTextAsync(file, Stop))!,
        }));
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.True(CustodianShare.TryParse(texts[i], out CustodianShare? share, out string? error), error);
            AddShare(share!, texts[i]);
        }

        for (int i = 0; i < files.Length; i++)
            Assert.Equal([$"share {i + 1}"], _scan.In(await File.ReadAllBytesAsync(files[i], Stop)));
    }

    [Fact]
    public async Task A_device_with_a_PIN_and_planted_keys_leaves_neither_anywhere()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/softhsm2-util"), "SoftHSM is not installed: apt-get install softhsm2");
        byte[] planted = RandomNumberGenerator.GetBytes(32);
        _scan.AddKey("the planted AES key", planted);
        _scan.AddText("the PIN", Pin);
        _scan.AddText("the officer's PIN", OfficerPin);
        await PrepareSoftHsmAsync(planted);

        await RunAsync(0, "hsm", "doctor", "--json");
        await RunAsync(0, "hsm", "generate", "device", "ECDSA-P256", "--json");
        await RunAsync(0, "hsm", "list", "--json");
        string[] ends = ["hsm", "migrate", "--from", "device", "--to", "new"];
        string plan = await RunAsync(0, [.. ends, "--plan", "--json"]);
        Assert.Contains("PLANTED", plan, StringComparison.Ordinal);
        await RunAsync(0, [.. ends, "--apply", "--json"]);
        await RunAsync(1, "hsm", "wrap", "device", "PLANTED", "--recipient", "device:00", "-o", _folder["wrapped"]);
        await RunAsync(0, "hsm", "bench", "device", "--seconds", "0.05", "--json");
        await RunAsync(0, [.. _folder.Backup(2, Custodians).Select(word => word == "old" ? "device" : word)]);

        // The PIN where its place should be, and a PIN that is wrong.
        await ConfigureSoftHsmAsync(Pin);
        await RunAsync(null, "hsm", "doctor", "--json");
        await RunAsync(null, "hsm", "list");
        await File.WriteAllTextAsync(_folder["pin"], Pin + "-not", Stop);
        _scan.AddText("the wrong PIN", Pin + "-not");
        await ConfigureSoftHsmAsync($"file:{_folder["pin"]}");
        await RunAsync(1, "hsm", "doctor", "--json");
        await RunAsync(1, "hsm", "list", "device");
        await File.WriteAllTextAsync(_folder["hsm.json"], $"{{ \"providers\": {{ \"device\": {{ \"pin\": \"{Pin}\", ",
            Stop);
        await RunAsync(1, "hsm", "list");

        Assert.All(_said, each => Assert.True(_scan.In(each.Said).Length == 0,
            $"'{each.Line}' said {string.Join(", ", _scan.In(each.Said))}"));
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) is "pin" or "hsm.json") continue; // where the test put it
            Assert.Empty(_scan.In(await File.ReadAllBytesAsync(file, Stop)));
        }
    }

    /// <summary>Two tokens, keys of which this test knows the private halves, and people.</summary>
    private async Task PrepareAsync()
    {
        await _folder.MakeTokensAsync();
        foreach (string algorithm in (string[])["ML-DSA-65", "ECDSA-P256", "AES-256", "ML-KEM-768"])
            await _folder.GenerateAsync("old", algorithm);
        foreach (string person in (string[])["officer", "ada", "ben"])
        {
            await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder[$"{person}.key"]);
            await Line.DoneAsync("key", "convert", _folder[$"{person}.key"], "--public", "-o",
                _folder[$"{person}.pub"]);
            string pem = await File.ReadAllTextAsync(_folder[$"{person}.key"], Stop);
            PemFields place = PemEncoding.Find(pem);
            _scan.AddKey($"the key of {person}", Convert.FromBase64String(pem[place.Base64Data]).AsSpan()[^32..]);
        }

        foreach (string name in (string[])["old", "new"])
            _scan.AddKey($"the secret of {name}", await File.ReadAllBytesAsync(_folder[$"{name}.secret"], Stop));
        using TokenSecret secret = TokenSecret.FromKeyFile(_folder["old.secret"]);
        await using SoftwareToken token = await SoftwareToken.OpenAsync(
            new SoftwareTokenOptions { Folder = _folder["old-token"], AllowBackup = true }, secret, TimeProvider.System,
                null, Stop);
        TransferPort port = TransferPort.Of(token, "old");
        using KemKey kem = KemKeys.Generate(KemAlgorithm.MLKem768);
        using TransferRecipient recipient = TransferRecipient.OfPublicKey(kem.Algorithm, kem.ExportEncapsulationKey());
        foreach (TransferKey key in await port.ListAsync(Stop))
        {
            PqcWrappedKey wrapped = await port.WrapAsync(key, recipient, Stop);
            byte[] clear = CmsEnvelope.Decode(wrapped.Cms).Decrypt(kem);

            // Of a public key in it everybody may know; private parts are at the end of PKCS#8, or all of it.
            _scan.AddKey($"{key}", clear.Length <= 64 ? clear : Private(clear));
        }
    }

    private static byte[] Private(byte[] pkcs8)
    {
        using ECDsa? ec = TryEcdsa(pkcs8);
        return ec is null ? pkcs8[^32..] : ec.ExportParameters(includePrivateParameters: true).D!;
    }

    private static ECDsa? TryEcdsa(byte[] pkcs8)
    {
        ECDsa ec = ECDsa.Create();
        try
        {
            ec.ImportPkcs8PrivateKey(pkcs8, out _);
            return ec;
        }
        catch (CryptographicException)
        {
            ec.Dispose();
            return null;
        }
    }

    private async Task<CustodianShare[]> SharesAsync()
    {
        List<CustodianShare> shares = [];
        foreach (string file in Directory.GetFiles(_folder["shares"]).Order())
        {
            shares.Add(await ShareFile.ReadAsync(file, Stop));
            string text = await File.ReadAllTextAsync(file, Stop);
            AddShare(shares[^1], text.TrimEnd()[^CustodianShare.TextLength..]);
        }

        return [.. shares];
    }

    /// <summary>Its 32 bytes, and each group of its text alone, which is enough to be nowhere by chance.</summary>
    private void AddShare(CustodianShare share, string text)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"share {share.Number}");
        string[] groups = text.Split('-')[1..];
        foreach (string group in groups[3..])
        {
            _scan.AddText(name, group);
            _scan.AddText(name, $"{group[..4]} {group[4..]}");
        }

        // 77 digits to base 32 without the one that checks each group: version, set and numbers, then the value.
        byte[] bytes = new byte[49];
        string digits = string.Concat(groups.Select(group => group[..^1]));
        for (int i = 0; i < digits.Length * 5; i++)
        {
            int digit = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".IndexOf(digits[i / 5], StringComparison.Ordinal);
            bytes[i / 8] |= (byte)(((digit >> (4 - (i % 5))) & 1) << (7 - (i % 8)));
        }

        _scan.AddKey(name, bytes.AsSpan(12, CustodianShare.ValueSize));
    }

    private async Task FailAsync(string[] shares)
    {
        string text = await File.ReadAllTextAsync(shares[1], Stop);
        await File.WriteAllTextAsync(_folder["typed"], text.TrimEnd()[^CustodianShare.TextLength..][..^3] + "000",
            Stop);
        await RunAsync(1, _folder.Restore([shares[0], _folder["typed"]]));
        await RunAsync(1, _folder.Restore([shares[0], shares[0]]));
        await RunAsync(1, _folder.Restore([shares[0], _folder["officer.key"]]));
        File.Delete(_folder["typed"]);
        await RunAsync(1, "hsm", "restore", "new", _folder["officer.key"], "--share", shares[0], "--signing-key",
            _folder["officer.key"]);
        await RunAsync(1, "hsm", "restore", "new", _folder["old.backup"], "--share", shares[0], "--signing-key",
            _folder["old.secret"]);
        await RunAsync(1, "hsm", "unwrap", "new", _folder["old.secret"], "--receiver", "00");
        await RunAsync(2, "hsm", "destroy", "old", "no-key", "--check-value", "00");
        byte[] header = await File.ReadAllBytesAsync(Path.Combine(_folder["old-token"], "token"), Stop);
        byte[] bent = [.. header];
        bent[^1] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(_folder["old-token"], "token"), bent, Stop);
        await RunAsync(1, "hsm", "list", "old");
        await RunAsync(1, "hsm", "doctor", "--json");
        await File.WriteAllBytesAsync(Path.Combine(_folder["old-token"], "token"), header, Stop);
    }

    /// <summary>
    /// A run that ends by SIGABRT in the middle of its work: what it leaves on its outputs and on disk.
    /// </summary>
    private async Task CrashAsync()
    {
        string keys = Path.Combine(_folder["old-token"], "keys");
        string[] before = Directory.GetFiles(keys, "*.key");
        ProcessStartInfo start = new(Shell.Program,
            ["hsm", "bench", "old", "--seconds", "20", "--verbose", "--data", _folder.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // a dump of memory holds keys, and is the operator's to forbid
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        while (!Directory.GetFiles(keys, "*.key").Except(before).Any() && !process.HasExited)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        Task<string> data = process.StandardOutput.ReadToEndAsync(Stop),
            notes = process.StandardError.ReadToEndAsync(Stop);
        while (!process.HasExited)
        {
            // The runtime's own handler sends the signal to itself once more, and now and then that gets lost.
            await Shell.RunAsync("/bin/kill", ["-ABRT", $"{process.Id}"], []);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Stop);
        }

        string said = await data + await notes;
        Assert.NotEqual(0, process.ExitCode);
        _said.Add(("a run that was aborted", said));
    }

    private async Task PrepareSoftHsmAsync(byte[] planted)
    {
        await _folder.MakeTokensAsync();
        await _folder.OfficerAsync();
        Directory.CreateDirectory(_folder["softhsm"]);
        await File.WriteAllTextAsync(_folder["softhsm2.conf"],
            $"directories.tokendir = {_folder["softhsm"]}\nlog.level = ERROR\n", Stop);
        await File.WriteAllBytesAsync(_folder["planted"], planted, Stop);
        foreach (string[] line in (string[][])[
            ["--init-token", "--free", "--label", "bank", "--so-pin", OfficerPin, "--pin", Pin],
            ["--import", _folder["planted"], "--aes", "--token", "bank", "--label", "PLANTED", "--id", "0a", "--pin",
                Pin]])
        {
            Shell.Result done = await Shell.RunAsync("/usr/bin/softhsm2-util", line,
                [new("SOFTHSM2_CONF", _folder["softhsm2.conf"])]);
            Assert.True(done.ExitCode == 0, done.Data + done.Notes);
        }

        File.Delete(_folder["planted"]);
        await ConfigureSoftHsmAsync("env:QBITEL_TEST_PIN");
    }

    private Task ConfigureSoftHsmAsync(string pin) => File.WriteAllTextAsync(_folder["hsm.json"], $$"""
        { "providers": {
            "device": { "provider": "softhsm2", "tokenLabel": "bank", "pin": "{{pin}}" },
            "new": { "provider": "software", "folder": "{{_folder["new-token"]}}",
                     "keyFile": "{{_folder["new.secret"]}}" } } }
        """, Stop);

    private async Task<string> RunAsync(int? expected, params string[] line)
    {
        string[] all = line.Contains("--data") ? [.. line, "--verbose"]
            : [.. line, "--verbose", "--data", _folder.Path];
        Shell.Result result = File.Exists(_folder["softhsm2.conf"])
            ? await Shell.RunAsync(Shell.Program, all,
                [new("QBITEL_TEST_PIN", Pin), new("SOFTHSM2_CONF", _folder["softhsm2.conf"])])
            : await Line.RunAsync(all);
        string what = string.Join(' ', line.Take(4));
        Assert.True(expected is null || result.ExitCode == expected,
            $"'{what}' ended with {result.ExitCode}: {result.Notes}{result.Data}");
        _said.Add((what, result.Data + result.Notes));
        return result.Data;
    }
}
