namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>Why a field cannot be located.</summary>
internal enum ShapeFault : byte
{
    None,

    /// <summary>The length is no number of its coding.</summary>
    Prefix,

    /// <summary>The bytes end within the length.</summary>
    PrefixCut,
    TooLong,

    /// <summary>The length leaves half a byte or half of a pair of digits.</summary>
    Odd,

    /// <summary>The bytes end within the value.</summary>
    Cut,
}
