using Qbitel.Cryptography;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Providers;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests.Providers;

public sealed class HsmProvidersTests : IDisposable
{
    private readonly TokenFixture _fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("AWS_KMS")]
    [InlineData("azure_key_vault")]
    [InlineData("PKCS11")]
    [InlineData("Software")]
    [InlineData("")]
    public async Task A_provider_that_is_not_built_is_refused_and_never_replaced(string name)
    {
        HsmOptions options = new()
        {
            Provider = name,
            Software = _fixture.Options,
            KeyFile = _fixture.KeyFile,
            CreateIfMissing = true,
        };

        NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop));

        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Available: software", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_fixture.Folder));
    }

    [Theory]
    [InlineData("pkcs11")]
    [InlineData("thales_luna")]
    [InlineData("aws_cloudhsm")]
    [InlineData("nshield")]
    [InlineData("utimaco")]
    public async Task A_device_whose_module_is_absent_is_refused_and_never_replaced(string name)
    {
        HsmOptions options = new()
        {
            Provider = name,
            Software = _fixture.Options,
            KeyFile = _fixture.KeyFile,
            CreateIfMissing = true,
            Pkcs11 = new Pkcs11Options { TokenLabel = "bank", Module = "/nowhere/module.so", Pin = "env:NO_SUCH_PIN" },
        };

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await HsmProvider.CreateAsync(options with { Pkcs11 = null }, _fixture.Time, null, Stop));

        Assert.Equal(HsmFailure.Unavailable, refused.Failure);
        Assert.Equal(name, refused.Provider);
        Assert.False(Directory.Exists(_fixture.Folder));
    }

    [Theory]
    [InlineData("aws_kms")]
    [InlineData("azure_managed_hsm")]
    [InlineData("gcp_kms")]
    public async Task A_cloud_without_its_section_is_refused_and_never_replaced(string name)
    {
        HsmOptions options = new()
        {
            Provider = name,
            Software = _fixture.Options,
            KeyFile = _fixture.KeyFile,
            CreateIfMissing = true,
        };

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            async () => await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop));

        Assert.Contains("section", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_fixture.Folder));
    }

    [Fact]
    public async Task The_software_token_is_made_only_when_asked_for()
    {
        HsmOptions options = new()
        {
            Provider = "software",
            Software = _fixture.Options,
            KeyFile = Path.Combine(
            _fixture.Root, "fresh.secret")
        };
        await Assert.ThrowsAsync<HsmException>(
            async () => await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop));
        Assert.False(File.Exists(options.KeyFile));

        await using (HsmProvider made = await HsmProvider.CreateAsync(
            options with { CreateIfMissing = true }, _fixture.Time, null, Stop))
        {
            await made.GenerateKeyAsync(TokenFixture.Id(1), CipherAlgorithm.Aes256Gcm, Stop);
        }

        await using HsmProvider opened = await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop);
        Assert.NotNull(await opened.FindAsync(TokenFixture.Id(1), Stop));
    }

    [Fact]
    public async Task A_lost_key_file_is_not_replaced_by_a_new_one()
    {
        HsmOptions options = new()
        {
            Provider = "software",
            Software = _fixture.Options,
            KeyFile = _fixture.KeyFile,
            CreateIfMissing = true,
        };
        await (await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop)).DisposeAsync();
        File.Delete(_fixture.KeyFile);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop));

        Assert.Contains(_fixture.KeyFile, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_fixture.KeyFile));
    }

    [Fact]
    public async Task The_passphrase_is_asked_for()
    {
        HsmOptions options = new()
        {
            Provider = "software",
            Software = _fixture.Options with { PassphraseIterations = 210_000 },
            AskSecret = () => TokenSecret.FromPassphrase("correct horse battery"),
            CreateIfMissing = true,
        };
        await (await HsmProvider.CreateAsync(options, _fixture.Time, null, Stop)).DisposeAsync();
        HsmOptions wrong = options with { AskSecret = () => TokenSecret.FromPassphrase("battery horse correct") };
        await Assert.ThrowsAsync<HsmException>(
            async () => await HsmProvider.CreateAsync(wrong, _fixture.Time, null, Stop));
        await Assert.ThrowsAsync<ArgumentException>(
            async () =>
                await HsmProvider.CreateAsync(options with { KeyFile = _fixture.KeyFile }, _fixture.Time, null, Stop));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await HsmProvider.CreateAsync(options with { AskSecret = null }, _fixture.Time, null, Stop));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await HsmProvider.CreateAsync(options with { Software = null }, _fixture.Time, null, Stop));
    }
}
