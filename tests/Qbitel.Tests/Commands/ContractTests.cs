using System.Text.Json;
using Qbitel.Store;
using Qbitel.Tests.Sources;

namespace Qbitel.Tests.Commands;

/// <summary>What holds for every command: a form for programs, and errors that help.</summary>
public sealed class ContractTests
{
    [Theory]
    [InlineData("posture", "assets")]
    [InlineData("keys list", "keys")]
    [InlineData("audit list", "entries")]
    [InlineData("doctor", "findings")]
    [InlineData("version", "version")]
    public async Task A_program_reads_one_document_and_nothing_else(string command, string member)
    {
        using TemporaryFolder folder = new();
        await using (StateStore store = await StateSample.MakeAsync(folder["data"])) { }

        Shell.Result result = await Shell.QbitelAsync([.. command.Split(' '), "--data", folder["data"], "--json"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Notes));
        using var document = JsonDocument.Parse(result.Data);
        Assert.True(document.RootElement.TryGetProperty(member, out _), result.Data);
    }

    [Theory]
    [InlineData("posture")]
    [InlineData("keys list")]
    [InlineData("audit list")]
    [InlineData("audit export /tmp/qbitel-never-made")]
    [InlineData("audit verify /nowhere")]
    [InlineData("discover /nowhere")]
    [InlineData("discover /proc/self/mem")]
    [InlineData("parse /proc/self/mem")]
    [InlineData("acvp /nowhere")]
    [InlineData("demo --headless --data /proc/qbitel")]
    public async Task A_failure_is_a_sentence_with_a_remedy_and_shows_its_origin_only_when_asked(string command)
    {
        using TemporaryFolder folder = new();
        string[] line = [.. command.Split(' ')];
        if (!command.Contains("--data", StringComparison.Ordinal)) line = [.. line, "--data", folder["data"]];

        Shell.Result quiet = await Shell.QbitelAsync(line), verbose = await Shell.QbitelAsync([.. line, "--verbose"]);

        Assert.Equal((1, ""), (quiet.ExitCode, quiet.Data));
        string[] said = quiet.Notes.TrimEnd().Split('\n');
        Assert.StartsWith("qbitel: ", said[0], StringComparison.Ordinal);
        Assert.True(said.Length == 2 && said[1].StartsWith("        ", StringComparison.Ordinal), quiet.Notes);
        Assert.DoesNotContain("This should not have happened", quiet.Notes, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", quiet.Notes, StringComparison.Ordinal);
        Assert.Contains("   at ", verbose.Notes, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data"]));
    }
}
