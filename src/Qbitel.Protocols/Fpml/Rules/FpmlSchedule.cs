namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>The unadjusted dates between which interest is calculated, stepped from the start of the regular periods.
/// </summary>
/// <param name="Dates">Effective date, regular dates and termination date, in order.</param>
/// <param name="IsWhole">Whether the last step falls on the end of the regular periods.</param>
internal sealed record FpmlSchedule(IReadOnlyList<DateOnly> Dates, bool IsWhole)
{
    // Daily periods of a long swap; more are no schedule anyone agreed.
    private const int Longest = 40_000;

    /// <summary>Null where the roll convention is one of exchanges, whose dates are not of the calendar
    /// alone.</summary>
    public static FpmlSchedule? Of(DateOnly effective, DateOnly start, DateOnly end, DateOnly termination,
        FpmlPeriod frequency, string roll)
    {
        List<DateOnly> dates = effective < start ? [effective] : [];
        if (frequency.IsTerm)
        {
            dates.Add(start);
            if (end > start) dates.Add(end);
            if (termination > end) dates.Add(termination);
            return new FpmlSchedule(dates, IsWhole: true);
        }

        if (frequency.Multiplier <= 0 || !IsOfTheCalendar(roll)) return null;
        DateOnly last = start;
        for (int i = 0; i < Longest; i++)
        {
            if (Step(start, i, frequency, roll) is not { } next) return null;
            if (next > end) break;
            last = next;
            dates.Add(next);
        }

        bool isWhole = last == end;
        if (!isWhole) dates.Add(end);
        if (termination > end) dates.Add(termination);
        return new FpmlSchedule(dates, isWhole);
    }

    public bool Has(DateOnly date) => Dates.Contains(date);

    /// <summary>Whether a date is one its roll convention allows; true where that is not for the calendar to say.
    /// </summary>
    public static bool Rolls(DateOnly date, string roll) =>
        DayOf(roll) is not { } day
        || date.Day == Math.Min(day, DateTime.DaysInMonth(date.Year, date.Month));

    private static bool IsOfTheCalendar(string roll) => DayOf(roll) is not null
        || roll is "NONE" or "MON" or "TUE" or "WED" or "THU" or "FRI" or "SAT" or "SUN";

    private static int? DayOf(string roll) =>
        roll == "EOM" ? 31
            : Ascii.IsDigits(roll) && roll.Length is 1 or 2 && Numeric(roll) is > 0 and <= 31 and int day ? day : null;

    private static int Numeric(string roll) => roll.Aggregate(0, (value, digit) => (value * 10) + (digit - '0'));

    private static DateOnly? Step(DateOnly start, int steps, FpmlPeriod frequency, string roll)
    {
        if (frequency.Unit is 'D' or 'W')
        {
            long number = start.DayNumber + ((long)steps * frequency.Days);
            return number <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)number) : null;
        }

        long months = (12L * start.Year) + start.Month - 1 + ((long)steps * frequency.Months);
        if (months >= 12L * 10_000) return null;
        int year = (int)(months / 12), month = (int)(months % 12) + 1;
        return new DateOnly(year, month, Math.Min(DayOf(roll) ?? start.Day, DateTime.DaysInMonth(year, month)));
    }
}
