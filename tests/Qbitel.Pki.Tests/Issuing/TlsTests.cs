using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Pki.Paths;
using static Qbitel.Pki.Tests.TestAuthority;

namespace Qbitel.Pki.Tests.Issuing;

/// <summary>Our certificates on real TLS connections over the loopback, checked by our path validation.</summary>
public sealed class TlsTests
{
    private const long OpenSsl35 = 0x30500000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, InlineData(false, SslProtocols.Tls13), InlineData(true, SslProtocols.Tls12)]
    public async Task A_server_with_our_certificate_is_accepted_by_our_validation_only_under_its_root(
        bool rsa, SslProtocols protocol)
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.EcdsaP384, SignatureAlgorithm.EcdsaP256);
        using TestAuthority stranger = await CreateAsync(SignatureAlgorithm.EcdsaP384, SignatureAlgorithm.EcdsaP256);
        (IssuedCertificate issued, X509Certificate2 server) = await ServerCertificateAsync(authority, rsa);
        using (server)
        {
            Assert.Null(await ConnectAsync(server, sent: issued.Above, known: [], protocol, authority.Roots));
            Objection? refused = await ConnectAsync(server, sent: issued.Above, known: [], protocol, stranger.Roots);
            Assert.Equal("untrusted-root", refused?.Rule);
        }
    }

    [Fact]
    public async Task A_chain_under_an_mldsa_root_is_sent_where_openssl_knows_mldsa()
    {
        Assert.SkipWhen(SafeEvpPKeyHandle.OpenSslVersion < OpenSsl35,
            "OpenSSL before 3.5 does not send a certificate that is signed with ML-DSA (\"ca md too weak\")");
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.MLDsa87, SignatureAlgorithm.EcdsaP256);
        (IssuedCertificate issued, X509Certificate2 server) = await ServerCertificateAsync(authority, rsa: false);
        using (server)
            Assert.Null(await ConnectAsync(server, issued.Above, known: [], SslProtocols.Tls13, authority.Roots));
    }

    [Fact]
    public async Task A_leaf_under_an_mldsa_root_is_accepted_on_any_openssl_by_clients_that_know_its_issuer()
    {
        using TestAuthority authority = await CreateAsync(SignatureAlgorithm.MLDsa87, SignatureAlgorithm.EcdsaP256);
        (IssuedCertificate issued, X509Certificate2 server) = await ServerCertificateAsync(authority, rsa: false);
        Certificate[] issuer = [issued.Above[0]];
        using (server)
            Assert.Null(await ConnectAsync(server, sent: [], known: issuer, SslProtocols.Tls13, authority.Roots));
    }

    private static async Task<(IssuedCertificate Issued, X509Certificate2 Server)> ServerCertificateAsync(
        TestAuthority authority, bool rsa)
    {
        if (rsa)
        {
            using RSA key = RSA.Create(2048);
            IssuedCertificate issued = await authority.IssueAsync(SubjectKey.Of(key));
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
            return (issued, certificate.CopyWithPrivateKey(key));
        }
        else
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            IssuedCertificate issued = await authority.IssueAsync(SubjectKey.Of(key));
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
            return (issued, certificate.CopyWithPrivateKey(key));
        }
    }

    /// <summary>
    /// What our validation says to the chain that came over the wire, with what the client knows already.
    /// </summary>
    private static async Task<Objection?> ConnectAsync(
        X509Certificate2 certificate, IReadOnlyList<Certificate> sent, IReadOnlyList<Certificate> known,
        SslProtocols protocol, IReadOnlyCollection<Certificate> roots)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task server = ServeOnceAsync(listener, certificate, sent);
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Stop);
        Objection? objection = new("tls", "the certificate was never looked at");
        await using SslStream stream = new(client.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "pay.bank.internal",
                EnabledSslProtocols = protocol,
                RemoteCertificateValidationCallback = (_, received, chain, _) =>
                {
                    Certificate leaf = Certificate.Parse(received!.GetRawCertData());
                    IEnumerable<Certificate> above = chain!.ChainPolicy.ExtraStore
                        .Select(c => Certificate.Parse(c.RawData)).Where(c => !c.Equals(leaf));
                    objection = CertificatePath.Check(
                        [leaf, .. above, .. known], roots, CertificateType.TlsServer, Start);
                    return objection is null;
                },
            }, Stop);
            Assert.Equal(protocol, stream.SslProtocol);
            await stream.ShutdownAsync();
        }
        catch (AuthenticationException) when (objection is not null)
        {
            // Refused by us: the objection says why.
        }

        client.Close();
        await server;
        return objection;
    }

    private static async Task ServeOnceAsync(
        TcpListener listener, X509Certificate2 certificate, IReadOnlyList<Certificate> sent)
    {
        X509Certificate2Collection above =
            [.. sent.Where(c => !c.IsSelfIssued).Select(c => X509CertificateLoader.LoadCertificate(c.Der.Span))];
        using TcpClient peer = await listener.AcceptTcpClientAsync(Stop);
        await using SslStream tls = new(peer.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, above, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }, Stop);
            Assert.Equal(0, await tls.ReadAsync(new byte[1].AsMemory(), Stop));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The client went away: it has the result.
        }
    }
}
