using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Qbitel.Protocols.ThreeDS;
using Qbitel.Protocols.ThreeDS.Jose;
using static System.Buffers.Text.Base64Url;

namespace Qbitel.Protocols.Tests.ThreeDS;

/// <summary>The examples of the page on 3-D Secure.</summary>
public sealed class ThreeDSExampleTests
{
    [Fact]
    public void An_answer_is_judged_and_its_errors_are_told()
    {
        byte[] areq = ThreeDSText.Bytes();
        byte[] ares = ThreeDSText.With(ThreeDSText.ARes, "\"05\"", "\"5\"");
        int sent = 0;

        #region JudgeThreeDS
        ThreeDSMessage request = ThreeDSMessage.Parse(areq);
        ThreeDSMessage answer = ThreeDSMessage.Parse(ares);
        foreach (Diagnostic finding in answer.Validate(request: request))
        {
            if (finding.Severity != Severity.Error) continue;
            ThreeDSMessage error = ThreeDSBuilder.BuildError(finding, 'S', answer); // errorCode 203, errorDetail eci
            byte[] toSend = error.ToBytes();
        }

        string? words = EciTable.Describe(ThreeDSScheme.Visa, answer["eci"] ?? "");
        #endregion

        Assert.Null(words);
        foreach (Diagnostic finding in answer.Validate(request: request))
        {
            sent++;
            ThreeDSMessage error = ThreeDSBuilder.BuildError(finding, 'S', answer);
            Assert.Equal(("203", "eci"), (error["errorCode"], error["errorDetail"]));
        }

        Assert.Equal(1, sent);
    }

    [Fact]
    public void Signed_content_is_verified_by_its_certificate()
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest asked = new("CN=ACS", own, HashAlgorithmName.SHA256);
        using X509Certificate2 issued =
            asked.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        string top = $"{{\"alg\":\"ES256\",\"x5c\":[\"{Convert.ToBase64String(issued.RawData)}\"]}}";
        string body = $"{EncodeToString(Encoding.UTF8.GetBytes(top))}.{EncodeToString("{}"u8)}";
        byte[] signed = Encoding.ASCII.GetBytes(
            $"{body}.{EncodeToString(own.SignData(Encoding.ASCII.GetBytes(body), HashAlgorithmName.SHA256))}");
        Func<X509Certificate2, IReadOnlyList<ReadOnlyMemory<byte>>, bool> isTrusted = (leaf, chain) =>
            chain.Count == 1 && leaf.RawData.AsSpan().SequenceEqual(issued.RawData);

        #region OpenSignedContent
        JwsMessage content = JwsMessage.Parse(signed);
        bool isTheirs = content.Verify((header, text, signature) =>
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(header.Certificates[0].Span);
            if (!isTrusted(leaf, header.Certificates)) return false; // the path to a root is yours to judge
            using ECDsa? key = leaf.GetECDsaPublicKey();
            return header.Algorithm == "ES256" && key is not null
                && key.VerifyData(text, signature, HashAlgorithmName.SHA256);
        });
        #endregion

        Assert.True(isTheirs);
    }
}
