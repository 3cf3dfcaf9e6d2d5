using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Hsm.KeyShapes;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests.KeyShapes;

/// <summary>Keys of an HSM where .NET wants keys of its own.</summary>
[Collection(RealModules.Name)]
public sealed class KeyShapesTests : IDisposable
{
    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray();

    private readonly TokenFixture _software = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _software.Dispose();

    [Theory, InlineData("ECDSA-P256", "SHA256"), InlineData("ECDSA-P384", "SHA384")]
    public async Task A_certificate_is_requested_and_issued_with_an_ecdsa_key_of_an_hsm(string algorithm, string hash)
    {
        using SoftHsmFixture fixture = new();
        await using Pkcs11Token hsm = await fixture.OpenAsync();
        HsmKey key =
            await hsm.GenerateKeyAsync(TokenFixture.Id(1), (SignatureAlgorithm)KeyAlgorithm.Parse(algorithm), Stop);
        using HsmECDsa ecdsa = new(hsm, key);
        HashAlgorithmName name = new(hash);
        CertificateRequest request = new("CN=payments", ecdsa, name);

        // verifies
        CertificateRequest read = CertificateRequest.LoadSigningRequest(request.CreateSigningRequest(), name);
        Assert.Equal("CN=payments", read.SubjectName.Name);

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 issued =
            request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(ecdsa),
            now.AddHours(-1), now.AddDays(1), [1, 2, 3]);
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(issued);
        Assert.True(chain.Build(issued));

        using ECDsa outside = issued.GetECDsaPublicKey()!;
        Assert.True(outside.VerifyData(Data, ecdsa.SignData(Data, name), name));
        Assert.True(outside.VerifyData(Data, ecdsa.SignData(Data, name, DSASignatureFormat.Rfc3279DerSequence), name,
            DSASignatureFormat.Rfc3279DerSequence));
        Assert.True(outside.VerifyData(Data, ecdsa.SignData(new MemoryStream(Data), name), name));
        byte[] place = new byte[2 * ((ecdsa.KeySize + 7) / 8)];
        Assert.True(ecdsa.TrySignData(Data, place, name, out int written));
        Assert.True(ecdsa.VerifyData(Data, place.AsSpan(0, written), name));
        Assert.False(ecdsa.VerifyData("pay"u8, place, name));
        Assert.Throws<CryptographicException>(() => ecdsa.SignData(Data, HashAlgorithmName.SHA512));
        Assert.Throws<NotSupportedException>(() => ecdsa.SignHash(new byte[32]));
        Assert.Throws<CryptographicException>(() => ecdsa.ExportParameters(true));
        Assert.Throws<CryptographicException>(() => ecdsa.ExportPkcs8PrivateKey());
        Assert.Throws<CryptographicException>(() => ecdsa.ExportECPrivateKey());
    }

    [Fact]
    public async Task A_certificate_is_requested_with_an_rsa_key_of_an_hsm()
    {
        using SoftHsmFixture fixture = new();
        await using Pkcs11Token hsm = await fixture.OpenAsync();
        DeviceKey key = await hsm.DeviceKeys.GenerateAsync(TokenFixture.Id(1), DeviceKeyKind.Rsa2048, false, Stop);
        using HsmRsa rsa = new(hsm.DeviceKeys, key);
        foreach (
            RSASignaturePadding padding in (RSASignaturePadding[])[RSASignaturePadding.Pkcs1, RSASignaturePadding.Pss])
        {
            CertificateRequest request = new("CN=payments", rsa, HashAlgorithmName.SHA256, padding);
            CertificateRequest read = CertificateRequest.LoadSigningRequest(request.CreateSigningRequest(),
                HashAlgorithmName.SHA256, signerSignaturePadding: padding);
            using RSA outside = read.PublicKey.GetRSAPublicKey()!;
            byte[] signature = rsa.SignData(Data, HashAlgorithmName.SHA384, padding);
            Assert.True(outside.VerifyData(Data, signature, HashAlgorithmName.SHA384, padding));
        }

        Assert.Throws<NotSupportedException>(
            () => rsa.SignHash(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Throws<CryptographicException>(() => rsa.ExportParameters(true));
    }

    [Theory, InlineData("ML-DSA-44"), InlineData("ML-DSA-65"), InlineData("ML-DSA-87")]
    public async Task A_certificate_is_requested_with_an_ml_dsa_key_of_a_token(string algorithm)
    {
        await using SoftwareToken hsm = await _software.CreateAsync();
        await RequestAsync(hsm, algorithm);
    }

    [Fact]
    public async Task A_certificate_is_requested_with_an_ml_dsa_key_of_a_pkcs11_module()
    {
        using NssFixture fixture = new();
        await using Pkcs11Token hsm = await fixture.OpenAsync();
        await RequestAsync(hsm, "ML-DSA-65");
    }

    [Theory, InlineData("ML-KEM-512"), InlineData("ML-KEM-768"), InlineData("ML-KEM-1024")]
    public async Task An_ml_kem_key_decapsulates_what_others_encapsulate_to_its_public_key(string algorithm)
    {
        await using SoftwareToken hsm = await _software.CreateAsync();
        HsmKey key = await hsm.GenerateKeyAsync(TokenFixture.Id(1), (KemAlgorithm)KeyAlgorithm.Parse(algorithm), Stop);
        using HsmMLKem kem = new(hsm, key);
        using ManagedMLKem other = ManagedMLKem.ImportEncapsulationKey(kem.Algorithm, kem.ExportEncapsulationKey());

        other.Encapsulate(out byte[] ciphertext, out byte[] secret);
        Assert.Equal(secret, kem.Decapsulate(ciphertext));
        kem.Encapsulate(out ciphertext, out secret);
        Assert.Equal(secret, kem.Decapsulate(ciphertext));
        Assert.Throws<CryptographicException>(() => kem.ExportPrivateSeed());
        Assert.Throws<CryptographicException>(() => kem.ExportDecapsulationKey());
        Assert.DoesNotContain(Convert.ToHexString(secret), $"{kem}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_algorithm_has_no_such_shape()
    {
        await using SoftwareToken hsm = await _software.CreateAsync();
        HsmKey key = await hsm.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.Ed25519, Stop);

        Assert.Throws<ArgumentException>(() => new HsmECDsa(hsm, key));
        Assert.Throws<ArgumentException>(() => new HsmMLDsa(hsm, key));
        Assert.Throws<ArgumentException>(() => new HsmMLKem(hsm, key));
    }

    [Fact]
    public async Task What_the_device_says_comes_out_as_a_cryptographic_exception()
    {
        await using SoftwareToken hsm = await _software.CreateAsync();
        HsmKey key = await hsm.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        using HsmECDsa ecdsa = new(hsm, key);
        await hsm.DestroyAsync(key.Id, Stop);

        CryptographicException error = Assert.Throws<CryptographicException>(
            () => ecdsa.SignData(Data, HashAlgorithmName.SHA256));

        Assert.Equal(HsmFailure.KeyMissing, Assert.IsType<HsmException>(error.InnerException).Failure);
    }

    private static async Task RequestAsync(HsmProvider hsm, string algorithm)
    {
        HsmKey key =
            await hsm.GenerateKeyAsync(TokenFixture.Id(1), (SignatureAlgorithm)KeyAlgorithm.Parse(algorithm), Stop);
        using HsmMLDsa mlDsa = new(hsm, key);
        using ManagedMLDsa outside = ManagedMLDsa.ImportMLDsaPublicKey(mlDsa.Algorithm, key.PublicKey.Span);

        byte[] request = new CertificateRequest(new X500DistinguishedName("CN=payments"), mlDsa).CreateSigningRequest();

        // RFC 2986: the request, its algorithm, its signature. .NET verifies ML-DSA with OpenSSL 3.5 only, so we do.
        AsnReader parts = new AsnReader(request, AsnEncodingRules.DER).ReadSequence();
        ReadOnlyMemory<byte> info = parts.ReadEncodedValue();
        Assert.Equal(key.Algorithm.Oid, parts.ReadSequence().ReadObjectIdentifier());
        Assert.True(outside.VerifyData(info.Span, parts.ReadBitString(out _)));

        byte[] signature = new byte[mlDsa.Algorithm.SignatureSizeInBytes];
        mlDsa.SignData(Data, signature, "wire"u8.ToArray());
        Assert.True(outside.VerifyData(Data, signature, "wire"u8.ToArray()));
        Assert.True(mlDsa.VerifyData(Data, signature, "wire"u8.ToArray()));
        Assert.False(mlDsa.VerifyData(Data, signature, "card"u8.ToArray()));
        Assert.Throws<NotSupportedException>(() => mlDsa.SignMu(new byte[64]));
        Assert.Throws<CryptographicException>(() => mlDsa.ExportMLDsaPrivateSeed());
        Assert.Throws<CryptographicException>(() => mlDsa.ExportPkcs8PrivateKey());
    }
}
