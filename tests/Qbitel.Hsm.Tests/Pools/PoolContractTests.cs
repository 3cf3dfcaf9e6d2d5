using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Tests.Pkcs11;

namespace Qbitel.Hsm.Tests.Pools;

/// <summary>
/// A pool keeps the laws of every provider: here over two software tokens that know nothing of each other.
/// </summary>
public sealed class PoolOfSoftwareContractTests : HsmProviderContract, IDisposable
{
    private readonly PoolFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.OpenAsync();
}

/// <summary>The same laws over two tokens of SoftHSM.</summary>
[Collection(RealModules.Name)]
public sealed class PoolOfSoftHsmContractTests : HsmProviderContract, IDisposable
{
    private readonly SoftHsmFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync()
    {
        _fixture.AddToken("second");
        return await HsmPool.OpenAsync(
            [
                new("first", async _ => await _fixture.OpenAsync()),
                new("second", async _ => await _fixture.OpenAsync(_fixture.Options with { TokenLabel = "second" })),
            ],
            new HsmPoolOptions(), TimeProvider.System, null, Stop);
    }
}

/// <summary>The laws of card cryptography, through a pool of two software tokens.</summary>
public sealed class PoolOfSoftwareCardsTests : HsmCardsContract, IDisposable
{
    private readonly PoolFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.OpenAsync();
}

/// <summary>The same through a pool of two tokens of SoftHSM.</summary>
[Collection(RealModules.Name)]
public sealed class PoolOfSoftHsmCardsTests : HsmCardsContract, IDisposable
{
    private readonly SoftHsmFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync()
    {
        _fixture.AddToken("second");
        return await HsmPool.OpenAsync(
            [
                new("first", async _ => await _fixture.OpenAsync()),
                new("second", async _ => await _fixture.OpenAsync(_fixture.Options with { TokenLabel = "second" })),
            ],
            new HsmPoolOptions(), TimeProvider.System, null, TestContext.Current.CancellationToken);
    }
}
