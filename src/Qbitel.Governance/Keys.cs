namespace Qbitel.Governance;

/// <summary>What a key may be used for.</summary>
public enum KeyType
{
    /// <summary>Wraps other keys.</summary>
    Kek,

    /// <summary>Encrypts data.</summary>
    Dek,

    /// <summary>Signs transactions, certificates or log checkpoints.</summary>
    Signing,

    /// <summary>Receives keys from others.</summary>
    Transport,
}

/// <summary>The state of one key version: NIST SP 800-57 part 1 with Suspended (ISO/IEC 11770-1 and KMIP spell them
/// alike).</summary>
public enum KeyState
{
    /// <summary>Made, not yet used.</summary>
    PreActive,

    /// <summary>Protects and processes.</summary>
    Active,

    /// <summary>Held back for a while; may become active again.</summary>
    Suspended,

    /// <summary>Protects no longer; still decrypts and verifies.</summary>
    Deactivated,

    /// <summary>Known or feared to be in other hands; final for protection.</summary>
    Compromised,

    /// <summary>The material is gone; the record stays.</summary>
    Destroyed,

    /// <summary>Destroyed, and later found to have been compromised.</summary>
    DestroyedCompromised,
}

/// <summary>The name of a key, stable over all its versions.</summary>
public readonly record struct KeyId(Guid Value)
{
    public static KeyId Parse(string text) => new(Guid.Parse(text));

    public override string ToString() => Value.ToString("D");
}
