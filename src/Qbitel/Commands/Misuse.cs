using System.CommandLine;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>What a person is told who typed a line that is no command.</summary>
internal static class Misuse
{
    public static ExitCode Explain(ParseResult line, TextWriter notes)
    {
        string command = Path(line.CommandResult.Command);
        string[] problems = [.. line.Errors.Select(error => OneLine(error.Message)).Distinct(StringComparer.Ordinal)];

        // "Required command was not provided" says nothing new beside a word that is no command.
        foreach (string problem in problems.Length > 1
            ? problems.Where(text => !text.StartsWith("Required command", StringComparison.Ordinal)) : problems)
        {
            notes.WriteLine($"qbitel: {Printable.Text(problem)}");
        }

        if (Nearest(line) is { } near) notes.WriteLine($"        Did you mean '{near}'?");
        notes.WriteLine($"        {Remedy(command)}");
        return ExitCode.Misused;
    }

    public static string Remedy(string command) => $"'{command} --help' shows how it is used.";

    public static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "qbitel";

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));

    private static string? Nearest(ParseResult line)
    {
        Command command = line.CommandResult.Command;
        string? typed = line.UnmatchedTokens.Count > 0 ? line.UnmatchedTokens[0] : null;
        if (typed is null || typed.Length > 32) return null;

        IEnumerable<string> names = typed.StartsWith('-')
            ? command.Options.Concat(command.Parents.OfType<Command>()
                .SelectMany(parent => parent.Options.Where(option => option.Recursive))).Select(option => option.Name)
            : command.Subcommands.Select(sub => sub.Name);
        return names.Select(name => (Name: name, Distance: Distance(typed, name)))
            .Where(candidate => candidate.Distance <= 2)
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name).FirstOrDefault();
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
