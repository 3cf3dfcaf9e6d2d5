namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>How the key of a script to the card is made from the card's master key.</summary>
public enum ScriptKeyDerivation
{
    /// <summary>The common session key of EMV Book 2, Annex A1.3, from the application cryptogram, 8 bytes.</summary>
    FromCryptogram,

    /// <summary>Visa's: the transaction counter, 2 bytes, and its inverse added to the halves.</summary>
    FromCounter,
}

/// <summary>How the data of a script is filled up before it is enciphered.</summary>
public enum ScriptPadding
{
    /// <summary>80 and zeros, always; CBC. EMV Book 2, 9.3, and the Common Core Definitions.</summary>
    Always,

    /// <summary>80 and zeros where the data does not fill its blocks; CBC. M/Chip.</summary>
    WhereNeeded,

    /// <summary>The length in a byte before the data, then 80 and zeros; ECB. Visa.</summary>
    LengthFirst,
}
