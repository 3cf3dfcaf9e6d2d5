using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Hybrid;

public sealed class CompositeKeyTests
{
    private static readonly byte[] Message = [.. "release the wire"u8];

    public static TheoryData<string> Composites =>
        [.. CompositeScheme.All.Select(scheme => scheme.Algorithm.Name)];

    [Theory, MemberData(nameof(Composites))]
    public void Verify_needs_both_halves(string name)
    {
        (SignatureAlgorithm algorithm, int split) = Of(name);
        using SignatureKey key = TestKeys.Signature(algorithm), other = TestKeys.Signature(algorithm, 1);
        byte[] mine = key.Sign(Message), theirs = other.Sign(Message), second = key.Sign(Message);

        // Halves of two signatures by one key over one message are a signature.
        Assert.True(key.Verify(Message, [.. mine[..split], .. second[split..]]));
        Assert.False(key.Verify(Message, [.. mine[..split], .. theirs[split..]]));
        Assert.False(key.Verify(Message, [.. theirs[..split], .. mine[split..]]));
    }

    [Theory, MemberData(nameof(Composites))]
    public void A_half_cannot_be_left_out_or_moved(string name)
    {
        (SignatureAlgorithm algorithm, int split) = Of(name);
        using SignatureKey key = TestKeys.Signature(algorithm);
        byte[] signature = key.Sign(Message);

        Assert.False(key.Verify(Message, signature.AsSpan(..split)));
        Assert.False(key.Verify(Message, signature.AsSpan(split..)));
        Assert.False(key.Verify(Message, [.. signature[split..], .. signature[..split]]));
        Assert.False(key.Verify(Message, [.. signature[..split], .. new byte[signature.Length - split]]));
        Assert.False(key.Verify(Message, [.. new byte[split], .. signature[split..]]));
    }

    // What a half signs is neither the message nor anything a plain key would sign, so it is worth nothing on its own.
    [Theory, MemberData(nameof(Composites))]
    public void A_half_is_no_signature_of_the_plain_algorithm(string name)
    {
        (SignatureAlgorithm algorithm, int split) = Of(name);
        var scheme = CompositeScheme.Of(algorithm);
        using SignatureKey key = TestKeys.Signature(algorithm);
        byte[] signature = key.Sign(Message), publicKey = key.ExportPublicKey(), bound = scheme.Bind(Message, []);
        using SignatureKey lattice = SignatureKeys.ImportPublic(
            scheme.Lattice, publicKey.AsSpan(..scheme.Lattice.PublicKeySize));

        Assert.False(lattice.Verify(Message, signature.AsSpan(..split)));
        Assert.False(lattice.Verify(bound, signature.AsSpan(..split)));
        Assert.True(lattice.Verify(bound, signature.AsSpan(..split), scheme.Label));
        Assert.False(key.Verify(bound, signature));
    }

    // The label keeps schemes with the same halves apart: RSA of one size signs for PSS, PKCS #1 v1.5 and two lattices.
    [Theory, MemberData(nameof(Composites))]
    public void Schemes_with_the_same_halves_do_not_accept_each_other(string name)
    {
        (SignatureAlgorithm algorithm, int _) = Of(name);
        using SignatureKey key = TestKeys.Signature(algorithm);
        byte[] signature = key.Sign(Message), publicKey = key.ExportPublicKey();
        foreach (CompositeScheme scheme in CompositeScheme.All.Where(s => s.Algorithm != algorithm))
        {
            Damage.Refuses(() =>
            {
                SignatureKey other = SignatureKeys.ImportPublic(scheme.Algorithm, publicKey);
                Assert.False(other.Verify(Message, signature), scheme.Algorithm.Name);
                return other;
            });
        }
    }

    // Section 2.2 of the draft, written out: prefix, label, length and context, digest.
    [Fact]
    public void Bind_is_the_message_of_the_draft()
    {
        byte[] expected =
        [
            .. "CompositeAlgorithmSignatures2025"u8, .. "COMPSIG-MLDSA65-Ed25519-SHA512"u8,
            3, 7, 8, 9, .. SHA512.HashData(Message),
        ];
        Assert.Equal(expected, CompositeScheme.Of(SignatureAlgorithm.MLDsa65Ed25519).Bind(Message, [7, 8, 9]));
    }

    [Fact]
    public void Every_scheme_has_its_own_label_and_identifier()
    {
        IEnumerable<string> labels = CompositeScheme.All.Select(scheme => Encoding.ASCII.GetString(scheme.Label));
        Assert.Equal(18, labels.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            Enumerable.Range(37, 18).Select(arc => $"1.3.6.1.5.5.7.6.{arc}"),
            CompositeScheme.All.Select(scheme => scheme.Algorithm.Oid));
    }

    [Theory]
    [InlineData("MLDSA44-RSA2048-PKCS15-SHA256", 3072, 65537)]
    [InlineData("MLDSA44-RSA2048-PSS-SHA256", 2048, 3)]
    [InlineData("MLDSA65-RSA3072-PSS-SHA512", 2048, 65537)]
    public void An_rsa_half_of_another_size_or_exponent_is_refused(string name, int bits, int exponent)
    {
        var scheme = CompositeScheme.Of(Of(name).Algorithm);
        using RSA rsa = RSA.Create(bits);
        RSAParameters parameters = rsa.ExportParameters(includePrivateParameters: false);
        if (exponent == 3) parameters.Exponent = [3];
        using RSA other = RSA.Create(parameters);
        Assert.Throws<CryptographicException>(() => scheme.Classical.ImportPublic(other.ExportRSAPublicKey()));
        if (exponent == 3) return;

        Assert.Throws<CryptographicException>(() => scheme.Classical.ImportPrivate(rsa.ExportRSAPrivateKey()));
    }

    // The platform reads BER and ignores what follows; a key has one encoding here.
    [Fact]
    public void An_rsa_half_has_one_encoding()
    {
        using SignatureKey key = TestKeys.Signature(SignatureAlgorithm.MLDsa44Rsa2048Pss);
        byte[] privateKey = key.ExportPrivateKey()[32..], publicKey = key.ExportPublicKey()[1312..];
        SigningScheme scheme = SigningScheme.Rsa2048Pss;
        scheme.ImportPrivate(privateKey).Dispose();
        scheme.ImportPublic(publicKey).Dispose();
        byte[][] others = [[.. privateKey, 0], [0x30, 0x80, .. privateKey[4..], 0, 0], privateKey[..^1]];
        foreach (byte[] other in others)
            Assert.Throws<CryptographicException>(() => scheme.ImportPrivate(other));
        foreach (byte[] other in (byte[][])[[.. publicKey, 0], [0x30, 0x80, .. publicKey[4..], 0, 0], publicKey[..^1]])
            Assert.Throws<CryptographicException>(() => scheme.ImportPublic(other));
        Assert.All(
            Damage.Flips(privateKey, 60),
            other => Assert.Throws<CryptographicException>(() => scheme.ImportPrivate(other)));
    }

    // Section 6: what the halves are, said again by the platform's own classes.
    [Theory]
    [InlineData("MLDSA44-RSA2048-PKCS15-SHA256", "SHA256")]
    [InlineData("MLDSA44-RSA2048-PSS-SHA256", "SHA256")]
    [InlineData("MLDSA65-RSA3072-PSS-SHA512", "SHA256")]
    [InlineData("MLDSA65-RSA4096-PSS-SHA512", "SHA384")]
    [InlineData("MLDSA87-RSA3072-PSS-SHA512", "SHA256")]
    [InlineData("MLDSA44-ECDSA-P256-SHA256", "SHA256")]
    [InlineData("MLDSA65-ECDSA-P384-SHA512", "SHA384")]
    [InlineData("MLDSA65-ECDSA-brainpoolP256r1-SHA512", "SHA256")]
    [InlineData("MLDSA87-ECDSA-brainpoolP384r1-SHA512", "SHA384")]
    [InlineData("MLDSA87-ECDSA-P521-SHA512", "SHA512")]
    public void The_classical_half_verifies_with_the_platform(string name, string hash)
    {
        (SignatureAlgorithm algorithm, int split) = Of(name);
        var scheme = CompositeScheme.Of(algorithm);
        using SignatureKey key = TestKeys.Signature(algorithm);
        byte[] half = key.Sign(Message, [5])[split..], bound = scheme.Bind(Message, [5]);
        byte[] publicKey = key.ExportPublicKey()[scheme.Lattice.PublicKeySize..];
        HashAlgorithmName hashName = new(hash);
        if (name.Contains("RSA", StringComparison.Ordinal))
        {
            using RSA rsa = RSA.Create();
            rsa.ImportRSAPublicKey(publicKey, out _);
            Assert.True(rsa.VerifyData(
                bound, half, hashName,
                name.Contains("PSS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
            return;
        }

        using var ecdsa = ECDsa.Create();
        byte[] framed = key.ExportPrivateKey()[32..];
        ecdsa.ImportECPrivateKey(framed, out int read);
        Assert.Equal(framed.Length, read);
        Assert.Equal(publicKey, NamedCurve.Encode(ecdsa.ExportParameters(includePrivateParameters: false).Q));
        Assert.True(ecdsa.VerifyData(bound, half, hashName, DSASignatureFormat.Rfc3279DerSequence));
    }

    private static (SignatureAlgorithm Algorithm, int Split) Of(string name)
    {
        var algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        return (algorithm, CompositeScheme.Of(algorithm).Lattice.SignatureSize);
    }
}
