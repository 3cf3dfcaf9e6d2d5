using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Discovery.Tls;

namespace Qbitel.Discovery.Tests.Tls;

/// <summary>The platform's own TLS server on loopback, as a peer of the probe.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public TlsServer(X509Certificate2 certificate, SslProtocols protocols)
    {
        _listener.Start();
        _loop = ServeAsync(certificate, protocols);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static X509Certificate2 RsaCertificate(int bits)
    {
        using var key = RSA.Create(bits);
        return Own(new CertificateRequest("CN=legacy.bank.internal", key, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1));
    }

    public static X509Certificate2 EcdsaCertificate(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return Own(new CertificateRequest("CN=payments.bank.internal", key, HashAlgorithmName.SHA256));
    }

    /// <summary>Drives a probe over a socket, in pieces of the given size.</summary>
    public static async Task<TlsEndpointReport> ProbeAsync(int port, TlsHello hello, int pieces = 4096,
        List<byte>? received = null)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
        NetworkStream stream = client.GetStream();
        using TlsProbe probe = new(hello);
        await stream.WriteAsync(probe.Hello, cancellation);

        byte[] buffer = new byte[pieces];
        while (true)
        {
            int count = await stream.ReadAsync(buffer, cancellation);
            received?.AddRange(buffer.AsSpan(0, count));
            ProbeStep step = count == 0 ? probe.EndOfStream() : probe.Receive(buffer.AsSpan(0, count));
            if (step.Action == ProbeAction.Write) await stream.WriteAsync(step.Output, cancellation);
            if (step.Action == ProbeAction.Done) return probe.Report;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task ServeAsync(X509Certificate2 certificate, SslProtocols protocols)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using SslStream tls = new(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = certificate,
                        EnabledSslProtocols = protocols
                    }, _stop.Token);
            }
            catch (Exception e) when (
                e is IOException or AuthenticationException or OperationCanceledException
                    or SocketException or ObjectDisposedException)
            {
                // The probe hangs up on purpose.
            }
        }
    }

    private static X509Certificate2 Own(CertificateRequest request)
    {
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 certificate = request.CreateSelfSigned(start, start.AddYears(10));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
