using Amazon.Runtime;
using Qbitel.Hsm.Clouds.Aws;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

internal static class AwsFixture
{
    public static async ValueTask<FakeAwsKms> StartAsync()
    {
        FakeAwsKms server = new();
        await server.StartAsync();
        return server;
    }

    public static AwsKmsOptions Options(LoopbackServer server) => new()
    {
        Region = FakeAwsKms.Region,
        Endpoint = server.Address,
        AllowHttpToLoopback = true,
        FirstPause = TimeSpan.FromMilliseconds(1),
    };

    public static ValueTask<AwsKms> OpenAsync(LoopbackServer server, AwsKmsOptions? options = null) =>
        AwsKms.OpenAsync(
            options ?? Options(server), new BasicAWSCredentials(FakeAwsKms.AccessKey, FakeAwsKms.SecretKey),
            inner: null, TimeProvider.System, logger: null, TestContext.Current.CancellationToken);
}
