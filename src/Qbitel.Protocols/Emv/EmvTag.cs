using System.Globalization;

namespace Qbitel.Protocols.Emv;

/// <summary>The tags that a cryptogram and its answer are about (EMV Book 3, Annex A).</summary>
public static class EmvTag
{
    public const uint ApplicationIdentifier = 0x4F;
    public const uint Track2Equivalent = 0x57;
    public const uint Pan = 0x5A;
    public const uint ScriptTemplate1 = 0x71;
    public const uint ScriptTemplate2 = 0x72;
    public const uint ApplicationInterchangeProfile = 0x82;
    public const uint DedicatedFileName = 0x84;
    public const uint IssuerScriptCommand = 0x86;
    public const uint IssuerAuthenticationData = 0x91;
    public const uint TerminalVerificationResults = 0x95;
    public const uint TransactionDate = 0x9A;
    public const uint TransactionType = 0x9C;
    public const uint TransactionCurrency = 0x5F2A;
    public const uint PanSequence = 0x5F34;
    public const uint AmountAuthorised = 0x9F02;
    public const uint AmountOther = 0x9F03;
    public const uint TerminalApplicationIdentifier = 0x9F06;
    public const uint IssuerApplicationData = 0x9F10;
    public const uint TerminalCountry = 0x9F1A;
    public const uint Cryptogram = 0x9F26;
    public const uint CryptogramInformation = 0x9F27;
    public const uint TransactionCounter = 0x9F36;
    public const uint UnpredictableNumber = 0x9F37;

    /// <summary>How much of a value may be shown: card numbers, tracks, names and PINs are hidden.</summary>
    /// <remarks>A card's certificates give its number to whoever has the network's public keys.</remarks>
    public static Redaction RedactionOf(uint tag) => tag switch
    {
        Pan => Redaction.Pan,
        // track 2, track 1, track 2 data, discretionary data of both tracks, also as kernels have them
        Track2Equivalent or 0x56 or 0x9F6B or 0x9F1F or 0x9F20 or 0xDF812A or 0xDF812B => Redaction.Secret,
        // the name, also the longer one, the day of expiry, the date of birth, an identity document (also CVC3)
        0x5F20 or 0x9F0B or 0x5F24 or 0x5F2B or 0x9F61 => Redaction.Secret,
        // PIN data, biometrics, the card's certificates, customer's own data
        0x99 or 0xBF4E or 0x9F46 or 0x9F2D or 0x9F7C => Redaction.Secret,
        // the number of the account, and the reference that stands for a card's number
        0x5F53 or 0x9F24 => Redaction.Account,
        _ => Redaction.None,
    };

    /// <summary>As it is written, e.g. 9F26.</summary>
    internal static string Show(uint tag) => tag.ToString("X2", CultureInfo.InvariantCulture);
}
