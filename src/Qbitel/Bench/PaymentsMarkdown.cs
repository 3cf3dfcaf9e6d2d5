using System.Globalization;
using System.Text;

namespace Qbitel.Bench;

/// <summary>The report on the payments' profile, as a document that can be committed.</summary>
internal static class PaymentsMarkdown
{
    public static string Of(PaymentsReport report)
    {
        StringBuilder text = new("# Real-time payments\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"`qbitel bench profile {Typed(report.Profile)}`, {report.At:yyyy-MM-dd HH:mm}Z.\n\n");
        foreach ((string name, string value) in Facts(report))
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {value}\n");

        foreach (PaymentsFigure figure in report.Figures)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n## {char.ToUpperInvariant(figure.Name[0])}{figure.Name[1..]}\n\n");
            foreach (string line in Lines(report, figure)) text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
            text.Append("\n| up to | messages |\n|---|---|\n");
            foreach (LatencyBucket bucket in figure.Latency.Histogram)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"| {bucket.UpToMilliseconds:0.##} ms | {bucket.Messages:N0} |\n");
            }
        }

        return text.ToString();
    }

    public static IEnumerable<(string Name, string Value)> Facts(PaymentsReport report)
    {
        yield return ("Processor",
            $"{report.Machine.Processor}, {report.Machine.Processors} visible, path {report.Path}");
        yield return ("System", $"{report.Machine.System}; {report.Machine.Runtime}; {report.Machine.OpenSsl}");
        yield return ("Message", string.Create(CultureInfo.InvariantCulture,
            $"{report.MessageSize} bytes, signed, sealed with its signature, opened, verified and compared; "
                + $"{report.Threads} threads do all of it"));
        yield return ("Full load", "closed: each thread begins the next message when the last is through");
        yield return ("Latency",
            "open load at the profile's rate: messages are due at even intervals, and waiting counts");
        yield return ("Goal", string.Create(CultureInfo.InvariantCulture,
            $"{report.TargetPerSecond:N0} messages a second, 99 of 100 under {report.TargetMilliseconds:0.#} ms"));
        yield return ("Load average (1, 5, 15 minutes)",
            $"{report.LoadBefore} before, {report.LoadAfter} after; the run itself adds {report.Threads}");
    }

    public static IEnumerable<string> Lines(PaymentsReport report, PaymentsFigure figure)
    {
        LatencyFigure latency = figure.Latency;
        double alone = report.Threads * 1e6 / figure.ProcessorMicroseconds;
        yield return $"{figure.Signature}; {figure.Encryption}";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"Full load: {figure.FullLoadPerSecond:N0} a second on {figure.ProcessorsUsed:0.00} processors (what "
                + $"other programs left of {report.Threads})");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"One message costs {figure.ProcessorMicroseconds:0} µs of a processor: {report.Threads} processors "
                + $"without other work would carry {alone:N0} a second");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"At {figure.OfferedPerSecond:N0} a second: carried {figure.CarriedPerSecond:N0}; median "
                + $"{latency.Median:0.00} ms, "
            + $"90 % {latency.P90:0.00}, 99 % {latency.P99:0.00}, 99.9 % {latency.P999:0.00}, longest "
            + $"{latency.Max:0.0}");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{figure.MessagesVerified:N0} messages, every one compared and verified; the goal "
                + $"{(figure.Holds ? "holds" : "was MISSED in this run")}");
    }

    // The published name as people type it.
    private static string Typed(string profile) => profile.Replace('_', '-').ToLowerInvariant();
}
