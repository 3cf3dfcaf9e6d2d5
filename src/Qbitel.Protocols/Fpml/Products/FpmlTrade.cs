using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>A trade: who did it when, what each calls it, and what was traded.</summary>
/// <remarks>
/// <c>TradeDate</c>: null where the document does not say, as a few events do not. <c>Identifiers</c>: in the order
/// of the document. <c>Product</c>: what was traded; an <see cref="OtherProduct"/> where it has no view of its own.
/// </remarks>
public sealed record FpmlTrade(DateOnly? TradeDate, IReadOnlyList<FpmlTradeId> Identifiers, FpmlProduct? Product,
    FpmlElement Element)
{
    internal static FpmlTrade Of(FpmlElement trade)
    {
        FpmlElement? header = trade.Find("tradeHeader");
        DateOnly? traded = header?.DateAt("tradeDate");
        return new FpmlTrade(traded, header is null ? [] : [.. FpmlTradeId.Of(header)],
            ProductReader.Find(trade) is { } product ? ProductReader.Of(product, traded) : null, trade);
    }

    public override string ToString() => $"{Product?.Kind ?? "trade"} at {Element.Path}";
}
