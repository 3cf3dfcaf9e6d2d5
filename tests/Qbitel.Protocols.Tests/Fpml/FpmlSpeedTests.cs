using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;
using Qbitel.Protocols.Fpml.Explaining;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>
/// How fast a request for confirmation is read and judged, against the platform's validator, in turns and by the
/// processor time of the process: other work on the machine says nothing then.
/// </summary>
public sealed class FpmlSpeedTests(ITestOutputHelper output)
{
    [Fact, Trait("Soak", "fpml-speed")]
    public void Reading_and_judging_is_faster_than_the_platform_with_a_schema()
    {
        byte[] message = FpmlBuilder.Build(FpmlTrades.Terms, FpmlTrades.Swap, FpmlTrades.Message).Source.ToArray();
        Assert.Null(FpmlPlatform.Fault(message));
        int turns = Soak.Times(2, 9), batch = Soak.Times(20, 2_000);
        double theirs = double.MaxValue, ours = double.MaxValue, explained = double.MaxValue;
        for (int turn = 0; turn < turns; turn++)
        {
            theirs = Math.Min(theirs, Microseconds(batch, () => FpmlPlatform.Fault(message) is null));
            ours = Math.Min(ours, Microseconds(batch, () => FpmlDocument.TryParse(message, out FpmlDocument document,
                out _)
                && document.IsValid));
            explained = Math.Min(explained, Microseconds(batch,
                () => FpmlExplanation.Of(FpmlDocument.Parse(message)).Trades.Count == 1));
        }

        output.WriteLine(
            $"{message.Length} bytes; "
            + $"platform {theirs:0.0} us {Allocated(() => FpmlPlatform.Fault(message) is null)} B, "
            + $"ours {ours:0.0} us {Allocated(() => FpmlDocument.Parse(message).IsValid)} B "
            + $"({theirs / ours:0.0} times as fast), with explanation {explained:0.0} us");
        if (Soak.IsOn) Assert.True(theirs > ours, $"{theirs / ours:0.00}");
    }

    private static double Microseconds(int batch, Func<bool> work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < batch; i++) Assert.True(work());
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / batch;
    }

    private static long Allocated(Func<bool> work) => Allocation.Least(() => work(), enough: long.MaxValue);
}
