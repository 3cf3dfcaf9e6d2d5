using System.Collections.Frozen;

namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>Amounts, currencies, day counts and what is added up.</summary>
internal static class AmountRules
{
    // FpML's scheme day-count-fraction and the definitions it follows (ISDA 2006, section 4.16, and 2021).
    private static readonly FrozenSet<string> DayCounts = FrozenSet.Create(StringComparer.Ordinal,
        "1/1", "30/360", "30E/360", "30E/360.ISDA", "ACT/360", "ACT/364", "ACT/365.FIXED", "ACT/365L", "ACT/366",
        "ACT/ACT.AFB", "ACT/ACT.ICMA", "ACT/ACT.ISDA", "ACT/ACT.ISMA", "BUS/252", "CALC/252", "RBA");

    public static void Add(FpmlRuleSink add)
    {
        add(Currency, "currency", "currency1", "currency2", "settlementCurrency", "referenceCurrency", "priceCurrency",
            "baseCurrency", "putCurrency", "callCurrency", "optionOnCurrency", "faceOnCurrency",
                "cashSettlementCurrency",
            "varyingNotionalCurrency", "entitlementCurrency", "cashCollateralCurrency");
        add(DayCount, "dayCountFraction");
        add(Notional, "notional", "notionalAmount", "calculationAmount", "notionalStepAmount");
        add(Schedule, "notionalStepSchedule");
        add(Rule, "notionalStepParameters");
        add(Strike, "fxStrikePrice", "equityStrike");
        add(Exchanges, "cashflows");
    }

    private static void Currency(FpmlCase asked, int node)
    {
        if (asked.Value(node) is not { Length: > 0 } code) return;
        string? scheme = asked.Attribute(node, "currencyScheme"u8);
        if (scheme is not null && !scheme.Contains("iso4217", StringComparison.Ordinal)) return;
        if (Identifiers.Currency.TryParse(code, out _)) return;
        asked.Warn("Fpml.Currency", node, "there is no such currency", "a code of ISO 4217");
    }

    private static void DayCount(FpmlCase asked, int node)
    {
        if (asked.Value(node) is { } code && asked.Attribute(node, "dayCountFractionScheme"u8) is var scheme
            && (scheme is null || scheme.Contains("www.fpml.org", StringComparison.Ordinal))
                && !DayCounts.Contains(code))
        {
            asked.Warn("Fpml.DayCount", node, "the day count is none of the scheme's known here", "such as ACT/360");
        }
    }

    private static void Notional(FpmlCase asked, int node)
    {
        int amount = asked.Text.IsLeaf(node) ? node : asked.Find(node, "amount"u8);
        if (asked.Amount(amount) is < 0 && asked.Text.NameText(node) != "notionalStepAmount")
            asked.Error("Fpml.Notional", amount, "the notional is negative", "zero or more");
    }

    private static void Schedule(FpmlCase asked, int node)
    {
        int initial = asked.Find(node, "initialValue"u8);
        if (asked.Amount(initial) == 0 && !asked.Each(node, "step").Any())
            asked.Error("Fpml.Notional", initial, "a notional that never steps is zero (ird-25)", "more than zero");
    }

    // What every step takes away may not be more than there is.
    private static void Rule(FpmlCase asked, int node)
    {
        int first = asked.Find(node, "firstNotionalStepDate"u8), last = asked.Find(node, "lastNotionalStepDate"u8);
        asked.InOrder("Fpml.DateOrder", first, last, "steps", mayBeSame: true);
        int step = asked.Find(node, "notionalStepAmount"u8), around = asked.Text.Nodes[node].Parent;
        if (asked.Amount(step) is not { } amount || amount >= 0 || around < 0
            || asked.Amount(around, "notionalStepSchedule/initialValue"u8) is not { } initial
            || asked.Date(first) is not { } from || asked.Date(last) is not { } to || from > to
            || asked.Period(asked.Find(node, "stepFrequency"u8)) is not { } every)
        {
            return;
        }

        if (FpmlSchedule.Of(from, from, to, to, every, "NONE") is not { } steps) return;
        if (amount < -(initial / steps.Dates.Count))
        {
            asked.Error("Fpml.NotionalSteps", step, "the steps take away more than the notional",
                $"{steps.Dates.Count} steps that leave zero or more of the notional");
        }
    }

    private static void Strike(FpmlCase asked, int node)
    {
        if (asked.Amount(node, "strikePrice"u8) is < 0)
            asked.Error("Fpml.Rate", asked.Find(node, "strikePrice"u8), "the strike is negative", "zero or more");
    }

    // Principal exchanged at the start, during and at the end of a stream comes back to nothing.
    private static void Exchanges(FpmlCase asked, int node)
    {
        decimal sum = 0;
        int last = -1, count = 0;
        foreach (int exchange in asked.Each(node, "principalExchange"))
        {
            if (asked.Amount(exchange, "principalExchangeAmount"u8) is not { } amount) return;
            if (Math.Abs(amount) > 1e20m) return;

            sum += amount;
            last = exchange;
            count++;
        }

        int around = asked.Text.Nodes[node].Parent;
        bool isBoth = around >= 0 && asked.Is(around, "principalExchanges/initialExchange"u8, "true"u8)
            && asked.Is(around, "principalExchanges/finalExchange"u8, "true"u8);
        if (count > 1 && isBoth && sum != 0)
        {
            asked.Warn("Fpml.NotionalSteps", last, "the principal exchanged does not add up to zero", "a sum of zero",
                sum.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
