using System.Text.Json.Nodes;
using Qbitel.Cryptography.Acvp;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Acvp;

public sealed class HybridModesTests
{
    // RFC 8032, section 7.1, test 2; RFC 7748, section 5.2, vector 1.
    private const string EdKey = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    private const string EdSignature =
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    private const string XPrivate = "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4";
    private const string XPublic = "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c";
    private const string XSecret = "C3DA55379DE9C6908E94EA4DF28D084F32ECCF03491C71F754B4075577A28552";

    [Fact]
    public void Composite_signatures_of_every_open_vector_are_judged()
    {
        JsonNode file = VectorFile.Read("composite-sig/test-vectors.json");
        string message = Hex(file.Base64("m")), context = Hex(file.Base64("ctx"));
        List<bool> expected = [];
        JsonArray groups = [];
        foreach (JsonNode vector in file["tests"]!.AsArray().Select(node => node!))
        {
            string pk = Hex(vector.Base64("pk"));
            string plain = Hex(vector.Base64("s")), bound = Hex(vector.Base64("sWithContext"));
            groups.Add(new JsonObject
            {
                ["tgId"] = groups.Count + 1,
                ["parameterSet"] = (string)vector["tcId"]!,
                ["tests"] = new JsonArray(
                    Case(pk, plain, null), Case(pk, bound, context), Case(pk, bound, null),
                    Case(pk[2..], plain, null), Case(pk, plain[2..], null)),
            });
            expected.AddRange([true, true, false, false, false]);
        }

        Assert.Equal(expected, Respond("Composite-ML-DSA", "sigVer", groups).Select(test => (bool)test["testPassed"]!));

        JsonObject Case(string pk, string signature, string? ctx)
        {
            JsonObject test = new() { ["tcId"] = 1, ["pk"] = pk, ["message"] = message, ["testPassed"] = true };
            test["signature"] = signature;
            if (ctx is not null) test["context"] = ctx;
            return test;
        }
    }

    [Fact]
    public void A_composite_signature_of_ours_is_judged_without_any_file()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65Ed25519);
        string signature = Hex(key.Sign([1, 2], [3])), pk = Hex(key.ExportPublicKey());
        JsonArray groups =
        [
            new JsonObject
            {
                ["tgId"] = 1,
                ["tests"] = new JsonArray(
                    Case("id-MLDSA65-Ed25519-SHA512", "03"), Case("MLDSA65-Ed25519-SHA512", "03"),
                    Case("id-MLDSA65-Ed25519-SHA512", "04"), Case("id-MLDSA44-Ed25519-SHA512", "03"),
                    Case("Ed25519", "03"), Case("id-MLDSA65-Ed25519-SHA512", new string('0', 512))),
            },
        ];
        Assert.Equal([true, true, false, false, false, false],
            Respond("Composite-ML-DSA", "sigVer", groups).Select(test => (bool)test["testPassed"]!));

        JsonObject Case(string parameterSet, string context) => new()
        {
            ["tcId"] = 1,
            ["parameterSet"] = parameterSet,
            ["pk"] = pk,
            ["message"] = "0102",
            ["context"] = context,
            ["signature"] = signature,
        };
    }

    [Fact]
    public void Ed25519_signatures_are_judged()
    {
        JsonArray groups =
        [
            new JsonObject
            {
                ["tgId"] = 1, ["curve"] = "ED-25519", ["preHash"] = false,
                ["tests"] = new JsonArray(
                    Case("q", EdKey, "72", EdSignature), Case("pk", EdKey, "72", EdSignature),
                    Case("q", EdKey, "73", EdSignature), Case("q", EdKey[2..], "72", EdSignature),
                    Case("q", EdKey, "72", EdSignature + "00"), Case("q", EdKey, "7", EdSignature)),
            },
            new JsonObject
            {
                ["tgId"] = 2,
                ["curve"] = "ED-25519",
                ["preHash"] = true,
                ["tests"] = new JsonArray(Case("q", EdKey, "72", EdSignature)),
            },
            new JsonObject
            {
                ["tgId"] = 3,
                ["curve"] = "ED-448",
                ["tests"] = new JsonArray(Case("q", EdKey, "72", EdSignature)),
            },
        ];
        Assert.Equal([true, true, false, false, false, false, false, false],
            Respond("EDDSA", "sigVer", groups).Select(test => (bool)test["testPassed"]!));

        static JsonObject Case(string keyField, string key, string message, string signature) =>
            new() { ["tcId"] = 1, [keyField] = key, ["message"] = message, ["signature"] = signature };
    }

    [Fact]
    public void X25519_secrets_are_derived()
    {
        JsonArray groups =
        [
            new JsonObject
            {
                ["tgId"] = 1, ["curve"] = "Curve25519",
                ["tests"] = new JsonArray(
                    Case(XPublic, XPrivate), Case(new string('0', 64), XPrivate),
                    Case(XPublic[2..], XPrivate), Case(XPublic, "")),
            },
            new JsonObject { ["tgId"] = 2, ["curve"] = "Curve448", ["tests"] = new JsonArray(Case(XPublic, XPrivate)) },
        ];
        List<JsonNode> answers = [.. Respond("XECDH", "SSC", groups)];
        Assert.Equal(XSecret, (string?)answers[0]["z"]);
        Assert.All(answers.Skip(1), answer =>
        {
            Assert.False((bool)answer["testPassed"]!);
            Assert.Null(answer["z"]);
        });

        static JsonObject Case(string publicServer, string privateIut) =>
            new() { ["tcId"] = 1, ["publicServer"] = publicServer, ["privateIut"] = privateIut, ["z"] = "00" };
    }

    private static IEnumerable<JsonNode> Respond(string algorithm, string mode, JsonArray groups)
    {
        JsonObject set = new() { ["vsId"] = 7, ["algorithm"] = algorithm, ["mode"] = mode, ["testGroups"] = groups };
        return JsonNode.Parse(AcvpResponder.Respond(set.ToJsonString()))!["testGroups"]!.AsArray()
            .SelectMany(group => group!["tests"]!.AsArray()).Select(test => test!);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
}
