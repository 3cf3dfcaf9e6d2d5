using System.Globalization;

namespace Qbitel.Pictures;

/// <summary>How far a moment is from now, in the largest unit that still says something.</summary>
internal static class Distance
{
    public static string Between(DateTimeOffset now, DateTimeOffset then)
    {
        TimeSpan distance = (then - now).Duration();
        if (distance < TimeSpan.FromSeconds(1)) return "now";

        string length = distance switch
        {
            { TotalDays: >= 2 * 365.2425 } => Say(distance.TotalDays / 365.2425, "y"),
            { TotalDays: >= 2 } => Say(distance.TotalDays, "d"),
            { TotalHours: >= 2 } => Say(distance.TotalHours, "h"),
            { TotalMinutes: >= 2 } => Say(distance.TotalMinutes, "min"),
            _ => Say(distance.TotalSeconds, "s"),
        };
        return then > now ? $"in {length}" : $"{length} ago";
    }

    // Rounded down: "in 2 d" is never said of something due tomorrow.
    private static string Say(double amount, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(amount):0} {unit}");
}
