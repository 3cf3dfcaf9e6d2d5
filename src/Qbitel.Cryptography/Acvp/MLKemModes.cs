using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Acvp;

/// <summary>ACVP ML-KEM, revisions FIPS203 and FIPS203-tr1.</summary>
internal static class MLKemModes
{
    private const int SeedSize = 32;

    public static JsonObject KeyGen(AcvpCase test)
    {
        using ManagedMLKem key = FromSeed(test);
        return new JsonObject
        {
            ["ek"] = Convert.ToHexString(key.ExportEncapsulationKey()),
            ["dk"] = Convert.ToHexString(key.ExportDecapsulationKey()),
        };
    }

    public static JsonObject EncapDecap(AcvpCase test) => test.Text("function") switch
    {
        "encapsulation" => Encapsulate(test),
        "decapsulation" => Decapsulate(test),
        "encapsulationKeyCheck" => Check(PublicKey(test)),
        "decapsulationKeyCheck" => Check(PrivateKey(test)),
        var other => throw new FormatException($"Unknown function '{other}'."),
    };

    private static JsonObject Encapsulate(AcvpCase test)
    {
        using ManagedMLKem key = PublicKey(test);
        byte[] ciphertext = new byte[key.Algorithm.CiphertextSizeInBytes];
        byte[] sharedSecret = new byte[key.Algorithm.SharedSecretSizeInBytes];
        key.Encapsulate(test.Bytes("m", SeedSize), ciphertext, sharedSecret);
        return new JsonObject { ["c"] = Convert.ToHexString(ciphertext), ["k"] = Convert.ToHexString(sharedSecret) };
    }

    private static JsonObject Decapsulate(AcvpCase test)
    {
        using ManagedMLKem key = PrivateKey(test);
        return new JsonObject { ["k"] = Convert.ToHexString(key.Decapsulate(test.Bytes("c"))) };
    }

    // A key that is not valid does not come here: it could not be imported.
    private static JsonObject Check(ManagedMLKem key)
    {
        key.Dispose();
        return new JsonObject { ["testPassed"] = true };
    }

    private static ManagedMLKem PublicKey(AcvpCase test) =>
        ManagedMLKem.ImportEncapsulationKey(Algorithm(test), test.Bytes("ek"));

    private static ManagedMLKem PrivateKey(AcvpCase test) => test.Text("keyFormat", otherwise: "expanded") switch
    {
        "expanded" => ManagedMLKem.ImportDecapsulationKey(Algorithm(test), test.Bytes("dk")),
        "seed" => FromSeed(test),
        var other => throw new FormatException($"Unknown key format '{other}'."),
    };

    private static ManagedMLKem FromSeed(AcvpCase test) =>
        ManagedMLKem.ImportPrivateSeed(Algorithm(test), [.. test.Bytes("d", SeedSize), .. test.Bytes("z", SeedSize)]);

    private static MLKemAlgorithm Algorithm(AcvpCase test) =>
        MLKemParameters.All.FirstOrDefault(set => set.Algorithm.Name == test.Text("parameterSet"))?.Algorithm
            ?? throw new FormatException("Unknown parameter set.");
}
