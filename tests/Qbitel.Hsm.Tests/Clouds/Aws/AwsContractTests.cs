
namespace Qbitel.Hsm.Tests.Clouds.Aws;

/// <summary>The laws of every provider, on AWS KMS as our server speaks it.</summary>
public sealed class AwsContractTests : HsmProviderContract, IAsyncLifetime
{
    private FakeAwsKms _server = null!;

    public async ValueTask InitializeAsync() => _server = await AwsFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected override async ValueTask<HsmProvider> OpenAsync() => await AwsFixture.OpenAsync(_server);
}
