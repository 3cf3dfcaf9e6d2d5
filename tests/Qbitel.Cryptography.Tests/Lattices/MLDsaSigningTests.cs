using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>The signer of the library beside one that reads like the standard.</summary>
public sealed class MLDsaSigningTests
{
    public static readonly TheoryData<string> Names = [.. MLDsaParameters.All.Select(set => set.Algorithm.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Signatures_are_those_of_the_standards_algorithm(string name)
    {
        MLDsaAlgorithm algorithm = Named(name);
        byte[] stream = new byte[20 * 128], seed = new byte[32], mu = new byte[64], rnd = new byte[32];
        Fips202.Shake256(stream, System.Text.Encoding.ASCII.GetBytes(name));
        for (int i = 0; i < 20; i++)
        {
            stream.AsSpan(128 * i, 32).CopyTo(seed);
            stream.AsSpan((128 * i) + 32, 64).CopyTo(mu);
            stream.AsSpan((128 * i) + 96, 32).CopyTo(rnd);
            using ManagedMLDsa key = ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, seed);
            byte[] signature = new byte[algorithm.SignatureSizeInBytes];
            key.Sign(mu, rnd, signature);
            Assert.Equal(SpecSigner.Sign(key, mu, rnd).Signature, signature);
        }
    }

    // The longest loops among 400,000 numbers, for the key of the zero seed: mu is the number, little endian.
    [Theory]
    [InlineData("ML-DSA-44", 360521, 50)]
    [InlineData("ML-DSA-44", 193872, 50)]
    [InlineData("ML-DSA-65", 374906, 64)]
    [InlineData("ML-DSA-65", 37791, 59)]
    [InlineData("ML-DSA-87", 267209, 48)]
    [InlineData("ML-DSA-87", 386338, 40)]
    public void A_signature_that_takes_many_attempts_is_right(string name, int number, int attempts)
    {
        MLDsaAlgorithm algorithm = Named(name);
        using ManagedMLDsa key = ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, new byte[32]);
        byte[] mu = new byte[64], signature = new byte[algorithm.SignatureSizeInBytes];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(mu, number);

        key.SignMuDeterministically(mu, signature);

        (byte[] expected, int counted) = SpecSigner.Sign(key, mu, new byte[32]);
        Assert.Equal(attempts, counted);
        Assert.Equal(expected, signature);
        Assert.True(key.VerifyMu(mu, signature));
    }

    [Theory, MemberData(nameof(Names))]
    public void Deterministic_signatures_repeat_and_verify(string name)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(Named(name));
        byte[] data = [1, 2, 3], context = new byte[255], digest = SHA512.HashData(data), mu = new byte[64];
        byte[] one = new byte[key.Algorithm.SignatureSizeInBytes], two = new byte[one.Length],
            three = new byte[one.Length];
        key.SignDataDeterministically(data, one, context);
        key.SignDataDeterministically(data, two, context);
        key.PublicHalf.HashData(data, context, mu);
        key.SignMuDeterministically(mu, three);
        Assert.Equal(one, two);
        Assert.Equal(one, three);
        Assert.True(key.VerifyData(data, one, context));

        const string sha512 = "2.16.840.1.101.3.4.2.3";
        key.SignPreHashDeterministically(digest, one, sha512, context);
        key.SignPreHashDeterministically(digest, two, sha512, context);
        Assert.Equal(one, two);
        Assert.True(key.VerifyPreHash(digest, one, sha512, context));
    }

    [Fact]
    public void Deterministic_signing_refuses_what_the_hedged_refuses()
    {
        ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        using ManagedMLDsa verifier =
            ManagedMLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa44, key.ExportMLDsaPublicKey());
        byte[] signature = new byte[2420];
        Assert.Throws<ArgumentOutOfRangeException>(() => key.SignDataDeterministically([], signature, new byte[256]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => key.SignPreHashDeterministically(new byte[64], signature, "2.16.840.1.101.3.4.2.3", new byte[256]));
        Assert.Throws<ArgumentException>(() => key.SignDataDeterministically([], new byte[2419]));
        Assert.Throws<ArgumentException>(() => key.SignMuDeterministically(new byte[63], signature));
        Assert.Throws<CryptographicException>(() => verifier.SignDataDeterministically([], signature));
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.SignDataDeterministically([], signature));
    }

    // All that ACVP names, with the digest sizes of FIPS 204, section 5.4 and SP 800-185's arc: the last number of the
    // OID.
    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 48)]
    [InlineData(3, 64)]
    [InlineData(4, 28)]
    [InlineData(5, 28)]
    [InlineData(6, 32)]
    [InlineData(7, 28)]
    [InlineData(8, 32)]
    [InlineData(9, 48)]
    [InlineData(10, 64)]
    [InlineData(11, 32)]
    [InlineData(12, 64)]
    public void HashML_DSA_signs_a_digest_of_every_hash(int number, int size)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        string oid = $"2.16.840.1.101.3.4.2.{number}";
        byte[] digest = RandomNumberGenerator.GetBytes(size), expected = new byte[64], context = [9];
        byte[] mu = key.GetPreHashMu(digest, oid, context);
        byte[] der = [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, (byte)number];
        Fips202.Shake256(expected, key.PublicHalf.Tr, [1, 1, 9, .. der, .. digest]);
        Assert.Equal(expected, mu);
        Assert.Throws<ArgumentException>(() => key.GetPreHashMu(digest.AsSpan(1), oid));

        byte[] signature = new byte[2420];
        key.SignPreHashDeterministically(digest, signature, oid, context);
        Assert.True(key.VerifyMu(mu, signature));
        if (number is not (4 or 5 or 6 or 7)) // which the base class does not know
        {
            Assert.True(key.VerifyPreHash(digest, signature, oid, context));
            Assert.True(key.VerifyMu(mu, key.SignPreHash(digest, oid, context)));
        }
    }

    [Theory]
    [InlineData("2.16.840.1.101.3.4.2.13")]
    [InlineData("2.16.840.1.101.3.4.2")]
    [InlineData("1.3.14.3.2.26")]
    public void The_identifier_of_another_hash_is_encoded_too(string oid)
    {
        System.Formats.Asn1.AsnWriter writer = new(System.Formats.Asn1.AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        Assert.Equal(writer.Encode(), HashOid.Encode(oid));
    }

    // The result, which the caller gives, is all that is written; what is fixed is allocated with the key.
    [Theory, MemberData(nameof(Names))]
    public void Signing_and_verifying_with_a_key_allocate_nothing(string name)
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(Named(name));
        byte[] data = new byte[1000], context = [1, 2, 3], signature = new byte[key.Algorithm.SignatureSizeInBytes];
        byte[] digest = new byte[64], mu = new byte[64];
        const string sha512 = "2.16.840.1.101.3.4.2.3";
        Assert.Equal(0, Allocation.Least(Run));

        void Run()
        {
            key.SignData(data, signature.AsSpan(), context);
            if (!key.VerifyData(data, signature.AsSpan(), context)) throw new InvalidOperationException();
            key.SignPreHash(digest, signature.AsSpan(), sha512, context);
            if (!key.VerifyPreHash(digest, signature.AsSpan(), sha512, context)) throw new InvalidOperationException();
            key.SignMu(mu, signature.AsSpan());
            key.SignDataDeterministically(data, signature, context);
        }
    }

    private static MLDsaAlgorithm Named(string name) =>
        MLDsaParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;
}
