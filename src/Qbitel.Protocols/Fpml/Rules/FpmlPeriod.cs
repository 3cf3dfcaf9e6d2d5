using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>A length of time as FpML writes it: 3 M, 1 Y, 28 D, or the whole term.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FpmlPeriod(int Multiplier, char Unit)
{
    public bool IsTerm => Unit == 'T';

    private bool IsMonthly => Unit is 'M' or 'Y';

    public int Months => Unit == 'Y' ? 12 * Multiplier : Multiplier;

    public int Days => Unit == 'W' ? 7 * Multiplier : Multiplier;

    public static FpmlPeriod? Of(decimal? multiplier, string? unit) =>
        multiplier is { } number && number == decimal.Truncate(number) && Math.Abs(number) < 100_000
        && unit is ['D' or 'W' or 'M' or 'Y' or 'T'] ? new FpmlPeriod((int)number, unit[0]) : null;

    /// <summary>Whether it is a whole number of the other; every term is a multiple of anything.</summary>
    public bool IsMultipleOf(FpmlPeriod other)
    {
        if (IsTerm) return true;
        if (other.IsTerm || other.Multiplier <= 0 || Multiplier <= 0) return false;
        if (IsMonthly && other.IsMonthly) return Months % other.Months == 0;
        if (!IsMonthly && !other.IsMonthly) return Days % other.Days == 0;
        return other is { Unit: 'D', Multiplier: 1 };
    }

    public override string ToString() =>
        IsTerm ? "the term" : string.Create(CultureInfo.InvariantCulture, $"{Multiplier}{Unit}");
}
