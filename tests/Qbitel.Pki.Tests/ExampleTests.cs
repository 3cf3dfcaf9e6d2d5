using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Pki.Issuing;
using Qbitel.Pki.Paths;
using Qbitel.Testing;

namespace Qbitel.Pki.Tests;

/// <summary>The examples of the documents.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task Certify_a_server_and_check_the_path()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        ManualTime time = new(TestAuthority.Start);
        using SignatureKey rootKey = SignatureKeys.Generate(SignatureAlgorithm.MLDsa87);
        using SignatureKey issuingKey = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        (Signer rootSigner, Signer issuingSigner) = (new LocalSigner(rootKey), new LocalSigner(issuingKey));
        using ECDsa serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        #region PrivateAuthority
        // The signers come from a token: HsmProvider.SignerFor(key).
        AuthorityProfile rootProfile = new() { CommonName = "Example Bank Root" };
        AuthorityProfile issuingProfile = new() { CommonName = "Example Bank Issuing 1" };
        CertificateAuthority root = await CertificateAuthority.CreateRootAsync(
            rootSigner, rootProfile, time, logger: null, stop);
        CertificateAuthority issuing = await root.CreateIssuingAsync(issuingSigner, issuingProfile, stop);

        CertPolicy policy = new() { CertType = CertificateType.TlsServer, AllowedDomains = ["*.bank.internal"] };
        CertificateOrder order = new() { Key = SubjectKey.Of(serverKey), DnsNames = ["payments-api.bank.internal"] };
        Issuance issuance = await issuing.IssueAsync(order, policy, stop);
        string answer = issuance.IsIssued ? issuance.Certificate.ToPem() : issuance.Refusal.ToString();

        // Null when nothing speaks against the path; on any OpenSSL, for every algorithm.
        Objection? objection = CertificatePath.Check(
            issuance.Certificate!.Chain, [root.Certificate.Certificate], CertificateType.TlsServer, time.GetUtcNow());
        #endregion

        Assert.StartsWith("-----BEGIN CERTIFICATE-----", answer, StringComparison.Ordinal);
        Assert.Null(objection);
    }
}
