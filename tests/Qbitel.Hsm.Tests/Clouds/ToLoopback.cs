namespace Qbitel.Hsm.Tests.Clouds;

/// <summary>
/// Carries what goes to a cloud's own name to a server on loopback. The client keeps its https addresses; anywhere else
/// it may not go.
/// </summary>
internal sealed class ToLoopback(Uri server, params string[] hosts)
    : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Contains(request.RequestUri!.Host, hosts);
        request.Headers.Host = request.RequestUri.Host;
        request.RequestUri = new Uri(server, request.RequestUri.PathAndQuery);
        return base.SendAsync(request, cancellationToken);
    }
}
