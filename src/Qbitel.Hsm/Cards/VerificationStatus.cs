namespace Qbitel.Hsm.Cards;

/// <summary>What a verification has found out.</summary>
public enum VerificationStatus
{
    /// <summary>
    /// Nothing could be found out: a key or the box is missing, or the scheme is not known. Never a yes.
    /// </summary>
    Indeterminate,

    Valid,

    Invalid,
}

/// <summary>Why a verification ended as it did.</summary>
public enum VerificationReason
{
    None,

    /// <summary>The value is not the one the key makes over this data.</summary>
    WrongValue,

    /// <summary>The value is missing, all zeros, or of another length.</summary>
    MalformedValue,

    /// <summary>A data object that is under the value is missing or of another length.</summary>
    MissingData,

    /// <summary>Nobody has given a key.</summary>
    NoKey,

    /// <summary>The key is for another use, or is not the one described.</summary>
    WrongKey,

    /// <summary>The box cannot be reached or has failed.</summary>
    BoxUnavailable,

    /// <summary>The box has no mechanism for it.</summary>
    BoxUnsupported,

    /// <summary>The scheme, or its method, stands in a manual that nobody has plugged in.</summary>
    UnsupportedScheme,

    /// <summary>What the authentication says of itself does not agree: its ECI is not one of the scheme.</summary>
    Inconsistent,
}

/// <summary>A card number as it may be shown: the first six and the last four digits.</summary>
public static class MaskedPan
{
    public static string Of(ReadOnlySpan<char> pan) => pan.Length switch
    {
        >= 12 => string.Concat(pan[..6], new string('*', pan.Length - 10), pan[^4..]),
        _ => new string('*', pan.Length),
    };
}
