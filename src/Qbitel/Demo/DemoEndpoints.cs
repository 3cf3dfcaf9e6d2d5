using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Automation.Estate;

namespace Qbitel.Demo;

/// <summary>One TLS server of the demo bank.</summary>
internal sealed record DemoEndpoint(string Name, string Description, EndpointAddress Address);

/// <summary>The demo bank's TLS servers on loopback, by the platform's own TLS: real peers for the scanner.</summary>
internal sealed class DemoEndpoints : IAsyncDisposable
{
    /// <summary>Why there is no hybrid endpoint, or null where there is one.</summary>
    public static string? HybridUnavailable => MLKem.IsSupported
        ? null
        : $"this machine's OpenSSL ({SafeEvpPKeyHandle.OpenSslVersion:x}) is older than 3.5 and cannot negotiate "
            + "X25519MLKEM768";

    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _loops = [];
    private readonly List<DemoEndpoint> _endpoints = [];

    public IReadOnlyList<DemoEndpoint> Endpoints => _endpoints;

    public void Start(string name, string description, X509Certificate2 certificate, X509Certificate2Collection issuers,
        SslProtocols protocols)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        _listeners.Add(listener);

        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!EndpointAddress.TryParse($"127.0.0.1:{port}", out EndpointAddress? address))
            throw new InvalidOperationException("A loopback address is an address.");
        _endpoints.Add(new DemoEndpoint(name, description, address));

        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, issuers, offline: true),
            EnabledSslProtocols = protocols,
        };
        _loops.Add(ServeAsync(listener, options));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (TcpListener listener in _listeners) listener.Dispose();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task ServeAsync(TcpListener listener, SslServerAuthenticationOptions options)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(_stop.Token);
                using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                limit.CancelAfter(HandshakeLimit);
                await using SslStream tls = new(client.GetStream());
                await tls.AuthenticateAsServerAsync(options, limit.Token);
            }
            catch (Exception e)
                when (e is IOException or AuthenticationException or OperationCanceledException or SocketException
                    or ObjectDisposedException)
            {
                // The scanner hangs up when it has seen enough; the server goes on until it is stopped.
            }
        }
    }
}
