using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>An option on a share, an index or a basket.</summary>
/// <remarks>
/// <c>OptionType</c>: call or put. <c>Underlying</c>: its description, or its identifier; <c>basket</c> for several.
/// </remarks>
public sealed record EquityOption(string? Buyer, string? Seller, string? OptionType, string? Style,
    DateOnly? ExpirationDate, string? Underlying, FpmlAmount? Notional, decimal? Strike, string? StrikeCurrency,
    decimal? NumberOfOptions, IReadOnlyList<Premium> Premiums, FpmlElement Element)
    : FpmlProduct("equity option", Element)
{
    internal static EquityOption Of(FpmlElement option) => new(option.ReferenceAt("buyerPartyReference"),
        option.ReferenceAt("sellerPartyReference"), option.ValueAt("optionType"), ProductReader.StyleOf(option),
        ProductReader.ExpiryOf(option), ProductReader.UnderlyingOf(option), option.AmountAt("notional"),
        option.NumberAt("strike/strikePrice"), option.ValueAt("strike/currency"), option.NumberAt("numberOfOptions"),
        Premium.All(option, "equityPremium"), option);
}

/// <summary>One side of an equity swap.</summary>
/// <remarks>
/// <c>IsReturn</c>: whether it pays what shares do, and not interest. <c>Rate</c>: what the interest leg pays: an
/// index, or a fixed rate.
/// </remarks>
public sealed record EquityLeg(bool IsReturn, string? Payer, string? Receiver, string? Underlying, string? ReturnType,
    string? Rate, FpmlAmount? Notional, DateOnly? EffectiveDate, DateOnly? TerminationDate, FpmlElement Element)
{
    internal static EquityLeg Of(FpmlElement leg)
    {
        FpmlElement? interest = leg.Find("interestCalculation");
        return new EquityLeg(leg.Name != "interestLeg", leg.ReferenceAt("payerPartyReference"),
            leg.ReferenceAt("receiverPartyReference"), ProductReader.UnderlyingOf(leg),
                leg.ValueAt("return/returnType"),
            interest?.ValueAt("floatingRate/floatingRateIndex") ?? interest?.ValueAt("fixedRate"),
            leg.AmountAt("notional/notionalAmount"),
            leg.DateOf("effectiveDate") ?? leg.DateOf("interestLegCalculationPeriodDates/effectiveDate"),
            leg.DateOf("terminationDate") ?? leg.DateOf("interestLegCalculationPeriodDates/terminationDate"), leg);
    }
}

/// <summary>What shares do for interest, or for what other shares do.</summary>
public sealed record EquitySwap(IReadOnlyList<EquityLeg> Legs, FpmlElement Element)
    : FpmlProduct("equity swap", Element)
{
    internal static EquitySwap Of(FpmlElement swap) => new([.. swap.All("*")
        .Where(child => child.Name is "returnLeg" or "interestLeg").Select(EquityLeg.Of)], swap);
}
