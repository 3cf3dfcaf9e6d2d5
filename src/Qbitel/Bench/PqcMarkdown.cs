using System.Globalization;
using System.Text;

namespace Qbitel.Bench;

/// <summary>The report as a document that can be committed beside the code it measured.</summary>
internal static class PqcMarkdown
{
    public static string Of(PqcReport report)
    {
        StringBuilder text = new("# Post-quantum algorithms, side by side\n\n");
        text.Append(CultureInfo.InvariantCulture,
            $"`qbitel bench pqc`, {report.Method.At:yyyy-MM-dd HH:mm}Z. All figures are of one run on one machine.\n");
        text.Append('\n');
        foreach ((string name, string value) in Facts(report))
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {value}\n");

        text.Append("\nTimes are microseconds an operation. Spread is the tenth and ninetieth percentile of all "
            + "measurements; rounds are the smallest\n"
            + "and largest median of a round. Ratio is OpenSSL's median divided by this one: 2 is twice as fast. "
            + "`import+` makes the key\n"
            + "of its bytes first; all other operations hold their keys. Ours leave the hash of the public key, and "
            + "the "
            + "matrix of a new or public\n"
            + "ML-DSA key, to their first use: `keygen` is without it, `import+` with it.\n");
        foreach (IGrouping<string, PqcFigure> algorithm in report.Figures.GroupBy(figure => figure.Algorithm))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {algorithm.Key}\n\n");
            text.Append("| operation | by | median | mean | spread | rounds | per second | bytes allocated | ratio "
                + "(rounds) |\n");
            text.Append("|---|---|---|---|---|---|---|---|---|\n");
            foreach (PqcFigure figure in algorithm)
            {
                Distribution time = figure.Microseconds;
                text.Append(CultureInfo.InvariantCulture,
                    $"| {figure.Operation} | {By(figure)} | {Time(time.Median)} | {Time(time.Mean)} | "
                        + $"{Time(time.P10)}–{Time(time.P90)} "
                    + $"| {Time(time.Low)}–{Time(time.High)} | {figure.OperationsPerSecond:N0} | "
                    + $"{figure.BytesPerOperation:N0} | {Ratio(figure)} |\n");
            }
        }

        Hybrids(text, report);
        Scaling(text, report);
        Gates(text, report);
        return text.ToString();
    }

    /// <summary>The circumstances, the same in every form of the report.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(PqcReport report)
    {
        BenchMachine machine = report.Machine;
        BenchMethod method = report.Method;
        yield return ("Processor",
            $"{machine.Processor}, {machine.Processors} visible to this process; "
                + $"{string.Join(' ', machine.InstructionSets)}");
        yield return ("System", $"{machine.System}; {machine.Runtime}; {machine.OpenSsl}");
        yield return ("Clock", method.Clock);
        yield return ("Order", string.Create(CultureInfo.InvariantCulture,
            $"{method.Rounds} rounds of {method.MillisecondsARound:0} ms a case, {method.Order}"));
        IEnumerable<string> warmUps = method.WarmUps.Select(warm =>
            $"{warm.Process}: {(warm.Settled ? "settled" : "NOT settled")} after {warm.Passes} passes");
        yield return ("Compilation", $"{method.Compilation} ({string.Join("; ", warmUps)})");
        yield return ("Load average (1, 5, 15 minutes)", $"{method.LoadBefore} before, {method.LoadAfter} after");
        yield return ("qbitel",
            "one process for each code path, the others kept from it by .NET's switches; keys held, results into "
                + "buffers of the caller");
        yield return ("openssl",
            "the C API in a loop: keys and contexts held, buffers native; import+ is EVP_PKEY_fromdata of the public "
                + "key, or EVP_PKEY_generate from the seed");
        yield return ("dotnet", "the platform's MLKem and MLDsa over the same OpenSSL, called exactly as ours");
    }

    public static string By(PqcFigure figure) =>
        figure.Path is null ? figure.Implementation : $"{figure.Implementation} {figure.Path}";

    public static string Time(double microseconds) => microseconds.ToString(
        microseconds < 10 ? "0.00" : microseconds < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    public static string Ratio(PqcFigure figure) =>
        figure.Ratio is null || figure.Implementation == OpenSslCases.OpenSsl ? ""
        : string.Create(CultureInfo.InvariantCulture,
            $"{figure.Ratio:0.0} ({figure.RatioLow:0.0}–{figure.RatioHigh:0.0})");

    private static void Hybrids(StringBuilder text, PqcReport report)
    {
        if (report.Hybrids.Count == 0) return;

        text.Append("\n## What of a hybrid is X25519\n\n| hybrid | operation | median | X25519 alone | share "
            + "|\n|---|---|---|---|---|\n");
        foreach (HybridShare hybrid in report.Hybrids)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {hybrid.Algorithm} | {hybrid.Operation} | {Time(hybrid.Microseconds)} "
                + $"| {Time(hybrid.ClassicalMicroseconds)} | {hybrid.Share:P0} |\n");
        }
    }

    private static void Scaling(StringBuilder text, PqcReport report)
    {
        if (report.Scaling.Count == 0) return;

        text.Append("\n## Many at once\n\nBy the clock on the wall, so other programs count; processors is how much "
            + "of them the process got.\n\n"
            + "| algorithm | operation | threads | per second | processors | speedup |\n|---|---|---|---|---|---|\n");
        foreach (ScalingFigure figure in report.Scaling)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {figure.Algorithm} | {figure.Operation} | {figure.Threads} | {figure.OperationsPerSecond:N0} "
                + $"| {figure.ProcessorsUsed:0.00} | {figure.Speedup:0.00} |\n");
        }
    }

    private static void Gates(StringBuilder text, PqcReport report)
    {
        if (report.Gates.Count == 0) return;

        text.Append("\n## Gates\n\n| algorithm | operation | at least | measured | |\n|---|---|---|---|---|\n");
        foreach (PqcGate gate in report.Gates)
        {
            string measured = gate.Ratio?.ToString("0.0", CultureInfo.InvariantCulture) ?? "no OpenSSL 3.5 here";
            text.Append(CultureInfo.InvariantCulture, $"| {gate.Algorithm} | {gate.Operation} | {gate.AtLeast:0} ")
                .Append(CultureInfo.InvariantCulture, $"| {measured} | {(gate.Holds ? "holds" : "MISSED")} |\n");
        }
    }
}
