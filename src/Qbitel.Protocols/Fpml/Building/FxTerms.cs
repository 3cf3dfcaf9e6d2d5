namespace Qbitel.Protocols.Fpml.Building;

/// <summary>Foreign exchange on one day, spot or forward: we sell one amount and buy the other.</summary>
/// <remarks>
/// <c>Rate</c>: what one of the currency sold costs in the one bought, or the other way: see
/// <see cref="IsBoughtPerSold"/>. <c>IsBoughtPerSold</c>: whether the rate is the currency bought for one of the
/// currency sold. <c>SpotRate</c>: of a forward, beside <see cref="ForwardPoints"/>.
/// </remarks>
public sealed record FxTerms(decimal Sold, string SoldCurrency, decimal Bought, string BoughtCurrency, decimal Rate,
    bool IsBoughtPerSold, DateOnly ValueDate, decimal? SpotRate = null, decimal? ForwardPoints = null) : ProductTerms
{
    internal override void SetOn(FpmlDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        const string Leg = "trade/fxSingleLeg/", Exchange = Leg + "exchangeRate/";
        Between(draft, Leg + "exchangedCurrency1/", "payer", "receiver", isUsFirst: true);
        Between(draft, Leg + "exchangedCurrency2/", "payer", "receiver", isUsFirst: false);
        Money(draft, Leg + "exchangedCurrency1/paymentAmount", Sold, SoldCurrency);
        Money(draft, Leg + "exchangedCurrency2/paymentAmount", Bought, BoughtCurrency);
        draft.Set(Leg + "valueDate", ValueDate).Set(Exchange + "quotedCurrencyPair/currency1", SoldCurrency)
            .Set(Exchange + "quotedCurrencyPair/currency2", BoughtCurrency)
            .Set(Exchange + "quotedCurrencyPair/quoteBasis", IsBoughtPerSold ? "Currency2PerCurrency1"
                : "Currency1PerCurrency2")
            .Set(Exchange + "rate", Rate).Set(Exchange + "spotRate", SpotRate)
            .Set(Exchange + "forwardPoints", ForwardPoints);
    }
}

/// <summary>The right to sell the put amount for the call amount, on one day.</summary>
/// <remarks>
/// <c>IsBuyer</c>: whether we buy the option, and so pay the premium. <c>Strike</c>: call currency for one of the put
/// currency, unless <see cref="IsPutPerCall"/>. <c>ExpiryTime</c>: such as <c>10:00:00</c>, at
/// <see cref="ExpiryCenter"/>.
/// </remarks>
public sealed record FxOptionTerms(bool IsBuyer, decimal Put, string PutCurrency, decimal Call, string CallCurrency,
    decimal Strike, bool IsPutPerCall, DateOnly ExpiryDate, string ExpiryTime, string ExpiryCenter, DateOnly ValueDate,
    decimal Premium, string PremiumCurrency, DateOnly PremiumDate) : ProductTerms
{
    internal override void SetOn(FpmlDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        const string Option = "trade/fxOption/", Exercise = Option + "europeanExercise/";
        Between(draft, Option, "buyer", "seller", IsBuyer);
        draft.Set(Exercise + "expiryDate", ExpiryDate).Set(Exercise + "expiryTime/hourMinuteTime", ExpiryTime)
            .Set(Exercise + "expiryTime/businessCenter", ExpiryCenter).Set(Exercise + "valueDate", ValueDate)
            .Set(Option + "strike/rate", Strike)
            .Set(Option + "strike/strikeQuoteBasis", IsPutPerCall ? "PutCurrencyPerCallCurrency"
                : "CallCurrencyPerPutCurrency");
        Money(draft, Option + "putCurrencyAmount", Put, PutCurrency);
        Money(draft, Option + "callCurrencyAmount", Call, CallCurrency);
        Between(draft, Option + "premium/", "payer", "receiver", IsBuyer);
        Money(draft, Option + "premium/paymentAmount", Premium, PremiumCurrency);
        draft.Set(Option + "premium/paymentDate/adjustableDate/unadjustedDate", PremiumDate)
            .Set(Option + "premium/paymentDate/adjustableDate/dateAdjustments/businessDayConvention", "NONE");
    }
}
