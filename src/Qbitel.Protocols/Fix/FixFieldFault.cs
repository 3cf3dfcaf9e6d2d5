namespace Qbitel.Protocols.Fix;

/// <summary>What is wrong with the form of one field.</summary>
public enum FixFieldFault
{
    None,

    /// <summary>The tag is not a number of one to seven digits without a leading zero.</summary>
    InvalidTag,

    /// <summary>There is no equals sign.</summary>
    NoSeparator,

    EmptyValue,

    /// <summary>The data is not as long as the length field before it says.</summary>
    DataLength,

    /// <summary>The message ends before the SOH that ends the field.</summary>
    Unterminated,
}
