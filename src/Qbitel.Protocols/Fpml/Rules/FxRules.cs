namespace Qbitel.Protocols.Fpml.Rules;

/// <summary>Foreign exchange.</summary>
internal static class FxRules
{
    public static void Add(FpmlRuleSink add)
    {
        add(Leg, "fxSingleLeg", "nearLeg", "farLeg");
        add(Swap, "fxSwap");
        add(Option, "fxOption");
        add(Pair, "quotedCurrencyPair");
        add(Rate, "exchangeRate");
        add(Expiry, "europeanExercise", "americanExercise");
        add(Observation, "observationSchedule");
    }

    private static void Leg(FpmlCase asked, int node)
    {
        int second = asked.Find(node, "exchangedCurrency2/paymentAmount/currency"u8);
        if (asked.Value(node, "exchangedCurrency1/paymentAmount/currency"u8) is { } one && asked.Value(second) == one)
        {
            asked.Error("Fpml.SameCurrency", second, "a currency is exchanged for itself (fx-19)",
                $"another than {one}");
        }

        string? payer = asked.Attribute(asked.Find(node, "exchangedCurrency1/payerPartyReference"u8), "href"u8);
        int other = asked.Find(node, "exchangedCurrency2/payerPartyReference"u8);
        if (payer is not null && asked.Attribute(other, "href"u8) == payer)
            asked.Error("Fpml.SameParty", other, "one party pays both currencies (fx-18)", "the other party", payer);

        int value = asked.Find(node, "valueDate"u8);
        if (asked.TradeDate is { } traded && asked.Date(value) is { } settles && settles < traded)
        {
            asked.Error("Fpml.DateOrder", value, "the value date is before the trade date (fx-39, fx-40)",
                $"a date from {FpmlCase.Shown(traded)} on");
        }
    }

    private static void Swap(FpmlCase asked, int node) => asked.InOrder("Fpml.DateOrder",
        asked.Find(node, "nearLeg/valueDate"u8), asked.Find(node, "farLeg/valueDate"u8), "fx-26");

    private static void Option(FpmlCase asked, int node)
    {
        int call = asked.Find(node, "callCurrencyAmount/currency"u8);
        if (asked.Value(node, "putCurrencyAmount/currency"u8) is { } put && asked.Value(call) == put)
            asked.Error("Fpml.SameCurrency", call, "put and call are of one currency (fx-23)", $"another than {put}");
    }

    private static void Pair(FpmlCase asked, int node)
    {
        int second = asked.Find(node, "currency2"u8);
        if (asked.Value(node, "currency1"u8) is { } one && asked.Value(second) == one)
            asked.Warn("Fpml.SameCurrency", second, "a pair is of two currencies (fx-27)", $"another than {one}");
    }

    private static void Rate(FpmlCase asked, int node)
    {
        int rate = asked.Find(node, "rate"u8);
        if (asked.Amount(rate) is not { } all || asked.Amount(node, "spotRate"u8) is not { } spot
            || asked.Amount(node, "forwardPoints"u8) is not { } points)
        {
            return;
        }

        // Points are counted in a unit of the market where one is named; FpML's own example gives them whole all the
        // same.
        decimal unit = asked.Amount(node, "pointValue"u8) ?? 1;
        if (Math.Abs(spot) > 1e12m || Math.Abs(points) > 1e12m || unit > 1) return;
        if (all == spot + (points * unit) || all == spot + points) return;
        asked.Error("Fpml.ForwardPoints", rate, "the rate is not the spot rate and the forward points (fx-30)",
            "the sum of both");
    }

    private static void Expiry(FpmlCase asked, int node)
    {
        int expiry = asked.Find(node, "expiryDate"u8);
        asked.InOrder("Fpml.DateOrder", expiry, asked.Find(node, "valueDate"u8), "the option's settlement",
            mayBeSame: true);
        if (asked.TradeDate is { } traded && asked.Date(expiry) is { } expires && expires < traded)
        {
            asked.Error("Fpml.DateOrder", expiry, "the option expired before it was traded (fx-36 to fx-38)",
                $"a date from {FpmlCase.Shown(traded)} on");
        }
    }

    private static void Observation(FpmlCase asked, int node) => asked.InOrder("Fpml.DateOrder",
        asked.Find(node, "startDate"u8), asked.Find(node, "endDate"u8), "fx-14", mayBeSame: true);
}
