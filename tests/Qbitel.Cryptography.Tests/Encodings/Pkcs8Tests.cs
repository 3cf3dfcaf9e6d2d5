using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Tests.Lattices;

namespace Qbitel.Cryptography.Tests.Encodings;

public sealed class Pkcs8Tests
{
    public static readonly TheoryData<string> Signatures = [.. Samples.SignatureNames];
    public static readonly TheoryData<string> Kems = [.. Samples.KemNames];

    public static readonly TheoryData<string> Good =
    [
        .. from set in (string[])["ML-DSA-44", "ML-DSA-65", "ML-DSA-87", "ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"]
        from form in (string[])["seed", "expanded", "both"]
        select $"{set}-{form}.priv",
    ];

    public static readonly TheoryData<string> Bad =
    [
        .. Enumerable.Range(1, 3).Select(i => $"bad-ML-DSA-44-{i}.priv"),
        .. Enumerable.Range(1, 4).Select(i => $"bad-ML-KEM-512-{i}.priv"),
    ];

    [Theory, MemberData(nameof(Signatures))]
    public void Every_signature_key_comes_back(string name)
    {
        using SignatureKey key = Samples.Signature(name);
        byte[] pkcs8 = Pkcs8.Encode(key);
        using StoredKey read = KeyFile.Read(pkcs8);
        Assert.Equal(KeyFileFormat.Pkcs8, read.Format);
        Assert.Same(key.Algorithm, read.Algorithm);
        Assert.True(read.HasPrivateKey);
        Assert.False(read.IsPem);
        Assert.Equal(key.ExportPrivateKey(), read.Signature!.ExportPrivateKey());
        Assert.Equal(KeyFingerprint.Of(key), read.Fingerprint);
        Assert.Equal(pkcs8, Pkcs8.Encode(read));
        Assert.True(key.Verify([1, 2, 3], read.Signature.Sign([1, 2, 3])));
    }

    [Theory, MemberData(nameof(Kems))]
    public void Every_kem_key_comes_back(string name)
    {
        using KemKey key = Samples.Kem(name);
        byte[] pkcs8 = Pkcs8.Encode(key);
        using StoredKey read = KeyFile.Read(pkcs8);
        Assert.Same(key.Algorithm, read.Algorithm);
        Assert.Equal(key.ExportPrivateKey(), read.Kem!.ExportPrivateKey());
        Assert.Equal(pkcs8, Pkcs8.Encode(read));
    }

    [Fact]
    public void An_x25519_key_comes_back()
    {
        using X25519Key key = X25519Key.Generate();
        byte[] pkcs8 = Pkcs8.Encode(key);
        using StoredKey read = KeyFile.Read(pkcs8);
        Assert.Equal("X25519", read.AlgorithmName);
        Assert.Equal(key.ExportPrivateKey(), read.Agreement!.ExportPrivateKey());
        Assert.Equal("302E020100300506032B656E04220420", Convert.ToHexString(pkcs8.AsSpan(0, 16))); // RFC 8410
    }

    // RFC 8410, section 10.3: an Ed25519 key, and with attributes and its public key in version 2.
    [Theory]
    [InlineData("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC")]
    [InlineData("MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2"
        + "hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")]
    public void The_example_keys_of_rfc_8410_are_read(string base64)
    {
        using StoredKey read = KeyFile.Read(Convert.FromBase64String(base64));
        Assert.Same(SignatureAlgorithm.Ed25519, read.Algorithm);
        Assert.Equal("19BF44096984CDFE8541BAC167DC3B96C85086AA30B6B6CB0C5C38AD703166E1",
            Convert.ToHexString(read.ExportPublicKey()));
    }

    [Fact]
    public void A_public_key_beside_the_private_one_must_be_its_own()
    {
        byte[] pkcs8 = Convert.FromBase64String(
            "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2"
            + "hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
        pkcs8[^1] ^= 1;
        Assert.Throws<CryptographicException>(() => KeyFile.Read(pkcs8));
    }

    [Fact]
    public void An_ecdsa_key_of_the_platform_is_read_and_ours_there()
    {
        foreach ((SignatureAlgorithm algorithm, ECCurve curve) in ((SignatureAlgorithm, ECCurve)[])
            [(SignatureAlgorithm.EcdsaP256, ECCurve.NamedCurves.nistP256),
                (SignatureAlgorithm.EcdsaP384, ECCurve.NamedCurves.nistP384)])
        {
            using ECDsa theirs = ECDsa.Create(curve);
            using StoredKey read = KeyFile.Read(theirs.ExportPkcs8PrivateKey());
            Assert.Same(algorithm, read.Algorithm);
            using StoredKey sec1 = KeyFile.Read(theirs.ExportECPrivateKey());
            Assert.Equal(KeyFileFormat.Sec1, sec1.Format);
            Assert.Equal(read.ExportPublicKey(), sec1.ExportPublicKey());
            using ECDsa back = ECDsa.Create();
            back.ImportPkcs8PrivateKey(Pkcs8.Encode(read), out _);
            Assert.Equal(theirs.ExportSubjectPublicKeyInfo(), back.ExportSubjectPublicKeyInfo());
        }
    }

    [Theory, MemberData(nameof(Good))]
    public void The_example_keys_of_the_rfcs_are_read(string file)
    {
        string pem = file.StartsWith("ML-K", StringComparison.Ordinal) ? RfcKeys.MLKem(file) : RfcKeys.MLDsa(file);
        using StoredKey read = KeyFile.Read(System.Text.Encoding.ASCII.GetBytes(pem));
        Assert.StartsWith(read.AlgorithmName, file, StringComparison.Ordinal);
        Assert.True(read.IsPem && read.HasPrivateKey);

        // Each form is written as it was read: the whole file again.
        byte[] der = RfcKeys.Der(pem);
        PrivateKeyForm form =
            file.EndsWith("both.priv", StringComparison.Ordinal) ? PrivateKeyForm.Both : PrivateKeyForm.Shortest;
        Assert.Equal(der, Pkcs8.Encode(read, form));
        if (!file.EndsWith("expanded.priv", StringComparison.Ordinal)) return;

        Assert.Equal(der, Pkcs8.Encode(read, PrivateKeyForm.Expanded));
        Assert.Throws<CryptographicException>(() => Pkcs8.Encode(read, PrivateKeyForm.Both));
    }

    [Theory, MemberData(nameof(Bad))]
    public void The_bad_keys_of_the_rfcs_are_refused(string file)
    {
        string pem = file.Contains("KEM", StringComparison.Ordinal) ? RfcKeys.MLKem(file) : RfcKeys.MLDsa(file);
        Assert.Throws<CryptographicException>(() => KeyFile.Read(System.Text.Encoding.ASCII.GetBytes(pem)));
        Assert.Throws<CryptographicException>(() => KeyFile.Read(RfcKeys.Der(pem)));
    }

    [Fact]
    public void Expanded_keys_work_and_have_no_seed()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa44);
        using StoredKey expanded = KeyFile.Read(Pkcs8.Encode(key, PrivateKeyForm.Expanded));
        Assert.True(key.Verify([5], expanded.Signature!.Sign([5])));
        Assert.Throws<CryptographicException>(() => expanded.Signature.ExportPrivateKey());
        using StoredKey both = KeyFile.Read(Pkcs8.Encode(key, PrivateKeyForm.Both));
        Assert.Equal(key.ExportPrivateKey(), both.Signature!.ExportPrivateKey());

        using KemKey kem = KemKeys.Generate(KemAlgorithm.MLKem768);
        using StoredKey expandedKem = KeyFile.Read(Pkcs8.Encode(kem, PrivateKeyForm.Expanded));
        byte[] ciphertext = new byte[1088], made = new byte[32], got = new byte[32];
        kem.Encapsulate(ciphertext, made);
        expandedKem.Kem!.Decapsulate(ciphertext, got);
        Assert.Equal(made, got);
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        using KemKey unnamed = KemKeys.Generate(KemAlgorithm.MLKem768P256);
        Assert.Throws<ArgumentException>(() => Pkcs8.Encode(unnamed));
        using SignatureKey composite = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65Ed25519);
        Assert.Throws<ArgumentException>(() => Pkcs8.Encode(composite, PrivateKeyForm.Both));
        using SignatureKey publicOnly = SignatureKeys.ImportPublic(composite.Algorithm, composite.ExportPublicKey());
        Assert.Throws<CryptographicException>(() => Pkcs8.Encode(publicOnly));
        Assert.Contains("***", new StoredKey(composite).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_lattice_keys_of_net_read_ours()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        using ManagedMLDsa read = ManagedMLDsa.ImportPkcs8PrivateKey(Pkcs8.Encode(key, PrivateKeyForm.Both));
        Assert.Equal(key.ExportPublicKey(), read.ExportMLDsaPublicKey());
    }

    // The vectors of the composite drafts carry the key as PKCS#8 too.
    [Fact]
    public void Composite_keys_are_those_of_the_draft()
    {
        int read = 0;
        foreach (int index in VectorFile.Rows("composite-sig/test-vectors.json", "tests"))
        {
            System.Text.Json.Nodes.JsonNode vector = VectorFile.Row("composite-sig/test-vectors.json", index, "tests");
            string name = ((string)vector["tcId"]!).Replace("id-", "", StringComparison.Ordinal);
            bool isBuilt = KeyAlgorithm.TryParse(name, out KeyAlgorithm? algorithm) && algorithm is SignatureAlgorithm;
            if (!isBuilt) continue;

            using StoredKey key = KeyFile.Read(vector.Base64("sk_pkcs8"));
            Assert.Same(algorithm, key.Algorithm);
            Assert.Equal(vector.Base64("pk"), key.ExportPublicKey());
            read++;
        }

        Assert.NotEqual(0, read);
    }
}
