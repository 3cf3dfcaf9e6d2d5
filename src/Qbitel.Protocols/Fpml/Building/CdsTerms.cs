namespace Qbitel.Protocols.Fpml.Building;

/// <summary>Protection on one entity, paid for by a rate.</summary>
/// <remarks>
/// <c>IsBuyer</c>: whether we buy protection, and so pay the rate. <c>FixedRate</c>: 0.01 is one percent a year.
/// <c>PaymentFrequency</c>: such as <c>3M</c>.
/// </remarks>
public sealed record CdsTerms(bool IsBuyer, string EntityName, string? EntityId, DateOnly EffectiveDate,
    DateOnly TerminationDate, decimal Notional, string Currency, decimal FixedRate, string PaymentFrequency,
    string DayCount) : ProductTerms
{
    internal override void SetOn(FpmlDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        const string Swap = "trade/creditDefaultSwap/", Terms = Swap + "generalTerms/";
        const string Fees = Swap + "feeLeg/periodicPayment/";
        Between(draft, Terms, "buyer", "seller", IsBuyer);
        draft.Set(Terms + "effectiveDate/unadjustedDate", EffectiveDate)
            .Set(Terms + "scheduledTerminationDate/unadjustedDate", TerminationDate)
            .Set(Terms + "referenceInformation/referenceEntity/entityName", EntityName)
            .Set(Terms + "referenceInformation/referenceEntity/entityId", EntityId)
            .Set(Terms + "referenceInformation/noReferenceObligation", "true")
            .Set(Fees + "fixedAmountCalculation/fixedRate", FixedRate)
            .Set(Fees + "fixedAmountCalculation/dayCountFraction", DayCount);
        Period(draft, Fees + "paymentFrequency", PaymentFrequency);
        Money(draft, Fees + "fixedAmountCalculation/calculationAmount", Notional, Currency);
        Money(draft, Swap + "protectionTerms/calculationAmount", Notional, Currency);
    }
}
