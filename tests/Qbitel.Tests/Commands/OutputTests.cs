using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Qbitel.Printing;
using Qbitel.Views;

namespace Qbitel.Tests.Commands;

public sealed class OutputTests
{
    [Fact]
    public async Task Doctor_tells_people_and_programs_the_same()
    {
        using TemporaryFolder folder = new();
        Shell.Result people = await Shell.QbitelAsync("doctor", "--data", folder["state"]);
        Shell.Result program = await Shell.QbitelAsync("doctor", "--data", folder["state"], "--json");

        using JsonDocument document = JsonDocument.Parse(program.Data);
        JsonElement[] findings = [.. document.RootElement.GetProperty("findings").EnumerateArray()];
        Assert.Contains(findings, finding => finding.GetProperty("id").GetString() == "openssl");
        Assert.Contains(findings, finding => finding.GetProperty("id").GetString() == "platform-pqc");
        Assert.All(findings, finding =>
        {
            Assert.Contains(finding.GetProperty("title").GetString()!, people.Data, StringComparison.Ordinal);
            Assert.Contains(finding.GetProperty("meaning").GetString()!, people.Data, StringComparison.Ordinal);
            Assert.Contains(finding.GetProperty("state").GetString(),
                (string?[])["good", "note", "limited", "problem"]);
        });
        Assert.Equal(document.RootElement.GetProperty("works").GetBoolean() ? 0 : 1, people.ExitCode);
        Assert.False(Directory.Exists(folder["state"]), "doctor looks and changes nothing");
    }

    [Fact]
    public async Task A_pipe_gets_neither_colour_nor_wrapped_lines()
    {
        Shell.Result result = await Shell.RunAsync(Shell.Program, ["doctor"],
            [new("TERM", "xterm-256color"), new("COLUMNS", "40")]);

        Assert.DoesNotContain('\e', result.Data);
        Assert.Contains("X25519, Ed25519 and the NIST curves are taken from it", result.Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("1", false)]
    public async Task A_terminal_gets_colour_unless_NO_COLOR_says_no(string? noColor, bool coloured)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"),
            "the program 'script' (bsdutils), which makes a terminal, is absent");
        Shell.Result result = await Shell.RunAsync("/usr/bin/script",
            ["-qec", $"'{Shell.Program}' doctor", "/dev/null"],
            [new("TERM", "xterm-256color"), new("NO_COLOR", noColor)]);

        Assert.Equal(coloured, result.Data.Contains("\e[38;5;", StringComparison.Ordinal)
            || result.Data.Contains("\e[32m", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\tb\nc", "a\tb\nc")]
    [InlineData("\e[2J\a", "\\u001b[2J\\u0007")]
    [InlineData("pay \u202eeraw", "pay \\u202eeraw")]
    [InlineData("\u009b31m", "\\u009b31m")]
    public void Text_from_outside_cannot_act_on_a_terminal(string text, string printed) =>
        Assert.Equal(printed, Printable.Text(text));

    [Fact]
    public void Notes_and_failures_go_to_standard_error_only()
    {
        StringWriter data = new(), notes = new();
        Output output = new(data, notes, isJson: true, isVerbose: false);

        output.Note("working");
        output.Failure("no \e[31m", "do this");
        output.Trace(new InvalidOperationException("hidden"));

        Assert.Equal("", data.ToString());
        Assert.Equal("working\nqbitel: no \\u001b[31m\n        do this\n", notes.ToString());
    }

    [Fact]
    public void Every_document_of_the_door_has_a_generated_form() =>
        Assert.All(typeof(VersionView).Assembly.GetExportedTypes()
            .Where(type => type is { Namespace: "Qbitel.Views", IsEnum: false }),
            type => Assert.NotEqual(JsonTypeInfoKind.None, ViewsJson.Default.GetTypeInfo(type)?.Kind));
}
