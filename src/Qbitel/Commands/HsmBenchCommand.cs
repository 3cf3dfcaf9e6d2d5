using System.CommandLine;
using System.Globalization;
using Qbitel.Hsm;
using Qbitel.Hsm.Benchmarks;
using Qbitel.Machine;
using Qbitel.Printing;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class HsmBenchCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string?> name = HsmCommand.Named(isRequired: false);
        Option<double> seconds = new("--seconds")
        {
            Description = "How long each measurement takes",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        Option<int[]> callers = new("--callers")
        {
            Description = "How many call at once; several numbers show how it scales",
            DefaultValueFactory = _ => [1, 4],
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> file = HsmCommand.Configuration();
        return new Verb("bench",
            "Measure what HSMs do in a second, with keys made for it and destroyed again; PKCS#11 beside bare calls.",
            new("qbitel hsm bench vault", "one HSM, one caller and four"),
            new("qbitel hsm bench --seconds 5 --callers 1 2 4 8 --json", "all of them, for a program"))
        {
            name, seconds, callers, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            double each = line.GetValue(seconds);
            int[] counts = line.GetValue(callers)!;
            if (each is not (> 0 and <= 600)) throw new MisusedException("A measurement takes up to 600 seconds.");
            if (counts.Length == 0 || counts.Any(c => c is < 1 or > 256))
                throw new MisusedException("There are 1 to 256 callers.");

            List<HsmBenched> benched = [];
            HsmConfiguration configuration = HsmCommand.Read(global, line, file);
            foreach (string hsmName in line.GetValue(name) is { } one ? [one] : configuration.Providers.Keys.ToArray())
            {
                await using HsmProvider hsm = await HsmApprovals.OpenAsync(configuration, hsmName, cancellation);
                HsmBenchReport report = await new HsmBench(hsm, TimeProvider.System)
                    .RunAsync(TimeSpan.FromSeconds(each), counts, cancellation);
                benched.AddRange(report.Rows.Select(row => new HsmBenched(hsmName, report.Provider,
                    row.Operation.ToString(), row.Algorithm, row.Callers, row.PerSecond, row.P50.TotalMicroseconds,
                    row.P99.TotalMicroseconds, row.Scaling, row.OverRaw, row.Processor.TotalMicroseconds,
                    row.ProcessorOverRaw, row.AllocatedBytes)));
            }

            HsmBenches all = new(benched);
            output.Document(all, HsmJson.Default.HsmBenches, console => Print(all, console));
            return ExitCode.Done;
        });
    }

    private static void Print(HsmBenches all, IAnsiConsole console)
    {
        Table table = PeopleConsole.Table(
            "HSM", "Operation", "Algorithm", "Callers", "a second", "p50 µs", "p99 µs", "scales", "CPU µs",
            "over raw", "CPU over raw");
        foreach (HsmBenched row in all.Rows)
        {
            table.AddRow([
                PeopleConsole.Cell(row.Hsm), PeopleConsole.Cell(row.Operation), PeopleConsole.Cell(row.Algorithm),
                PeopleConsole.Cell($"{row.Callers}"), PeopleConsole.Cell(Text("0", row.PerSecond)),
                PeopleConsole.Cell(Text("0.0", row.P50Microseconds)),
                PeopleConsole.Cell(Text("0.0", row.P99Microseconds)),
                PeopleConsole.Cell(Text("0.00", row.Scaling)),
                PeopleConsole.Cell(Text("0.0", row.ProcessorMicroseconds)),
                PeopleConsole.Cell(row.OverRaw is { } ratio ? Text("0.000", ratio) : ""),
                PeopleConsole.Cell(row.ProcessorOverRaw is { } processor ? Text("0.000", processor) : "")]);
        }

        console.Write(table);
        console.Line(
            "Of this machine, now. 'over raw' is the time over that of bare PKCS#11 calls, in turns; the processor's "
            + "time (CPU) of this process holds on a busy machine too.");
    }

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
