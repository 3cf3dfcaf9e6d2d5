namespace Qbitel.Protocols.Fpml.Building;

/// <summary>A fixed rate for a floating one, of one constant notional and whole periods.</summary>
/// <remarks>
/// <c>PaysFixed</c>: whether we pay the fixed rate. <c>FixedRate</c>: 0.05 is five percent. <c>Index</c>: such as
/// <c>EUR-EURIBOR</c>. <c>IndexTenor</c>: such as <c>6M</c>. <c>FixedFrequency</c>: how often the fixed rate is paid,
/// such as <c>1Y</c>. <c>FloatingFrequency</c>: how often the floating rate is set and paid. <c>Days</c>: how
/// payments and periods move. <c>FixingDays</c>: business days before a period at which its rate is set.
/// <c>Spread</c>: on top of the floating rate.
/// </remarks>
public sealed record SwapTerms(bool PaysFixed, decimal Notional, string Currency, DateOnly EffectiveDate,
    DateOnly TerminationDate, decimal FixedRate, string FixedFrequency, string FixedDayCount, string Index,
    string IndexTenor, string FloatingFrequency, string FloatingDayCount, BusinessDays Days, int FixingDays = 2,
    decimal? Spread = null) : ProductTerms
{
    internal override void SetOn(FpmlDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        const string Fixed = "trade/swap/swapStream[1]/", Floating = "trade/swap/swapStream[2]/";
        Stream(draft, Fixed, "fixed", PaysFixed, FixedFrequency);
        Stream(draft, Floating, "floating", !PaysFixed, FloatingFrequency);
        draft.Set(Fixed + "calculationPeriodAmount/calculation/fixedRateSchedule/initialValue", FixedRate)
            .Set(Fixed + "calculationPeriodAmount/calculation/dayCountFraction", FixedDayCount);

        const string Rate = Floating + "calculationPeriodAmount/calculation/floatingRateCalculation/",
            Reset = Floating + "resetDates/";
        draft.Set(Rate + "floatingRateIndex", Index).Set(Rate + "spreadSchedule/initialValue", Spread)
            .Set(Floating + "calculationPeriodAmount/calculation/dayCountFraction", FloatingDayCount);
        Period(draft, Rate + "indexTenor", IndexTenor);
        draft.Set(Reset + "@id", "resetDates")
            .Set(Reset + "calculationPeriodDatesReference/@href", "floatingCalculationPeriodDates")
            .Set(Reset + "resetRelativeTo", "CalculationPeriodStartDate")
            .Set(Reset + "fixingDates/periodMultiplier", (decimal)-FixingDays).Set(Reset + "fixingDates/period", "D")
            .Set(Reset + "fixingDates/dayType", "Business")
            .Set(Reset + "fixingDates/dateRelativeTo/@href", "resetDates")
            .Set(Reset + "fixingDates/businessDayConvention", "NONE");
        Centers(draft, Reset + "fixingDates", Days);
        Period(draft, Reset + "resetFrequency", FloatingFrequency);
        Adjusted(draft, Reset + "resetDatesAdjustments");
    }

    private void Stream(FpmlDraft draft, string path, string name, bool isPaidByUs, string frequency)
    {
        string dates = path + "calculationPeriodDates/", payments = path + "paymentDates/";
        string id = name + "CalculationPeriodDates";
        Between(draft, path, "payer", "receiver", isPaidByUs);
        draft.Set(dates + "@id", id).Set(dates + "effectiveDate/unadjustedDate", EffectiveDate)
            .Set(dates + "effectiveDate/dateAdjustments/businessDayConvention", "NONE")
            .Set(dates + "terminationDate/unadjustedDate", TerminationDate);
        Adjusted(draft, dates + "terminationDate/dateAdjustments");
        Adjusted(draft, dates + "calculationPeriodDatesAdjustments");
        Period(draft, dates + "calculationPeriodFrequency", frequency);
        draft.Set(dates + "calculationPeriodFrequency/rollConvention", Roll(frequency))
            .Set(payments + "calculationPeriodDatesReference/@href", id)
            .Set(payments + "payRelativeTo", "CalculationPeriodEndDate");
        Period(draft, payments + "paymentFrequency", frequency);
        Adjusted(draft, payments + "paymentDatesAdjustments");
        string amount = path + "calculationPeriodAmount/calculation/notionalSchedule/notionalStepSchedule/";
        draft.Set(amount + "initialValue", Notional).Set(amount + "currency", Currency);
    }

    private void Adjusted(FpmlDraft draft, string path) => Adjust(draft, path, Days);

    // Periods end on the day of the month on which they begin; those that begin on its last day, on the last.
    private string Roll(string frequency)
    {
        if (!frequency.EndsWith('M') && !frequency.EndsWith('Y')) return "NONE";
        bool isLast = EffectiveDate.Day == DateTime.DaysInMonth(EffectiveDate.Year, EffectiveDate.Month);
        bool isEndOfMonth = EffectiveDate.Day == 31 || (isLast && TerminationDate.Day != EffectiveDate.Day);
        return isEndOfMonth ? "EOM"
            : EffectiveDate.Day.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
