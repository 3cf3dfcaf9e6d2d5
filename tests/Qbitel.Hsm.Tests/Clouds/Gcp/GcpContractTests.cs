namespace Qbitel.Hsm.Tests.Clouds.Gcp;

/// <summary>The laws of every provider, on Cloud KMS as our server speaks it, with keys in software.</summary>
public sealed class GcpContractTests : HsmProviderContract, IAsyncLifetime
{
    private FakeCloudKms _server = null!;

    public async ValueTask InitializeAsync() => _server = await GcpFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected override async ValueTask<HsmProvider> OpenAsync() => await GcpFixture.OpenAsync(_server);
}

/// <summary>The same laws with keys in HSMs: no post-quantum ones.</summary>
public sealed class GcpHardwareContractTests : HsmProviderContract, IAsyncLifetime
{
    private FakeCloudKms _server = null!;

    public async ValueTask InitializeAsync() => _server = await GcpFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected override async ValueTask<HsmProvider> OpenAsync() =>
        await GcpFixture.OpenAsync(_server, GcpFixture.Options with { InHardware = true });
}
