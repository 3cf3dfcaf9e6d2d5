using System.Security.Cryptography;
using System.Text.Json;
using Qbitel.Cryptography;

namespace Qbitel.Tests.Commands;

public sealed class EncryptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);

    public static readonly TheoryData<string> Algorithms =
        [.. KemAlgorithm.All.Where(known => known.Oid is not null).Select(known => known.Name)];

    public EncryptTests() => File.WriteAllBytes(_folder["ledger.csv"], _content);

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Algorithms))]
    public async Task A_file_comes_back_with_every_algorithm(string algorithm)
    {
        await Line.DoneAsync("key", "generate", algorithm, "-o", _folder["a.key"]);

        await Line.DoneAsync("encrypt", _folder["ledger.csv"], "--to", _folder["a.key.pub"]);
        await Line.DoneAsync("decrypt", _folder["ledger.csv.sealed"], "--key", _folder["a.key"], "-o", _folder["back"]);

        Assert.Equal(_content, await File.ReadAllBytesAsync(_folder["back"], TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["back"]));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public async Task A_file_comes_back_from_CMS_and_a_changed_one_does_not(string algorithm)
    {
        await Line.DoneAsync("key", "generate", algorithm, "-o", _folder["a.key"]);
        await Line.DoneAsync("encrypt", _folder["ledger.csv"], "--to", _folder["a.key.pub"], "--cms");
        string[] decrypt = ["decrypt", _folder["ledger.csv.p7m"], "--key", _folder["a.key"], "-o"];

        await Line.DoneAsync([.. decrypt, _folder["back"]]);
        Assert.Equal(_content, await File.ReadAllBytesAsync(_folder["back"], TestContext.Current.CancellationToken));
        Assert.Contains(algorithm, await Line.DoneAsync("decrypt", _folder["ledger.csv.p7m"], "--recipients"),
            StringComparison.Ordinal);

        byte[] message = await File.ReadAllBytesAsync(_folder["ledger.csv.p7m"], TestContext.Current.CancellationToken);
        message[^30] ^= 1;
        await File.WriteAllBytesAsync(_folder["ledger.csv.p7m"], message, TestContext.Current.CancellationToken);
        await Line.RefusedAsync([.. decrypt, _folder["none"]]);
        Assert.False(File.Exists(_folder["none"]));
    }

    [Fact]
    public async Task Each_of_several_recipients_opens_it_and_nobody_else()
    {
        foreach ((string name, string algorithm) in new[] { ("a", "X-Wing"), ("b", "ML-KEM-768"), ("c", "ML-KEM-768") })
            await Line.DoneAsync("key", "generate", algorithm, "-o", _folder[$"{name}.key"]);

        await Line.DoneAsync("encrypt", _folder["ledger.csv"], "--to", _folder["a.key.pub"], _folder["b.key.pub"], "-o",
            _folder["sealed"]);
        using JsonDocument listed =
            JsonDocument.Parse(await Line.DoneAsync("decrypt", _folder["sealed"], "--recipients", "--json"));

        Assert.Equal(2, listed.RootElement.GetProperty("recipients").GetArrayLength());
        await Line.DoneAsync("decrypt", _folder["sealed"], "--key", _folder["a.key"], "-o", _folder["1"]);
        await Line.DoneAsync("decrypt", _folder["sealed"], "--key", _folder["b.key"], "-o", _folder["2"]);
        await Line.RefusedAsync("decrypt", _folder["sealed"], "--key", _folder["c.key"], "-o", _folder["3"]);
        Assert.False(File.Exists(_folder["3"]));
        Assert.Contains("twice", await Line.MisusedAsync("encrypt", _folder["ledger.csv"], "-o", _folder["4"],
            "--to", _folder["a.key.pub"], "--to", _folder["a.key.pub"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_file_that_was_cut_extended_or_changed_leaves_nothing_behind(int change)
    {
        await Line.DoneAsync("key", "generate", "ML-KEM-768", "-o", _folder["a.key"]);
        await Line.DoneAsync("encrypt", _folder["ledger.csv"], "--to", _folder["a.key.pub"], "-o", _folder["sealed"]);
        byte[] bytes = await File.ReadAllBytesAsync(_folder["sealed"], TestContext.Current.CancellationToken);
        if (change == 0) bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(_folder["sealed"], change < 0 ? bytes[..^1] : change > 0 ? [.. bytes, 0] : bytes,
            TestContext.Current.CancellationToken);
        string[] before = Directory.GetFileSystemEntries(_folder.Path);

        await Line.RefusedAsync("decrypt", _folder["sealed"], "--key", _folder["a.key"], "-o", _folder["back"]);

        Assert.Equal(before.Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Associated_data_must_be_known_again()
    {
        await Line.DoneAsync("key", "generate", "X-Wing", "-o", _folder["a.key"]);
        await Line.DoneAsync("encrypt", _folder["ledger.csv"], "--to", _folder["a.key.pub"], "--associated-data",
            "2026-11");
        string[] decrypt = ["decrypt", _folder["ledger.csv.sealed"], "--key", _folder["a.key"], "-o", _folder["back"]];

        await Line.RefusedAsync(decrypt);
        await Line.DoneAsync([.. decrypt, "--associated-data", "2026-11"]);
    }

    [Fact]
    public async Task Pipes_carry_files_both_ways_and_answer_1_for_one_that_was_cut()
    {
        await Line.DoneAsync("key", "generate", "X-Wing", "-o", _folder["a.key"]);
        string program = $"'{Shell.Program}'";

        Shell.Result whole = await BashAsync(
            $"{program} encrypt - --to a.key.pub <ledger.csv | {program} decrypt - --key a.key >back; cmp back "
                + $"ledger.csv");
        Shell.Result cut = await BashAsync(
            $"{program} encrypt - --to a.key.pub <ledger.csv | head -c 200000 | {program} decrypt - --key a.key >back");

        Assert.Equal((0, "", ""), (whole.ExitCode, whole.Data, whole.Notes));
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("qbitel: ", cut.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_encrypted_to_or_decrypted_is_refused_or_misuse()
    {
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["sign.key"]);
        await Line.DoneAsync("key", "generate", "ML-KEM-512", "-o", _folder["a.key"]);

        Assert.Contains("ML-DSA-44",
            await Line.RefusedAsync("encrypt", _folder["ledger.csv"], "--to", _folder["sign.key.pub"]),
            StringComparison.Ordinal);
        await Line.RefusedAsync("decrypt", _folder["ledger.csv"], "--key", _folder["a.key"], "-o", _folder["back"]);
        await Line.RefusedAsync("decrypt", _folder["ledger.csv"], "--recipients");
        await Line.MisusedAsync("decrypt", _folder["ledger.csv"]);
        await Line.MisusedAsync("encrypt", _folder["ledger.csv"]);
        await Line.DoneAsync("encrypt", _folder["ledger.csv"], "--to", _folder["a.key.pub"]);
        Assert.Contains("public key",
            await Line.RefusedAsync("decrypt", _folder["ledger.csv.sealed"], "--key", _folder["a.key.pub"], "-o",
            _folder["back"]),
            StringComparison.Ordinal);
        Assert.Contains("--force",
            await Line.RefusedAsync("decrypt", _folder["ledger.csv.sealed"], "--key", _folder["a.key"]),
            StringComparison.Ordinal);
    }

    private Task<Shell.Result> BashAsync(string script) =>
        Shell.RunAsync("/usr/bin/env", ["bash", "-euo", "pipefail", "-c", script], [], _folder.Path);
}
