namespace Qbitel.Store.Sql;

/// <summary>Times as the tables keep them: whole microseconds since 1970, which every database holds exactly.</summary>
internal static class Moment
{
    public static long ToMicroseconds(DateTimeOffset time) =>
        Math.DivRem(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond) is var (whole, rest)
            && rest < 0
            ? whole - 1
            : whole;

    public static long ToMicroseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static TimeSpan ToSpan(long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
