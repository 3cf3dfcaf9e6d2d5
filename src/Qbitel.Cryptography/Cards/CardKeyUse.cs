using System.Diagnostics.CodeAnalysis;

namespace Qbitel.Cryptography.Cards;

/// <summary>The one thing a card key is for.</summary>
public enum CardKeyUse
{
    /// <summary>A base derivation key of DUKPT.</summary>
    BaseDerivation,

    /// <summary>The initial key of a DUKPT device.</summary>
    DukptInitial,

    /// <summary>CVV, CVC and their kin, and the CAVV by the CVV method.</summary>
    CardVerification,

    /// <summary>An issuer's master key for application cryptograms.</summary>
    Cryptograms,

    /// <summary>An issuer's master key for the encipherment of scripts.</summary>
    ScriptConfidentiality,

    /// <summary>An issuer's master key for the MACs of scripts.</summary>
    ScriptIntegrity,

    /// <summary>Protects key blocks.</summary>
    KeyBlockProtection,

    /// <summary>MACs by ISO/IEC 9797-1 algorithm 3.</summary>
    RetailMac,

    /// <summary>MACs by ISO/IEC 9797-1 algorithm 5, which is CMAC.</summary>
    Cmac,

    /// <summary>PIN blocks.</summary>
    PinEncryption,

    /// <summary>PINs by the method of IBM 3624.</summary>
    PinVerificationIbm3624,

    /// <summary>PINs by Visa's verification value.</summary>
    PinVerificationVisa,
}

/// <summary>The codes by which key blocks name what a key is for.</summary>
public static class CardKeyUses
{
    // X9.143, 6.3.1; the order is that of CardKeyUse.
    private static readonly string[] Codes =
        ["B0", "B1", "C0", "E0", "E1", "E2", "K1", "M3", "M6", "P0", "V1", "V2"];

    extension(CardKeyUse use)
    {
        /// <summary>Two characters, e.g. P0.</summary>
        public string Code => Codes[(int)use];

        /// <summary>The mode of use that a block of such a key has when we write it.</summary>
        public char Mode => use switch
        {
            CardKeyUse.PinEncryption or CardKeyUse.KeyBlockProtection => 'B',
            CardKeyUse.CardVerification or CardKeyUse.RetailMac or CardKeyUse.Cmac
                or CardKeyUse.PinVerificationIbm3624 or CardKeyUse.PinVerificationVisa => 'C',
            _ => 'X',
        };
    }

    /// <summary>Finds the use of a code; one we do nothing with is not found.</summary>
    public static bool TryParse([NotNullWhen(true)] string? code, out CardKeyUse use)
    {
        int at = Array.IndexOf(Codes, code);
        use = (CardKeyUse)Math.Max(at, 0);
        return at >= 0;
    }
}
