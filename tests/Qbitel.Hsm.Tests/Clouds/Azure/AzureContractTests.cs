namespace Qbitel.Hsm.Tests.Clouds.Azure;

/// <summary>The laws of every provider, on Managed HSM as our server speaks it.</summary>
public sealed class AzureContractTests : HsmProviderContract, IAsyncLifetime
{
    private FakeManagedHsm _server = null!;

    public async ValueTask InitializeAsync() => _server = await AzureFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected override async ValueTask<HsmProvider> OpenAsync() => await AzureFixture.OpenAsync(_server);
}
