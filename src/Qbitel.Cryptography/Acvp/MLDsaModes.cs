using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.Lattices;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Acvp;

/// <summary>ACVP ML-DSA, revisions FIPS204 and FIPS204-tr1.</summary>
internal static class MLDsaModes
{
    public static JsonObject KeyGen(AcvpCase test)
    {
        using ManagedMLDsa key = FromSeed(test);
        return new JsonObject
        {
            ["pk"] = Convert.ToHexString(key.ExportMLDsaPublicKey()),
            ["sk"] = Convert.ToHexString(key.ExportMLDsaPrivateKey()),
        };
    }

    public static JsonObject SigGen(AcvpCase test)
    {
        using ManagedMLDsa key = test.Text("keyFormat", otherwise: "expanded") switch
        {
            "expanded" => ManagedMLDsa.ImportMLDsaPrivateKey(Algorithm(test), test.Bytes("sk")),
            "seed" => FromSeed(test),
            var other => throw new FormatException($"Unknown key format '{other}'."),
        };

        byte[] mu = Mu(key, test);
        byte[] rnd = new byte[MLDsaParameters.SeedSize];
        if (test.Has("rnd") && !test.Flag("deterministic"))
        {
            rnd = test.Bytes("rnd", rnd.Length);
        }
        else if (!test.Flag("deterministic"))
        {
            RandomNumberGenerator.Fill(rnd); // the server did not choose it: it will verify the signature
        }

        byte[] signature = new byte[key.Algorithm.SignatureSizeInBytes];
        key.Sign(mu, rnd, signature);
        return new JsonObject { ["signature"] = Convert.ToHexString(signature) };
    }

    public static JsonObject SigVer(AcvpCase test)
    {
        using ManagedMLDsa key = ManagedMLDsa.ImportMLDsaPublicKey(Algorithm(test), test.Bytes("pk"));
        return new JsonObject { ["testPassed"] = key.PublicHalf.Verify(Mu(key, test), test.Bytes("signature")) };
    }

    private static byte[] Mu(ManagedMLDsa key, AcvpCase test)
    {
        if (AcvpMessage.IsInternal(test) && test.Flag("externalMu"))
            return test.Bytes("mu", MLDsaParameters.HashSize);

        byte[] mu = new byte[MLDsaParameters.HashSize];
        key.PublicHalf.HashInternal(AcvpMessage.Of(test), mu);
        return mu;
    }

    private static ManagedMLDsa FromSeed(AcvpCase test) =>
        ManagedMLDsa.ImportMLDsaPrivateSeed(Algorithm(test), test.Bytes("seed"));

    private static MLDsaAlgorithm Algorithm(AcvpCase test) =>
        MLDsaParameters.All.FirstOrDefault(set => set.Algorithm.Name == test.Text("parameterSet"))?.Algorithm
            ?? throw new FormatException("Unknown parameter set.");
}
