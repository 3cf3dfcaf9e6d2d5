namespace Qbitel.Protocols.ThreeDS;

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
