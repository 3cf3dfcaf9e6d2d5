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
            foreach (CompletionItem item in parseResult.GetCompletions())
            {
                string candidate = item.InsertText ?? item.Label;

                // Options are offered to those who began one.
                if (candidate.StartsWith('-') && !typed.StartsWith('-')) continue;
                if (candidate.StartsWith(typed, StringComparison.Ordinal)) data.WriteLine(candidate);
            }

            return (int)ExitCode.Done;
        }
    }
}
