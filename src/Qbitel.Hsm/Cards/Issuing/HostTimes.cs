using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>Where an authorisation spends its time.</summary>
public enum HostStage
{
    /// <summary>From its last byte to a thread that works on it.</summary>
    Waiting,

    /// <summary>Parsed, verified, decided about, and its answer to the card made.</summary>
    Judging,

    /// <summary>
    /// From the decision until it is on disk: the wait for the group before, and the group's own write.
    /// </summary>
    Keeping,

    /// <summary>From there until its answer is with the network.</summary>
    Answering,

    /// <summary>One group's write to the disk.</summary>
    Flushing,

    /// <summary>One batch's way into the audit log, for which no answer waits.</summary>
    Logging,
}

/// <summary>How long the stages of a host take: counts by duration, exact to a sixteenth.</summary>
/// <remarks>Safe for concurrent use; recording allocates and locks nothing.</remarks>
public sealed class HostTimes
{
    private const int Parts = 16; // of each power of two
    private const int Powers = 36; // microseconds: up to 19 hours

    private readonly long[][] _counts =
        [.. Enum.GetValues<HostStage>().Select(_ => new long[Powers * Parts])];

    public void Record(HostStage stage, TimeSpan time)
    {
        ulong microseconds = (ulong)Math.Max(1, time.Ticks / TimeSpan.TicksPerMicrosecond);
        int power = Math.Min(Powers - 1, BitOperations.Log2(microseconds));
        int part = (int)((microseconds << 4 >> power) & (Parts - 1));
        Interlocked.Increment(ref _counts[(int)stage][(power * Parts) + part]);
    }

    /// <summary>Records the time since a time stamp of <see cref="Stopwatch"/>, and gives the present one.</summary>
    public long RecordSince(HostStage stage, long since)
    {
        long now = Stopwatch.GetTimestamp();
        Record(stage, Stopwatch.GetElapsedTime(since, now));
        return now;
    }

    public long CountOf(HostStage stage) => _counts[(int)stage].Sum();

    /// <summary>The time within which so much of all was done, as the upper end of its sixteenth; zero where there was
    /// nothing.</summary>
    public TimeSpan Within(HostStage stage, double share)
    {
        long[] counts = _counts[(int)stage];
        double wanted = share * counts.Sum(), seen = 0;
        for (int i = 0; i < counts.Length && wanted > 0; i++)
        {
            seen += counts[i];
            if (seen >= wanted)
                return TimeSpan.FromMicroseconds(Math.Pow(2, i / Parts) * (1 + ((1.0 + (i % Parts)) / Parts)));
        }

        return TimeSpan.Zero;
    }

    /// <summary>Half, 99 of 100 and 999 of 1,000 of every stage, in milliseconds.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (HostStage stage in Enum.GetValues<HostStage>())
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{(text.Length == 0 ? "" : ", ")}{stage.ToString().ToLowerInvariant()} {Milliseconds(0.5)}/");
            text.Append(CultureInfo.InvariantCulture, $"{Milliseconds(0.99)}/{Milliseconds(0.999)}");

            string Milliseconds(double share) =>
                Within(stage, share).TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture);
        }

        return text.ToString();
    }
}
