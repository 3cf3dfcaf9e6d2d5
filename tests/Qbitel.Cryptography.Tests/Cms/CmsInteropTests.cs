using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Cms;

/// <summary>The <c>openssl</c> program signs, encrypts and writes keys for us, and reads what we write.</summary>
/// <remarks>Signatures with ML-DSA need OpenSSL 3.5, recipients with ML-KEM 3.6.</remarks>
public sealed class CmsInteropTests
{
    private static readonly byte[] Content =
        [.. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("MT103 ", 40_000)))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ML-DSA-44", "sha512", "-nodetach")]
    [InlineData("ML-DSA-65", "sha512", "-nodetach")]
    [InlineData("ML-DSA-87", "sha512", "-nodetach")]
    [InlineData("ML-DSA-44", "sha256", "-nodetach")]
    [InlineData("ML-DSA-65", "shake256", "-nodetach")]
    [InlineData("ML-DSA-65", "sha512", "-stream")]
    [InlineData("ML-DSA-87", "shake256", "-keyid")]
    public void What_openssl_signs_we_verify(string algorithm, string digest, string option)
    {
        using OpenSslTool tool = OpenSslTool.Require(3, 5);
        tool.MakeSigner(algorithm, "signer");
        tool.Write("content", Content);
        bool isDetached = option == "-keyid";
        string[] options = option == "-stream" ? ["-stream", "-nodetach"] : [option];
        tool.Run(["cms", "-sign", "-binary", "-in", "content", "-signer", "signer.crt", "-inkey", "signer.key",
            "-md", digest,
            "-outform", "DER", "-out", "signed", .. options]);

        CmsSignedData message = CmsSignedData.Decode(tool.Read("signed"));
        Assert.Equal(isDetached, message.Content is null);
        if (!isDetached) Assert.Equal(Content, message.Content!.Value.ToArray());
        CmsSignature signature = Assert.Single(message.Signatures);
        Assert.Equal(digest.ToUpperInvariant().Replace("SHA5", "SHA-5", StringComparison.Ordinal)
            .Replace("SHA2", "SHA-2", StringComparison.Ordinal), signature.Digest!.Name);
        Assert.NotNull(signature.SigningTime);
        using StoredKey key = KeyFile.Read(message.CertificateOf(signature)!.Value.Span);
        Assert.True(signature.Verify(key.Signature!, Content));
        Assert.False(signature.Verify(key.Signature!, new byte[3]));
    }

    [Theory]
    [InlineData("ML-DSA-44", true)]
    [InlineData("ML-DSA-65", true)]
    [InlineData("ML-DSA-87", false)]
    [InlineData("Ed25519", true)]
    [InlineData("SLH-DSA-SHA2-128s", true)]
    [InlineData("SLH-DSA-SHAKE-192f", false)]
    public async Task What_we_sign_openssl_verifies(string algorithm, bool isDetached)
    {
        using OpenSslTool tool = OpenSslTool.Require(3, 5);
        Assert.SkipUnless(KeyAlgorithm.TryParse(algorithm, out _), $"{algorithm} is not built");
        tool.MakeSigner(algorithm, "signer");
        using StoredKey key = KeyFile.Read(tool.Read("signer.key"));
        using StoredKey certificate = KeyFile.Read(tool.Read("signer.crt"));
        Assert.Equal(key.ExportPublicKey(), certificate.ExportPublicKey());

        CmsSigner signer = new(new LocalSigner(key.Signature!), Der(tool, "signer.crt"));
        tool.Write("content", Content);
        tool.Write("signed",
            await CmsSignedData.SignAsync(Content, [signer], isDetached, cancellationToken: Cancellation));
        Verify("signed", isDetached);
        using MemoryStream streamed = new();
        await CmsSignedData.SignAsync(new MemoryStream(Content), streamed, [signer], cancellationToken: Cancellation);
        tool.Write("streamed", streamed.ToArray());
        Verify("streamed", isDetached: false);

        tool.Write("content", [.. Content, 1]);
        Assert.NotEqual(
            0, tool.TryRun(["cms", "-verify", "-binary", "-inform", "DER", "-in", "signed", "-content", "content",
            "-CAfile", "signer.crt", "-out", "out"]).Code);

        void Verify(string file, bool isDetached)
        {
            string[] content = isDetached ? ["-content", "content"] : [];
            tool.Run(["cms", "-verify", "-binary", "-inform", "DER", "-in",
                file, "-CAfile", "signer.crt", "-out", "out", .. content]);
            Assert.Equal(Content, tool.Read("out"));
        }
    }

    [Theory]
    [InlineData("ML-KEM-512", "-binary")]
    [InlineData("ML-KEM-768", "-binary")]
    [InlineData("ML-KEM-1024", "-stream")]
    [InlineData("ML-KEM-768", "-keyid")]
    public void What_openssl_encrypts_we_decrypt(string algorithm, string option)
    {
        using OpenSslTool tool = OpenSslTool.Require(3, 6);
        tool.MakeRecipient(algorithm, "first");
        tool.MakeRecipient("ML-KEM-768", "second");
        tool.Write("content", Content);
        tool.Run("cms", "-encrypt", "-aes-256-gcm", "-binary", "-in", "content", "-outform", "DER", "-out", "encrypted",
            option,
            "-recip", "first.crt", "-recip", "second.crt");

        CmsEnvelope message = CmsEnvelope.Decode(tool.Read("encrypted"));
        using StoredKey first = KeyFile.Read(tool.Read("first.key")), second = KeyFile.Read(tool.Read("second.key"));
        Assert.Equal(Content, message.Decrypt(first.Kem!, Der(tool, "first.crt")));
        Assert.Equal(Content, message.Decrypt(second.Kem!, Der(tool, "second.crt")));
        Assert.Equal(Content, message.Decrypt(first.Kem!));
        using KemKey stranger = KemKeys.Generate(first.Kem!.Algorithm);
        Assert.Throws<CryptographicException>(() => message.Decrypt(stranger));
    }

    [Theory]
    [InlineData("ML-KEM-512")]
    [InlineData("ML-KEM-768")]
    [InlineData("ML-KEM-1024")]
    public void What_we_encrypt_openssl_decrypts(string algorithm)
    {
        using OpenSslTool tool = OpenSslTool.Require(3, 6);
        using KemKey key = KemKeys.Generate((KemAlgorithm)KeyAlgorithm.Parse(algorithm));
        tool.Write("ours.key", Encoding.ASCII.GetBytes(KeyFile.WritePrivatePem(key)));
        tool.Write("ours.pub", Encoding.ASCII.GetBytes(KeyFile.WritePublicPem(SubjectPublicKey.Of(key))));
        tool.Certify("ours");
        tool.MakeRecipient("ML-KEM-768", "theirs");
        tool.Write("encrypted", CmsEnvelope.Encrypt(Content,
        [
            CmsRecipient.FromCertificate(Der(tool, "ours.crt")), CmsRecipient.FromCertificate(Der(tool, "theirs.crt")),
        ]));
        foreach (string name in (string[])["ours", "theirs"])
        {
            tool.Run("cms", "-decrypt", "-binary", "-inform", "DER", "-in", "encrypted", "-inkey",
                $"{name}.key", "-recip",
                $"{name}.crt", "-out", "out");
            Assert.Equal(Content, tool.Read("out"));
        }
    }

    [Theory]
    [InlineData("ML-DSA-44")]
    [InlineData("ML-DSA-87")]
    [InlineData("ML-KEM-768")]
    [InlineData("Ed25519")]
    [InlineData("X25519")]
    public void Keys_go_there_and_back(string algorithm)
    {
        using OpenSslTool tool = OpenSslTool.Require(3, 5);
        tool.Run("genpkey", "-algorithm", algorithm, "-out", "theirs.pem");
        using StoredKey theirs = KeyFile.Read(tool.Read("theirs.pem"));
        Assert.Equal(algorithm, theirs.AlgorithmName);

        tool.Write("ours.pem", Encoding.ASCII.GetBytes(KeyFile.WritePrivatePem(theirs, "hunter2")));
        tool.Run("pkey", "-in", "ours.pem", "-passin", "pass:hunter2", "-out", "again.pem");
        using StoredKey again = KeyFile.Read(tool.Read("again.pem"));
        Assert.Equal(theirs.ExportPublicKey(), again.ExportPublicKey());

        tool.Run("pkcs8", "-topk8", "-in", "theirs.pem", "-passout", "pass:hunter2", "-out", "locked.pem");
        using StoredKey locked = KeyFile.Read(tool.Read("locked.pem"), "hunter2");
        Assert.Equal(KeyFileFormat.EncryptedPkcs8, locked.Format);
        Assert.Equal(theirs.ExportPublicKey(), locked.ExportPublicKey());
        if (theirs.Algorithm is null) return;

        // The fingerprint is what openssl and sha256sum make of the public key.
        tool.Run("pkey", "-in", "theirs.pem", "-pubout", "-outform", "DER", "-out", "public.der");
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(tool.Read("public.der"))), theirs.Fingerprint!.Value.ToString());
        bool isLattice = algorithm.StartsWith("ML-", StringComparison.Ordinal);
        foreach (PrivateKeyForm form in isLattice ? Enum.GetValues<PrivateKeyForm>() : [])
        {
            tool.Write("form.pem", Encoding.ASCII.GetBytes(KeyFile.WritePrivatePem(theirs, form: form)));
            tool.Run("pkey", "-in", "form.pem", "-pubout", "-outform", "DER", "-out", "form.der");
            Assert.Equal(tool.Read("public.der"), tool.Read("form.der"));
        }
    }

    private static byte[] Der(OpenSslTool tool, string file) =>
        Lattices.RfcKeys.Der(Encoding.ASCII.GetString(tool.Read(file)));
}
