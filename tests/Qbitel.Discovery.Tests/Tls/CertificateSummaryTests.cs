using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Discovery.Tls;

namespace Qbitel.Discovery.Tests.Tls;

/// <summary>A server may send anything where a certificate belongs.</summary>
public sealed class CertificateSummaryTests
{
    [Fact]
    public void Every_change_of_one_byte_ends_in_a_summary_or_a_refusal()
    {
        using X509Certificate2 rsa = TlsServer.RsaCertificate(2048);
        using X509Certificate2 ecdsa = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP384);
        foreach (byte[] der in (byte[][])[rsa.RawData, ecdsa.RawData])
        {
            for (int i = 0; i < der.Length; i++)
            {
                foreach (byte change in (byte[])[0x01, 0x20, 0x80, 0xFF])
                {
                    byte[] changed = [.. der];
                    changed[i] ^= change;
                    Summarise(changed);
                }
            }
        }
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        using X509Certificate2 certificate = TlsServer.EcdsaCertificate(ECCurve.NamedCurves.nistP256);
        byte[] der = certificate.RawData;
        for (int length = 0; length < der.Length; length++)
            Assert.ThrowsAny<CryptographicException>(() => CertificateSummary.Parse(der.AsSpan(0, length)));
        Assert.ThrowsAny<CryptographicException>(() => CertificateSummary.Parse([.. der, 0]));
    }

    private static void Summarise(byte[] der)
    {
        try
        {
            CertificateSummary summary = CertificateSummary.Parse(der);
            HandshakeSignature.Verify(0x0804, summary, [1], new byte[256]);
            HandshakeSignature.Verify(0x0503, summary, [1], [0x30, 6, 2, 1, 1, 2, 1, 1]);
            HandshakeSignature.Verify(0x0905, summary, [1], new byte[3309]);
        }
        catch (CryptographicException)
        {
            // the documented refusal
        }
    }
}
