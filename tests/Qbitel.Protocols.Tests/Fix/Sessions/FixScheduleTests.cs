using System.Globalization;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Protocols.Tests.Fix.Sessions;

public sealed class FixScheduleTests
{
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    [Theory]
    // In winter New York is five hours behind, in summer four.
    [InlineData("2026-01-15T12:59:59Z", null)]
    [InlineData("2026-01-15T13:00:00Z", "2026-01-15T13:00:00Z")]
    [InlineData("2026-01-15T21:59:59Z", "2026-01-15T13:00:00Z")]
    [InlineData("2026-01-15T22:00:00Z", null)]
    [InlineData("2026-07-15T12:00:00Z", "2026-07-15T12:00:00Z")]
    [InlineData("2026-07-15T21:00:00Z", null)]
    [InlineData("2026-07-18T14:00:00Z", null)] // a Saturday
    public void A_daily_session_follows_the_local_clock(string at, string? opened) =>
        Check(new FixSchedule
        {
            Start = new TimeOnly(8, 0),
            End = new TimeOnly(17, 0),
            Zone = NewYork,
            Days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday],
        }, at, opened);

    [Theory]
    [InlineData("2026-01-15T21:00:00Z", null)]
    [InlineData("2026-01-15T22:30:00Z", "2026-01-15T22:00:00Z")]
    [InlineData("2026-01-16T05:00:00Z", "2026-01-15T22:00:00Z")]
    [InlineData("2026-01-16T06:00:00Z", null)]
    public void A_session_may_close_on_the_next_day(string at, string? opened) =>
        Check(new FixSchedule { Start = new TimeOnly(22, 0), End = new TimeOnly(6, 0) }, at, opened);

    [Theory]
    [InlineData("2026-01-15T21:59:00Z", "2026-01-14T22:00:00Z")]
    [InlineData("2026-01-15T22:00:00Z", "2026-01-15T22:00:00Z")]
    public void A_session_without_a_pause_begins_anew_each_day(string at, string opened) =>
        Check(new FixSchedule { Start = new TimeOnly(22, 0), End = new TimeOnly(22, 0) }, at, opened);

    [Theory]
    [InlineData("2026-01-11T21:59:00Z", null)] // Sunday
    [InlineData("2026-01-11T22:00:00Z", "2026-01-11T22:00:00Z")]
    [InlineData("2026-01-14T03:00:00Z", "2026-01-11T22:00:00Z")]
    [InlineData("2026-01-16T21:59:00Z", "2026-01-11T22:00:00Z")] // Friday
    [InlineData("2026-01-16T22:00:00Z", null)]
    [InlineData("2026-01-17T12:00:00Z", null)]
    public void A_weekly_session_is_one_from_sunday_to_friday(string at, string? opened) =>
        Check(new FixSchedule
        {
            Start = new TimeOnly(22, 0),
            End = new TimeOnly(22, 0),
            FirstDay = DayOfWeek.Sunday,
            LastDay = DayOfWeek.Friday,
        }, at, opened);

    [Theory]
    // On 8 March 2026 New York has no 02:30: the clocks go from 02:00 to 03:00, which is 07:00 UTC.
    [InlineData("2026-03-08T06:59:59Z", null)]
    [InlineData("2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z")]
    // On 1 November it has two 01:30: the first is 05:30 UTC.
    [InlineData("2026-11-01T05:29:59Z", null)]
    [InlineData("2026-11-01T05:30:00Z", "2026-11-01T05:30:00Z")]
    public void Hours_that_are_skipped_or_come_twice_have_one_meaning(string at, string? opened)
    {
        bool isSpring = at.StartsWith("2026-03", StringComparison.Ordinal);
        Check(new FixSchedule
        {
            Start = isSpring ? new TimeOnly(2, 30) : new TimeOnly(1, 30),
            End = new TimeOnly(12, 0),
            Zone = NewYork,
        }, at, opened);
    }

    [Fact]
    public void A_session_ends_with_its_hours_and_the_next_begins_new_counts()
    {
        SessionSide side = FixSessionTests.Established(options => options with
        {
            Schedule = new FixSchedule { Start = new TimeOnly(8, 0), End = new TimeOnly(9, 1) },
        });
        side.SendOrder("today");
        side.Sent.Clear();

        for (int second = 0; second < 60; second++)
        {
            side.Tick(TimeSpan.FromSeconds(1));
            if (second == 30) side.Hear("0", 2);
        }

        Assert.Contains(Said(side),
            text => text.Contains("58=the session is closed at this time", StringComparison.Ordinal));
        side.Disconnect();
        side.Connect();
        Assert.Equal("the session is closed at this time", side.EndReason);

        side.Disconnect();
        side.Now = side.Now with { Utc = SessionSide.Start.AddDays(1) };
        side.Connect();
        Assert.Equal((1, 1), (side.Session.Counts.NextOutgoing, side.Session.Counts.NextIncoming));
    }

    private static List<string> Said(SessionSide side)
    {
        List<string> all = [];
        while (side.Said() is { } text) all.Add(text);
        return all;
    }

    private static void Check(FixSchedule schedule, string at, string? opened) =>
        Assert.Equal(opened is null ? null : Time(opened), schedule.OpenedAt(Time(at)));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
