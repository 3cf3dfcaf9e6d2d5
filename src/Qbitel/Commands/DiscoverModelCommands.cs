using System.CommandLine;
using Qbitel.Discovery;
using Qbitel.Discovery.Evaluation;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Commands around the model of discovery: how right it is, and how it is made.</summary>
internal static class DiscoverModelCommands
{
    public static Verb Evaluate(GlobalOptions global)
    {
        Argument<DirectoryInfo> folder = new("DIR") { Description = "Folder of *.jsonl files with the true fields" };
        Option<bool> leaveOut = new("--leave-one-family-out")
        {
            Description = "Train for each file a model that has seen no protocol of its family; takes minutes",
        };
        Option<int> seed = Seed();
        Verb verb = new("eval",
            "Discover traces whose fields are known, and say how right that was, beside cutters that look at nothing.",
            new("qbitel discover eval truth/", "the model that comes with the program"),
            new("qbitel discover eval truth/ --leave-one-family-out", "what to expect of protocols never seen"))
        {
            folder, leaveOut, seed,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            DirectoryInfo place = line.GetRequiredValue(folder);
            List<KeyValuePair<string, byte[]>> files = await ReadAsync(place, cancellation);
            EvaluationReport report = Refusing(place, () => line.GetValue(leaveOut)
                ? DiscoveryEvaluation.RunLeavingFamiliesOut(files, line.GetValue(seed), row => output.Note(
                    FormattableString.Invariant($"{row.File}: F1 {row.Scores.F1:0.000}")))
                : DiscoveryEvaluation.Run(files));
            output.Text(output.IsJson ? Json(report) : report.ToMarkdown().TrimEnd());
            return ExitCode.Done;
        });
    }

    public static Verb Train(GlobalOptions global)
    {
        Option<DirectoryInfo?> folder = new("--truth")
        {
            Description = "Folder of *.jsonl files with the true fields; without it made-up protocols alone",
            HelpName = "DIR",
        };
        Option<string> target = new("--out")
        {
            Description = "The model",
            HelpName = "FILE",
            DefaultValueFactory = _ => "boundaries.model",
        };
        Option<bool> force = new("--force") { Description = "Replace the model that is there" };
        Option<int> seed = Seed();
        Verb verb = new("train",
            "Train the model that says where fields begin. The same truth and seed give the same bytes.",
            [new("qbitel discover train --truth truth/ --out boundaries.model", "on real and made-up protocols")])
        {
            folder, target, force, seed,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            List<KeyValuePair<string, byte[]>> files = [];
            if (line.GetValue(folder) is { } place) files = await ReadAsync(place, cancellation);
            (byte[] model, string card) = Refusing(line.GetValue(folder),
                () => DiscoveryTraining.Train(files, line.GetValue(seed)));
            await SafeFile.WriteAsync(line.GetRequiredValue(target), model, SafeFile.Ordinary, line.GetValue(force),
                cancellation);
            output.Text(card);
            return ExitCode.Done;
        });
    }

    private static Option<int> Seed() => new("--seed")
    {
        Description = "Decides what each tree may look at; the same gives the same bytes",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result => Number.Between(result, 0, int.MaxValue),
    };

    internal static async Task<List<KeyValuePair<string, byte[]>>> ReadAsync(DirectoryInfo folder,
        CancellationToken cancellation)
    {
        FileInfo[] found = folder.Exists ? folder.GetFiles("*.jsonl") : [];
        if (found.Length == 0)
        {
            throw new RefusedException($"{folder} holds no *.jsonl files.",
                "Give a folder of lines of JSON with hex, boundaries and fields.");
        }

        List<KeyValuePair<string, byte[]>> files = [];
        foreach (FileInfo file in found.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            files.Add(new(Path.GetFileNameWithoutExtension(file.Name),
                await File.ReadAllBytesAsync(file.FullName, cancellation)));
        }

        return files;
    }

    private static T Refusing<T>(DirectoryInfo? folder, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (InputFormatException error)
        {
            throw NoTruth(folder, error);
        }
    }

    /// <summary>What a folder with a file of no true fields is answered with.</summary>
    internal static RefusedException NoTruth(DirectoryInfo? folder, InputFormatException error) =>
        new($"{folder}: {error.Message}",
            "Each line needs hex, boundaries and fields, as docs/guides/discover.md says.",
            error);

    private static string Json(EvaluationReport report)
    {
        return IndentedJson.Write(writer => report.WriteTo(writer));
    }
}
