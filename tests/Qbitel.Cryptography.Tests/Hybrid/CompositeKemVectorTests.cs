using System.Text.Json.Nodes;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Hybrid;

/// <summary>Third-party vectors of composite ML-KEM: keys, certificates and decapsulation of every parameter
/// set.</summary>
public sealed class CompositeKemVectorTests
{
    private const string Path = "composite-kem/test-vectors.json";

    public static TheoryData<int> Rows => [.. VectorFile.Rows(Path, "tests")];

    [Theory, MemberData(nameof(Rows))]
    public void The_private_key_imports_and_decapsulates(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index, "tests");
        KemAlgorithm algorithm = AlgorithmOf(vector);
        using KemKey key = KemKeys.ImportPrivate(algorithm, vector.Base64("dk"));
        Assert.Equal(vector.Base64("ek"), key.ExportEncapsulationKey());
        Assert.Equal(vector.Base64("dk"), key.ExportPrivateKey());
        byte[] secret = new byte[algorithm.SharedSecretSize];
        key.Decapsulate(vector.Base64("c"), secret);
        Assert.Equal(vector.Base64("k"), secret);
    }

    [Theory, MemberData(nameof(Rows))]
    public void What_we_encapsulate_to_the_public_key_its_holder_opens(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index, "tests");
        KemAlgorithm algorithm = AlgorithmOf(vector);
        using KemKey sender = KemKeys.ImportPublic(algorithm, vector.Base64("ek"));
        using KemKey holder = KemKeys.ImportPrivate(algorithm, vector.Base64("dk"));
        byte[] ciphertext = new byte[algorithm.CiphertextSize], sent = new byte[32], received = new byte[32];
        sender.Encapsulate(ciphertext, sent);
        holder.Decapsulate(ciphertext, received);
        Assert.Equal(sent, received);
        Assert.Equal(vector.Base64("c").Length, ciphertext.Length);
    }

    // Encodings nobody here wrote.
    [Theory, MemberData(nameof(Rows))]
    public void The_certificate_holds_the_public_key_as_we_encode_it(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index, "tests");
        byte[] encoded = new SubjectPublicKey(AlgorithmOf(vector), vector.Base64("ek")).Encode();
        Assert.True(vector.Base64("x5c").AsSpan().IndexOf(encoded) > 0);
    }

    private static KemAlgorithm AlgorithmOf(JsonNode vector) =>
        (KemAlgorithm)KeyAlgorithm.Parse((string)vector["tcId"]! switch
        {
            "id-alg-ml-kem-768" => "ML-KEM-768",
            "id-alg-ml-kem-1024" => "ML-KEM-1024",
            var id => id[3..],
        });
}
