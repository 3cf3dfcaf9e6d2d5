namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>What a field of a record may hold.</summary>
internal enum NachaKind
{
    /// <summary>Characters, to the left, filled with spaces.</summary>
    Text,

    /// <summary>Text that is not blank.</summary>
    Required,

    /// <summary>Digits, to the right, filled with zeros.</summary>
    Digits,

    /// <summary>Digits, or blank.</summary>
    OptionalDigits,

    /// <summary>Digits that are cents.</summary>
    Amount,

    /// <summary>YYMMDD.</summary>
    Date,

    /// <summary>YYMMDD, zeros or blank.</summary>
    OptionalDate,

    /// <summary>Kept for later; what stands there is kept too.</summary>
    Reserved,
}
