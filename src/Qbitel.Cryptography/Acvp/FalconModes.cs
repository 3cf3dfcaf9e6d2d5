using System.Text.Json.Nodes;
using Qbitel.Cryptography.Falcon;

namespace Qbitel.Cryptography.Acvp;

/// <summary>
/// Falcon sigVer in ACVP's envelope: Falcon-512 of round 3, which has no context. Whatever its identifier says of the
/// padding, both forms of a signature are judged.
/// </summary>
internal static class FalconModes
{
    public static JsonObject SigVer(AcvpCase test)
    {
        string parameterSet = test.Text("parameterSet");
        if (!IsFalcon512(parameterSet)) throw new FormatException($"Unknown parameter set '{parameterSet}'.");
        if (test.Has("context") && test.Text("context").Length > 0)
            throw new FormatException("Falcon of round 3 binds no context.");

        byte[] message = test.Bytes("message"), signature = test.Bytes("signature");
        using Falcon512Round3 key = Falcon512Round3.ImportPublicKey(test.Bytes("pk"));
        bool valid = key.Verify(message, signature) || key.VerifyCompressed(message, signature);
        return new JsonObject { ["testPassed"] = valid };
    }

    // Falcon-512, falcon512, Falcon-padded-512, Falcon-512-padded, Falcon-512-round3, Falcon-512 (round 3), …
    private static bool IsFalcon512(string parameterSet)
    {
        string letters = string.Concat(parameterSet.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        foreach (string word in (ReadOnlySpan<string>)["ROUND3", "PADDED"])
            letters = letters.Replace(word, "", StringComparison.Ordinal);
        return letters == "FALCON512";
    }
}
