using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Pki.Tests;

public sealed class SubjectKeyTests
{
    public static readonly TheoryData<string> Algorithms = [.. SignatureAlgorithm.All.Select(a => a.Name)];

    [Theory, MemberData(nameof(Algorithms))]
    public void Every_signature_algorithm_can_be_certified(string name)
    {
        SignatureAlgorithm algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        using SignatureKey key = SignatureKeys.Generate(algorithm);
        SubjectKey subject = SubjectKey.Of(algorithm, key.ExportPublicKey());

        Assert.Equal(algorithm, SubjectKey.Decode(subject.Encoded).Algorithm);
        Assert.Equal(algorithm.IsQuantumSafe, subject.IsQuantumSafe);
        Assert.Equal(key.ExportPublicKey(), subject.Bits.ToArray());
        Refused([.. subject.Encoded.Span, 0]);
        for (int length = 0; length < 40; length++) Refused(subject.Encoded.Span[..length].ToArray());
    }

    [Theory, InlineData(2048), InlineData(3072)]
    public void Rsa_of_2048_bits_and_more_can_be_certified(int size)
    {
        using RSA rsa = RSA.Create(size);
        SubjectKey subject = SubjectKey.Of(rsa);
        Assert.Equal(size, subject.RsaSize);
        Assert.Null(subject.Algorithm);
        Assert.False(subject.IsQuantumSafe);
        Assert.Equal($"RSA-{size}", subject.ToString());
    }

    [Fact]
    public void Weak_and_foreign_keys_are_refused()
    {
        using RSA small = RSA.Create(1024);
        Assert.Equal("rsa-size", Refused(small.ExportSubjectPublicKeyInfo()).Rule);
        using RSA rsa = RSA.Create(2048);
        RSAParameters three = rsa.ExportParameters(includePrivateParameters: false);
        three.Exponent = [3];
        using RSA lowExponent = RSA.Create(three);
        Assert.Equal("rsa-key", Refused(lowExponent.ExportSubjectPublicKeyInfo()).Rule);
        using ECDsa p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        Refused(p521.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void A_point_off_the_curve_is_refused()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        byte[] encoded = SubjectKey.Of(key.Algorithm, key.ExportPublicKey()).Encoded.ToArray();
        encoded[^1] ^= 1;
        Refused(encoded);
    }

    [Fact]
    public void A_key_of_a_kem_is_refused()
    {
        using KemKey kem = KemKeys.Generate(KemAlgorithm.MLKem768);
        Refused(SubjectPublicKey.Of(kem).Encode());
    }

    private static Objection Refused(byte[] encoded)
    {
        Assert.False(SubjectKey.TryDecode(encoded, out SubjectKey? key, out Objection? objection));
        Assert.Null(key);
        Assert.Throws<CryptographicException>(() => SubjectKey.Decode(encoded));
        return objection;
    }
}
