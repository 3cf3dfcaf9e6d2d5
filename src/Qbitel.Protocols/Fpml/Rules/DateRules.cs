namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>Dates and times that follow each other, and how they move to business days.</summary>
internal static class DateRules
{
    public static void Add(FpmlRuleSink add)
    {
        add(Adjustments, "dateAdjustments", "calculationPeriodDatesAdjustments", "paymentDatesAdjustments",
            "resetDatesAdjustments");
        add(Offset, "cashSettlementValuationDate", "feePaymentDate", "fixingDateOffset", "fixingDates",
            "initialFixingDate", "paymentDaysOffset", "rateCutOffDaysOffset", "relativeDate",
            "varyingNotionalInterimExchangePaymentDates", "varyingNotionalFixingDates");
        add(Range, "businessDateRange", "scheduleBounds");
        add(AmericanExercise, "americanExercise");
        add(ExerciseTimes, "americanExercise", "bermudaExercise", "europeanExercise");
        add(EquityExercise, "equityAmericanExercise", "equityBermudaExercise");
        add(ProductTerm, "commoditySwap", "returnSwap", "equitySwapTransactionSupplement", "interestLeg");
        add(Fra, "fra");
        add(CalculationPeriod, "calculationPeriod");
        add(Message, "header");
        add(SwaptionEvents, "exerciseEvent");
        add(TermDeposit, "termDeposit");
    }

    private static void Adjustments(FpmlCase asked, int node)
    {
        if (asked.Value(node, "businessDayConvention"u8) is not ("NONE" or "NotApplicable")) return;
        int centers = asked.Find(node, "businessCenters"u8);
        if (centers < 0) centers = asked.Find(node, "businessCentersReference"u8);
        if (centers >= 0)
        {
            asked.Warn("Fpml.BusinessCenters", centers, "dates that do not move have no business centers (shared-1)",
                "no business centers", "some");
        }
    }

    private static void Offset(FpmlCase asked, int node)
    {
        if (asked.Value(node, "dayType"u8) is not { } type) return;
        int period = asked.Find(node, "period"u8);
        if (period >= 0 && !asked.Is(node, "period"u8, "D"u8))
            asked.Warn("Fpml.DayType", period, "only days are of a type (shared-15)", "D");
        int convention = asked.Find(node, "businessDayConvention"u8);
        if (type == "Business" && convention >= 0 && asked.Value(convention) is not ("NONE" or "NotApplicable")
            && asked.Amount(node, "periodMultiplier"u8) is not 0)
        {
            asked.Warn("Fpml.DayType", convention, "days counted as business days do not move (shared-4)", "NONE");
        }
    }

    private static void Range(FpmlCase asked, int node) => asked.InOrder("Fpml.DateOrder",
        asked.Find(node, "unadjustedFirstDate"u8), asked.Find(node, "unadjustedLastDate"u8), "shared-8");

    private static void AmericanExercise(FpmlCase asked, int node)
    {
        asked.InOrder("Fpml.DateOrder", asked.Find(node, "commencementDate/adjustableDate/unadjustedDate"u8),
            asked.Find(node, "expirationDate/adjustableDate/unadjustedDate"u8), "the exercise period", mayBeSame: true);
        asked.InOrder("Fpml.DateOrder", asked.Find(node, "commencementDate"u8), asked.Find(node, "expiryDate"u8),
            "the exercise period", mayBeSame: true);
    }

    private static void ExerciseTimes(FpmlCase asked, int node)
    {
        foreach (string later in (string[])["latestExerciseTime", "expirationTime"])
        {
            int early = asked.Find(node, "earliestExerciseTime"u8);
            int late = asked.Find(node, System.Text.Encoding.ASCII.GetBytes(later));
            if (early < 0 || late < 0) continue;
            // Times of different cities are not compared.
            if (asked.Value(early, "businessCenter"u8) != asked.Value(late, "businessCenter"u8)) continue;
            if (asked.Value(early, "hourMinuteTime"u8) is { } from && asked.Value(late, "hourMinuteTime"u8) is { } to
                && string.CompareOrdinal(from, to) >= 0)
            {
                asked.Error("Fpml.TimeOrder", late, "the time is not after the earliest one (shared-6, shared-7)",
                    $"after {from}", to);
            }
        }
    }

    private static void EquityExercise(FpmlCase asked, int node) => asked.InOrder("Fpml.DateOrder",
        asked.Find(node, "commencementDate/adjustableDate/unadjustedDate"u8),
        asked.Find(node, "expirationDate/adjustableDate/unadjustedDate"u8), "the exercise period", mayBeSame: true);

    private static void ProductTerm(FpmlCase asked, int node) => asked.InOrder("Fpml.DateOrder",
        asked.Find(node, "effectiveDate/adjustableDate/unadjustedDate"u8),
        asked.Find(node, "terminationDate/adjustableDate/unadjustedDate"u8), "the term", mayBeSame: true);

    private static void Fra(FpmlCase asked, int node) => asked.InOrder("Fpml.DateOrder",
        asked.Find(node, "adjustedEffectiveDate"u8), asked.Find(node, "adjustedTerminationDate"u8), "the term");

    private static void CalculationPeriod(FpmlCase asked, int node)
    {
        // Weather and commodities have lengths of time of this name.
        int around = asked.Text.Nodes[node].Parent;
        if (around < 0 || !asked.Text.Name(around).SequenceEqual("paymentCalculationPeriod"u8)) return;
        asked.InOrder("Fpml.DateOrder", asked.Find(node, "adjustedStartDate"u8), asked.Find(node, "adjustedEndDate"u8),
            "ird-33");
        asked.InOrder("Fpml.DateOrder", asked.Find(node, "unadjustedStartDate"u8),
            asked.Find(node, "unadjustedEndDate"u8), "ird-33");
        if (!asked.Has(node, "adjustedStartDate"u8) && !asked.Has(node, "unadjustedStartDate"u8))
            asked.Error("Fpml.PeriodDates", node, "the period has no start (ird-30)", "a start date", "none");
        if (!asked.Has(node, "adjustedEndDate"u8) && !asked.Has(node, "unadjustedEndDate"u8))
            asked.Error("Fpml.PeriodDates", node, "the period has no end (ird-31)", "an end date", "none");
    }

    private static void Message(FpmlCase asked, int node)
    {
        int expiry = asked.Find(node, "expiryTimestamp"u8);
        if (Instant(asked.Value(node, "creationTimestamp"u8)) is { } created && Instant(asked.Value(expiry))
            is { } expires
            && expires < created)
        {
            asked.Error("Fpml.TimeOrder", expiry, "the message expires before it was made", "after creationTimestamp");
        }
    }

    // A time without a zone is compared with another without one only.
    private static DateTimeOffset? Instant(string? text) => text is not null
        && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)
        && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out DateTimeOffset instant) ? instant : null;

    private static void SwaptionEvents(FpmlCase asked, int node)
    {
        int exercise = asked.Find(node, "adjustedExerciseDate"u8);
        int valuation = asked.Find(node, "adjustedCashSettlementValuationDate"u8);
        asked.InOrder("Fpml.DateOrder", exercise, valuation, "ird-40", mayBeSame: true);
        asked.InOrder("Fpml.DateOrder", valuation, asked.Find(node, "adjustedCashSettlementPaymentDate"u8), "ird-41",
            mayBeSame: true);
    }

    private static void TermDeposit(FpmlCase asked, int node)
    {
        asked.InOrder("Fpml.DateOrder", asked.Find(node, "startDate"u8), asked.Find(node, "maturityDate"u8), "fx-33");
        int principal = asked.Find(node, "principal/amount"u8), rate = asked.Find(node, "fixedRate"u8);
        if (asked.Amount(principal) is <= 0)
            asked.Error("Fpml.Notional", principal, "the principal is not positive (fx-34)", "more than zero");
        if (asked.Amount(rate) is <= 0)
            asked.Warn("Fpml.Rate", rate, "the rate is not positive (fx-35)", "more than zero");
    }
}
