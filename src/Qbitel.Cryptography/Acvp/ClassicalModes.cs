using System.Text.Json.Nodes;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Acvp;

/// <summary>ACVP EDDSA sigVer and XECDH SSC: the classical halves of the hybrids.</summary>
internal static class ClassicalModes
{
    /// <summary>
    /// Pure Ed25519 and Ed448 without context; a pre-hashed or context-bound signature does not verify here.
    /// </summary>
    public static JsonObject EddsaSigVer(AcvpCase test)
    {
        SigningScheme scheme = test.Text("curve", otherwise: "ED-25519") switch
        {
            "ED-25519" => SigningScheme.Ed25519,
            "ED-448" => SigningScheme.Ed448,
            var other => throw new FormatException($"Unknown curve '{other}'."),
        };
        bool pure = !test.Flag("preHash") && (!test.Has("context") || test.Text("context").Length == 0);
        using ISigningKey key = scheme.ImportPublic(test.Bytes(test.Has("q") ? "q" : "pk"));
        bool valid = pure && key.Verify(test.Bytes("message"), test.Bytes("signature"));
        return new JsonObject { ["testPassed"] = valid };
    }

    /// <summary>X25519. A public key of small order has no shared secret and is answered as a failure.</summary>
    public static JsonObject XecdhSsc(AcvpCase test)
    {
        if (test.Text("curve", otherwise: "Curve25519") is not ("Curve25519" or "X25519"))
            throw new FormatException("Unknown curve.");

        using var key = X25519Key.ImportPrivate(test.Bytes("privateIut"));
        byte[] secret = new byte[X25519Key.Size];
        key.DeriveSecret(test.Bytes("publicServer"), secret);
        return new JsonObject { ["z"] = Convert.ToHexString(secret) };
    }
}
