using System.Globalization;

namespace Qbitel.Hsm.Cards;

/// <summary>The result of a cryptogram's verification, fit to be shown and kept: the card number is masked.</summary>
/// <param name="Status">Only <see cref="VerificationStatus.Valid"/> is a yes.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Detail">A sentence for an operator; it holds no value of the card.</param>
/// <param name="Card">The masked card number.</param>
/// <param name="Version">What the cryptogram's version is called.</param>
/// <param name="Counter">The transaction counter of the card; null where it is missing.</param>
public sealed record ArqcVerification(
    VerificationStatus Status, VerificationReason Reason, string Detail, string Card, string Version, int? Counter)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Card} {Version} counter {Counter}: {Status}{(Reason == VerificationReason.None ? "" : $" ({Reason})")}");
}
