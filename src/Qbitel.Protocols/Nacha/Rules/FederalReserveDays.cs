namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>
/// The days on which the Federal Reserve Banks are open: not on weekends and the standard holidays; a holiday on a
/// Sunday is kept on Monday, one on a Saturday is not kept.
/// </summary>
internal static class FederalReserveDays
{
    public static bool IsBankingDay(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(day)
        && !(day.DayOfWeek == DayOfWeek.Monday && IsFixedHoliday(day.AddDays(-1)));

    private static bool IsHoliday(DateOnly day) => IsFixedHoliday(day) || (day.DayOfWeek, day.Month) switch
    {
        (DayOfWeek.Monday, 1 or 2) => Week(day) == 3,
        (DayOfWeek.Monday, 5) => day.Day > 24,
        (DayOfWeek.Monday, 9) => Week(day) == 1,
        (DayOfWeek.Monday, 10) => Week(day) == 2,
        (DayOfWeek.Thursday, 11) => Week(day) == 4,
        _ => false,
    };

    // Juneteenth has been kept since 2021; the Banks first closed for it in 2022.
    private static bool IsFixedHoliday(DateOnly day) =>
        (day.Month, day.Day) is (1, 1) or (7, 4) or (11, 11) or (12, 25)
        || (day is { Month: 6, Day: 19, Year: >= 2022 });

    private static int Week(DateOnly day) => ((day.Day - 1) / 7) + 1;
}
