using System.Text.Json;
using Qbitel.Hsm.Software;

namespace Qbitel.Tests.Commands;

public sealed class HsmTests : IDisposable
{
    private const string Pin = "4711-secret-of-the-test";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_configuration_it_says_where_one_belongs()
    {
        string notes = await Line.RefusedAsync("hsm", "doctor", "--data", _folder.Path);

        Assert.Contains(_folder["hsm.json"], notes, StringComparison.Ordinal);
        Assert.Contains("docs/guides/hsm.md", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_of_the_page_about_clouds_is_understood()
    {
        string page = await File.ReadAllTextAsync(
            Path.Combine(Qbitel.Testing.Repository.Root, "docs", "guides", "cloud-keys.md"),
            TestContext.Current.CancellationToken);
        int begin = page.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        await File.WriteAllTextAsync(
            _folder["hsm.json"], page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)],
            TestContext.Current.CancellationToken);

        Qbitel.Machine.HsmConfiguration read = Qbitel.Machine.HsmConfiguration.Read(_folder["hsm.json"]);

        Assert.Equal("eu-central-1", read.Options("frankfurt").AwsKms!.Region);
        Assert.Equal("bank.managedhsm.azure.net", read.Options("bank").AzureManagedHsm!.Endpoint!.Host);
        Assert.False(read.Options("payments").GcpKms!.InHardware);
        Assert.EndsWith("/keyRings/payments", read.Options("payments").GcpKms!.KeyRing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cloud_that_cannot_be_opened_is_reported_with_its_remedy()
    {
        await File.WriteAllTextAsync(_folder["hsm.json"],
            """{"providers":{"bank":{"provider":"azure_managed_hsm"},"ring":{"provider":"gcp_kms","keyRing":"x"}}}""",
            TestContext.Current.CancellationToken);

        (int code, string printed, _) = await Line.RunAsync("hsm", "doctor", "--data", _folder.Path);

        Assert.Equal(1, code);
        Assert.Contains("DOES NOT WORK", printed, StringComparison.Ordinal);
        Assert.Contains("needs Endpoint", printed, StringComparison.Ordinal);
        Assert.Contains("projects/P/locations/L/keyRings/R", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_software_token_is_inspected_used_and_listed()
    {
        await SoftwareAsync();

        using JsonDocument made = JsonDocument.Parse(await Line.DoneAsync(
            "hsm", "generate", "dev", "ML-DSA-65", "--key", "01998f00-0000-7000-8000-000000000001", "--json",
            "--data", _folder.Path));
        using JsonDocument again = JsonDocument.Parse(await Line.DoneAsync(
            "hsm", "generate", "dev", "ML-DSA-65", "--key", "01998f00-0000-7000-8000-000000000001", "--json",
            "--data", _folder.Path));
        using JsonDocument list = JsonDocument.Parse(
            await Line.DoneAsync("hsm", "list", "--json", "--data", _folder.Path));
        using JsonDocument doctor = JsonDocument.Parse(
            await Line.DoneAsync("hsm", "doctor", "--json", "--data", _folder.Path));

        // The derivation of key names is public: docs of TokenKeyId.
        Assert.Equal("593e1f5ee1e189d3135a85b9373c54ee", made.RootElement.GetProperty("id").GetString());
        Assert.Equal(made.RootElement.GetProperty("checkValue").GetString(),
            again.RootElement.GetProperty("checkValue").GetString());
        Assert.Equal("593e1f5ee1e189d3135a85b9373c54ee",
            Assert.Single(list.RootElement.GetProperty("keys").EnumerateArray()).GetProperty("id").GetString());
        JsonElement device = Assert.Single(doctor.RootElement.GetProperty("devices").EnumerateArray());
        Assert.True(device.GetProperty("works").GetBoolean());
        Assert.False(device.GetProperty("keepsInHardware").GetBoolean());
        Assert.Contains("not met", await Line.DoneAsync("hsm", "doctor", "dev", "--data", _folder.Path),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_words_and_a_pin_is_never_repeated()
    {
        // The PIN stands where its place should be.
        await File.WriteAllTextAsync(_folder["hsm.json"], $$"""
            { "providers": {
                "vault": { "provider": "pkcs11", "module": "/nowhere/module.so", "tokenLabel": "bank",
                           "pin": "{{Pin}}" },
                "other": { "provider": "softhsm", "pin": "env:PIN" },
                "nameless": { "provider": "pkcs11", "module": "/nowhere/module.so", "pin": "env:PIN" } } }
            """, TestContext.Current.CancellationToken);

        Shell.Result doctor = await Line.RunAsync("hsm", "doctor", "--data", _folder.Path);

        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("there is no module /nowhere/module.so", doctor.Data, StringComparison.Ordinal);
        Assert.Contains("no HSM provider 'softhsm'", doctor.Data, StringComparison.Ordinal);
        Assert.Contains("TokenLabel", doctor.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", doctor.Data, StringComparison.Ordinal);
        foreach (string name in (string[])["other", "nameless"])
        {
            string refused = await Line.RefusedAsync("hsm", "list", name, "--data", _folder.Path);
            Assert.StartsWith($"qbitel: {name} in {_folder["hsm.json"]}: ", refused, StringComparison.Ordinal);
            Assert.EndsWith("Correct hsm.json as docs/guides/hsm.md shows.\n", refused, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Pin, doctor.Data + doctor.Notes, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_folder["hsm.json"],
            $$"""{ "providers": { "a": { "provider": "nss", "PIN": "{{Pin}}" } } }""",
            TestContext.Current.CancellationToken);
        string notes = await Line.RefusedAsync("hsm", "doctor", "--data", _folder.Path);
        Assert.DoesNotContain(Pin, notes, StringComparison.Ordinal);
        Assert.Contains("providers.a", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_goes_on_after_an_HSM_that_does_not_open()
    {
        await SoftwareAsync();
        string written = await File.ReadAllTextAsync(_folder["hsm.json"], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["hsm.json"], written.Replace("\"dev\":", """
            "vault": { "provider": "pkcs11", "module": "/nowhere/module.so", "tokenLabel": "bank", "pin": "env:PIN" },
            "other": { "provider": "softhsm", "pin": "env:PIN" },
            "dev":
            """, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains("No other HSM has keys", (await Line.RunAsync("hsm", "list", "--data", _folder.Path)).Data,
            StringComparison.Ordinal);
        string key = (await Line.DoneAsync("hsm", "generate", "dev", "ECDSA-P256", "--data", _folder.Path))
            .Split(' ')[2];

        Shell.Result text = await Line.RunAsync("hsm", "list", "--data", _folder.Path);
        Shell.Result json = await Line.RunAsync("hsm", "list", "--json", "--data", _folder.Path);

        Assert.Equal((1, 1), (text.ExitCode, json.ExitCode));
        Assert.Contains(key, text.Data, StringComparison.Ordinal);
        Assert.Contains("vault: NOT LISTED", text.Data, StringComparison.Ordinal);
        Assert.Contains("there is no module /nowhere/module.so", text.Data, StringComparison.Ordinal);
        using JsonDocument list = JsonDocument.Parse(json.Data);
        Assert.Equal(key,
            Assert.Single(list.RootElement.GetProperty("keys").EnumerateArray()).GetProperty("id").GetString());
        JsonElement[] missing = [.. list.RootElement.GetProperty("notListed").EnumerateArray()];
        Assert.Equal(["vault", "other"], missing.Select(each => each.GetProperty("hsm").GetString()));
        Assert.Contains("no HSM provider 'softhsm'", missing[1].GetProperty("problem").GetString(),
            StringComparison.Ordinal);
        Assert.All(missing, each => Assert.NotEmpty(each.GetProperty("remedy").GetString()!));
        Assert.Contains(key, await Line.DoneAsync("hsm", "list", "dev", "--data", _folder.Path),
            StringComparison.Ordinal);
        await Line.RefusedAsync("hsm", "list", "vault", "--data", _folder.Path);
    }

    [Fact]
    public async Task A_bench_measures_with_keys_that_are_gone_afterwards()
    {
        await SoftwareAsync();

        using JsonDocument bench = JsonDocument.Parse(await Line.DoneAsync(
            "hsm", "bench", "dev", "--seconds", "0.02", "--callers", "1", "2", "--json", "--data", _folder.Path));

        JsonElement[] rows = [.. bench.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Contains(rows, r => r.GetProperty("operation").GetString() == "Decapsulate");
        Assert.All(rows, r => Assert.True(r.GetProperty("perSecond").GetDouble() > 0));
        Assert.All(rows, r => Assert.True(
            r.GetProperty("p50Microseconds").GetDouble() <= r.GetProperty("p99Microseconds").GetDouble()));
        Assert.Contains("There are no keys", await Line.DoneAsync("hsm", "list", "--data", _folder.Path),
            StringComparison.Ordinal);
        Assert.Contains("1 to 256", await Line.MisusedAsync(
            "hsm", "bench", "dev", "--callers", "0", "--data", _folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_or_algorithm_is_misuse()
    {
        await SoftwareAsync();

        Assert.Contains("There are: dev", await Line.MisusedAsync("hsm", "list", "vault", "--data", _folder.Path),
            StringComparison.Ordinal);
        Assert.Contains("ML-KEM-768",
            await Line.MisusedAsync("hsm", "generate", "dev", "ROT13", "--data", _folder.Path),
            StringComparison.Ordinal);
        Assert.Contains("Versions begin at 1", await Line.MisusedAsync(
            "hsm", "generate", "dev", "ML-KEM-768", "--version", "0", "--data", _folder.Path),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task SoftHsm_is_inspected_as_a_user_would()
    {
        const string Tool = "/usr/bin/softhsm2-util";
        Assert.SkipUnless(File.Exists(Tool), "SoftHSM is not installed: apt-get install softhsm2");
        Directory.CreateDirectory(_folder["tokens"]);
        await File.WriteAllTextAsync(_folder["softhsm2.conf"], $"directories.tokendir = {_folder["tokens"]}\n",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["hsm.json"], """
            { "providers": { "vault": { "provider": "softhsm2", "tokenLabel": "bank", "pin": "env:VAULT_PIN" } } }
            """, TestContext.Current.CancellationToken);
        KeyValuePair<string, string?>[] environment =
            [new("SOFTHSM2_CONF", _folder["softhsm2.conf"]), new("VAULT_PIN", Pin)];
        Shell.Result made = await Shell.RunAsync(Tool,
            ["--init-token", "--free", "--label", "bank", "--so-pin", "0815-officer", "--pin", Pin], environment);
        Assert.Equal(0, made.ExitCode);

        Shell.Result doctor = await QbitelAsync("hsm", "doctor");
        Shell.Result key = await QbitelAsync("hsm", "generate", "vault", "ECDSA-P256");
        Shell.Result list = await QbitelAsync("hsm", "list");
        Shell.Result refused = await QbitelAsync("hsm", "generate", "vault", "ML-DSA-65");
        environment[1] = new("VAULT_PIN", "another");
        Shell.Result wrong = await QbitelAsync("hsm", "doctor");

        Assert.Equal((0, ""), (doctor.ExitCode, doctor.Notes));
        Assert.Contains("vault (softhsm2): works", doctor.Data, StringComparison.Ordinal);
        Assert.Contains("PKCS#11 2.40", doctor.Data, StringComparison.Ordinal);
        Assert.Contains("ML-KEM-768: the slot does not list CKM_ML_KEM_KEY_PAIR_GEN", doctor.Data,
            StringComparison.Ordinal);
        Assert.Equal((0, ""), (key.ExitCode, key.Notes));
        Assert.Contains("ECDSA-P256-SHA256", list.Data, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("CKM_ML_DSA_KEY_PAIR_GEN", refused.Notes, StringComparison.Ordinal);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("CKR_PIN_INCORRECT", wrong.Data, StringComparison.Ordinal);
        foreach (Shell.Result each in (Shell.Result[])[doctor, key, list, refused, wrong])
            Assert.DoesNotContain(Pin, each.Data + each.Notes, StringComparison.Ordinal);

        Task<Shell.Result> QbitelAsync(params string[] args) =>
            Shell.RunAsync(Shell.Program, [.. args, "--data", _folder.Path], environment);
    }

    private async Task SoftwareAsync()
    {
        TokenSecret.CreateKeyFile(_folder["secret"]);
        using TokenSecret secret = TokenSecret.FromKeyFile(_folder["secret"]);
        await (await SoftwareToken.CreateAsync(new SoftwareTokenOptions { Folder = _folder["token"] }, secret,
            TimeProvider.System, null, TestContext.Current.CancellationToken)).DisposeAsync();
        await File.WriteAllTextAsync(_folder["hsm.json"], $$"""
            { "providers": { "dev": { "provider": "software", "folder": "{{_folder["token"]}}",
                                      "keyFile": "{{_folder["secret"]}}" } } }
            """, TestContext.Current.CancellationToken);
    }
}
