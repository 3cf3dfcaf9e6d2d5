using System.Text.Json.Nodes;
using Qbitel.Cryptography.Acvp;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Acvp;

/// <summary>
/// Every open ACVP case of ML-KEM, ML-DSA and SLH-DSA, answered through the responder and so through the public key
/// classes.
/// </summary>
public sealed class AcvpVectorTests
{
    [Theory]
    [InlineData("ML-KEM-keyGen-FIPS203", 75)]
    [InlineData("ML-KEM-encapDecap-FIPS203", 165)]
    [InlineData("ML-KEM-encapDecap-FIPS203-tr1", 195)]
    [InlineData("ML-DSA-keyGen-FIPS204", 75)]
    [InlineData("ML-DSA-sigGen-FIPS204", 360)]
    [InlineData("ML-DSA-sigGen-FIPS204-tr1", 720)]
    [InlineData("ML-DSA-sigVer-FIPS204", 180)]
    [InlineData("SLH-DSA-keyGen-FIPS205", 120)]
    public void Respond_gives_the_expected_answer_to_every_case(string name, int cases)
    {
        JsonObject joined =
            JsonNode.Parse(File.ReadAllText(SharedFiles.Path($"vectors/pqc/acvp/{name}.json")))!.AsObject();
        JsonObject prompt = joined.DeepClone().AsObject();
        foreach ((JsonObject group, JsonObject test) in Cases(prompt))
            foreach (string field in Answers((string)joined["mode"]!, group)) test.Remove(field);

        JsonObject response = JsonNode.Parse(AcvpResponder.Respond(prompt.ToJsonString()))!.AsObject();

        Assert.Equal((string?)joined["algorithm"], (string?)response["algorithm"]);
        Assert.Equal((int)joined["vsId"]!, (int)response["vsId"]!);
        List<string> wrong = [];
        int seen = 0;
        foreach (((JsonObject group, JsonObject expected), (_, JsonObject actual)) in Cases(joined)
            .Zip(Cases(response)))
        {
            seen++;
            string[] fields = ["tcId", .. Answers((string)joined["mode"]!, group)];
            if (!fields.All(f => Text(expected[f]) == Text(actual[f])) || actual.Count != fields.Length)
                wrong.Add($"group {group["tgId"]} case {expected["tcId"]}");
        }

        Assert.Empty(wrong);
        Assert.Equal(cases, seen);
    }

    private static string[] Answers(string mode, JsonObject group) => (mode, (string?)group["function"]) switch
    {
        ("keyGen", _) => group["parameterSet"]!.ToString().StartsWith("ML-KEM", StringComparison.Ordinal) ? ["ek", "dk"]
            : ["pk", "sk"],
        (_, "encapsulation") => ["c", "k"],
        (_, "decapsulation") => ["k"],
        ("sigGen", _) => ["signature"],
        _ => ["testPassed"],
    };

    private static IEnumerable<(JsonObject Group, JsonObject Test)> Cases(JsonObject set) =>
        from g in set["testGroups"]!.AsArray() from t in g["tests"]!.AsArray() select (g.AsObject(), t.AsObject());

    private static string? Text(JsonNode? node) => node?.ToJsonString().ToUpperInvariant();
}
