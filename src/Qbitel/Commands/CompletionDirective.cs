using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;

namespace Qbitel.Commands;

/// <summary>
/// What the completion scripts ask: <c>qbitel [complete] WORD… WORD-SO-FAR</c>, one candidate a line.
/// </summary>
internal static class CompletionDirective
{
    public const string Name = "complete";

    public static Directive Create() => new(Name) { Action = new Answer() };

    private sealed class Answer : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true; // a line that is being typed is incomplete by nature

        public override int Invoke(ParseResult parseResult)
        {
            TextWriter data = parseResult.InvocationConfiguration.Output;
            string typed = parseResult.Tokens.Count > 1 ? parseResult.Tokens[^1].Value : "";
            foreach (CompletionItem item in ValuesOfOption(parseResult) ?? parseResult.GetCompletions())
            {
                string candidate = item.InsertText ?? item.Label;

                // Options are offered to those who began one.
                if (candidate.StartsWith('-') && !typed.StartsWith('-')) continue;
                if (candidate.StartsWith(typed, StringComparison.Ordinal)) data.WriteLine(candidate);
            }

            return (int)ExitCode.Done;
        }

        // The library takes the word being typed for the value, and offers what may follow it.
        private static IEnumerable<CompletionItem>? ValuesOfOption(ParseResult line)
        {
            if (line.Tokens.Count < 3) return null;
            string before = line.Tokens[^2].Value;
            Command command = line.CommandResult.Command;
            Option? option =
                command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options))
                .FirstOrDefault(each => each.Name == before || each.Aliases.Contains(before));
            return option is null || option.ValueType == typeof(bool) ? null
                : option.GetCompletions(line.GetCompletionContext());
        }
    }
}
