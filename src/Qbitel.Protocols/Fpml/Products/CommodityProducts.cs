using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>One side of a commodity swap.</summary>
/// <remarks>
/// <c>Form</c>: the element it is: <c>fixedLeg</c>, <c>floatingLeg</c>, <c>gasPhysicalLeg</c> and so on.
/// <c>Price</c>: fixed price a unit. <c>Quantity</c>: such as <c>10000 MMBTU PerCalculationPeriod</c>.
/// </remarks>
public sealed record CommodityLeg(string Form, string? Payer, string? Receiver, string? Commodity, FpmlAmount? Price,
    string? PriceUnit, string? Quantity, decimal? TotalQuantity, FpmlElement Element)
{
    internal static CommodityLeg Of(FpmlElement leg)
    {
        FpmlElement? quantity = leg.Find("notionalQuantity") ?? leg.Find("deliveryQuantity/physicalQuantity");
        FpmlElement? price = leg.Find("fixedPrice");
        return new CommodityLeg(leg.Name, leg.ReferenceAt("payerPartyReference"),
            leg.ReferenceAt("receiverPartyReference"), ProductReader.CommodityOf(leg),
            price?.NumberAt("price") is { } amount ? new FpmlAmount(amount, price.ValueAt("priceCurrency") ?? "")
                : null,
            price?.ValueAt("priceUnit"), quantity is null ? null : ProductReader.QuantityOf(quantity),
            leg.NumberAt("totalNotionalQuantity"), leg);
    }
}

/// <summary>A price, or a delivery, for another over a term.</summary>
public sealed record CommoditySwap(DateOnly? EffectiveDate, DateOnly? TerminationDate, string? SettlementCurrency,
    IReadOnlyList<CommodityLeg> Legs, FpmlElement Element) : FpmlProduct("commodity swap", Element)
{
    internal static CommoditySwap Of(FpmlElement swap) => new(swap.DateOf("effectiveDate"),
        swap.DateOf("terminationDate"), swap.ValueAt("settlementCurrency"),
        [.. swap.All("*").Where(child => child.Name.EndsWith("Leg", StringComparison.Ordinal)).Select(CommodityLeg.Of)],
        swap);
}

/// <summary>An option on a commodity.</summary>
public sealed record CommodityOption(string? Buyer, string? Seller, string? OptionType, string? Style,
    DateOnly? ExpirationDate, DateOnly? EffectiveDate, DateOnly? TerminationDate, string? Commodity, string? Quantity,
    FpmlAmount? Strike, IReadOnlyList<Premium> Premiums, FpmlElement Element) : FpmlProduct("commodity option", Element)
{
    internal static CommodityOption Of(FpmlElement option) => new(option.ReferenceAt("buyerPartyReference"),
        option.ReferenceAt("sellerPartyReference"), option.ValueAt("optionType"),
        ProductReader.StyleOf(option.Find("exercise") ?? option),
            ProductReader.ExpiryOf(option.Find("exercise") ?? option),
        option.DateOf("effectiveDate"), option.DateOf("terminationDate"), ProductReader.CommodityOf(option),
        option.Find("notionalQuantity") is { } quantity ? ProductReader.QuantityOf(quantity) : null,
        option.AmountAt("strikePricePerUnit"), Premium.All(option), option);
}
