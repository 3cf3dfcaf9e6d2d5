namespace Qbitel.Hsm;

/// <summary>Why a provider could not do what it was asked.</summary>
public enum HsmFailure
{
    /// <summary>The device, its disk or its lock cannot be reached.</summary>
    Unavailable,

    /// <summary>The passphrase, key file or credential does not open the token, or is not safe to use.</summary>
    WrongSecret,

    /// <summary>No object of that name.</summary>
    KeyMissing,

    /// <summary>The object of that name is another key than the caller described.</summary>
    KeyConflict,

    /// <summary>Stored data is not what the provider wrote.</summary>
    Damaged,

    /// <summary>The key has done as much as it may; it must be rotated.</summary>
    Exhausted,

    /// <summary>The box has no mechanism for it; the message names the mechanism.</summary>
    Unsupported,

    /// <summary>The key is not for that use, or may not leave the box.</summary>
    NotAllowed,
}

/// <summary>The device or its storage failed. Who retries, and whether, is decided upstairs.</summary>
public sealed class HsmException(
    string provider, HsmOperation operation, HsmFailure failure, string message, bool isTransient = false,
    Exception? inner = null)
    : Exception($"{provider}: {operation}: {message}", inner)
{
    public string Provider { get; } = provider;

    public HsmOperation Operation { get; } = operation;

    public HsmFailure Failure { get; } = failure;

    /// <summary>The same call may succeed later, and repeating it does no harm.</summary>
    public bool IsTransient { get; } = isTransient;
}
