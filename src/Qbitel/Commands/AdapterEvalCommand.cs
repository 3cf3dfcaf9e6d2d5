using System.CommandLine;
using System.Text.Json;
using Qbitel.Discovery;
using Qbitel.Discovery.Emission;

namespace Qbitel.Commands;

internal static class AdapterEvalCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<DirectoryInfo> folder = new("DIR") { Description = "Folder of *.jsonl files with the true fields" };
        Option<int> made = new("--made")
        {
            Description = "Also so many made-up protocols",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
            CustomParser = result => Number.Between(result, 0, 1_000),
        };
        Verb verb = new("eval",
            "Generate adapters from four messages in five of traces whose fields are known, and try the compiled code "
            + "on the fifth: whole, and with true lengths and check values changed.",
            new Example("qbitel adapter eval truth/", "what generated parsers read, rebuild and refuse"))
        {
            folder, made,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            DirectoryInfo place = line.GetRequiredValue(folder);
            List<KeyValuePair<string, byte[]>> files = await DiscoverModelCommands.ReadAsync(place, cancellation);
            try
            {
                AdapterEvaluationReport report = await AdapterEvaluation.RunAsync(files, line.GetValue(made),
                    row => output.Note(FormattableString.Invariant($"{row.File}: {row.Read} of {row.HeldBack} read")),
                    cancellation);
                output.Text(output.IsJson ? JsonSerializer.Serialize(report.Rows, JsonSerializerOptions.Web)
                    : report.ToMarkdown().TrimEnd());
                return ExitCode.Done;
            }
            catch (InputFormatException error)
            {
                throw DiscoverModelCommands.NoTruth(place, error);
            }
        });
    }
}
