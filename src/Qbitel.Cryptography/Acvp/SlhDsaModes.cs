using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.HashSignatures;

namespace Qbitel.Cryptography.Acvp;

/// <summary>ACVP SLH-DSA, revision FIPS205.</summary>
internal static class SlhDsaModes
{
    public static JsonObject KeyGen(AcvpCase test)
    {
        SlhDsaParameters set = Parameters(test);
        byte[] seeds =
            [.. test.Bytes("skSeed", set.N), .. test.Bytes("skPrf", set.N), .. test.Bytes("pkSeed", set.N)];
        using var key = ManagedSlhDsa.ImportSeeds(set.Algorithm, seeds);
        return new JsonObject
        {
            ["pk"] = Convert.ToHexString(key.ExportSlhDsaPublicKey()),
            ["sk"] = Convert.ToHexString(key.ExportSlhDsaPrivateKey()),
        };
    }

    public static JsonObject SigGen(AcvpCase test)
    {
        SlhDsaParameters set = Parameters(test);
        byte[] message = AcvpMessage.Of(test);
        using var key = ManagedSlhDsa.ImportSlhDsaPrivateKey(set.Algorithm, test.Bytes("sk"));
        byte[] randomness = test.Flag("deterministic") ? [.. key.PublicHalf.Seed]
            : test.Has("additionalRandomness") ? test.Bytes("additionalRandomness", set.N)
            : RandomNumberGenerator.GetBytes(set.N); // the server did not choose it: it will verify the signature

        byte[] signature = new byte[set.SignatureSize];
        key.Sign([], message, randomness, signature);
        return new JsonObject { ["signature"] = Convert.ToHexString(signature) };
    }

    public static JsonObject SigVer(AcvpCase test)
    {
        SlhDsaParameters set = Parameters(test);
        using var key = ManagedSlhDsa.ImportSlhDsaPublicKey(set.Algorithm, test.Bytes("pk"));
        bool valid = key.PublicHalf.Verify([], AcvpMessage.Of(test), test.Bytes("signature"));
        return new JsonObject { ["testPassed"] = valid };
    }

    private static SlhDsaParameters Parameters(AcvpCase test)
    {
        string name = test.Text("parameterSet");
        return SlhDsaParameters.All.FirstOrDefault(set => set.Algorithm.Name == name)
            ?? throw new FormatException("Unknown parameter set.");
    }
}
