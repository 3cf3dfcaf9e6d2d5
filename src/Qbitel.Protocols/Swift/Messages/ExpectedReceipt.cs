using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>One amount an MT210 announces: fields 21 to 56.</summary>
/// <param name="RelatedReference">Field 21.</param>
/// <param name="Amount">Field 32B.</param>
/// <param name="OrderingCustomer">Field 50; where it stands, there is no ordering institution.</param>
/// <param name="OrderingInstitution">Field 52.</param>
/// <param name="Intermediary">Field 56.</param>
public sealed record ExpectedReceipt(string RelatedReference, Money Amount, SwiftParty? OrderingCustomer,
    SwiftParty? OrderingInstitution, SwiftParty? Intermediary)
{
    public override string ToString() => $"{RelatedReference} {Amount}";
}
