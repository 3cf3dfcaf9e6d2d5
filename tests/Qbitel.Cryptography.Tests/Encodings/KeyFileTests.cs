using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Tests.Lattices;

namespace Qbitel.Cryptography.Tests.Encodings;

public sealed class KeyFileTests
{
    public static readonly TheoryData<string> MLDsa = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];

    // RFC 9964: the ML-DSA-44 key of the seed of zeros; its thumbprint is the example's kid.
    [Fact]
    public void The_example_key_of_rfc_9964_has_its_thumbprint()
    {
        using SignatureKey key = SignatureKeys.ImportPrivate(SignatureAlgorithm.MLDsa44, new byte[32]);
        Assert.Equal("T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o", JsonWebKey.Thumbprint(key));
        string jwk = Encoding.ASCII.GetString(JsonWebKey.Encode(key, includePrivateKey: true));
        Assert.StartsWith("""{"kty":"AKP","alg":"ML-DSA-44","pub":"unH59k4Ru""", jwk, StringComparison.Ordinal);
        Assert.EndsWith("""DZgbTP07e7gEWzw4MFRrndjbDQ","priv":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", jwk,
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(MLDsa))]
    public void Jwk_and_cose_keys_come_back(string name)
    {
        using SignatureKey key = Samples.Signature(name);
        foreach (bool withPrivate in (bool[])[false, true])
        {
            byte[] jwk = JsonWebKey.Encode(key, withPrivate), cose = CoseKey.Encode(key, withPrivate);
            foreach (byte[] written in (byte[][])[jwk, cose])
            {
                using StoredKey read = KeyFile.Read(written);
                Assert.Equal(written[0] == '{' ? KeyFileFormat.Jwk : KeyFileFormat.CoseKey, read.Format);
                Assert.Same(key.Algorithm, read.Algorithm);
                Assert.Equal(withPrivate, read.HasPrivateKey);
                Assert.Equal(key.ExportPublicKey(), read.ExportPublicKey());
                if (withPrivate) Assert.Equal(key.ExportPrivateKey(), read.Signature!.ExportPrivateKey());
            }
        }
    }

    [Fact]
    public void Other_members_are_passed_over()
    {
        using SignatureKey key = Samples.Signature("ML-DSA-44");
        string jwk = Encoding.ASCII.GetString(JsonWebKey.Encode(key));
        string longer = " \n" + jwk[..^1] + """, "kid":"a\u0062", "key_ops":["verify"], "x":{"y":[1,2,null]} } """;
        using SignatureKey read = JsonWebKey.Decode(Encoding.UTF8.GetBytes(longer));
        Assert.Equal(key.ExportPublicKey(), read.ExportPublicKey());

        byte[] cose = CoseKey.Encode(key);
        byte[] more =
            [(byte)(0xA0 | 6), 2, 0x42, 1, 2, 4, 0x82, 1, 0x61, (byte)'x', 0x61, (byte)'k', 0xF6, .. cose[1..]];
        using SignatureKey other = CoseKey.Decode(more);
        Assert.Equal(key.ExportPublicKey(), other.ExportPublicKey());
    }

    [Fact]
    public void Wrong_jwks_are_refused()
    {
        using SignatureKey key = Samples.Signature("ML-DSA-44"), second = Samples.Signature("ML-DSA-44");
        string jwk = Encoding.ASCII.GetString(JsonWebKey.Encode(key, includePrivateKey: true));
        string theirs = Encoding.ASCII.GetString(JsonWebKey.Encode(second, includePrivateKey: true));
        string[] wrong =
        [
            "{}", "[]", "null", "{", jwk[..^1], jwk + "}", jwk + jwk,
            jwk.Replace("AKP", "OKP", StringComparison.Ordinal),
            jwk.Replace("ML-DSA-44", "ML-DSA-65", StringComparison.Ordinal),
            jwk.Replace("ML-DSA-44", "ml-dsa-44", StringComparison.Ordinal),
            jwk.Replace("\"alg\"", "\"Alg\"", StringComparison.Ordinal),
            jwk[..^1] + ",\"kty\":\"AKP\"}",
            jwk[..^1] + ",\"kid\":1,\"kid\":2}",
            jwk.Replace("\"priv\":\"", "\"priv\":\"A", StringComparison.Ordinal),
            jwk.Replace("\"}", "=\"}", StringComparison.Ordinal),
            jwk.Replace("\"pub\":\"", "\"pub\":\"*", StringComparison.Ordinal),
            string.Concat(jwk.AsSpan(0, 60), "*", jwk.AsSpan(61)),
            jwk[..jwk.IndexOf("\"priv\"", StringComparison.Ordinal)]
                + theirs[theirs.IndexOf("\"priv\"", StringComparison.Ordinal)..],
            jwk.Replace("\"AKP\"", "\"\\u0041KP\"", StringComparison.Ordinal),
            jwk.Replace("\"AKP\"", "7", StringComparison.Ordinal),
        ];
        Assert.All(wrong, text => Assert.Throws<CryptographicException>(
            () => JsonWebKey.Decode(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Wrong_cose_keys_are_refused()
    {
        using SignatureKey key = Samples.Signature("ML-DSA-44");
        byte[] cose = CoseKey.Encode(key, includePrivateKey: true), publicOnly = CoseKey.Encode(key);
        byte[][] wrong =
        [
            [], [0xA0], cose[..^1], [.. cose, 0], [0xBF, .. cose[1..], 0xFF], [0xA3, .. cose[1..]],
            [0xA5, .. cose[1..]],
            Damage.Flip(cose, 2, 1), Damage.Flip(cose, 5, 1), Damage.Flip(cose, cose.Length - 1, 1),
            [(byte)(0xA0 | 4), 1, 7, .. publicOnly[1..]],
            [0xBB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xA1, 0, .. Enumerable.Repeat((byte)0x81, 10_000)],
        ];
        Assert.All(wrong, bytes => Assert.Throws<CryptographicException>(() => CoseKey.Decode(bytes)));
        using SignatureKey other = Samples.Signature("MLDSA65-Ed25519-SHA512");
        Assert.Throws<ArgumentException>(() => CoseKey.Encode(other));
        Assert.Throws<ArgumentException>(() => JsonWebKey.Encode(other));
    }

    [Fact]
    public void Public_keys_and_certificates_are_read()
    {
        using KemKey kem = KemKeys.Generate(KemAlgorithm.XWing);
        string pem = KeyFile.WritePublicPem(SubjectPublicKey.Of(kem));
        using StoredKey read = KeyFile.Read(Encoding.ASCII.GetBytes("a note before\n" + pem));
        Assert.Equal((KeyFileFormat.SubjectPublicKeyInfo, true, false), (read.Format, read.IsPem, read.HasPrivateKey));
        Assert.Equal(kem.ExportEncapsulationKey(), read.ExportPublicKey());

        byte[] certificate = Samples.Certificate(SubjectPublicKey.Of(Samples.Signature("ECDSA-P256")));
        using StoredKey certified = KeyFile.Read(certificate);
        Assert.Equal(KeyFileFormat.Certificate, certified.Format);
        Assert.Equal(SignatureAlgorithm.EcdsaP256, certified.Algorithm);
        CertificateFields fields = CertificateFields.Decode(certificate);
        Assert.Equal([1, 2, 3], fields.SubjectKeyIdentifier);
        Assert.Equal("CN=authority",
            new System.Security.Cryptography.X509Certificates.X500DistinguishedName(fields.Issuer).Name);
    }

    [Theory]
    [InlineData("ML-DSA-65")]
    [InlineData("ML-KEM-768")]
    public void The_certificates_of_the_rfcs_give_their_key(string name)
    {
        string Of(string suffix) => name[3] == 'D' ? RfcKeys.MLDsa(name + suffix) : RfcKeys.MLKem(name + suffix);
        using StoredKey certificate = KeyFile.Read(Encoding.ASCII.GetBytes(Of(".crt")));
        using StoredKey publicKey = KeyFile.Read(Encoding.ASCII.GetBytes(Of(".pub")));
        using StoredKey privateKey = KeyFile.Read(Encoding.ASCII.GetBytes(Of("-seed.priv")));
        Assert.Equal(privateKey.ExportPublicKey(), publicKey.ExportPublicKey());
        if (name[3] == 'D') Assert.Equal(privateKey.ExportPublicKey(), certificate.ExportPublicKey());
    }

    [Fact]
    public void Text_without_one_key_is_refused()
    {
        using SignatureKey key = Samples.Signature("ML-DSA-44");
        string pem = new(KeyFile.WritePrivatePem(key));
        string[] wrong =
        [
            "", " ", "hello", pem + pem, pem.Replace("PRIVATE KEY", "RSA PRIVATE KEY", StringComparison.Ordinal),
            pem.Replace("END", "XND", StringComparison.Ordinal),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        ];
        Assert.All(wrong, text => Assert.Throws<CryptographicException>(
            () => KeyFile.Read(Encoding.UTF8.GetBytes(text))));
        Assert.Throws<CryptographicException>(() => KeyFile.Read(new byte[KeyFile.MaxSize + 1]));
    }
}
