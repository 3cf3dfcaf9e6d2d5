using Azure.Core;
using Qbitel.Hsm.Clouds.Azure;

namespace Qbitel.Hsm.Tests.Clouds.Azure;

internal static class AzureFixture
{
    public static AzureManagedHsmOptions Options { get; } = new()
    {
        Endpoint = new Uri($"https://{FakeManagedHsm.Host}/"),
        FirstPause = TimeSpan.FromMilliseconds(1),
    };

    public static async ValueTask<FakeManagedHsm> StartAsync()
    {
        FakeManagedHsm server = new();
        await server.StartAsync();
        return server;
    }

    public static ValueTask<AzureManagedHsm> OpenAsync(
        FakeManagedHsm server, AzureManagedHsmOptions? options = null, TokenCredential? credential = null) =>
        AzureManagedHsm.OpenAsync(options ?? Options, credential ?? new Issuer(server),
            new ToLoopback(server.Address, FakeManagedHsm.Host), TimeProvider.System, null,
            TestContext.Current.CancellationToken);

    /// <summary>Gives out what the server accepts, and remembers for whom.</summary>
    internal sealed class Issuer(FakeManagedHsm server) : TokenCredential
    {
        public List<TokenRequestContext> Asked { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            lock (Asked) Asked.Add(requestContext);
            return new AccessToken(server.Token, TimeProvider.System.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
