namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>How the bytes of one value are to be read.</summary>
internal enum WireForm : byte
{
    Ascii,
    Ebcdic037,
    Ebcdic1047,

    /// <summary>Half bytes; a signed number has its sign in a byte before them.</summary>
    Packed,

    /// <summary>One number, the greatest byte first.</summary>
    Integer,
    Raw,
    Hex,
    EbcdicHex,
}
