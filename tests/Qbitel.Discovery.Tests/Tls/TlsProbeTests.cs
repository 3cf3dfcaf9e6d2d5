using System.Diagnostics;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Tls;

namespace Qbitel.Discovery.Tests.Tls;

public sealed class TlsProbeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Probe_reads_an_rsa_endpoint_of_tls_1_2()
    {
        using X509Certificate2 certificate = TlsServer.RsaCertificate(2048);
        await using TlsServer server = new(certificate, SslProtocols.Tls12);

        TlsEndpointReport report = await TlsServer.ProbeAsync(server.Port, TlsHello.Everything("legacy.bank.internal"));

        Assert.True(report.Completed, report.Failure);
        Assert.Equal(TlsNumbers.Tls12, report.Version);
        Assert.NotNull(report.Group);
        Assert.False(report.IsKeyExchangeQuantumSafe);
        Assert.True(report.SignatureValid);
        CertificateSummary leaf = Assert.Single(report.Chain);
        Assert.Equal("RSA", leaf.KeyAlgorithm);
        Assert.Equal(2048, leaf.KeySizeBits);
        Assert.Equal("1.2.840.113549.1.1.11", leaf.SignatureOid);
        Assert.Equal("CN=legacy.bank.internal", leaf.Subject);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Probe_decrypts_the_certificate_of_tls_1_3_whatever_the_pieces(int pieces)
    {
        using X509Certificate2 certificate = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP256);
        await using TlsServer server = new(certificate, SslProtocols.Tls13);

        TlsEndpointReport report = await TlsServer.ProbeAsync(server.Port,
            TlsHello.ClassicalOnly("payments.bank.internal"), pieces);

        Assert.True(report.Completed, report.Failure);
        Assert.Equal(TlsNumbers.Tls13, report.Version);
        Assert.Equal(TlsNumbers.X25519, report.Group);
        Assert.False(report.HybridOffered);
        Assert.True(report.SignatureValid);
        Assert.Equal("EC secp256r1", Assert.Single(report.Chain).KeyAlgorithm);
    }

    [Fact]
    public async Task Probe_answers_a_retry_request()
    {
        using X509Certificate2 certificate = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP256);
        await using TlsServer server = new(certificate, SslProtocols.Tls13);
        TlsHello hello = new() { Groups = [TlsNumbers.Secp384r1, TlsNumbers.X25519], KeyShares = [] };

        TlsEndpointReport report = await TlsServer.ProbeAsync(server.Port, hello);

        Assert.True(report.Completed, report.Failure);
        Assert.True(report.Retried);
        Assert.Contains(report.Group!.Value, hello.Groups);
    }

    [Fact]
    public async Task Probe_says_what_a_server_that_speaks_no_common_version_answers()
    {
        using X509Certificate2 certificate = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP256);
        await using TlsServer server = new(certificate, SslProtocols.Tls13);

        TlsEndpointReport report = await TlsServer.ProbeAsync(server.Port, TlsHello.UpToTls12(null));

        Assert.False(report.Completed);
        Assert.Contains("protocol_version", report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_agrees_on_the_hybrid_where_the_platform_speaks_it()
    {
        Assert.SkipUnless(MLKem.IsSupported,
            "the platform's OpenSSL is older than 3.5 and cannot negotiate X25519MLKEM768");
        using X509Certificate2 certificate = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP384);
        await using TlsServer server = new(certificate, SslProtocols.Tls13);

        TlsEndpointReport report = await TlsServer.ProbeAsync(server.Port,
            TlsHello.Everything("payments.bank.internal"));

        Assert.True(report.Completed, report.Failure);
        Assert.Equal(TlsNumbers.X25519MLKem768, report.Group);
        Assert.True(report.IsKeyExchangeQuantumSafe);
        Assert.True(report.SignatureValid);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "not TLS")]
    [InlineData("", "without a word of TLS")]
    public void Probe_names_what_is_not_tls(string answer, string expected)
    {
        using TlsProbe probe = new(TlsHello.Everything(null));
        if (probe.Receive(System.Text.Encoding.ASCII.GetBytes(answer)).Action != ProbeAction.Done) probe.EndOfStream();

        Assert.False(probe.Report.Completed);
        Assert.Contains(expected, probe.Report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Probe_stops_at_its_limit_when_a_server_never_finishes()
    {
        using TlsProbe probe = new(TlsHello.Everything(null) with { MaxBytes = 10_000 });
        byte[] empty = [20, 3, 3, 0, 1, 1];

        int sent = 0;
        while (probe.Receive(empty).Action == ProbeAction.Read) sent += empty.Length;

        Assert.True(sent <= 10_000);
        Assert.Contains("10000 bytes", probe.Report.Failure, StringComparison.Ordinal);
    }

    [Fact, Trait("Soak", "tls-probe")]
    public void Any_bytes_end_in_a_report()
    {
        var prefix = Gen.Elements<byte[]>([], [22, 3, 3], [21, 3, 3, 0, 2, 2], [22, 3, 3, 0, 40, 2, 0, 0, 36, 3, 3]);
        var bytes = from head in prefix
                    from tail in ArbMap.Default.GeneratorFor<byte[]>()
                    select (
            byte[])[.. head, .. tail];
        Prop.ForAll(bytes.ToArbitrary(), answer =>
        {
            using TlsProbe probe = new(TlsHello.UpToTls12(null));
            probe.Receive(answer);
            probe.EndOfStream();
            return !probe.Report.Completed && probe.Report.Failure is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Qbitel.Testing.Soak.Times(2_000, 1_000_000)));
    }

    [Fact, Trait("Soak", "tls-probe")]
    public async Task A_changed_byte_of_a_real_answer_never_escapes_as_an_exception()
    {
        using X509Certificate2 certificate = TlsServer.RsaCertificate(2048);
        await using TlsServer server = new(certificate, SslProtocols.Tls12);
        List<byte> real = [];
        await TlsServer.ProbeAsync(server.Port, TlsHello.UpToTls12(null), received: real);
        Stopwatch watch = Stopwatch.StartNew();

        for (int i = 0; i < real.Count; i++)
        {
            foreach (byte change in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] changed = [.. real];
                changed[i] ^= change;
                using TlsProbe probe = new(TlsHello.UpToTls12(null));
                probe.Receive(changed);
                probe.EndOfStream();
                Assert.NotNull(probe.Report);
            }
        }

        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"took {watch.Elapsed}");
        output.WriteLine($"{3 * real.Count} answers with one byte changed");
    }
}
