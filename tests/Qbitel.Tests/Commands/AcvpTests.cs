using System.Text.Json;

namespace Qbitel.Tests.Commands;

public sealed class AcvpTests
{
    // The seeds of a key pair of zeroes, and a case whose input is not hexadecimal.
    private const string Prompt = """
        { "vsId": 7, "algorithm": "ML-KEM", "mode": "keyGen", "revision": "FIPS203", "testGroups": [
          { "tgId": 1, "testType": "AFT", "parameterSet": "ML-KEM-512", "tests": [
            { "tcId": 1, "d": "0000000000000000000000000000000000000000000000000000000000000000",
              "z": "0000000000000000000000000000000000000000000000000000000000000000" },
            { "tcId": 2, "d": "xyz", "z": "" } ] } ] }
        """;

    [Fact]
    public async Task A_vector_set_is_answered_from_a_file_and_from_standard_input()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["prompt.json"], Prompt, TestContext.Current.CancellationToken);

        Shell.Result file = await Shell.QbitelAsync("acvp", folder["prompt.json"]);
        Shell.Result piped = await Shell.RunAsync("/usr/bin/env",
            ["bash", "-c", $"'{Shell.Program}' acvp <'{folder["prompt.json"]}'"], []);

        Assert.Equal((0, ""), (file.ExitCode, file.Notes));
        Assert.Equal(file.Data, piped.Data);
        using JsonDocument document = JsonDocument.Parse(file.Data);
        JsonElement tests = document.RootElement.GetProperty("testGroups")[0].GetProperty("tests");
        Assert.Equal(7, document.RootElement.GetProperty("vsId").GetInt32());
        Assert.Equal(800 * 2, tests[0].GetProperty("ek").GetString()!.Length);
        Assert.False(tests[1].GetProperty("testPassed").GetBoolean());
        Assert.False(tests[1].TryGetProperty("ek", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{ "vsId": 1, "algorithm": "ROT13", "mode": "keyGen", "testGroups": [] }""")]
    public async Task What_is_no_vector_set_of_ours_is_refused(string text)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["prompt.json"], text, TestContext.Current.CancellationToken);

        Shell.Result result = await Shell.QbitelAsync("acvp", folder["prompt.json"]);

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.StartsWith("qbitel: ", result.Notes, StringComparison.Ordinal);
    }
}
