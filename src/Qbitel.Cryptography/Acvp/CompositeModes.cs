using System.Text.Json.Nodes;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Acvp;

/// <summary>
/// Composite-ML-DSA sigVer in ACVP's envelope: parameter sets are the draft's identifiers, plain ML-DSA too.
/// </summary>
internal static class CompositeModes
{
    private const string IdentifierPrefix = "id-";

    public static JsonObject SigVer(AcvpCase test)
    {
        string identifier = test.Text("parameterSet");
        bool hasPrefix = identifier.StartsWith(IdentifierPrefix, StringComparison.Ordinal);
        string name = hasPrefix ? identifier[IdentifierPrefix.Length..] : identifier;
        byte[] publicKey = test.Bytes("pk"), message = test.Bytes("message"), signature = test.Bytes("signature");
        byte[] context = test.Has("context") ? test.Bytes("context") : [];

        SignatureAlgorithm algorithm = SignatureAlgorithm.All.FirstOrDefault(
            known => known.Name == name && known.IsQuantumSafe)
            ?? throw new FormatException($"Unknown parameter set '{identifier}'.");
        using SignatureKey key = SignatureKeys.ImportPublic(algorithm, publicKey);
        return new JsonObject { ["testPassed"] = key.Verify(message, signature, context) };
    }
}
