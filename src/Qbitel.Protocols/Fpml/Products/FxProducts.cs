using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>One amount against another, at a rate.</summary>
/// <remarks>
/// <c>PayerOfFirst</c>: who pays the first amount, and receives the second. <c>Quotation</c>: such as <c>USD per
/// GBP</c>. <c>IsNonDeliverable</c>: whether only the difference is paid.
/// </remarks>
public sealed record FxExchange(string? PayerOfFirst, string? PayerOfSecond, FpmlAmount? First, FpmlAmount? Second,
    decimal? Rate, string? Quotation, decimal? SpotRate, decimal? ForwardPoints, DateOnly? ValueDate,
    bool IsNonDeliverable, FpmlElement Element)
{
    internal static FxExchange Of(FpmlElement leg)
    {
        FpmlElement? pair = leg.Find("exchangeRate/quotedCurrencyPair");
        return new FxExchange(leg.ReferenceAt("exchangedCurrency1/payerPartyReference"),
            leg.ReferenceAt("exchangedCurrency2/payerPartyReference"),
            leg.AmountAt("exchangedCurrency1/paymentAmount"), leg.AmountAt("exchangedCurrency2/paymentAmount"),
            leg.NumberAt("exchangeRate/rate"), pair is null ? null : QuotationOf(pair),
            leg.NumberAt("exchangeRate/spotRate"), leg.NumberAt("exchangeRate/forwardPoints"),
            leg.DateAt("valueDate") ?? leg.DateAt("currency1ValueDate"), leg.Find("nonDeliverableSettlement")
                is not null,
            leg);
    }

    private static string? QuotationOf(FpmlElement pair) =>
        (pair.ValueAt("currency1"), pair.ValueAt("currency2"), pair.ValueAt("quoteBasis")) switch
        {
            ({ } one, { } two, "Currency1PerCurrency2") => $"{one} per {two}",
            ({ } one, { } two, "Currency2PerCurrency1") => $"{two} per {one}",
            _ => null,
        };
}

/// <summary>Foreign exchange on one day. What is settled more than a week after the trade, or at forward points, is
/// called a forward.</summary>
public sealed record FxSingleLeg(bool IsForward, FxExchange Exchange, FpmlElement Element)
    : FpmlProduct(Exchange.IsNonDeliverable ? "non-deliverable forward"
        : IsForward ? "foreign exchange forward" : "foreign exchange spot", Element)
{
    internal static FxSingleLeg Of(FpmlElement leg, DateOnly? traded)
    {
        const int Week = 7;
        FxExchange exchange = FxExchange.Of(leg);
        bool isForward = exchange.ForwardPoints is not null
            || (traded is { } day && exchange.ValueDate is { } value && value.DayNumber - day.DayNumber > Week);
        return new FxSingleLeg(isForward, exchange, leg);
    }
}

/// <summary>Foreign exchange and back again.</summary>
public sealed record FxSwap(FxExchange? Near, FxExchange? Far, FpmlElement Element)
    : FpmlProduct("foreign exchange swap", Element)
{
    internal static FxSwap Of(FpmlElement swap) => new(
        swap.Find("nearLeg") is { } near ? FxExchange.Of(near) : null,
        swap.Find("farLeg") is { } far ? FxExchange.Of(far) : null, swap);
}

/// <summary>The right to put one currency for another: the buyer may sell the first amount for the second.</summary>
public sealed record FxOption(string? Buyer, string? Seller, string? Style, DateOnly? ExpiryDate, DateOnly? ValueDate,
    FpmlAmount? Put, FpmlAmount? Call, decimal? Strike, string? StrikeQuoteBasis, bool IsCashSettled,
    IReadOnlyList<Premium> Premiums, FpmlElement Element) : FpmlProduct("foreign exchange option", Element)
{
    internal static FxOption Of(FpmlElement option) => new(option.ReferenceAt("buyerPartyReference"),
        option.ReferenceAt("sellerPartyReference"), ProductReader.StyleOf(option), ProductReader.ExpiryOf(option),
        option.DateAt("europeanExercise/valueDate"), option.AmountAt("putCurrencyAmount"),
        option.AmountAt("callCurrencyAmount"), option.NumberAt("strike/rate"),
            option.ValueAt("strike/strikeQuoteBasis"),
        option.Find("cashSettlement") is not null, Premium.All(option), option);
}
