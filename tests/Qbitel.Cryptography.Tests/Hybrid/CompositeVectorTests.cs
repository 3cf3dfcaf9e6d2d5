using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Hybrid;

/// <summary>Third-party vectors of composite ML-DSA, also of the parameter sets we only verify.</summary>
public sealed class CompositeVectorTests
{
    private const string Path = "composite-sig/test-vectors.json";

    public static TheoryData<int> Rows => [.. VectorFile.Rows(Path, "tests")];

    // id-ML-DSA-44 and -65, and the composites we make keys of.
    public static TheoryData<int> RowsOfOurKeys =>
        [.. VectorFile.Rows(Path, "tests").Where(
            i => !VectorFile.Exists(Path) || OurAlgorithm(VectorFile.Row(Path, i, "tests")) is not null)];

    [Theory, MemberData(nameof(Rows))]
    public void Verify_accepts_both_signatures_and_nothing_near_them(int index)
    {
        JsonNode file = VectorFile.Read(Path), vector = file["tests"]![index]!;
        string name = (string)vector["tcId"]!;
        byte[] message = file.Base64("m"), context = file.Base64("ctx");
        byte[] plain = vector.Base64("s"), bound = vector.Base64("sWithContext");
        Func<byte[], byte[], byte[], bool> verify = Verifier(name, vector.Base64("pk"));

        Assert.True(verify(message, plain, []), name);
        Assert.True(verify(message, bound, context), name);
        Assert.False(verify(message, bound, []), name);
        Assert.False(verify(message, plain, context), name);
        Assert.False(verify([.. message, 0], plain, []), name);
        Assert.All(Damage.Of(plain), damaged => Assert.False(verify(message, damaged, []), name));
    }

    [Theory, MemberData(nameof(RowsOfOurKeys))]
    public void Keys_we_make_import_the_private_key(int index)
    {
        JsonNode file = VectorFile.Read(Path), vector = file["tests"]![index]!;
        SignatureAlgorithm algorithm = OurAlgorithm(vector)!;
        using SignatureKey key = SignatureKeys.ImportPrivate(algorithm, vector.Base64("sk"));
        Assert.Equal(vector.Base64("pk"), key.ExportPublicKey());
        Assert.Equal(vector.Base64("sk"), key.ExportPrivateKey());
        byte[] message = file.Base64("m");
        Assert.True(Verifier($"id-{algorithm}", vector.Base64("pk"))(message, key.Sign(message, [1, 2]), [1, 2]));
    }

    // Certificates of the draft carry the key and a signature by it: two encodings nobody here wrote.
    [Theory, MemberData(nameof(RowsOfOurKeys))]
    public void The_certificate_holds_the_public_key_as_we_encode_it(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index, "tests");
        SignatureAlgorithm algorithm = OurAlgorithm(vector)!;
        byte[] encoded = new SubjectPublicKey(algorithm, vector.Base64("pk")).Encode();
        Assert.True(vector.Base64("x5c").AsSpan().IndexOf(encoded) > 0);
    }

    private static SignatureAlgorithm? OurAlgorithm(JsonNode vector) =>
        SignatureAlgorithm.All.FirstOrDefault(algorithm => $"id-{algorithm}" == (string)vector["tcId"]!);

    private static Func<byte[], byte[], byte[], bool> Verifier(string id, byte[] publicKey)
    {
        string name = id[3..];
        CompositeScheme? scheme = CompositeScheme.All.FirstOrDefault(s => s.Name == name);
        bool? Composite(byte[] m, byte[] s, byte[] c) => scheme?.Verify(publicKey, m, s, c);

        if (SignatureAlgorithm.All.FirstOrDefault(a => a.Name == name) is not { } algorithm)
            return (m, s, c) => Composite(m, s, c) ?? throw new CryptographicException($"{name} is unknown.");

        // Two implementations in one call: the key, and the scheme that knows only bytes.
        return (m, s, c) =>
        {
            using SignatureKey key = SignatureKeys.ImportPublic(algorithm, publicKey);
            bool result = key.Verify(m, s, c);
            Assert.Equal(result, Composite(m, s, c) ?? result);
            return result;
        };
    }
}
