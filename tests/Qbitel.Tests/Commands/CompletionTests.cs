using Qbitel.Commands;

namespace Qbitel.Tests.Commands;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("do", "doctor")]
    [InlineData("completion,", "bash,fish,zsh")]
    [InlineData("completion,z", "zsh")]
    [InlineData("doctor,", "")]
    [InlineData("doctor,--j", "--json")]
    [InlineData("--v", "--verbose,--version")]
    [InlineData("nothing", "")]
    [InlineData("parse,--protocol,sw", "swift-mt")]
    [InlineData("parse,file,--protocol,iso8583,--profile,1987-a", "1987-ascii")]
    public async Task The_program_completes_a_word(string words, string expected)
    {
        Shell.Result result = await Shell.QbitelAsync([$"[{CompletionDirective.Name}]", .. words.Split(',')]);

        Assert.Equal((0, ""), (result.ExitCode, result.Notes));
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries),
            result.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("do", "doctor")]
    [InlineData("completion b", "bash")]
    [InlineData("doctor --ver", "--verbose")]
    public async Task Bash_completes_with_the_printed_script(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bash"), "bash is absent");
        string[] words = line.Split(' ');
        string script = $$"""
            set -euo pipefail
            source <("{{Shell.Program}}" completion bash)
            complete -p qbitel >/dev/null
            COMP_WORDS=("{{Shell.Program}}" {{string.Join(' ', words.Select(word => $"'{word}'"))}})
            COMP_CWORD={{words.Length}}
            COMP_LINE="qbitel {{line}}"
            COMP_POINT=${#COMP_LINE}
            _qbitel
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        Shell.Result result = await Shell.RunAsync("/usr/bin/bash", ["--norc", "-c", script], []);

        Assert.Equal((0, "", expected + "\n"), (result.ExitCode, result.Notes, result.Data));
    }

    [Fact]
    public async Task Fish_completes_with_the_printed_script()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fish"), "fish is absent");
        using TemporaryFolder home = new();
        Shell.Result result = await Shell.RunAsync("/usr/bin/fish",
            ["--no-config", "-c",
                $"{Shell.Program} completion fish | source; complete -C '{Shell.Program} do'; complete -C "
                + $"'{Shell.Program} completion z'"],
            [new("HOME", home.Path), new("PATH", Path.GetDirectoryName(Shell.Program) + ":/usr/bin:/bin")]);

        Assert.Equal("doctor\nzsh\n", result.Data);
    }

    [Fact]
    public async Task Zsh_reads_the_printed_script()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "zsh is absent");
        using TemporaryFolder home = new();
        Shell.Result result = await Shell.RunAsync("/usr/bin/zsh",
            ["-f", "-c",
                $"autoload -Uz compinit; compinit -D; source <({Shell.Program} completion zsh); print "
                + $"${{_comps[qbitel]}}; " +
                $"compadd() {{ print -l -- ${{(P)2}} }}; words=({Shell.Program} do); CURRENT=2; _qbitel"],
            [new("HOME", home.Path)]);

        Assert.Equal((0, "_qbitel\ndoctor\n"), (result.ExitCode, result.Data));
    }

    [Fact]
    public async Task The_program_refuses_to_guess_a_shell() =>
        Assert.Equal(2, (await Shell.QbitelAsync("completion", "powershell")).ExitCode);
}
