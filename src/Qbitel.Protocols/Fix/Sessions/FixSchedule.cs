namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>When a session may be up, in the wall-clock time of one place; each opening starts new counts.</summary>
/// <remarks>
/// A daily session opens on each of <see cref="Days"/>; where the end is not later than the start it closes on the next
/// day. A weekly one opens on <see cref="FirstDay"/> and closes on <see cref="LastDay"/>. A start or end that the
/// clocks skip in spring is the moment they are put forward; one that comes twice in autumn is the first of the two.
/// </remarks>
public sealed record FixSchedule
{
    /// <summary>The time of day a session opens.</summary>
    public required TimeOnly Start { get; init; }

    /// <summary>The time of day it closes; equal to the start for a session without a pause.</summary>
    public required TimeOnly End { get; init; }

    /// <summary>Where the clock of these times hangs. Default: UTC.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>On which days a daily session opens. Default: all seven.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = Enum.GetValues<DayOfWeek>();

    /// <summary>The day a weekly session opens. Default: null, sessions are daily.</summary>
    public DayOfWeek? FirstDay { get; init; }

    /// <summary>The day a weekly session closes.</summary>
    public DayOfWeek? LastDay { get; init; }

    /// <summary>When the session that is open at a moment was opened; null where none is.</summary>
    public DateTimeOffset? OpenedAt(DateTimeOffset utc)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(utc, Zone).DateTime);
        for (int back = -1; back <= 8; back++)
        {
            DateOnly first = today.AddDays(-back);
            if (FirstDay is { } weekly ? first.DayOfWeek != weekly : !Days.Contains(first.DayOfWeek)) continue;

            DateTimeOffset opens = Moment(first, Start);
            if (opens <= utc && utc < Moment(first.AddDays(Duration), End)) return opens;
        }

        return null;
    }

    // Days from the opening's date to the closing's.
    private int Duration
    {
        get
        {
            if (FirstDay is not { } first) return End <= Start ? 1 : 0;

            int days = (((int)(LastDay ?? first) - (int)first) + 7) % 7;
            return days == 0 && End <= Start ? 7 : days;
        }
    }

    private DateTimeOffset Moment(DateOnly date, TimeOnly time)
    {
        DateTime wall = date.ToDateTime(time);
        if (Zone.IsInvalidTime(wall))
        {
            // The hour that is skipped: the offset before it leads to the moment after.
            DateTime before = wall;
            while (Zone.IsInvalidTime(before)) before = before.AddMinutes(-1);
            DateTimeOffset last = new(before, Zone.GetUtcOffset(before));
            return last.AddMinutes(1);
        }

        TimeSpan offset = Zone.IsAmbiguousTime(wall) ? Zone.GetAmbiguousTimeOffsets(wall).Max()
            : Zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset);
    }
}
