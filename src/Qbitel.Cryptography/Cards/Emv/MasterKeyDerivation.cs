namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>How a card's master key is made from the issuer's (EMV Book 2, Annex A1.4).</summary>
public enum MasterKeyDerivation
{
    /// <summary>TDEA over the 16 rightmost digits of card number and sequence number.</summary>
    OptionA,

    /// <summary>As option A over digits of their SHA-1 hash, for card numbers of more than 16 digits.</summary>
    OptionB,

    /// <summary>AES. No third-party vector has confirmed it.</summary>
    OptionC,
}
