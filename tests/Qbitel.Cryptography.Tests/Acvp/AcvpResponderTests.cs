using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Acvp;

namespace Qbitel.Cryptography.Tests.Acvp;

public sealed class AcvpResponderTests
{
    private const string D = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string Z = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

    [Fact]
    public void Respond_keeps_the_names_and_numbers_of_the_set()
    {
        JsonNode response = Respond("""
            {"vsId": 7, "algorithm": "ML-KEM", "mode": "keyGen", "revision": "FIPS203", "testGroups":
              [{"tgId": 3, "testType": "AFT", "parameterSet": "ML-KEM-512", "tests": [
                {"tcId": 9, "d": "D", "z": "Z"}]}]}
            """);
        Assert.Equal(7, (int)response["vsId"]!);
        Assert.Equal(("ML-KEM", "keyGen"), ((string)response["algorithm"]!, (string)response["mode"]!));
        Assert.Equal("FIPS203", (string)response["revision"]!);
        Assert.Equal(3, (int)response["testGroups"]![0]!["tgId"]!);
        JsonObject test = response["testGroups"]![0]!["tests"]![0]!.AsObject();
        Assert.Equal(["tcId", "ek", "dk"], test.Select(field => field.Key));
        Assert.Equal((9, 1600, 3264),
            ((int)test["tcId"]!, test["ek"]!.ToString().Length, test["dk"]!.ToString().Length));
    }

    [Fact]
    public void Respond_takes_the_array_of_a_version_and_a_set() =>
        Assert.Equal(
            Respond(KeyGen("D", "Z")).ToJsonString(),
            Respond($$"""[{"acvVersion": "1.0"}, {{KeyGen("D", "Z")}}]""").ToJsonString());

    [Fact]
    public void Respond_takes_hexadecimal_in_either_case() =>
        Assert.Equal(Respond(KeyGen(D, Z)).ToJsonString(),
            Respond(KeyGen(D.ToUpperInvariant(), Z.ToUpperInvariant())).ToJsonString());

    [Fact]
    public void Respond_ignores_results_that_the_input_holds()
    {
        string spoiled = KeyGen("D", "Z").Replace(
            "\"tcId\": 1", "\"tcId\": 1, \"ek\": \"00\", \"dk\": 5, \"testPassed\": false", StringComparison.Ordinal);
        Assert.Equal(Respond(KeyGen("D", "Z")).ToJsonString(), Respond(spoiled).ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("zz")]
    [InlineData("00")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20")]
    public void A_malformed_case_is_answered_as_failed_and_the_next_one_is_taken(string d)
    {
        JsonArray tests = Respond($$"""
            {"algorithm": "ML-KEM", "mode": "keyGen", "testGroups": [
              {"tgId": 1, "parameterSet": "ML-KEM-768", "tests": [
              {"tcId": 1, "d": "{{d}}", "z": "Z"}, {"tcId": 2, "z": "Z"}, {"tcId": 3, "d": 5, "z": "Z"},
              {"tcId": 4, "d": null, "z": "Z"}, {"tcId": 5, "d": "D", "z": "Z"}]}]}
            """)["testGroups"]![0]!["tests"]!.AsArray();
        Assert.Equal(5, tests.Count);
        for (int i = 0; i < 4; i++)
            Assert.Equal($$"""{"tcId":{{i + 1}},"testPassed":false}""", tests[i]!.ToJsonString());
        Assert.Equal(3, tests[4]!.AsObject().Count);
    }

    [Theory]
    [InlineData("""{"tcId": 1, "pk": "00", "message": "", "context": "", "signature": ""}""")]
    [InlineData("""{"tcId": 1, "pk": "PK", "message": "0", "context": "", "signature": ""}""")]
    [InlineData("""{"tcId": 1, "pk": "PK", "message": "00", "context": "CONTEXT256", "signature": "SIGNATURE"}""")]
    [InlineData("""{"tcId": 1, "pk": "PK", "message": "00", "context": "", "signature": "SIGNATURE"}""")]
    [InlineData("""{"tcId": 1, "pk": "PK", "message": "00", "context": "", "signature": ""}""")]
    public void A_verification_that_cannot_succeed_has_not_passed(string test)
    {
        test = test.Replace("PK", new string('0', 2 * 1312), StringComparison.Ordinal)
            .Replace("CONTEXT256", new string('0', 512), StringComparison.Ordinal)
            .Replace("SIGNATURE", new string('0', 2 * 2420), StringComparison.Ordinal);
        JsonNode response = Respond($$"""
            {"algorithm": "ML-DSA", "mode": "sigVer", "testGroups": [
              {"tgId": 1, "parameterSet": "ML-DSA-44", "signatureInterface": "external", "preHash": "pure",
                "tests": [{{test}}]}]}
            """);
        Assert.Equal("""{"tcId":1,"testPassed":false}""", response["testGroups"]![0]!["tests"]![0]!.ToJsonString());
    }

    [Fact]
    public void Sig_gen_refuses_a_context_of_256_bytes_and_takes_one_of_255()
    {
        JsonArray tests = Respond($$"""
            {"algorithm": "ML-DSA", "mode": "sigGen", "testGroups": [
              {"tgId": 1, "parameterSet": "ML-DSA-44", "deterministic": true, "keyFormat": "seed",
                "signatureInterface": "external", "preHash": "pure", "tests": [
                {"tcId": 1, "seed": "D", "message": "", "context": "{{new string('a', 510)}}"},
                {"tcId": 2, "seed": "D", "message": "", "context": "{{new string('a', 512)}}"}]}]}
            """)["testGroups"]![0]!["tests"]!.AsArray();
        Assert.Equal(2 * 2420, tests[0]!["signature"]!.ToString().Length);
        Assert.Equal("""{"tcId":2,"testPassed":false}""", tests[1]!.ToJsonString());
    }

    [Fact]
    public void Sig_gen_without_given_randomness_hedges_and_the_signature_verifies()
    {
        const string group = """
            "tgId": 1, "parameterSet": "ML-DSA-44", "signatureInterface": "external", "preHash": "preHash"
            """;
        string prompt = $$"""
            {"algorithm": "ML-DSA", "mode": "sigGen", "testGroups": [
              { {{group}}, "deterministic": false, "keyFormat": "seed", "tests": [
                {"tcId": 1, "seed": "D", "message": "aa", "context": "bb", "hashAlg": "SHA2-512/224"}]}]}
            """;
        string one = Signature(), two = Signature();
        Assert.NotEqual(one, two);

        string pk = Respond("""
            {"algorithm": "ML-DSA", "mode": "keyGen", "testGroups": [
              {"parameterSet": "ML-DSA-44", "tests": [{"tcId": 1, "seed": "D"}]}]}
            """)["testGroups"]![0]!["tests"]![0]!["pk"]!.ToString();
        (string, string, bool)[] cases =
            [(one, "SHA2-512/224", true), (two, "SHA2-512/224", true), (one, "SHA2-224", false)];
        foreach ((string signature, string hash, bool passes) in cases)
        {
            JsonNode verified = Respond($$"""
                {"algorithm": "ML-DSA", "mode": "sigVer", "testGroups": [{ {{group}}, "tests": [
                    {"tcId": 1, "pk": "{{pk}}", "message": "aa", "context": "bb", "hashAlg": "{{hash}}",
                     "signature": "{{signature}}"}]}]}
                """);
            Assert.Equal(passes, (bool)verified["testGroups"]![0]!["tests"]![0]!["testPassed"]!);
        }

        string Signature() => Respond(prompt)["testGroups"]![0]!["tests"]![0]!["signature"]!.ToString();
    }

    [Theory]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "keyGen", "parameterSet": "ML-KEM-769"}""")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "encapDecap", "parameterSet": "ML-KEM-768", "function": "guess"}""")]
    [InlineData("""
        {"algorithm": "ML-KEM", "mode": "encapDecap", "parameterSet": "ML-KEM-512", "function": "decapsulation",
         "keyFormat": "?"}
        """)]
    [InlineData("""{"algorithm": "ML-DSA", "mode": "sigGen", "parameterSet": "ML-DSA-44", "deterministic": "yes"}""")]
    [InlineData("""
        {"algorithm": "ML-DSA", "mode": "sigVer", "parameterSet": "ML-DSA-44", "preHash": "preHash", "hashAlg": "MD5"}
        """)]
    public void A_group_that_is_not_understood_fails_its_cases_and_no_others(string group)
    {
        JsonObject fields = JsonNode.Parse(group)!.AsObject();
        JsonArray tests = Respond($$"""
            {"algorithm": "{{fields["algorithm"]}}", "mode": "{{fields["mode"]}}", "testGroups": [
              { "tgId": 1, {{group[1..^1]}}, "tests": [
                {"tcId": 1, "d": "D", "z": "Z", "c": "", "dk": "", "seed": "D", "message": "", "pk": "", "sk": "",
                 "signature": ""}]}]}
            """)["testGroups"]![0]!["tests"]!.AsArray();
        Assert.Equal("""{"tcId":1,"testPassed":false}""", tests[0]!.ToJsonString());
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{", "line 1")]
    [InlineData("{}\n{}", "line 2")]
    [InlineData("5", "no vector set")]
    [InlineData("[]", "no vector set")]
    [InlineData("[{}]", "no vector set")]
    [InlineData("null", "no vector set")]
    [InlineData("{}", "'algorithm'")]
    [InlineData("""{"algorithm": 5}""", "'algorithm'")]
    [InlineData("""{"algorithm": "ML-KEM"}""", "'mode'")]
    [InlineData("""{"algorithm": "ROT13", "mode": "keyGen"}""", "'ROT13'")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "sigGen"}""", "'sigGen'")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "keyGen"}""", "testGroups must be an array")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "keyGen", "testGroups": {}}""", "testGroups must be an array")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "keyGen", "testGroups": [{"tests": []}, 7]}""",
        "testGroups[1].tests must be an array")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "keyGen", "testGroups": [{"tests": [{"tcId": 1}, {}]}]}""",
        "testGroups[0].tests[1]")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "keyGen", "testGroups": [{"tests": [null]}]}""",
        "testGroups[0].tests[0]")]
    [InlineData("""{"algorithm": "\ud800"}""", "surrogate")]
    [InlineData("""{"algorithm": "ML-KEM", "mode": "keyGen", "vsId": "\ud800", "testGroups": []}""", "surrogate")]
    [InlineData("""{"algorithm": "ML-KEM", "algorithm": "ML-DSA", "mode": "keyGen", "testGroups": []}""", "algorithm")]
    public void An_input_that_is_no_vector_set_is_refused_with_the_place(string json, string where) =>
        Assert.Contains(where, Assert.Throws<AcvpException>(() => AcvpResponder.Respond(json)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_overflow_the_stack() =>
        Assert.Throws<AcvpException>(() => AcvpResponder.Respond(new string('[', 1_000_000)));

    [Fact]
    public void Any_text_ends_in_a_response_or_the_documented_exception() =>
        Prop.ForAll<string, int>((text, position) =>
        {
            string json = KeyGen("D", "Z");
            int at = (position & int.MaxValue) % json.Length;
            return Ends(text ?? "") && Ends(json[..at]) && Ends(json.Insert(at, text ?? ""))
                && Ends(json.Remove(at, 1));
        }).QuickCheckThrowOnFailure();

    private static bool Ends(string json) =>
        Record.Exception(() => { _ = AcvpResponder.Respond(json); }) is null or AcvpException;

    private static string KeyGen(string d, string z) => $$"""
        {"vsId": 1, "algorithm": "ML-KEM", "mode": "keyGen", "revision": "FIPS203", "testGroups":
          [{"tgId": 1, "parameterSet": "ML-KEM-512", "tests": [{"tcId": 1, "d": "{{d}}", "z": "{{z}}"}]}]}
        """.Replace("\"D\"", $"\"{D}\"", StringComparison.Ordinal)
        .Replace("\"Z\"", $"\"{Z}\"", StringComparison.Ordinal);

    private static JsonNode Respond(string json) => JsonNode.Parse(AcvpResponder.Respond(
        json.Replace("\"D\"", $"\"{D}\"", StringComparison.Ordinal)
            .Replace("\"Z\"", $"\"{Z}\"", StringComparison.Ordinal)))!;
}
