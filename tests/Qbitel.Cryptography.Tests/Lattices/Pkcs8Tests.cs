using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>
/// The structures around keys, byte by byte: what is accepted of RFC 5958, 9881 and 9935, and what is not.
/// </summary>
public sealed class Pkcs8Tests
{
    private const string MLKem512Oid = "2.16.840.1.101.3.4.4.1";
    private const string MLDsa44Oid = "2.16.840.1.101.3.4.3.17";

    private static readonly byte[] KemSeed = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
    private static readonly byte[] DsaSeed = KemSeed[..32];
    private static readonly Asn1Tag Seed = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Attributes = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag PublicKey = new(TagClass.ContextSpecific, 1);

    [Fact]
    public void A_plain_seed_is_read()
    {
        AssertRead(PrivateKey());
        AssertRead(PrivateKey(oid: MLDsa44Oid, choice: w => w.WriteOctetString(DsaSeed, Seed)));
    }

    [Fact]
    public void A_public_key_in_version_2_must_be_the_right_one()
    {
        using ManagedMLKem kem = ManagedMLKem.ImportPrivateSeed(MLKemAlgorithm.MLKem512, KemSeed);
        byte[] right = kem.ExportEncapsulationKey();
        AssertRead(PrivateKey(version: 1));
        AssertRead(PrivateKey(version: 1, after: w => w.WriteBitString(right, 0, PublicKey)));
        AssertRefused(PrivateKey(version: 0, after: w => w.WriteBitString(right, 0, PublicKey)));
        AssertRefused(PrivateKey(version: 1, after: w => w.WriteBitString(right.AsSpan(1), 0, PublicKey)));
        right[0] ^= 1;
        AssertRefused(PrivateKey(version: 1, after: w => w.WriteBitString(right, 0, PublicKey)));

        using ManagedMLDsa dsa = ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, DsaSeed);
        byte[] pk = dsa.ExportMLDsaPublicKey();
        AssertRead(DsaWithPublicKey(pk));
        pk[^1] ^= 1;
        AssertRefused(DsaWithPublicKey(pk));

        static byte[] DsaWithPublicKey(byte[] pk) => PrivateKey(
            1, MLDsa44Oid, choice: w => w.WriteOctetString(DsaSeed, Seed), after: w =>
                w.WriteBitString(pk, 0, PublicKey));
    }

    [Fact]
    public void Attributes_are_passed_over()
    {
        AssertRead(PrivateKey(after: w => { using (w.PushSetOf(Attributes)) { } }));
        AssertRefused(PrivateKey(after: w => w.WriteNull()));
    }

    [Fact]
    public void Another_version_is_refused()
    {
        AssertRefused(PrivateKey(version: 2));
        AssertRefused(PrivateKey(version: -1));
    }

    [Fact]
    public void Parameters_of_the_algorithm_are_refused()
    {
        AssertRefused(PrivateKey(parameters: w => w.WriteNull()));
        AssertRefused(Info(MLKem512Oid, new byte[800], w => w.WriteNull()));
    }

    [Theory]
    [InlineData("1.2.840.113549.1.1.1")]
    [InlineData("2.16.840.1.101.3.4.4.4")]
    [InlineData("2.16.840.1.101.3.4.3.32")] // HashML-DSA-44 is another key type
    public void Another_algorithm_is_refused(string oid)
    {
        AssertRefused(PrivateKey(oid: oid));
        AssertRefused(Info(oid, new byte[800]));
    }

    [Fact]
    public void A_key_of_the_other_family_is_refused()
    {
        Assert.Throws<CryptographicException>(() => ManagedMLDsa.ImportPkcs8PrivateKey(PrivateKey()));
        using ManagedMLDsa dsa = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        Assert.Throws<CryptographicException>(() => ManagedMLKem.ImportPkcs8PrivateKey(dsa.ExportPkcs8PrivateKey()));
        Assert.Throws<CryptographicException>(() =>
            ManagedMLKem.ImportSubjectPublicKeyInfo(dsa.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void A_seed_of_another_length_is_refused()
    {
        foreach (int length in (ReadOnlySpan<int>)[0, 1, 32, 63, 65, 96, 128, 2400])
        {
            byte[] wrong = new byte[length];
            AssertRefused(PrivateKey(choice: w => w.WriteOctetString(wrong, Seed)));
            AssertRefused(PrivateKey(choice: w => w.WriteOctetString(wrong)));
            if (length != 32) AssertRefused(PrivateKey(oid: MLDsa44Oid, choice: w => w.WriteOctetString(wrong, Seed)));
            AssertRefused(PrivateKey(oid: MLDsa44Oid, choice: w => w.WriteOctetString(wrong)));
        }
    }

    [Fact]
    public void Both_forms_must_both_be_there_and_agree()
    {
        using ManagedMLKem key = ManagedMLKem.ImportPrivateSeed(MLKemAlgorithm.MLKem512, KemSeed);
        byte[] expanded = key.ExportDecapsulationKey(), other = [.. KemSeed.Reverse()];
        AssertRead(PrivateKey(choice: w => Both(w, KemSeed, expanded)));
        AssertRefused(PrivateKey(choice: w => Both(w, other, expanded)));
        AssertRefused(PrivateKey(choice: w => Both(w, [], expanded)));
        AssertRefused(PrivateKey(choice: w => Both(w, KemSeed, [])));
        AssertRefused(PrivateKey(choice: w => Both(w, KemSeed, expanded[..^1])));
        AssertRefused(PrivateKey(choice: w => { using (w.PushSequence()) w.WriteOctetString(KemSeed); }));
        AssertRefused(PrivateKey(choice: w =>
        {
            using (w.PushSequence())
            {
                w.WriteOctetString(KemSeed);
                w.WriteOctetString(expanded);
                w.WriteNull();
            }
        }));
        for (int i = 0; i < expanded.Length; i += 101)
        {
            expanded[i] ^= 0x10;
            AssertRefused(PrivateKey(choice: w => Both(w, KemSeed, expanded)));
            expanded[i] ^= 0x10;
        }
    }

    [Fact]
    public void Bytes_after_the_structure_or_in_it_are_refused()
    {
        AssertRefused([.. PrivateKey(), 0]);
        AssertRefused(PrivateKey(choice: w =>
        {
            w.WriteOctetString(KemSeed, Seed);
            w.WriteNull();
        }));
        using ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem512);
        AssertRefused([.. key.ExportSubjectPublicKeyInfo(), 0]);
    }

    [Fact]
    public void A_length_that_is_not_the_shortest_is_refused()
    {
        byte[] der = PrivateKey();
        Assert.Equal(84, der[1]);
        AssertRefused([0x30, 0x81, 84, .. der[2..]]);
        AssertRefused([0x30, 0x80, .. der[2..], 0, 0]); // indefinite: BER, not DER
    }

    [Fact]
    public void A_public_key_with_unused_bits_or_of_another_length_is_refused()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem512);
        byte[] ek = key.ExportEncapsulationKey();
        AssertRefused(Info(MLKem512Oid, ek[..^1]));
        AssertRefused(Info(MLKem512Oid, [.. ek, 0]));
        AssertRefused(Info(MLDsa44Oid, new byte[1311]));
        byte[] info = key.ExportSubjectPublicKeyInfo();
        int unused = info.Length - 801;
        Assert.Equal(0, info[unused]);
        info[unused] = 1;
        info[^1] &= 0xFE;
        AssertRefused(info);
    }

    [Fact]
    public void Pem_holds_one_key_that_is_not_encrypted()
    {
        using ManagedMLKem key = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem512);
        string privatePem = key.ExportPkcs8PrivateKeyPem(), publicPem = key.ExportSubjectPublicKeyInfoPem();
        using (ManagedMLKem.ImportFromPem("text before\n" + privatePem + "\ntext after")) { }
        using (ManagedMLKem.ImportFromPem(PemEncoding.WriteString("CERTIFICATE", [1, 2, 3]) + "\n" + publicPem)) { }
        PbeParameters weak = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1);
        string encrypted = key.ExportEncryptedPkcs8PrivateKeyPem("pw", weak),
            other = PemEncoding.WriteString("CERTIFICATE", [1]);
        foreach (string wrong in (string[])["", "no key", privatePem + "\n" + publicPem, encrypted, other])
        {
            Assert.Throws<ArgumentException>(() => ManagedMLKem.ImportFromPem(wrong));
            Assert.Throws<ArgumentException>(() => ManagedMLDsa.ImportFromPem(wrong));
        }

        Assert.Throws<CryptographicException>(() => ManagedMLDsa.ImportFromPem(privatePem));
        Assert.Throws<ArgumentNullException>(() => ManagedMLKem.ImportFromPem((string)null!));
    }

    private static void Both(AsnWriter writer, byte[] seed, byte[] expanded)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(seed);
            writer.WriteOctetString(expanded);
        }
    }

    private static byte[] PrivateKey(
        int version = 0, string oid = MLKem512Oid,
        Action<AsnWriter>? parameters = null, Action<AsnWriter>? choice = null, Action<AsnWriter>? after = null)
    {
        AsnWriter inner = new(AsnEncodingRules.DER), writer = new(AsnEncodingRules.DER);
        (choice ?? (w => w.WriteOctetString(KemSeed, Seed)))(inner);
        using (writer.PushSequence())
        {
            writer.WriteInteger(version);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                parameters?.Invoke(writer);
            }

            writer.WriteOctetString(inner.Encode());
            after?.Invoke(writer);
        }

        return writer.Encode();
    }

    private static byte[] Info(string oid, byte[] key, Action<AsnWriter>? parameters = null)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                parameters?.Invoke(writer);
            }

            writer.WriteBitString(key);
        }

        return writer.Encode();
    }

    private static void AssertRead(byte[] pkcs8)
    {
        if (pkcs8.AsSpan().IndexOf((byte[])[0x04, 0x03, 0x11]) < 0)
        {
            using ManagedMLKem key = ManagedMLKem.ImportPkcs8PrivateKey(pkcs8);
            Assert.Equal(KemSeed, key.ExportPrivateSeed());
        }
        else
        {
            using ManagedMLDsa key = ManagedMLDsa.ImportPkcs8PrivateKey(pkcs8);
            Assert.Equal(DsaSeed, key.ExportMLDsaPrivateSeed());
        }
    }

    private static void AssertRefused(byte[] der)
    {
        Assert.Throws<CryptographicException>(() => ManagedMLKem.ImportPkcs8PrivateKey(der));
        Assert.Throws<CryptographicException>(() => ManagedMLDsa.ImportPkcs8PrivateKey(der));
        Assert.Throws<CryptographicException>(() => ManagedMLKem.ImportSubjectPublicKeyInfo(der));
        Assert.Throws<CryptographicException>(() => ManagedMLDsa.ImportSubjectPublicKeyInfo(der));
    }
}
