using System.CommandLine;
using System.Text.RegularExpressions;
using Qbitel.Commands;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary>Whoever follows an error message or a page types a command that is there.</summary>
public sealed partial class NamedCommandTests
{
    [Fact]
    public void Commands_that_messages_name_are_there() =>
        Assert.Equal("", string.Join('\n', Faults("src", "*.cs", InMessage())));

    [Fact]
    public void Commands_that_documents_name_are_there() => Assert.Equal("", string.Join('\n',
        Faults("docs", "*.md", InDocument()).Concat(Faults(".", "README.md", InDocument()))));

    [Theory]
    [InlineData("card tr31 wrap --key token:pek", null)]
    [InlineData("discover traffic.pcapng --json", null)]
    [InlineData("card export", "export")]
    [InlineData("scan HOST:PORT --frobnicate", "--frobnicate")]
    public void What_is_not_there_is_told(string line, string? word) => Assert.Equal(word, Unknown(line));

    private static IEnumerable<string> Faults(string folder, string pattern, Regex named) =>
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern,
            folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        where !path.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(path) != "command-line.md"
        from Match match in named.Matches(File.ReadAllText(path))
        let line = match.Groups["line"].Value
        let unknown = Label().IsMatch(line) ? null : Unknown(line)
        where unknown is not null
        select $"{Path.GetRelativePath(Repository.Root, path)}: qbitel {line}: {unknown}";

    // The first word that is neither a command, nor an option of it, nor what a command takes.
    private static string? Unknown(string line)
    {
        Command command = CommandLine.Create();
        foreach (string word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "|" or "#" or "<" or ">" or "…") return null;

            if (word.StartsWith('-') && word.Length > 1)
            {
                if (!Options(command).Contains(word.Split('=')[0])) return word;
            }
            else if (command.Subcommands.FirstOrDefault(each => each.Name == word) is { } sub)
            {
                command = sub;
            }
            else if (command.Subcommands.Count > 0 && command.Arguments.Count == 0)
            {
                return word;
            }
        }

        return null;
    }

    private static IEnumerable<string> Options(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Append(option.Name))
            .Concat(command.Parents.OfType<Command>().SelectMany(Options));

    // What formats begin their hashes with, such as "qbitel signature 1".
    [GeneratedRegex("^[a-z ]+ [0-9]+(: [a-z]+)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    [GeneratedRegex(@"'qbitel (?<line>[^'{]*)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex InMessage();

    // In a line of its own up to two blanks, where the remark begins, or as code within a sentence.
    [GeneratedRegex(@"((^ *(\./)?|`)qbitel) (?<line>[a-z0-9]+( ?[^ `\n])*)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex InDocument();
}
