using System.Security.Cryptography;
using System.Text.Json;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.Tests.Commands;

public sealed class KeyTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    public static readonly TheoryData<string> Algorithms =
        [.. KeyAlgorithm.All.Where(known => known is { Oid: not null } and not CipherAlgorithm)
            .Where(known => !known.Name.StartsWith("SLH-DSA", StringComparison.Ordinal)
                || known.Name.EndsWith("128f", StringComparison.Ordinal))
            .Select(known => known.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Algorithms))]
    public async Task A_key_of_every_algorithm_is_made_and_read_again(string algorithm)
    {
        using JsonDocument made =
            JsonDocument.Parse(await Line.DoneAsync("key", "generate", algorithm, "-o", _folder["a.key"], "--json"));
        using JsonDocument pair = JsonDocument.Parse(await Line.DoneAsync("key", "show", _folder["a.key"], "--json"));
        using JsonDocument half =
            JsonDocument.Parse(await Line.DoneAsync("key", "show", _folder["a.key.pub"], "--json"));

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["a.key"]));
        foreach (JsonDocument shown in (JsonDocument[])[pair, half])
        {
            Assert.Equal(algorithm, shown.RootElement.GetProperty("algorithm").GetString());
            Assert.Equal(made.RootElement.GetProperty("fingerprint").GetString(),
                shown.RootElement.GetProperty("fingerprint").GetString());
        }

        Assert.Equal("private", pair.RootElement.GetProperty("half").GetString());
        Assert.Equal("public", half.RootElement.GetProperty("half").GetString());
        Assert.Contains(pair.RootElement.GetProperty("warnings").EnumerateArray(), warning =>
            warning.GetString()!.Contains("in the clear", StringComparison.Ordinal));
        Assert.Equal(!KeyAlgorithm.Parse(algorithm).IsQuantumSafe,
            half.RootElement.GetProperty("warnings").EnumerateArray()
            .Any(warning => warning.GetString()!.StartsWith("classical", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_secret_of_a_key_is_shown_in_any_form()
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["a.key"]);
        using StoredKey key = KeyFile.Read(await File
            .ReadAllBytesAsync(_folder["a.key"], TestContext.Current.CancellationToken));
        byte[] seed = key.Signature!.ExportPrivateKey();

        string shown = await Line.DoneAsync("key", "show", _folder["a.key"])
            + await Line.DoneAsync("key", "show", _folder["a.key"], "--json", "--verbose")
            + await Line.DoneAsync("key", "convert", _folder["a.key"], "--to", "der", "-o", _folder["b.key"], "--json");

        Assert.DoesNotContain(Convert.ToHexString(seed), shown, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(seed)[..20], shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_there_is_not_replaced_unless_it_is_said()
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["a.key"]);
        byte[] first = await File.ReadAllBytesAsync(_folder["a.key"], TestContext.Current.CancellationToken);

        Assert.Contains("--force", await Line.RefusedAsync("key", "generate", "ML-DSA-44", "-o", _folder["a.key"]),
            StringComparison.Ordinal);
        Assert.Contains("--force",
            await Line.RefusedAsync("key", "generate", "ML-DSA-44", "-o", _folder["b.key"], "--public",
            _folder["a.key"]), StringComparison.Ordinal);
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder["a.key"], TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_folder["b.key"]));

        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["a.key"], "--force");
        Assert.NotEqual(first, await File.ReadAllBytesAsync(_folder["a.key"], TestContext.Current.CancellationToken));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["a.key"]));
    }

    [Fact]
    public async Task An_encrypted_key_opens_with_its_passphrase_only_and_is_never_written_in_the_clear_unasked()
    {
        await File.WriteAllTextAsync(_folder["secret"], "correct horse\nsecond line\n",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["wrong"], "incorrect horse", TestContext.Current.CancellationToken);
        await Line.DoneAsync("key", "generate", "ML-KEM-768", "-o", _folder["a.key"], "--passphrase-file",
            _folder["secret"]);

        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----",
            await File.ReadAllTextAsync(_folder["a.key"], TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        Assert.Contains("no terminal", (await Shell.QbitelAsync("key", "show", _folder["a.key"])).Notes,
            StringComparison.Ordinal);
        string wrong = await Line.RefusedAsync("key", "show", _folder["a.key"], "--passphrase-file", _folder["wrong"]);
        Assert.DoesNotContain("horse", wrong, StringComparison.Ordinal);
        await Line.DoneAsync("key", "show", _folder["a.key"], "--passphrase-file", _folder["secret"]);

        string[] toClear = ["key", "convert", _folder["a.key"], "-o", _folder["b.key"], "--passphrase-file",
            _folder["secret"]];
        Assert.Contains("--no-passphrase", await Line.RefusedAsync(toClear), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["b.key"]));
        await Line.DoneAsync([.. toClear, "--no-passphrase"]);
        await Line.DoneAsync("key", "show", _folder["b.key"]);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("der")]
    [InlineData("pkcs8")]
    [InlineData("jwk")]
    [InlineData("cose")]
    public async Task A_private_key_is_the_same_key_in_every_format(string format)
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder["a.key"]);

        await Line.DoneAsync("key", "convert", _folder["a.key"], "--to", format, "-o", _folder["b.key"]);
        await Line.DoneAsync("key", "convert", _folder["b.key"], "-o", _folder["c.key"]);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["b.key"]));
        Assert.Equal(await File.ReadAllTextAsync(_folder["a.key"], TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(_folder["c.key"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--expanded")]
    [InlineData("--both")]
    public async Task Lattice_keys_are_written_in_the_forms_of_their_standards(string form)
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["a.key"]);

        await Line.DoneAsync("key", "convert", _folder["a.key"], form, "-o", _folder["b.key"]);

        string shown = await Line.DoneAsync("key", "show", _folder["b.key"]);
        Assert.Equal(form == "--expanded", shown.Contains("its seed cannot be had back", StringComparison.Ordinal));
        Assert.Contains("exclude",
            await Line.MisusedAsync("key", "convert", _folder["a.key"], "--both", "--expanded", "-o", _folder["c.key"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_key_goes_to_standard_output_and_a_private_one_does_not_by_itself()
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["a.key"]);

        Shell.Result half = await Shell.QbitelAsync("key", "convert", _folder["a.key"], "--public");
        Assert.Equal(await File.ReadAllTextAsync(_folder["a.key.pub"], TestContext.Current.CancellationToken),
            half.Data);
        Assert.Contains("-o FILE", await Line.MisusedAsync("key", "convert", _folder["a.key"]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ROT13")]
    [InlineData("AES-256-GCM")]
    [InlineData("X25519MLKEM768")]
    public async Task What_is_no_algorithm_of_keys_in_files_is_misuse_and_the_answer_lists_what_is(string algorithm)
    {
        string notes = await Line.MisusedAsync("key", "generate", algorithm);

        Assert.Contains($"'{algorithm}'", notes, StringComparison.Ordinal);
        Assert.Contains("ML-DSA-65, ", notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("{\"kty\":\"RSA\"}")]
    public async Task What_is_no_key_is_refused_by_the_name_of_its_file(string content)
    {
        await File.WriteAllTextAsync(_folder["a.key"], content, TestContext.Current.CancellationToken);

        Assert.Contains(_folder["a.key"], await Line.RefusedAsync("key", "show", _folder["a.key"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_key_that_others_may_read_is_warned_of()
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["a.key"]);
        File.SetUnixFileMode(_folder["a.key"], OwnerOnly | UnixFileMode.OtherRead);

        Assert.Contains($"chmod 600 '{_folder["a.key"]}'", await Line.DoneAsync("key", "show", _folder["a.key"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_platform_reads_the_keys_where_it_knows_the_algorithm()
    {
        Assert.SkipUnless(MLDsa.IsSupported, "the platform's ML-DSA needs OpenSSL 3.5");
        await Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder["a.key"]);

        Shell.Result read = await Shell.RunAsync("/usr/bin/openssl", ["pkey", "-in", _folder["a.key"], "-pubout"], []);

        Assert.Equal(0, read.ExitCode);
        Assert.Equal(await File.ReadAllTextAsync(_folder["a.key.pub"], TestContext.Current.CancellationToken),
            read.Data);
    }
}
