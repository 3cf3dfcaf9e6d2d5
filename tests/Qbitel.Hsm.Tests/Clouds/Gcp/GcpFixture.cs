using Qbitel.Hsm.Clouds.Gcp;

namespace Qbitel.Hsm.Tests.Clouds.Gcp;

internal static class GcpFixture
{
    public static GcpKmsOptions Options { get; } = new()
    {
        KeyRing = FakeCloudKms.Ring,
        InHardware = false,
        FirstPause = TimeSpan.FromMilliseconds(1),
    };

    public static async ValueTask<FakeCloudKms> StartAsync()
    {
        FakeCloudKms server = new();
        await server.StartAsync();
        return server;
    }

    public static ToLoopback Network(FakeCloudKms server) =>
        new(server.Address, FakeCloudKms.Host, FakeCloudKms.TokenHost, FakeCloudKms.MetadataHost);

    public static ValueTask<GcpKms> OpenAsync(
        FakeCloudKms server, GcpKmsOptions? options = null, string? file = null) =>
        GcpKms.OpenAsync(options ?? Options, file, Network(server), TimeProvider.System, null,
            TestContext.Current.CancellationToken);
}
