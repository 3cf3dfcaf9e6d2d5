using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>What an option costs, or a fee.</summary>
public sealed record Premium(string? Payer, string? Receiver, FpmlAmount? Amount, DateOnly? Date)
{
    internal static IReadOnlyList<Premium> All(FpmlElement product, string name = "premium") =>
        [.. product.All(name).Select(Of)];

    internal static Premium Of(FpmlElement payment) => new(payment.ReferenceAt("payerPartyReference"),
        payment.ReferenceAt("receiverPartyReference"),
        payment.AmountAt("paymentAmount") ?? payment.AmountAt("fixedAmount"),
        payment.DateOf("paymentDate") ?? payment.DateAt("adjustablePaymentDate")
            ?? payment.DateAt("adjustedPaymentDate"));
}
