using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography.Lattices;
using Qbitel.Discovery.Tls;

namespace Qbitel.Discovery.Tests.Tls;

/// <summary>
/// The quantum-safe half of the probe against a server of our own, so that it is exercised on every platform.
/// </summary>
public sealed class HybridHandshakeTests
{
    private const int MLDsa65Scheme = 0x0905;

    [Theory]
    [InlineData(TlsNumbers.X25519MLKem768, "X25519MLKEM768", false)]
    [InlineData(TlsNumbers.Secp256r1MLKem768, "SecP256r1MLKEM768", true)]
    [InlineData(TlsNumbers.Secp384r1MLKem1024, "SecP384r1MLKEM1024", true)]
    public void Probe_completes_a_hybrid_handshake_with_an_ml_dsa_certificate(int group, string name, bool retried)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        ScriptedServer server = new(group, Certificate(key), MLDsa65Scheme, data =>
            key.SignData(data))
        { AsksForRetry = true };

        TlsEndpointReport report = Converse(server, TlsHello.Everything("payments.bank.internal"), pieces: 1);

        Assert.True(report.Completed, report.Failure);
        Assert.Equal((group, name, retried), (report.Group!.Value, report.GroupName, report.Retried));
        Assert.True(report.IsKeyExchangeQuantumSafe);
        Assert.Equal("mldsa65", report.SignatureSchemeName);
        Assert.True(report.SignatureValid);
        CertificateSummary leaf = Assert.Single(report.Chain);
        Assert.Equal(("ML-DSA-65", "2.16.840.1.101.3.4.3.18", "2.16.840.1.101.3.4.3.18"),
            (leaf.KeyAlgorithm, leaf.KeyOid, leaf.SignatureOid));
        Assert.Equal("CN=payments.bank.internal", leaf.Subject);
    }

    [Fact]
    public void Probe_answers_a_retry_for_a_classical_group()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        ScriptedServer server = new(TlsNumbers.Secp521r1, Certificate(key), MLDsa65Scheme, data =>
            key.SignData(data))
        { AsksForRetry = true };

        TlsEndpointReport report = Converse(server, TlsHello.Everything(null), pieces: 500);

        Assert.True(report.Completed, report.Failure);
        Assert.True(report.Retried);
        Assert.True(report.HybridOffered);
        Assert.False(report.IsKeyExchangeQuantumSafe);
    }

    [Fact]
    public void A_signature_over_another_handshake_is_reported_as_false()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        ScriptedServer server = new(TlsNumbers.X25519MLKem768, Certificate(key), MLDsa65Scheme, data =>
            key.SignData([.. data, 0]));

        TlsEndpointReport report = Converse(server, TlsHello.Everything(null), pieces: 4096);

        Assert.True(report.Completed, report.Failure);
        Assert.False(report.SignatureValid);
    }

    [Fact]
    public void A_scheme_that_is_not_the_keys_is_reported_as_false()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        ScriptedServer server = new(TlsNumbers.X25519MLKem768, Certificate(key), scheme: 0x0906, data =>
            key.SignData(data));

        Assert.False(Converse(server, TlsHello.Everything(null), pieces: 4096).SignatureValid);
    }

    [Fact]
    public void A_changed_share_gives_other_keys_and_a_located_failure()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        ScriptedServer server = new(TlsNumbers.X25519MLKem768, Certificate(key), MLDsa65Scheme, data =>
            key.SignData(data))
        {
            ChangeShare = share => [(byte)(share[0] ^ 1), .. share[1..]],
        };

        TlsEndpointReport report = Converse(server, TlsHello.Everything(null), pieces: 4096);

        Assert.False(report.Completed);
        Assert.Contains("does not decrypt", report.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1119)]
    [InlineData(1121)]
    public void A_share_of_the_wrong_length_is_refused(int length)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        ScriptedServer server = new(TlsNumbers.X25519MLKem768, Certificate(key), MLDsa65Scheme, data =>
            key.SignData(data))
        {
            ChangeShare = share => [.. share.Concat(new byte[1]).Take(length)],
        };

        Assert.Contains("1120 bytes", Converse(server, TlsHello.Everything(null), pieces: 4096).Failure,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_finished_is_refused()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        ScriptedServer server = new(TlsNumbers.X25519MLKem768, Certificate(key), MLDsa65Scheme, data =>
            key.SignData(data))
        {
            ChangeFinished = data => [.. data[..^1], (byte)(data[^1] ^ 1)],
        };

        Assert.Contains("Finished", Converse(server, TlsHello.Everything(null), pieces: 4096).Failure,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_of_older_versions_are_no_refusal()
    {
        using TlsProbe probe = new(TlsHello.UpToTls12("other.bank.internal"));
        Assert.Equal(ProbeAction.Read, probe.Receive([21, 3, 3, 0, 2, 1, 112]).Action);
        Assert.Equal(ProbeAction.Done, probe.Receive([21, 3, 3, 0, 2, 2, 40]).Action);
        Assert.Contains("handshake_failure", probe.Report.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("bank.internal.", "bank.internal")]
    public void The_server_name_is_sent_in_ascii(string name, string sent)
    {
        using TlsProbe probe = new(TlsHello.Everything(name));
        Assert.True(probe.Hello.Span.IndexOf(System.Text.Encoding.ASCII.GetBytes(sent)) > 0);
        Assert.Equal(-1, probe.Hello.Span.IndexOf("bank.internal."u8));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("2001:db8::1")]
    public void An_address_is_not_sent_as_a_name(string address)
    {
        using TlsProbe probe = new(TlsHello.Everything(address));
        Assert.Equal(-1, probe.Hello.Span.IndexOf(System.Text.Encoding.ASCII.GetBytes(address)));
    }

    [Fact]
    public void A_flood_of_tiny_records_takes_little_time()
    {
        byte[] flood = [.. Enumerable.Repeat<byte[]>([22, 3, 3, 0, 1, 2], 40_000).SelectMany(r => r)];
        using TlsProbe probe = new(TlsHello.Everything(null));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        probe.Receive(flood);
        probe.Receive(flood);

        Assert.Contains("sent more than", probe.Report.Failure, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    private static TlsEndpointReport Converse(ScriptedServer server, TlsHello hello, int pieces)
    {
        using TlsProbe probe = new(hello);
        byte[] answer = server.Answer(probe.Hello.Span);
        while (true)
        {
            byte[] next = [];
            foreach (byte[] piece in answer.Chunk(pieces))
            {
                ProbeStep step = probe.Receive(piece);
                if (step.Action == ProbeAction.Done) return probe.Report;
                if (step.Action == ProbeAction.Write) next = server.Answer(step.Output.Span);
            }

            if (next.Length == 0)
            {
                probe.EndOfStream();
                return probe.Report;
            }

            answer = next;
        }
    }

#pragma warning disable SYSLIB5006 // certificates of ML-DSA keys are still marked experimental in .NET 10
    private static X509Certificate2 Certificate(MLDsa key)
    {
        X500DistinguishedName name = new("CN=payments.bank.internal");
        CertificateRequest request = new(name, key);
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return request.Create(name, X509SignatureGenerator.CreateForMLDsa(key), start, start.AddYears(1), [0x42]);
    }
#pragma warning restore SYSLIB5006
}
