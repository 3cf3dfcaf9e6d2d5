namespace Qbitel.Cryptography.Cards;

/// <summary>Why card cryptography refused its input.</summary>
public enum CardFault
{
    /// <summary>A length, a digit or a combination of parameters is wrong.</summary>
    InvalidInput,

    /// <summary>A PIN block does not hold a PIN for this card; deliberately no more than that.</summary>
    PinBlock,

    /// <summary>A key serial number cannot be that of a transaction.</summary>
    Ksn,

    /// <summary>A key block is not of the form its standard gives.</summary>
    KeyBlockFormat,

    /// <summary>A key block was made with another key, or altered.</summary>
    KeyBlockMac,

    /// <summary>Not offered: the algorithm stands in a scheme's manual only, or the policy refuses it.</summary>
    UnsupportedOperation,
}
