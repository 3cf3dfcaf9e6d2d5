using Qbitel.Cryptography;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Tests.Software;

public sealed class SoftwareTokenTests : HsmProviderContract, IDisposable
{
    private readonly TokenFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.CreateAsync();

    [Fact]
    public async Task It_keeps_every_algorithm_and_claims_no_hardware()
    {
        await using HsmProvider token = await OpenAsync();
        Assert.All(KeyAlgorithm.All, algorithm =>
        {
            Assert.True(token.Supports(HsmOperation.GenerateKey, algorithm));
            Assert.False(token.KeepsInHardware(algorithm));
        });
    }
}

/// <summary>The same laws when no key stays in memory: every use reads the disk.</summary>
public sealed class UncachedSoftwareTokenTests : HsmProviderContract, IDisposable
{
    private readonly TokenFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() =>
        await _fixture.CreateAsync(_fixture.Options with { KeysInMemory = 0 });
}
