namespace Qbitel.Protocols;

/// <summary>How the bytes of a value stand for characters, for whoever writes over them.</summary>
public enum ValueCoding
{
    /// <summary>ASCII or UTF-8.</summary>
    Text,

    /// <summary>EBCDIC.</summary>
    Ebcdic,

    /// <summary>Two decimal digits a byte.</summary>
    Packed,

    /// <summary>Bytes that are no characters.</summary>
    Bytes,
}
