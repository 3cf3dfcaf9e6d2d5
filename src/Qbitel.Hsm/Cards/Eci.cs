using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Hsm.Cards;

/// <summary>The indicators of the schemes, as they are publicly used.</summary>
public static class Eci
{
    /// <summary>What an indicator means to its scheme; null where it is not one of the scheme, or the scheme is
    /// unknown.</summary>
    public static EciMeaning? MeaningOf(CardScheme scheme, string eci) => scheme switch
    {
        CardScheme.Visa => EciTable.MeaningOf(ThreeDSScheme.Visa, eci),
        CardScheme.Mastercard => EciTable.MeaningOf(ThreeDSScheme.Mastercard, eci),
        CardScheme.AmericanExpress => EciTable.MeaningOf(ThreeDSScheme.AmericanExpress, eci),
        CardScheme.Discover => EciTable.MeaningOf(ThreeDSScheme.Discover, eci),
        CardScheme.Jcb => EciTable.MeaningOf(ThreeDSScheme.Jcb, eci),
        CardScheme.UnionPay => EciTable.MeaningOf(ThreeDSScheme.UnionPay, eci),
        _ => null,
    };

    /// <summary>
    /// Whether the issuer bears a disputed payment by the schemes' common rule: after an authentication or an attempt
    /// at one whose value holds. Regions, products and merchants have exceptions in the schemes' manuals.
    /// </summary>
    public static bool ShiftsLiability(EciMeaning meaning, VerificationStatus value) =>
        value == VerificationStatus.Valid && (meaning is EciMeaning.Authenticated or EciMeaning.Attempted);
}
