using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>Which view a product has, and what several of them read alike.</summary>
internal static class ProductReader
{
    private static readonly string[] NoProducts =
    [
        "tradeHeader", "otherPartyPayment", "brokerPartyReference", "calculationAgent",
            "calculationAgentBusinessCenter",
        "determiningParty", "barrierDeterminationAgent", "hedgingParty", "collateral", "documentation", "governingLaw",
        "allocations", "approvals",
    ];

    /// <summary>The product of a trade: the first element that is nothing else of a trade.</summary>
    public static FpmlElement? Find(FpmlElement trade) => trade.Children.FirstOrDefault(child =>
        !NoProducts.Contains(child.Name));

    public static FpmlProduct Of(FpmlElement product, DateOnly? traded) => product.Name switch
    {
        "swap" => InterestRateSwap.Of(product),
        "fra" => ForwardRateAgreement.Of(product),
        "capFloor" => CapFloor.Of(product),
        "swaption" => Swaption.Of(product),
        "creditDefaultSwap" => CreditDefaultSwap.Of(product),
        "fxSingleLeg" => FxSingleLeg.Of(product, traded),
        "fxSwap" => FxSwap.Of(product),
        "fxOption" => FxOption.Of(product),
        "equityOption" or "equityOptionTransactionSupplement" or "brokerEquityOption" => EquityOption.Of(product),
        "returnSwap" or "equitySwapTransactionSupplement" => EquitySwap.Of(product),
        "commoditySwap" => CommoditySwap.Of(product),
        "commodityOption" => CommodityOption.Of(product),
        _ => new OtherProduct(InWords(product.Name), product),
    };

    /// <summary>American, Bermuda or European, by the element that says when it may be exercised.</summary>
    public static string? StyleOf(FpmlElement option) => Exercise(option) is not { } exercise ? null
        : exercise.Name.Contains("merican", StringComparison.Ordinal) ? "American"
        : exercise.Name.Contains("ermuda", StringComparison.Ordinal) ? "Bermuda" : "European";

    public static DateOnly? ExpiryOf(FpmlElement option) => Exercise(option) is not { } exercise ? null
        : exercise.DateAt("expiryDate") ?? exercise.DateOf("expirationDate")
        ?? exercise.DateAt("exercisePeriod/expirationDate/adjustableDate/unadjustedDate");

    public static string? UnderlyingOf(FpmlElement element)
    {
        if (element.Find("underlyer/basket") is not null) return "basket";
        FpmlElement? asset = element.Find("underlyer/singleUnderlyer/*");
        return asset?.ValueAt("description") ?? asset?.ValueAt("instrumentId") ?? asset?.Name;
    }

    public static string? CommodityOf(FpmlElement element)
    {
        FpmlElement? commodity = element.Find("commodity");
        return commodity?.ValueAt("instrumentId") ?? commodity?.ValueAt("description")
            ?? (commodity?.ValueAt("commodityDetails") is { } details
                ? $"{commodity.ValueAt("commodityBase")} {details}".Trim() : commodity?.ValueAt("commodityBase"));
    }

    public static string QuantityOf(FpmlElement quantity) => string.Join(' ', new[]
    {
        quantity.ValueAt("quantity"), quantity.ValueAt("quantityUnit"), quantity.ValueAt("quantityFrequency"),
    }.OfType<string>());

    /// <summary>The words of a name such as <c>fxDigitalOption</c>.</summary>
    public static string InWords(string name) => string.Concat(name.Select((c, i) =>
        char.IsAsciiLetterUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : c.ToString()));

    private static FpmlElement? Exercise(FpmlElement option)
    {
        foreach (FpmlElement child in option.Children)
        {
            if (child.Name is "equityExercise") return Exercise(child);
            if (child.Name.EndsWith("Exercise", StringComparison.Ordinal) && child.Children.Count > 0
                && child.Name is not ("automaticExercise" or "manualExercise" or "partialExercise"
                    or "multipleExercise"))
            {
                return child;
            }
        }

        return null;
    }
}
