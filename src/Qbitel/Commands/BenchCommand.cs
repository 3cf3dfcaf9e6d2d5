using System.CommandLine;
using Qbitel.Bench;
using Qbitel.Printing;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class BenchCommand
{
    public static Command Create(GlobalOptions global) =>
        new("bench", "Measure the cryptography on this machine, and compare it with the system's.")
        {
            Pqc(global), BenchProfileCommand.Create(global), Worker(global),
        };

    private static Verb Pqc(GlobalOptions global)
    {
        Option<string[]> algorithms = new("--algorithms")
        {
            Description = "Only these [default: all but the small-signature sets of SLH-DSA]",
            HelpName = "NAME",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        algorithms.CompletionSources.Add(_ => PqcBench.Known);
        algorithms.Validators.Add(result =>
        {
            foreach (string name in result.Tokens.Select(token => token.Value)
                .Except(PqcBench.Known, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"'{name}' is not measured. Known: {string.Join(", ", PqcBench.Known)}.");
            }
        });
        Option<bool> quick = new("--quick") { Description = "A tenth of the time, and a wider spread" };
        Option<bool> gate = new("--gate") { Description = "Exit 1 when a promised ratio to OpenSSL is missed" };
        Option<string?> markdown = new("--markdown")
        {
            Description = "Also write the report as Markdown",
            HelpName = "FILE",
        };
        Option<string?> html = new("--html")
        {
            Description = "Also write it as a page, with the picture",
            HelpName = "FILE",
        };
        Option<string?> svg = new("--svg") { Description = "Also write the picture alone", HelpName = "FILE" };

        Verb verb = new("pqc",
            "Measure every post-quantum algorithm on each code path of this processor, beside OpenSSL 3.5 and .NET's "
                + "own types where they are there.",
            new("qbitel bench pqc --quick", "a minute; a table for people"),
            new("qbitel bench pqc --algorithms ML-KEM-768 ML-DSA-65 --json", "two of them, for a program"),
            new("qbitel bench pqc --gate --markdown pqc.md --svg pqc.svg --html pqc.html",
                "the whole, for the records"))
        {
            algorithms, quick, gate, markdown, html, svg,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            PqcBenchOptions options = line.GetValue(quick)
                ? new(5, TimeSpan.FromMilliseconds(10), line.GetValue(algorithms) ?? [])
                : new(11, TimeSpan.FromMilliseconds(50), line.GetValue(algorithms) ?? []);
            PqcReport report = await output.WorkAsync("Measuring",
                progress => new PqcBench(options, TimeProvider.System).RunAsync(progress, cancellation));

            await WriteAsync(line.GetValue(markdown), () => PqcMarkdown.Of(report), cancellation);
            await WriteAsync(line.GetValue(html), () => PqcPage.Of(report), cancellation);
            await WriteAsync(line.GetValue(svg), () => PqcPicture.Of(report), cancellation);
            output.Document(report, BenchJson.Default.PqcReport, console => Print(report, console));
            return line.GetValue(gate) && !report.Gates.All(promise => promise.Holds) ? ExitCode.Refused
                : ExitCode.Done;
        });
    }

    // What 'bench pqc' starts: not in the help of 'bench', and of no use to a person.
    private static Verb Worker(GlobalOptions global)
    {
        Verb verb = new(WorkerProcess.Command,
            "Measure as standard input says: what 'bench pqc' starts for each code path.",
            new Example("qbitel bench worker < orders", "answers one line of JSON for each line"))
        {
            Hidden = true,
        };
        return verb.Does(global, async (line, _, cancellation) =>
        {
            await new BenchWorker(TimeProvider.System)
                .RunAsync(Console.In, line.InvocationConfiguration.Output, cancellation);
            return ExitCode.Done;
        });
    }

    private static async Task WriteAsync(string? path, Func<string> text, CancellationToken cancellation)
    {
        if (path is not null) await File.WriteAllTextAsync(path, text(), cancellation);
    }

    private static void Print(PqcReport report, IAnsiConsole console)
    {
        foreach ((string name, string value) in PqcMarkdown.Facts(report)) console.Line($"{name}: {value}");
        console.Line();

        Table table = PeopleConsole.Table("Algorithm", "Operation", "By", "Median µs", "Mean", "10th–90th",
            "Per second", "Bytes", "× OpenSSL");
        foreach (PqcFigure figure in report.Figures)
        {
            Distribution time = figure.Microseconds;
            table.AddRow(
                [.. new[]
                {
                    figure.Algorithm, figure.Operation, PqcMarkdown.By(figure), PqcMarkdown.Time(time.Median),
                        PqcMarkdown.Time(time.Mean),
                    $"{PqcMarkdown.Time(time.P10)}–{PqcMarkdown.Time(time.P90)}", $"{figure.OperationsPerSecond:0}",
                    $"{figure.BytesPerOperation:0}", PqcMarkdown.Ratio(figure),
                }.Select(cell => PeopleConsole.Cell(cell))]);
        }

        console.Write(table);
        console.Line();
        foreach (HybridShare hybrid in report.Hybrids)
            console.Line($"{hybrid.Algorithm} {hybrid.Operation}: {hybrid.Share:P0} is X25519");
        foreach (PqcGate gate in report.Gates.Where(gate => !gate.Holds))
        {
            console.Line((gate.Ratio is null ? "not compared" : "missed")
                + $": {gate.Algorithm} {gate.Operation}, at least {gate.AtLeast:0} times OpenSSL's speed, "
                + (gate.Ratio is { } ratio ? $"measured {ratio:0.0}" : "as there is no OpenSSL 3.5 here"));
        }
    }
}
