using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>One leg of a rate product.</summary>
/// <remarks>
/// <c>Notional</c>: at the start; see <see cref="NotionalSteps"/>. <c>FixedRate</c>: null for a floating leg; 0.05 is
/// five percent. <c>Index</c>: the floating rate, such as <c>USD-SOFR</c>, or the inflation index; null for a fixed
/// leg. <c>IndexTenor</c>: such as <c>3M</c>; null for a rate of one day. <c>IsOvernight</c>: whether the rate is one
/// of each day, compounded or averaged over the period. <c>CalculationFrequency</c>: how long a period of interest
/// is. <c>PaymentFrequency</c>: how often interest is paid.
/// </remarks>
public sealed record RateLeg(
    string? Payer, string? Receiver, FpmlAmount? Notional, IReadOnlyList<FpmlStep> NotionalSteps, decimal? FixedRate,
    IReadOnlyList<FpmlStep> RateSteps, string? Index, string? IndexTenor, bool IsOvernight, bool IsInflation,
    decimal? Spread, decimal? Cap, decimal? Floor, string? DayCount, DateOnly? EffectiveDate, DateOnly? TerminationDate,
    string? CalculationFrequency, string? PaymentFrequency, string? RollConvention, string? BusinessDayConvention,
    FpmlElement Element)
{
    // Rates of one day (ISDA 2006 and 2021 definitions, 7.1), without the terms a document may put behind them.
    private static readonly string[] Overnight =
        ["OIS", "SOFR", "SONIA", "EuroSTR", "ESTR", "EONIA", "TONA", "SARON", "AONIA", "CORRA", "Federal Funds",
            "Overnight"];

    public bool IsFixed => FixedRate is not null;

    internal static RateLeg Of(FpmlElement stream)
    {
        FpmlElement? calculation = stream.Find("calculationPeriodAmount/calculation");
        FpmlElement? notional = calculation?.Find("notionalSchedule/notionalStepSchedule");
        FpmlElement? known = stream.Find("calculationPeriodAmount/knownAmountSchedule");
        FpmlElement? floating = calculation?.Find("floatingRateCalculation")
            ?? calculation?.Find("inflationRateCalculation");
        FpmlElement? dates = stream.Find("calculationPeriodDates"), fixedRate = calculation?.Find("fixedRateSchedule");
        string? index = floating?.ValueAt("floatingRateIndex"), tenor = floating?.PeriodAt("indexTenor");
        bool isInflation = floating?.Name == "inflationRateCalculation";
        bool isOvernight = index is not null && !isInflation && (floating!.Find("calculationParameters") is not null
            || (tenor is null or "1D" && Overnight.Any(name =>
                index.Contains(name, StringComparison.OrdinalIgnoreCase))));
        FpmlElement? amounts = notional ?? known;
        return new RateLeg(stream.ReferenceAt("payerPartyReference"), stream.ReferenceAt("receiverPartyReference"),
            amounts?.NumberAt("initialValue") is { } amount && amounts.ValueAt("currency") is { } currency
                ? new FpmlAmount(amount, currency) : null,
            Steps(amounts), fixedRate?.NumberAt("initialValue"), Steps(fixedRate), index, tenor, isOvernight,
                isInflation,
            floating?.NumberAt("spreadSchedule/initialValue"), floating?.NumberAt("capRateSchedule/initialValue"),
            floating?.NumberAt("floorRateSchedule/initialValue"), calculation?.ValueAt("dayCountFraction"),
            dates?.DateOf("effectiveDate") ?? dates?.DateOf("relativeEffectiveDate"),
            dates?.DateOf("terminationDate") ?? dates?.DateOf("relativeTerminationDate"),
            dates?.PeriodAt("calculationPeriodFrequency"), stream.PeriodAt("paymentDates/paymentFrequency"),
            dates?.ValueAt("calculationPeriodFrequency/rollConvention"),
            dates?.ValueAt("calculationPeriodDatesAdjustments/businessDayConvention"), stream);
    }

    private static List<FpmlStep> Steps(FpmlElement? schedule)
    {
        List<FpmlStep> steps = [];
        foreach (FpmlElement step in schedule?.All("step") ?? [])
        {
            if (step.DateAt("stepDate") is { } date && step.NumberAt("stepValue") is { } value)
                steps.Add(new FpmlStep(date, value));
        }

        return steps;
    }
}
