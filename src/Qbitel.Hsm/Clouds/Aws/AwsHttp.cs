using Amazon.Runtime;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>
/// The SDK's way to the network: bounded answers, no redirects, and a handler of the tests where they give one.
/// </summary>
internal sealed class AwsHttp(bool isLoopback, HttpMessageHandler? inner) : HttpClientFactory, IDisposable
{
    // The largest answer is a page of aliases; a public key or a signature has some kilobytes.
    private const int MaxAnswerSize = 1024 * 1024;

    private readonly HttpClient _client = new(new Bounded(inner ?? new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !isLoopback,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a change of the name's addresses is seen
    }))
    {
        Timeout = Timeout.InfiniteTimeSpan, // each call has its deadline
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    private sealed class Bounded(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            try
            {
                await response.Content.LoadIntoBufferAsync(MaxAnswerSize, cancellationToken);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
