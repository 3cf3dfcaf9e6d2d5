using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Hybrid;

/// <summary>
/// Third-party vectors of X-Wing and of the CFRG's concrete hybrids: key from seed, encapsulation from randomness,
/// decapsulation.
/// </summary>
public sealed class HybridKemVectorTests
{
    private const string XWing = "xwing/test-vectors.json";

    public static TheoryData<int> XWingRows => [.. VectorFile.Rows(XWing)];

    public static TheoryData<string, int> HybridRows
    {
        get
        {
            TheoryData<string, int> rows = [];
            foreach (string name in (string[])["MLKEM768X25519", "MLKEM768P256", "MLKEM1024P384"])
                foreach (int index in VectorFile.Rows($"hybrid-kem/{name}.json")) rows.Add(name, index);
            return rows;
        }
    }

    [Theory, MemberData(nameof(XWingRows))]
    public void XWing_gives_the_values_of_the_draft(int index)
    {
        JsonNode vector = VectorFile.Row(XWing, index);
        Check(KemAlgorithm.XWing, vector, vector.Hex("eseed"));
    }

    [Theory, MemberData(nameof(HybridRows))]
    public void Hybrids_give_the_values_of_the_draft(string name, int index)
    {
        KemAlgorithm algorithm = name switch
        {
            "MLKEM768X25519" => KemAlgorithm.XWing,
            "MLKEM768P256" => KemAlgorithm.MLKem768P256,
            _ => KemAlgorithm.MLKem1024P384,
        };
        JsonNode vector = VectorFile.Row($"hybrid-kem/{name}.json", index);
        Check(algorithm, vector, vector.Hex("randomness"));
    }

    private static void Check(KemAlgorithm algorithm, JsonNode vector, byte[] randomness)
    {
        using var key = HybridKemKey.ImportPrivate(HybridKemScheme.Of(algorithm), vector.Hex("seed"));
        Assert.Equal(vector.Hex("pk"), key.ExportEncapsulationKey());
        Assert.Equal(vector.Hex("sk"), key.ExportPrivateKey());

        byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
        // The platform's ML-KEM takes no randomness from anyone.
        bool isOurs = LatticeImplementation.Current.KeyEncapsulation == ImplementationChoice.Managed;
        if (!isOurs)
        {
            key.Decapsulate(vector.Hex("ct"), secret);
            Assert.Equal(vector.Hex("ss"), secret);
            return;
        }

        using (var sender = HybridKemKey.ImportPublic(HybridKemScheme.Of(algorithm), vector.Hex("pk")))
            sender.Encapsulate(randomness, ciphertext, secret);
        Assert.Equal(vector.Hex("ct"), ciphertext);
        Assert.Equal(vector.Hex("ss"), secret);

        CryptographicOperations.ZeroMemory(secret);
        key.Decapsulate(ciphertext, secret);
        Assert.Equal(vector.Hex("ss"), secret);
    }
}
