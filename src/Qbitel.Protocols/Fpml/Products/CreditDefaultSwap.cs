using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>What protection is bought on.</summary>
public enum CreditReference
{
    SingleName,
    Index,
    Tranche,
    Basket,
}

/// <summary>A credit default swap: the buyer pays for protection.</summary>
/// <remarks>
/// <c>Reference</c>: the entity, or the index. <c>Notional</c>: the amount protected. <c>FixedRate</c>: what
/// protection costs a year; 0.01 is one percent. <c>UpFront</c>: what is paid at once. <c>Attachment</c>: where
/// losses of a tranche begin, as a fraction of the index.
/// </remarks>
public sealed record CreditDefaultSwap(CreditReference Form, string? Buyer, string? Seller, string? Reference,
    string? ReferenceId, DateOnly? EffectiveDate, DateOnly? TerminationDate, FpmlAmount? Notional, decimal? FixedRate,
    IReadOnlyList<Premium> UpFront, string? PaymentFrequency, decimal? Attachment, decimal? Exhaustion,
    FpmlElement Element) : FpmlProduct(InWords(Form), Element)
{
    internal static CreditDefaultSwap Of(FpmlElement swap)
    {
        FpmlElement? terms = swap.Find("generalTerms"), index = terms?.Find("indexReferenceInformation");
        FpmlElement? entity = terms?.Find("referenceInformation/referenceEntity"), tranche = index?.Find("tranche");
        FpmlElement? periodic = swap.Find("feeLeg/periodicPayment");
        CreditReference form = tranche is not null ? CreditReference.Tranche
            : index is not null ? CreditReference.Index
            : terms?.Find("basketReferenceInformation") is not null ? CreditReference.Basket
                : CreditReference.SingleName;
        return new CreditDefaultSwap(form, terms?.ReferenceAt("buyerPartyReference"),
            terms?.ReferenceAt("sellerPartyReference"),
            entity?.ValueAt("entityName") ?? index?.ValueAt("indexName")
                ?? terms?.ValueAt("basketReferenceInformation/basketName"),
            entity?.ValueAt("entityId") ?? index?.ValueAt("indexId"), terms?.DateOf("effectiveDate"),
            terms?.DateOf("scheduledTerminationDate"), swap.AmountAt("protectionTerms/calculationAmount"),
            periodic?.NumberAt("fixedAmountCalculation/fixedRate"),
            [.. Premium.All(swap, "feeLeg/initialPayment"), .. Premium.All(swap, "feeLeg/singlePayment")],
            periodic?.PeriodAt("paymentFrequency"), tranche?.NumberAt("attachmentPoint"),
            tranche?.NumberAt("exhaustionPoint"), swap);
    }

    private static string InWords(CreditReference form) => form switch
    {
        CreditReference.Index => "credit index swap",
        CreditReference.Tranche => "credit index tranche",
        CreditReference.Basket => "basket credit default swap",
        _ => "credit default swap",
    };
}
