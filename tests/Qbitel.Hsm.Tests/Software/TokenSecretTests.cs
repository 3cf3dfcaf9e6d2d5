using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Software;
using static Qbitel.Hsm.Tests.Software.TokenFixture;

namespace Qbitel.Hsm.Tests.Software;

/// <summary>Passphrases and key files: what opens a token and what does not.</summary>
public sealed class TokenSecretTests : IDisposable
{
    private const string Passphrase = "correct horse battery";

    private readonly TokenFixture _fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // The least a token accepts, to keep the tests short.
    private SoftwareTokenOptions Options => _fixture.Options with { PassphraseIterations = TokenHeader.MinIterations };

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_passphrase_opens_its_token_and_no_other_does()
    {
        await using (SoftwareToken token = await CreateAsync(Passphrase))
            await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);

        await using (SoftwareToken again = await OpenAsync(Passphrase))
            Assert.NotNull(await again.FindAsync(Id(1), Stop));
        foreach (
            string wrong in (string[])["correct horse batterz", "Correct horse battery", "correct horse battery ", "c"])
        {
            HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await OpenAsync(wrong));
            Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
            Assert.False(refused.IsTransient);
            Assert.DoesNotContain(wrong + " ", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_file_does_not_open_a_token_closed_by_a_passphrase_nor_the_reverse()
    {
        await (await CreateAsync(Passphrase)).DisposeAsync();
        HsmException keyFile = await Assert.ThrowsAsync<HsmException>(async () => await _fixture.OpenAsync());
        Assert.Contains("closed by a passphrase", keyFile.Message, StringComparison.Ordinal);

        using TokenFixture other = new();
        await (await other.CreateAsync()).DisposeAsync();
        using TokenSecret secret = TokenSecret.FromPassphrase(Passphrase);
        HsmException passphrase = await Assert.ThrowsAsync<HsmException>(
            async () => await SoftwareToken.OpenAsync(other.Options, secret, other.Time, null, Stop));
        Assert.Contains("closed by a key file", passphrase.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_file_does_not_open_the_token()
    {
        await (await _fixture.CreateAsync()).DisposeAsync();
        File.Delete(_fixture.KeyFile);
        TokenSecret.CreateKeyFile(_fixture.KeyFile);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await _fixture.OpenAsync());
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
    }

    [Fact]
    public async Task A_short_passphrase_is_refused_for_a_new_token()
    {
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () => await CreateAsync("elevenchars"));
        Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
        Assert.False(SoftwareToken.Exists(_fixture.Folder));
        Assert.Throws<ArgumentException>(() => TokenSecret.FromPassphrase(""));
    }

    [Fact]
    public async Task Changing_the_secret_rewrites_the_token_file_only()
    {
        await using SoftwareToken open = await CreateAsync(Passphrase);
        HsmKey key = await open.GenerateKeyAsync(Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        byte[] sealedKey = File.ReadAllBytes(_fixture.KeyPath(key.Id));
        byte[] header = File.ReadAllBytes(Path.Combine(_fixture.Folder, "token"));

        await ChangeAsync(Passphrase, "another passphrase");

        Assert.Equal(sealedKey, File.ReadAllBytes(_fixture.KeyPath(key.Id)));
        Assert.NotEqual(header, File.ReadAllBytes(Path.Combine(_fixture.Folder, "token")));
        await Assert.ThrowsAsync<HsmException>(async () => await OpenAsync(Passphrase));
        await using SoftwareToken again = await OpenAsync("another passphrase");
        Assert.True(
            await open.VerifyAsync(key, default, await again.SignAsync(key, default, default, Stop), default, Stop));
        // stays open
        Assert.True(
            await open.VerifyAsync(key, default, await open.SignAsync(key, default, default, Stop), default, Stop));
    }

    [Fact]
    public async Task Changing_the_secret_needs_the_current_one_and_a_good_next_one()
    {
        await (await CreateAsync(Passphrase)).DisposeAsync();
        await Assert.ThrowsAsync<HsmException>(() => ChangeAsync("not the passphrase", "another passphrase"));
        await Assert.ThrowsAsync<HsmException>(() => ChangeAsync(Passphrase, "short"));
        await (await OpenAsync(Passphrase)).DisposeAsync();
    }

    [Fact]
    public async Task A_passphrase_can_give_way_to_a_key_file()
    {
        await using (SoftwareToken token = await CreateAsync(Passphrase))
            await token.GenerateKeyAsync(Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        using (TokenSecret current = TokenSecret.FromPassphrase(Passphrase))
        using (TokenSecret next = TokenSecret.FromKeyFile(_fixture.KeyFile))
            await SoftwareToken.ChangeSecretAsync(Options, current, next, Stop);

        await using SoftwareToken again = await _fixture.OpenAsync();
        Assert.NotNull(await again.FindAsync(Id(1), Stop));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)]
    public void A_key_file_that_others_can_read_is_refused(UnixFileMode mode)
    {
        File.SetUnixFileMode(_fixture.KeyFile, mode);
        HsmException refused = Assert.Throws<HsmException>(() => TokenSecret.FromKeyFile(_fixture.KeyFile));
        Assert.Contains($"chmod 600 {_fixture.KeyFile}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_may_be_read_only()
    {
        File.SetUnixFileMode(_fixture.KeyFile, UnixFileMode.UserRead);
        TokenSecret.FromKeyFile(_fixture.KeyFile).Dispose();
    }

    [Theory, InlineData(0), InlineData(31), InlineData(33), InlineData(64)]
    public void A_key_file_of_another_size_is_refused(int size)
    {
        File.WriteAllBytes(_fixture.KeyFile, RandomNumberGenerator.GetBytes(size));
        HsmException refused = Assert.Throws<HsmException>(() => TokenSecret.FromKeyFile(_fixture.KeyFile));
        Assert.Contains($"{size} bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_of_zeros_or_none_at_all_is_refused()
    {
        File.WriteAllBytes(_fixture.KeyFile, new byte[TokenSecret.KeyFileSize]);
        Assert.Throws<HsmException>(() => TokenSecret.FromKeyFile(_fixture.KeyFile));
        File.Delete(_fixture.KeyFile);
        HsmException missing = Assert.Throws<HsmException>(() => TokenSecret.FromKeyFile(_fixture.KeyFile));
        Assert.Contains(_fixture.KeyFile, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_existing_key_file_is_never_overwritten()
    {
        byte[] before = File.ReadAllBytes(_fixture.KeyFile);
        Assert.Throws<HsmException>(() => TokenSecret.CreateKeyFile(_fixture.KeyFile));
        Assert.Equal(before, File.ReadAllBytes(_fixture.KeyFile));
    }

    private async ValueTask<SoftwareToken> CreateAsync(string passphrase)
    {
        using TokenSecret secret = TokenSecret.FromPassphrase(passphrase);
        return await SoftwareToken.CreateAsync(Options, secret, _fixture.Time, null, Stop);
    }

    private async ValueTask<SoftwareToken> OpenAsync(string passphrase)
    {
        using TokenSecret secret = TokenSecret.FromPassphrase(passphrase);
        return await SoftwareToken.OpenAsync(Options, secret, _fixture.Time, null, Stop);
    }

    private async Task ChangeAsync(string from, string to)
    {
        using TokenSecret current = TokenSecret.FromPassphrase(from);
        using TokenSecret next = TokenSecret.FromPassphrase(to);
        await SoftwareToken.ChangeSecretAsync(Options, current, next, Stop);
    }
}
