namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>How digits are written.</summary>
public enum DigitCoding
{
    Ascii,

    /// <summary>F0 to F9, the same in every code page of EBCDIC.</summary>
    Ebcdic,

    /// <summary>Two digits a byte.</summary>
    Bcd,

    /// <summary>A number, the greatest byte first; for fields of fixed length. Others are written as
    /// <see cref="Bcd"/>.</summary>
    Binary,
}

/// <summary>How text is written.</summary>
public enum TextCoding
{
    Ascii,

    /// <summary>EBCDIC of the United States.</summary>
    Ebcdic037,

    /// <summary>EBCDIC of Latin-1 open systems.</summary>
    Ebcdic1047,
}

/// <summary>How bytes are written.</summary>
public enum BinaryCoding
{
    /// <summary>As the message's bitmap is.</summary>
    AsBitmap,

    /// <summary>As they are.</summary>
    Raw,

    /// <summary>Two hexadecimal digits a byte, in ASCII.</summary>
    Hex,

    /// <summary>Two hexadecimal digits a byte, in EBCDIC.</summary>
    EbcdicHex,
}

/// <summary>Where the half byte goes that an odd number of packed digits leaves.</summary>
public enum DigitPadding
{
    /// <summary>A zero before the digits.</summary>
    LeftZero,

    /// <summary>An F after them.</summary>
    RightF,
}

/// <summary>How the length before a value is written.</summary>
public enum PrefixCoding
{
    Ascii,
    Ebcdic,

    /// <summary>Packed, an odd number of digits with a zero before them.</summary>
    Bcd,

    /// <summary>Packed, an odd number of digits with a half byte after them that is not read.</summary>
    BcdRight,

    /// <summary>A number in one byte for one or two digits, two bytes for up to four, three for more.</summary>
    Binary,

    /// <summary>As many hexadecimal digits as the field has decimal ones.</summary>
    Hex,

    /// <summary>As many hexadecimal digits as the greatest length of the field needs.</summary>
    HexShort,
}

/// <summary>What a length counts.</summary>
public enum LengthUnit
{
    /// <summary>What the standard counts: characters of text, digits of numbers, bytes of binary fields.</summary>
    Characters,

    /// <summary>The same, but the hexadecimal digits of a binary field that is written in them.</summary>
    Digits,

    /// <summary>Bytes as they are sent.</summary>
    Bytes,

    /// <summary>Half bytes as they are sent, without those that only fill.</summary>
    Nibbles,
}
