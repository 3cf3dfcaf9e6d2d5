namespace Qbitel.Protocols.Iso8583.Subfields;

/// <summary>How a field is divided.</summary>
internal enum SubfieldKind
{
    /// <summary>One after the other, each of its length.</summary>
    Positional,

    /// <summary>Those that a bitmap of the field's own announces.</summary>
    Bitmap,

    /// <summary>Tags and lengths of a fixed number of characters.</summary>
    Tlv,

    /// <summary>BER-TLV of EMV.</summary>
    Ber,

    /// <summary>Data sets of one byte of identity, two bytes of length and BER-TLV in them.</summary>
    Datasets,

    /// <summary>Values with their lengths, without tags.</summary>
    LengthValue,
}
