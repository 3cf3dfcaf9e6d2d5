using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Hsm.Cards;

/// <summary>The result of an authentication value's verification, fit to be shown and kept.</summary>
/// <param name="Status">Only <see cref="VerificationStatus.Valid"/> is a yes.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Detail">A sentence for an operator; it holds no value of the card.</param>
/// <param name="Card">The masked card number.</param>
/// <param name="Scheme">Whose rules were applied.</param>
/// <param name="Eci">As it was given.</param>
/// <param name="Meaning">What the indicator says; null where it is none of the scheme.</param>
/// <param name="LiabilityShifts">By the schemes' common rule; never where the value is not valid.</param>
/// <param name="Method">By which the value was verified.</param>
public sealed record CavvVerification(
    VerificationStatus Status, VerificationReason Reason, string Detail, string Card, CardScheme Scheme, string Eci,
    EciMeaning? Meaning, bool LiabilityShifts, string Method)
{
    /// <summary>Where receipts were asked for.</summary>
    public VerificationReceipt? Receipt { get; init; }

    public override string ToString() => $"{Card} {Scheme} ECI {Eci}: {Status}"
        + (Reason == VerificationReason.None ? "" : $" ({Reason})");
}
