using System.CommandLine;
using Qbitel.Bench;
using Qbitel.Printing;
using Spectre.Console;

namespace Qbitel.Commands;

internal static class BenchProfileCommand
{
    private const string RealTimePayments = "real-time-payments";

    public static Verb Create(GlobalOptions global)
    {
        Argument<string> profile = new("PROFILE") { Description = "What kind of traffic" };
        profile.AcceptOnlyFromAmong(RealTimePayments);
        Option<int> seconds = new("--seconds")
        {
            Description = "How long each load lasts",
            HelpName = "N",
            DefaultValueFactory = _ => 5,
            CustomParser = result => Number.Between(result, 1, 3600),
        };
        Option<int> threads = new("--threads")
        {
            Description = "How many messages are worked on at once",
            HelpName = "N",
            DefaultValueFactory = _ => 2,
            CustomParser = result => Number.Between(result, 1, 1024),
        };
        Option<bool> gate = new("--gate") { Description = "Exit 1 when the profile's rate or latency is missed" };
        Option<string?> markdown = new("--markdown")
        {
            Description = "Also write the report as Markdown",
            HelpName = "FILE",
        };

        Verb verb = new("profile",
            "Load this machine as a profile of banking asks: sign, encrypt, decrypt and verify messages at its rate, "
                + "and say how long they took.",
            new("qbitel bench profile real-time-payments", "10,000 messages of 1 KiB a second"),
            new("qbitel bench profile real-time-payments --seconds 60 --gate --markdown payments.md",
                "longer, for the records"))
        {
            profile, seconds, threads, gate, markdown,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            PaymentsBench bench = new(TimeSpan.FromSeconds(line.GetValue(seconds)), line.GetValue(threads),
                TimeProvider.System);
            PaymentsReport report = await output.WorkAsync("Measuring", progress =>
                bench.RunAsync(progress, cancellation));
            if (line.GetValue(markdown) is { } path)
                await File.WriteAllTextAsync(path, PaymentsMarkdown.Of(report), cancellation);

            output.Document(report, BenchJson.Default.PaymentsReport, console => Print(report, console));
            return line.GetValue(gate) && !report.Figures[0].Holds ? ExitCode.Refused : ExitCode.Done;
        });
    }

    private static void Print(PaymentsReport report, IAnsiConsole console)
    {
        foreach ((string name, string value) in PaymentsMarkdown.Facts(report)) console.Line($"{name}: {value}");
        foreach (PaymentsFigure figure in report.Figures)
        {
            console.Line();
            console.Line(figure.Name);
            foreach (string line in PaymentsMarkdown.Lines(report, figure)) console.Line($"  {line}");
            double all = figure.Latency.Histogram.Sum(bucket => bucket.Messages);
            foreach (LatencyBucket bucket in figure.Latency.Histogram)
            {
                string bar = new('#', (int)Math.Ceiling(40 * bucket.Messages / all));
                console.Line($"  {bucket.UpToMilliseconds,8:0.##} ms {bucket.Messages,9:0} {bar}");
            }
        }
    }
}
