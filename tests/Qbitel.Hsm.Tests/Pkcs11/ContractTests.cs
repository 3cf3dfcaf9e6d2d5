namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>The laws of every provider, on SoftHSM: classical keys over PKCS#11 2.40.</summary>
[Collection(RealModules.Name)]
public sealed class SoftHsmContractTests : HsmProviderContract, IDisposable
{
    private readonly SoftHsmFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.OpenAsync();
}

/// <summary>The same laws on NSS softoken: ML-KEM and ML-DSA over PKCS#11 3.2.</summary>
[Collection(RealModules.Name)]
public sealed class NssContractTests : HsmProviderContract, IDisposable
{
    private readonly NssFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() => await _fixture.OpenAsync();
}

/// <summary>The laws once more where calls enter the module on their callers' threads.</summary>
[Collection(RealModules.Name)]
public sealed class SoftHsmOnCallersThreadContractTests : HsmProviderContract, IDisposable
{
    private readonly SoftHsmFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    protected override async ValueTask<HsmProvider> OpenAsync() =>
        await _fixture.OpenAsync(_fixture.Options with { OnCallersThread = true });
}
