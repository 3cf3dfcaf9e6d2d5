using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Acvp;
using Qbitel.Cryptography.HashSignatures;

namespace Qbitel.Cryptography.Tests.Acvp;

public sealed class SlhDsaModesTests
{
    private const string Set = "SLH-DSA-SHA2-128f";

    private static readonly ManagedSlhDsa Key = ManagedSlhDsa.ImportSeeds(
        SlhDsaAlgorithm.SlhDsaSha2_128f, [.. Enumerable.Range(0, 48).Select(i => (byte)i)]);

    private static readonly string Sk = Convert.ToHexString(Key.ExportSlhDsaPrivateKey());
    private static readonly string Pk = Convert.ToHexString(Key.ExportSlhDsaPublicKey());

    [Fact]
    public void Pure_signatures_are_those_of_the_key()
    {
        JsonObject signed = Answer(
            "sigGen", External("pure", true), Test(("sk", Sk), ("message", "aabb"), ("context", "01")));
        Assert.Equal(["tcId", "signature"], signed.Select(field => field.Key));
        Assert.Equal(
            Key.SignDataDeterministic([0xAA, 0xBB], [1]), Convert.FromHexString((string)signed["signature"]!));
    }

    [Fact]
    public void Internal_signatures_are_of_the_message_as_it_stands()
    {
        string signature = Sign(Internal(true), ("message", "0000aabb"));
        Assert.Equal(Key.SignDataDeterministic([0xAA, 0xBB]), Convert.FromHexString(signature));
        Assert.True(Verifies(Internal(true), signature, ("message", "0000aabb")));
        Assert.False(Verifies(External("pure", true), signature, ("message", "0000aabb")));
    }

    [Fact]
    public void Sets_without_an_interface_are_internal_unless_they_have_a_context()
    {
        JsonObject bare = new() { ["parameterSet"] = Set, ["deterministic"] = true };
        Assert.Equal(Sign(Internal(true), ("message", "aa")), Sign(bare, ("message", "aa")));
        Assert.Equal(
            Sign(External("pure", true), ("message", "aa"), ("context", "")),
            Sign(bare, ("message", "aa"), ("context", "")));
    }

    [Theory]
    [InlineData("SHA2-224", "2.16.840.1.101.3.4.2.4", 28)]
    [InlineData("SHA2-256", "2.16.840.1.101.3.4.2.1", 32)]
    [InlineData("SHA2-384", "2.16.840.1.101.3.4.2.2", 48)]
    [InlineData("SHA2-512", "2.16.840.1.101.3.4.2.3", 64)]
    [InlineData("SHA2-512/224", "2.16.840.1.101.3.4.2.5", 28)]
    [InlineData("SHA2-512/256", "2.16.840.1.101.3.4.2.6", 32)]
    [InlineData("SHA3-224", "2.16.840.1.101.3.4.2.7", 28)]
    [InlineData("SHA3-256", "2.16.840.1.101.3.4.2.8", 32)]
    [InlineData("SHA3-384", "2.16.840.1.101.3.4.2.9", 48)]
    [InlineData("SHA3-512", "2.16.840.1.101.3.4.2.10", 64)]
    [InlineData("SHAKE-128", "2.16.840.1.101.3.4.2.11", 32)]
    [InlineData("SHAKE-256", "2.16.840.1.101.3.4.2.12", 64)]
    public void Prehash_signatures_bind_the_hash_and_its_identifier(string hash, string oid, int size)
    {
        byte[] digest = AcvpHash.Named(hash).Digest([0xAA]);
        Assert.Equal(size, digest.Length);

        string signature = Sign(External("preHash", true), ("message", "AA"), ("context", "bb"), ("hashAlg", hash));

        byte[] made = Convert.FromHexString(signature);
        Assert.True(Key.PublicHalf.Verify(SlhDsaVerificationKey.PreHashPrefix([0xBB], oid), digest, made));
        Assert.True(Verifies(
            External("preHash", true), signature, ("message", "AA"), ("context", "bb"), ("hashAlg", hash)));
        Assert.False(Verifies(External("pure", true), signature, ("message", "AA"), ("context", "bb")));
    }

    [Fact]
    public void Randomness_that_is_given_is_used_and_none_that_is_not()
    {
        JsonObject group = External("pure", false);
        string seed = Convert.ToHexString(Key.PublicHalf.Seed);
        string one = Sign(group, ("message", "aa"), ("additionalRandomness", new string('5', 32)));
        Assert.Equal(one, Sign(group, ("message", "aa"), ("additionalRandomness", new string('5', 32))));
        Assert.NotEqual(one, Sign(group, ("message", "aa"), ("additionalRandomness", new string('6', 32))));
        Assert.Equal(
            Sign(External("pure", true), ("message", "aa"), ("additionalRandomness", new string('6', 32))),
            Sign(group, ("message", "aa"), ("additionalRandomness", seed)));

        string hedged = Sign(group, ("message", "aa"));
        Assert.NotEqual(hedged, Sign(group, ("message", "aa")));
        Assert.True(Verifies(group, hedged, ("message", "aa")));
    }

    [Theory]
    [InlineData("sigGen", "sk", "00")]
    [InlineData("sigGen", "sk", "zz")]
    [InlineData("sigGen", "message", "0")]
    [InlineData("sigGen", "additionalRandomness", "00")]
    [InlineData("sigGen", "context", "TOO-LONG")]
    [InlineData("sigGen", "parameterSet", "SLH-DSA-SHA2-128")]
    [InlineData("sigGen", "signatureInterface", "outer")]
    [InlineData("sigGen", "preHash", "none")]
    [InlineData("sigVer", "pk", "00")]
    [InlineData("sigVer", "signature", "")]
    [InlineData("sigVer", "signature", "00")]
    [InlineData("sigVer", "context", "TOO-LONG")]
    [InlineData("keyGen", "skSeed", "00")]
    [InlineData("keyGen", "pkSeed", "")]
    public void A_malformed_case_has_not_passed(string mode, string field, string value)
    {
        JsonObject test = Test(
            ("sk", Sk), ("pk", Pk), ("message", "aa"), ("context", ""), ("skSeed", new string('0', 32)),
            ("skPrf", new string('0', 32)), ("pkSeed", new string('0', 32)), ("signature", new string('0', 2 * 17088)));
        test[field] = value == "TOO-LONG" ? new string('0', 512) : value;
        Assert.Equal("""{"tcId":1,"testPassed":false}""", Answer(mode, External("pure", false), test).ToJsonString());
    }

    [Fact]
    public void A_private_key_whose_root_is_another_has_not_passed()
    {
        string other = Sk[..^2] + (Sk.EndsWith("00", StringComparison.Ordinal) ? "01" : "00");
        Assert.Equal(
            """{"tcId":1,"testPassed":false}""",
            Answer("sigGen", External("pure", true), Test(("sk", other), ("message", ""))).ToJsonString());
    }

    [Fact]
    public void Any_change_of_a_vector_set_ends_in_a_response_or_the_documented_exception()
    {
        string signature = Sign(External("pure", true), ("message", "aa"));
        string[] sets =
        [
            Json("sigGen", External("pure", false), Test(("sk", Sk), ("message", "aa"), ("context", "bb"))),
            Json("sigVer", External("preHash", true),
                Test(("pk", Pk), ("message", "aa"), ("hashAlg", "SHAKE-128"), ("signature", signature))),
            """
            {"algorithm": "ML-DSA", "mode": "sigGen", "testGroups": [{"tgId": 1, "parameterSet": "ML-DSA-44",
              "deterministic": false, "keyFormat": "seed", "signatureInterface": "internal", "externalMu": true,
              "tests": [{"tcId": 1, "seed": "00", "mu": "00", "rnd": "00"}]}]}
            """,
        ];
        Prop.ForAll<int, char, string>((position, value, text) => sets.All(json =>
        {
            int at = (position & int.MaxValue) % json.Length, early = at % 200;
            return Ends(Replace(json, at, value)) && Ends(Replace(json, early, value))
                && Ends(json.Insert(early, text ?? "")) && Ends(json[..at]) && Ends(json.Remove(early, 1));
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithQuietOnSuccess(true));

        static string Replace(string json, int at, char value) => json[..at] + value + json[(at + 1)..];

        static bool Ends(string json) =>
            Record.Exception(() => { _ = AcvpResponder.Respond(json); }) is null or AcvpException;
    }

    private static JsonObject External(string preHash, bool deterministic) => new()
    {
        ["tgId"] = 1,
        ["testType"] = "AFT",
        ["parameterSet"] = Set,
        ["deterministic"] = deterministic,
        ["signatureInterface"] = "external",
        ["preHash"] = preHash,
    };

    // As NIST's generator writes it: what does not apply is "none".
    private static JsonObject Internal(bool deterministic)
    {
        JsonObject group = External("none", deterministic);
        group["signatureInterface"] = "internal";
        return group;
    }

    private static JsonObject Test(params (string Name, string Value)[] fields)
    {
        JsonObject test = new() { ["tcId"] = 1 };
        foreach ((string name, string value) in fields) test[name] = value;
        return test;
    }

    private static string Sign(JsonObject group, params (string, string)[] fields) =>
        (string)Answer("sigGen", group, Test([("sk", Sk), .. fields]))["signature"]!;

    private static bool Verifies(JsonObject group, string signature, params (string, string)[] fields) =>
        (bool)Answer("sigVer", group, Test([("pk", Pk), ("signature", signature), .. fields]))["testPassed"]!;

    private static JsonObject Answer(string mode, JsonObject group, JsonObject test) =>
        JsonNode.Parse(AcvpResponder.Respond(Json(mode, group, test)))!["testGroups"]![0]!["tests"]![0]!.AsObject();

    private static string Json(string mode, JsonObject group, JsonObject test)
    {
        JsonObject whole = group.DeepClone().AsObject();
        whole["tests"] = new JsonArray(test);
        return new JsonObject
        {
            ["vsId"] = 1,
            ["algorithm"] = "SLH-DSA",
            ["mode"] = mode,
            ["revision"] = "FIPS205",
            ["testGroups"] = new JsonArray(whole),
        }.ToJsonString();
    }
}
