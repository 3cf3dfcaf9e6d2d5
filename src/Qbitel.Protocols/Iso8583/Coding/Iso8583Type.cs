namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>What characters a field may hold.</summary>
internal enum Iso8583Type : byte
{
    /// <summary>n</summary>
    Numeric,

    /// <summary>a</summary>
    Alphabetic,

    /// <summary>an and anp, with space as padding</summary>
    Alphanumeric,

    /// <summary>ans</summary>
    Text,

    /// <summary>ns</summary>
    NumericSpecial,

    /// <summary>z: digits and the separators = and D of a magnetic track</summary>
    Track,

    /// <summary>x+n: C or D and digits</summary>
    SignedNumeric,

    /// <summary>b</summary>
    Binary,
}
