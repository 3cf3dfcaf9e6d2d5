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
        ["MLDSA44-Ed25519-SHA512", "MLDSA65-ECDSA-P256-SHA512", "MLDSA65-Ed25519-SHA512", "MLDSA87-ECDSA-P384-SHA512"];

    [Theory, MemberData(nameof(Composites))]
    public void Verify_needs_both_halves(string name)
    {
        (SignatureAlgorithm algorithm, int split) = Of(name);
        using SignatureKey key = SignatureKeys.Generate(algorithm), other = SignatureKeys.Generate(algorithm);
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
        using SignatureKey key = SignatureKeys.Generate(algorithm);
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
        using SignatureKey key = SignatureKeys.Generate(algorithm);
        byte[] signature = key.Sign(Message), publicKey = key.ExportPublicKey(), bound = scheme.Bind(Message, []);
        using SignatureKey lattice = SignatureKeys.ImportPublic(
            LatticeOf(algorithm), publicKey.AsSpan(..scheme.Lattice.PublicKeySizeInBytes));

        Assert.False(lattice.Verify(Message, signature.AsSpan(..split)));
        Assert.False(lattice.Verify(bound, signature.AsSpan(..split)));
        Assert.True(lattice.Verify(bound, signature.AsSpan(..split), scheme.Label));
        Assert.False(key.Verify(bound, signature));
    }

    [Fact]
    public void Schemes_with_the_same_halves_do_not_accept_each_other()
    {
        SignatureAlgorithm[] ed = [SignatureAlgorithm.MLDsa65Ed25519, SignatureAlgorithm.MLDsa44Ed25519];
        using SignatureKey key = SignatureKeys.Generate(ed[0]);
        byte[] signature = key.Sign(Message), publicKey = key.ExportPublicKey();
        Assert.All(CompositeScheme.All.Where(scheme => scheme.Lattice.Name == "ML-DSA-65"), scheme =>
        {
            bool accepted = false;
            bool refused = Damage.Refuses(
                () => { accepted = scheme.Verify(publicKey, Message, signature, []); return null; });
            Assert.Equal(scheme.Name == ed[0].Name, accepted && !refused);
        });
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
            CompositeScheme.All.Select(scheme => scheme.Oid));
    }

    // The schemes of which we make no keys: halves made here, put together by hand.
    [Theory]
    [InlineData("MLDSA44-RSA2048-PKCS15-SHA256", 2048)]
    [InlineData("MLDSA65-RSA4096-PSS-SHA512", 4096)]
    [InlineData("MLDSA87-RSA3072-PSS-SHA512", 3072)]
    public void Verify_accepts_rsa_halves_of_the_right_size_only(string name, int bits)
    {
        CompositeScheme scheme = CompositeScheme.All.Single(s => s.Name == name);
        using var rsa = RSA.Create(bits);
        HashAlgorithmName hash = bits == 4096 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        RSASignaturePadding padding = name.Contains("PSS", StringComparison.Ordinal)
            ? RSASignaturePadding.Pss
            : RSASignaturePadding.Pkcs1;
        CheckByHand(scheme, rsa.ExportRSAPublicKey(), bound => rsa.SignData(bound, hash, padding));

        using var small = RSA.Create(1024);
        Assert.Throws<CryptographicException>(
            () => CheckByHand(scheme, small.ExportRSAPublicKey(), bound => small.SignData(bound, hash, padding)));
    }

    [Theory]
    [InlineData("MLDSA44-ECDSA-P256-SHA256", "1.2.840.10045.3.1.7", "SHA256")]
    [InlineData("MLDSA65-ECDSA-P384-SHA512", "1.3.132.0.34", "SHA384")]
    [InlineData("MLDSA65-ECDSA-brainpoolP256r1-SHA512", "1.3.36.3.3.2.8.1.1.7", "SHA256")]
    [InlineData("MLDSA87-ECDSA-brainpoolP384r1-SHA512", "1.3.36.3.3.2.8.1.1.11", "SHA384")]
    [InlineData("MLDSA87-ECDSA-P521-SHA512", "1.3.132.0.35", "SHA512")]
    public void Verify_accepts_halves_on_every_curve(string name, string oid, string hash)
    {
        CompositeScheme scheme = CompositeScheme.All.Single(s => s.Name == name);
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromValue(oid));
        byte[] point = NamedCurve.Encode(ecdsa.ExportParameters(includePrivateParameters: false).Q);
        CheckByHand(
            scheme, point,
            bound => ecdsa.SignData(bound, new HashAlgorithmName(hash), DSASignatureFormat.Rfc3279DerSequence));
    }

    private static void CheckByHand(CompositeScheme scheme, byte[] classicalKey, Func<byte[], byte[]> sign)
    {
        using SignatureKey lattice = SignatureKeys.Generate(
            (SignatureAlgorithm)KeyAlgorithm.Parse(scheme.Lattice.Name));
        byte[] bound = scheme.Bind(Message, [5]), publicKey = [.. lattice.ExportPublicKey(), .. classicalKey];
        byte[] first = lattice.Sign(bound, scheme.Label), second = sign(bound);
        Assert.True(scheme.Verify(publicKey, Message, [.. first, .. second], [5]));
        Assert.False(scheme.Verify(publicKey, Message, [.. first, .. second], []));
        Assert.False(scheme.Verify(publicKey, Message, [.. first, .. sign(Message)], [5]));
        Assert.False(scheme.Verify(publicKey, Message, first, [5]));
        Assert.False(scheme.Verify(publicKey, Message, [.. first, .. second], new byte[256]));
        Assert.Throws<CryptographicException>(
            () => scheme.Verify([.. publicKey, 0], Message, [.. first, .. second], [5]));
        Assert.Throws<CryptographicException>(
            () => scheme.Verify(lattice.ExportPublicKey(), Message, [.. first, .. second], [5]));
    }

    private static (SignatureAlgorithm Algorithm, int Split) Of(string name)
    {
        var algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        return (algorithm, CompositeScheme.Of(algorithm).Lattice.SignatureSizeInBytes);
    }

    private static SignatureAlgorithm LatticeOf(SignatureAlgorithm composite) =>
        (SignatureAlgorithm)KeyAlgorithm.Parse(CompositeScheme.Of(composite).Lattice.Name);
}
