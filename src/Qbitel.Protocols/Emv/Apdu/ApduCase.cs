namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>Which way a command's data go (ISO/IEC 7816-3, 12.1.3).</summary>
public enum ApduCase
{
    /// <summary>None either way.</summary>
    One = 1,

    /// <summary>From the card.</summary>
    Two,

    /// <summary>To the card.</summary>
    Three,

    /// <summary>Both ways.</summary>
    Four,
}
