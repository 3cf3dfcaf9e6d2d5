using System.Text.Json.Nodes;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Hybrid;

/// <summary>Third-party vectors of composite ML-DSA.</summary>
public sealed class CompositeVectorTests
{
    private const string Path = "composite-sig/test-vectors.json";

    public static TheoryData<int> Rows => [.. VectorFile.Rows(Path, "tests")];

    [Theory, MemberData(nameof(Rows))]
    public void Verify_accepts_both_signatures_and_nothing_near_them(int index)
    {
        JsonNode file = VectorFile.Read(Path), vector = file["tests"]![index]!;
        string name = (string)vector["tcId"]!;
        byte[] message = file.Base64("m"), context = file.Base64("ctx");
        byte[] plain = vector.Base64("s"), bound = vector.Base64("sWithContext");
        using SignatureKey key = SignatureKeys.ImportPublic(AlgorithmOf(vector), vector.Base64("pk"));

        Assert.True(key.Verify(message, plain, []), name);
        Assert.True(key.Verify(message, bound, context), name);
        Assert.False(key.Verify(message, bound, []), name);
        Assert.False(key.Verify(message, plain, context), name);
        Assert.False(key.Verify([.. message, 0], plain, []), name);
        Assert.All(Damage.Of(plain), damaged => Assert.False(key.Verify(message, damaged, []), name));
    }

    [Theory, MemberData(nameof(Rows))]
    public void The_private_key_imports_and_signs(int index)
    {
        JsonNode file = VectorFile.Read(Path), vector = file["tests"]![index]!;
        SignatureAlgorithm algorithm = AlgorithmOf(vector);
        using SignatureKey key = SignatureKeys.ImportPrivate(algorithm, vector.Base64("sk"));
        Assert.Equal(vector.Base64("pk"), key.ExportPublicKey());
        Assert.Equal(vector.Base64("sk"), key.ExportPrivateKey());
        byte[] message = file.Base64("m");
        using SignatureKey verifier = SignatureKeys.ImportPublic(algorithm, vector.Base64("pk"));
        Assert.True(verifier.Verify(message, key.Sign(message, [1, 2]), [1, 2]));
    }

    // Certificates of the draft carry the key and a signature by it: two encodings nobody here wrote.
    [Theory, MemberData(nameof(Rows))]
    public void The_certificate_holds_the_public_key_as_we_encode_it(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index, "tests");
        SignatureAlgorithm algorithm = AlgorithmOf(vector);
        byte[] encoded = new SubjectPublicKey(algorithm, vector.Base64("pk")).Encode();
        Assert.True(vector.Base64("x5c").AsSpan().IndexOf(encoded) > 0);
    }

    private static SignatureAlgorithm AlgorithmOf(JsonNode vector) =>
        (SignatureAlgorithm)KeyAlgorithm.Parse(((string)vector["tcId"]!)[3..]);
}
