namespace Qbitel.Protocols.Emv;

/// <summary>How a value is written (EMV Book 3, 4.3).</summary>
public enum EmvFormat
{
    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>Packed digits, zeros on the left.</summary>
    Numeric,

    /// <summary>Packed digits, filled up with F on the right.</summary>
    CompressedNumeric,

    /// <summary>Letters.</summary>
    Alphabetic,

    /// <summary>Letters and digits.</summary>
    Alphanumeric,

    /// <summary>Printable characters.</summary>
    Printable,

    /// <summary>Tags with lengths, which a card asks for.</summary>
    DataObjectList,

    /// <summary>Tags.</summary>
    TagList,

    /// <summary>Data objects.</summary>
    Template,
}
