namespace Qbitel.Protocols.Iso8583;

/// <summary>The length before a message.</summary>
public enum Iso8583Header
{
    None,

    /// <summary>The length of what follows in two bytes, the greater first.</summary>
    TwoByteLength,

    /// <summary>The length of what follows in four ASCII digits.</summary>
    FourDigitLength,

    /// <summary>The length of all, its own two bytes included.</summary>
    TwoByteLengthInclusive,

    /// <summary>The length of all in four ASCII digits, themselves included.</summary>
    FourDigitLengthInclusive,
}

/// <summary>What stands between the length and the message type.</summary>
public enum Iso8583Routing
{
    None,

    /// <summary>The five bytes of a terminal protocol: 60, two of destination, two of source.</summary>
    Tpdu,

    /// <summary>The letters ISO and nine characters of product, release and status.</summary>
    IsoLiteral,

    /// <summary>A station header of 22 bytes or more, which begins with its own length.</summary>
    VisaStation,
}

/// <summary>How the bitmap, and with it binary fields where nothing else is said, are written.</summary>
public enum Iso8583Bitmap
{
    /// <summary>Two hexadecimal digits a byte, in ASCII.</summary>
    Hex,

    /// <summary>As they are.</summary>
    Binary,

    /// <summary>Two hexadecimal digits a byte, in EBCDIC.</summary>
    EbcdicHex,
}
