namespace Qbitel.Protocols.Fpml.Building;

/// <summary>A forward rate agreement.</summary>
/// <remarks>
/// <c>IsBuyer</c>: whether we buy it, and so pay the fixed rate. <c>FixedRate</c>: 0.05 is five percent.
/// <c>FixingDays</c>: business days before the effective date at which the rate is set.
/// </remarks>
public sealed record FraTerms(bool IsBuyer, decimal Notional, string Currency, DateOnly EffectiveDate,
    DateOnly TerminationDate, decimal FixedRate, string Index, string IndexTenor, string DayCount, BusinessDays Days,
    int FixingDays = 2) : ProductTerms
{
    internal override void SetOn(FpmlDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        const string Fra = "trade/fra/", Fixing = Fra + "fixingDateOffset/";
        Between(draft, Fra, "buyer", "seller", IsBuyer);
        draft.Set(Fra + "adjustedEffectiveDate", EffectiveDate).Set(Fra + "adjustedEffectiveDate/@id", "effectiveDate")
            .Set(Fra + "adjustedTerminationDate", TerminationDate)
            .Set(Fra + "paymentDate/unadjustedDate", EffectiveDate)
            .Set(Fixing + "periodMultiplier", (decimal)-FixingDays).Set(Fixing + "period", "D")
            .Set(Fixing + "dayType", "Business").Set(Fixing + "businessDayConvention", "NONE")
            .Set(Fixing + "dateRelativeTo/@href", "effectiveDate").Set(Fra + "dayCountFraction", DayCount)
            .Set(Fra + "calculationPeriodNumberOfDays", (decimal)(TerminationDate.DayNumber - EffectiveDate.DayNumber))
            .Set(Fra + "fixedRate", FixedRate).Set(Fra + "floatingRateIndex", Index)
            .Set(Fra + "fraDiscounting", "ISDA");
        Centers(draft, Fixing.TrimEnd('/'), Days);
        Adjust(draft, Fra + "paymentDate/dateAdjustments", Days);
        Money(draft, Fra + "notional", Notional, Currency);
        Period(draft, Fra + "indexTenor", IndexTenor);
    }
}
