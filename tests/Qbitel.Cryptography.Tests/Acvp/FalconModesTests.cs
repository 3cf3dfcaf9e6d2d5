using System.Text.Json.Nodes;
using Qbitel.Cryptography.Acvp;
using Qbitel.Cryptography.Falcon;
using Qbitel.Cryptography.Tests.Falcon;

namespace Qbitel.Cryptography.Tests.Acvp;

public sealed class FalconModesTests
{
    [Fact]
    public void Both_forms_are_judged_whatever_the_identifier_says()
    {
        using Falcon512Round3 key = Falcon512Round3.GenerateKey();
        byte[] padded = key.Sign([1, 2]), compressed = key.SignCompressed([1, 2]);
        string[] names =
        [
            "Falcon-512", "falcon-512", "Falcon512", "Falcon-padded-512", "Falcon-512-padded", "FALCON_PADDED_512",
            "Falcon-512-round3", "Falcon-512 (round 3)", "Falcon-padded-512-round3",
        ];
        foreach (string name in names)
        {
            Assert.Equal([true, true, false, false, true, false],
                Answers(
                    Case(key, name, padded), Case(key, name, compressed), Case(key, name, padded[1..]),
                    Case(key, name, Damage.Flip(padded, 50, 1)), Case(key, name, padded, context: ""),
                    Case(key, name, padded, context: "00")));
        }
    }

    [Theory]
    [InlineData("Falcon-1024")]
    [InlineData("FN-DSA-512")]
    [InlineData("ML-DSA-44")]
    [InlineData("")]
    public void Other_parameter_sets_are_answered_as_failures(string name)
    {
        using Falcon512Round3 key = Falcon512Round3.GenerateKey();
        Assert.Equal([false], Answers(Case(key, name, key.Sign([1, 2]))));
    }

    [Fact]
    public void Malformed_cases_are_answered_as_failures()
    {
        using Falcon512Round3 key = Falcon512Round3.GenerateKey();
        JsonObject good = Case(key, "Falcon-512", key.Sign([1, 2]));
        List<JsonObject> bad = [];
        (string, string)[] faults = [("pk", "09"), ("pk", "zz"), ("signature", ""), ("message", "1")];
        foreach ((string field, string value) in faults)
        {
            JsonObject spoiled = good.DeepClone().AsObject();
            spoiled[field] = value;
            bad.Add(spoiled);
        }

        foreach (string field in (string[])["pk", "signature", "message", "parameterSet"])
        {
            JsonObject without = good.DeepClone().AsObject();
            without.Remove(field);
            bad.Add(without);
        }

        Assert.Equal(Enumerable.Repeat(false, bad.Count), Answers([.. bad]));
        Assert.Equal([true], Answers(good));
    }

    [Fact]
    public void Every_known_signature_verifies_through_the_responder_in_both_forms()
    {
        List<JsonObject> tests = [];
        foreach (Dictionary<string, string> row in FalconVectorFile.Records())
        {
            string signed = row["sm"], message = row["msg"];
            string compressed = "39" + signed[4..84] + signed[(86 + message.Length)..];
            string padded = compressed.PadRight(2 * FalconEncoding.PaddedSignatureSize, '0');
            foreach (string signature in (string[])[compressed, padded])
            {
                tests.Add(new JsonObject
                {
                    ["tcId"] = tests.Count,
                    ["parameterSet"] = "Falcon-512-round3",
                    ["pk"] = row["pk"],
                    ["message"] = message,
                    ["signature"] = signature,
                });
            }
        }

        Assert.Equal(Enumerable.Repeat(true, 50), Answers([.. tests]));
    }

    private static JsonObject Case(Falcon512Round3 key, string parameterSet, byte[] signature, string? context = null)
    {
        JsonObject test = new()
        {
            ["tcId"] = 1,
            ["parameterSet"] = parameterSet,
            ["pk"] = Convert.ToHexString(key.ExportPublicKey()),
            ["message"] = "0102",
            ["signature"] = Convert.ToHexString(signature),
        };
        if (context is not null) test["context"] = context;
        return test;
    }

    private static IEnumerable<bool> Answers(params JsonObject[] tests)
    {
        JsonObject set = new()
        {
            ["vsId"] = 1,
            ["algorithm"] = "Falcon",
            ["mode"] = "sigVer",
            ["testGroups"] = new JsonArray(new JsonObject { ["tgId"] = 1, ["tests"] = new JsonArray([.. tests]) }),
        };
        JsonNode response = JsonNode.Parse(AcvpResponder.Respond(set.ToJsonString()))!;
        return response["testGroups"]![0]!["tests"]!.AsArray().Select(test => (bool)test!["testPassed"]!);
    }
}
