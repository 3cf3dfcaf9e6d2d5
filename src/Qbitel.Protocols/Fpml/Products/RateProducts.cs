using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>What the legs of a swap are.</summary>
public enum SwapKind
{
    /// <summary>A fixed rate for a floating one.</summary>
    FixedFloating,

    /// <summary>A floating rate for another.</summary>
    Basis,

    /// <summary>A fixed rate for one of each day.</summary>
    OvernightIndex,

    /// <summary>Rates of two currencies, whatever they are.</summary>
    CrossCurrency,

    /// <summary>One leg follows a price index.</summary>
    Inflation,

    /// <summary>Legs of other numbers or kinds.</summary>
    Other,
}

/// <summary>A swap of interest rates.</summary>
public sealed record InterestRateSwap(SwapKind Form, IReadOnlyList<RateLeg> Streams, FpmlElement Element)
    : FpmlProduct(InWords(Form), Element)
{
    internal static InterestRateSwap Of(FpmlElement swap)
    {
        IReadOnlyList<RateLeg> streams = [.. swap.All("swapStream").Select(RateLeg.Of)];
        return new InterestRateSwap(FormOf(streams), streams, swap);
    }

    private static SwapKind FormOf(IReadOnlyList<RateLeg> streams)
    {
        if (streams is not [var one, var other]) return SwapKind.Other;
        if (one.Notional is { } first && other.Notional is { } second && first.Currency != second.Currency)
            return SwapKind.CrossCurrency;
        if (one.IsInflation || other.IsInflation) return SwapKind.Inflation;
        bool isOneFixed = one.Index is null, isOtherFixed = other.Index is null;
        if (!isOneFixed && !isOtherFixed) return SwapKind.Basis;
        if (isOneFixed && isOtherFixed) return SwapKind.Other;
        return (isOneFixed ? other : one).IsOvernight ? SwapKind.OvernightIndex : SwapKind.FixedFloating;
    }

    private static string InWords(SwapKind form) => form switch
    {
        SwapKind.FixedFloating => "interest rate swap",
        SwapKind.Basis => "basis swap",
        SwapKind.OvernightIndex => "overnight index swap",
        SwapKind.CrossCurrency => "cross-currency swap",
        SwapKind.Inflation => "inflation swap",
        _ => "swap",
    };
}

/// <summary>A forward rate agreement: the buyer pays the fixed rate.</summary>
public sealed record ForwardRateAgreement(string? Buyer, string? Seller, FpmlAmount? Notional, decimal? FixedRate,
    string? Index, string? IndexTenor, DateOnly? EffectiveDate, DateOnly? TerminationDate, DateOnly? PaymentDate,
    string? DayCount, string? Discounting, FpmlElement Element) : FpmlProduct("forward rate agreement", Element)
{
    internal static ForwardRateAgreement Of(FpmlElement fra) => new(fra.ReferenceAt("buyerPartyReference"),
        fra.ReferenceAt("sellerPartyReference"), fra.AmountAt("notional"), fra.NumberAt("fixedRate"),
        fra.ValueAt("floatingRateIndex"), fra.PeriodAt("indexTenor"), fra.DateAt("adjustedEffectiveDate"),
        fra.DateAt("adjustedTerminationDate"), fra.DateOf("paymentDate"), fra.ValueAt("dayCountFraction"),
        fra.ValueAt("fraDiscounting"), fra);
}

/// <summary>A cap, a floor, or both: the buyer of a stream is who receives what exceeds the strike.</summary>
public sealed record CapFloor(RateLeg Stream, IReadOnlyList<Premium> Premiums, FpmlElement Element)
    : FpmlProduct(Stream.Cap is null ? Stream.Floor is null ? "cap or floor" : "interest rate floor"
        : Stream.Floor is null ? "interest rate cap" : "interest rate collar", Element)
{
    internal static FpmlProduct Of(FpmlElement product) => product.Find("capFloorStream") is { } stream
        ? new CapFloor(RateLeg.Of(stream), Premium.All(product), product) : new OtherProduct("cap or floor", product);
}

/// <summary>The right to enter a swap.</summary>
/// <remarks>
/// <c>Style</c>: european, American or Bermuda. <c>Settlement</c>: cash or physical; null where it is not said.
/// </remarks>
public sealed record Swaption(string? Buyer, string? Seller, string? Style, DateOnly? ExpirationDate,
    string? Settlement, bool IsStraddle, IReadOnlyList<Premium> Premiums, InterestRateSwap? Underlying,
    FpmlElement Element) : FpmlProduct("swaption", Element)
{
    internal static Swaption Of(FpmlElement product) => new(product.ReferenceAt("buyerPartyReference"),
        product.ReferenceAt("sellerPartyReference"), ProductReader.StyleOf(product), ProductReader.ExpiryOf(product),
        product.Find("cashSettlement") is not null ? "cash"
            : product.Find("physicalSettlement") is not null ? "physical" : null,
        product.ValueAt("swaptionStraddle") is "true" or "1", Premium.All(product),
        product.Find("swap") is { } swap ? InterestRateSwap.Of(swap) : null, product);
}
