using System.CommandLine;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis.Surveys;

namespace Qbitel.Commands;

internal static class DiscoverMergeCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string[]> states = new("STATE")
        {
            Description = "The states of all parts, in any order",
            Arity = ArgumentArity.OneOrMore,
        };
        Verb verb = new("merge", "One document of a capture whose parts were read apart: the same as of one run.",
            [new("qbitel discover merge part1.state part2.state --json", "after discover --part 1/2 and --part 2/2")])
        {
            states,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            List<CaptureSurvey> parts = [];
            foreach (string state in line.GetRequiredValue(states))
                parts.Add(await DiscoverSurveys.LoadAsync(state, cancellation));
            DiscoveryDocument document;
            try
            {
                document = CaptureSurvey.Merge(parts);
            }
            catch (ArgumentException error)
            {
                throw new RefusedException(error.Message.Split(" (Parameter")[0],
                    "Run each part once over the same capture, and name all their states.", error);
            }

            output.Text(output.IsJson ? DiscoverCommand.Json(document) : DiscoverCommand.Words(document));
            return ExitCode.Done;
        });
    }
}
