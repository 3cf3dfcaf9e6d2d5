namespace Qbitel.Cryptography.Cards.Emv;

/// <summary>How the key of one transaction is made from the card's master key.</summary>
public enum SessionKeyDerivation
{
    /// <summary>The master key itself: Visa CVN 10 and 17.</summary>
    None,

    /// <summary>The common session key of EMV Book 2, Annex A1.3, from the transaction counter.</summary>
    CommonSessionKey,

    /// <summary>M/Chip's own, from the transaction counter and the unpredictable number.</summary>
    MChip,
}
