using System.Text.Json;

namespace Qbitel.Tests.Commands;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    [InlineData("version", "--json")]
    [InlineData("--help")]
    [InlineData("doctor", "--help")]
    [InlineData("completion", "--help")]
    [InlineData("completion", "bash")]
    public async Task What_is_done_answers_0_and_leaves_standard_error_empty(params string[] args)
    {
        Shell.Result result = await Shell.QbitelAsync(args);

        Assert.Equal((0, ""), (result.ExitCode, result.Notes));
        Assert.NotEmpty(result.Data);
    }

    [Theory]
    [InlineData("qbitel --help")]
    [InlineData("qbitel --help", "docto")]
    [InlineData("qbitel --help", "docto", "--json")]
    [InlineData("qbitel --help", "@file")]
    [InlineData("qbitel --help", "[diagram]")]
    [InlineData("qbitel doctor --help", "doctor", "--colour")]
    [InlineData("qbitel doctor --help", "doctor", "more")]
    [InlineData("qbitel doctor --help", "doctor", "--data")]
    [InlineData("qbitel completion --help", "completion")]
    [InlineData("qbitel completion --help", "completion", "tcsh")]
    [InlineData("qbitel up --help", "up", "--port", "many")]
    [InlineData("qbitel up --help", "up", "--port", "65536")]
    public async Task A_line_that_is_no_command_answers_2_and_says_where_help_is(string help, params string[] args)
    {
        Shell.Result result = await Shell.QbitelAsync(args);

        Assert.Equal((2, ""), (result.ExitCode, result.Data));
        Assert.StartsWith("qbitel: ", result.Notes, StringComparison.Ordinal);
        Assert.Contains($"'{help}'", result.Notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doctro", "doctor")]
    [InlineData("compltion", "completion")]
    [InlineData("UP", "up")]
    public async Task A_word_that_is_nearly_a_command_is_put_right(string typed, string meant) =>
        Assert.Contains($"Did you mean '{meant}'?", (await Shell.QbitelAsync(typed)).Notes, StringComparison.Ordinal);

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_refused_with_a_remedy_and_without_a_stack_trace()
    {
        Shell.Result result = await Shell.QbitelAsync("up", "--port", "0", "--data", "/proc/qbitel");

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.StartsWith("qbitel: The data folder /proc/qbitel cannot be made", result.Notes,
            StringComparison.Ordinal);
        Assert.Contains("--data DIR", result.Notes, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_shows_where_an_error_came_from()
    {
        Shell.Result result = await Shell.QbitelAsync("up", "--port", "0", "--data", "/proc/qbitel", "--verbose");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("   at ", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_others_can_read_is_refused()
    {
        using TemporaryFolder folder = new();
        File.SetUnixFileMode(folder.Path, DataFolder.OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        Shell.Result result = await Shell.QbitelAsync("up", "--port", "0", "--data", folder.Path);

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.Contains($"chmod 700 '{folder.Path}'", result.Notes, StringComparison.Ordinal);
        Assert.Equal(1, (await Shell.QbitelAsync("doctor", "--data", folder.Path)).ExitCode);
    }

    [Fact]
    public async Task The_version_is_one_line_by_whichever_way_it_is_asked()
    {
        string plain = (await Shell.QbitelAsync("--version")).Data;

        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", plain);
        Assert.Equal(plain, (await Shell.QbitelAsync("--json", "--version")).Data);
        using JsonDocument document = JsonDocument.Parse((await Shell.QbitelAsync("version", "--json")).Data);
        Assert.Equal(plain.Trim(), document.RootElement.GetProperty("version").GetString());
    }
}
