using System.CommandLine;
using System.Text;
using Qbitel.Commands;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

public sealed class HelpTests
{
    public static readonly TheoryData<string> Commands = [.. All(Root()).Select(Name)];

    [Theory, MemberData(nameof(Commands))]
    public async Task Help_shows_an_example_that_is_a_command(string command)
    {
        Assert.Contains($"Usage:\n  {command}", await HelpAsync(command.Split(' ')[1..]), StringComparison.Ordinal);
        string help = await HelpAsync(command.Split(' ')[1..]);

        string[] examples = [.. help[help.IndexOf("Examples:\n", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Where(line => line[2] != ' ')];
        Assert.NotEmpty(examples);
        foreach (string example in examples)
        {
            string typed = example.Trim().Split("  ")[0];
            string[] words = Words(typed);
            Assert.True(Root().Parse(words, AsTyped).Errors.Count == 0, $"'{typed}' is no command");
        }
    }

    [Fact]
    public async Task The_guide_says_what_help_says()
    {
        StringBuilder guide = new("""
            # The command line

            Every command prints its result on standard output, as text for people or with `--json` for programs;
            everything else goes to standard error. The exit code is 0 when it is done, 1 when it was refused, is
            invalid or failed, and 2 when the command line itself is wrong. Without `--verbose` no error shows where
            in the program it came from. Colour is for terminals only, and not where `NO_COLOR` is set.

            The state is in one folder, private to its owner: `--data DIR`, or `qbitel` in `$XDG_DATA_HOME`, or
            `~/.local/share/qbitel`.

            This page is what `--help` prints; a test keeps them the same.

            """);
        foreach (string command in Commands.Select(row => row.Data))
            guide.Append($"\n## {command}\n\n```text\n{(await HelpAsync(command.Split(' ')[1..])).TrimEnd()}\n```\n");

        Snapshot.Match(Path.Combine(Repository.Root, "docs", "guides", "command-line.md"), guide.ToString());
    }

    // An argument that begins with @ is itself, as when it is run.
    private static readonly ParserConfiguration AsTyped = new() { ResponseFileTokenReplacer = null };

    private static RootCommand Root() => CommandLine.Create();

    private static IEnumerable<Command> All(Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(All).Prepend(command);

    private static string Name(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Name(parent)} {command.Name}" : "qbitel";

    private static async Task<string> HelpAsync(string[] command)
    {
        StringWriter data = new(), notes = new();
        ExitCode code = await CommandLine.RunAsync([.. command, "--help"], data, notes,
            TestContext.Current.CancellationToken);
        Assert.Equal((ExitCode.Done, ""), (code, notes.ToString()));
        return string.Join('\n', data.ToString().Split('\n').Select(line => line.TrimEnd()));
    }

    /// <summary>
    /// The words after the program's name: what a shell does with it (redirection, <c>source &lt;(…)</c>) is taken off.
    /// </summary>
    private static string[] Words(string typed)
    {
        int start = typed.IndexOf("qbitel", StringComparison.Ordinal);
        string line = typed[(start + "qbitel".Length)..].Split(['>', '<', '|', ')', '&'])[0];
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
