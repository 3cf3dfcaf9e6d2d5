using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Hsm.Cards;

/// <summary>What an electronic commerce indicator says of an authentication.</summary>
public enum EciMeaning
{
    /// <summary>The card-holder was authenticated.</summary>
    Authenticated,

    /// <summary>An authentication was attempted; the issuer or the card-holder takes no part.</summary>
    Attempted,

    /// <summary>There was none.</summary>
    NotAuthenticated,
}

/// <summary>The indicators of the schemes, as they are publicly used.</summary>
public static class Eci
{
    /// <summary>What an indicator means to its scheme; null where it is not one of the scheme, or the scheme is
    /// unknown.</summary>
    public static EciMeaning? MeaningOf(CardScheme scheme, string eci) => scheme switch
    {
        CardScheme.Visa or CardScheme.AmericanExpress or CardScheme.Jcb or CardScheme.Discover
            or CardScheme.UnionPay => eci switch
            {
                "05" => EciMeaning.Authenticated,
                "06" => EciMeaning.Attempted,
                "07" => EciMeaning.NotAuthenticated,
                _ => null,
            },
        CardScheme.Mastercard => eci switch
        {
            "02" => EciMeaning.Authenticated,
            "01" => EciMeaning.Attempted,
            "00" => EciMeaning.NotAuthenticated,
            _ => null,
        },
        _ => null,
    };

    /// <summary>
    /// Whether the issuer bears a disputed payment by the schemes' common rule: after an authentication or an attempt
    /// at one whose value holds. Regions, products and merchants have exceptions in the schemes' manuals.
    /// </summary>
    public static bool ShiftsLiability(EciMeaning meaning, VerificationStatus value) =>
        value == VerificationStatus.Valid && (meaning is EciMeaning.Authenticated or EciMeaning.Attempted);
}
