namespace Qbitel.Cryptography.Envelopes;

/// <summary>What a session authenticates its sender with (RFC 9180, section 5).</summary>
public enum HpkeMode
{
    /// <summary>Nothing.</summary>
    Base = 0,

    /// <summary>A secret that both sides have already.</summary>
    Psk = 1,

    /// <summary>The sender's key: not defined for the post-quantum KEMs.</summary>
    Auth = 2,

    /// <summary>Both: not defined for the post-quantum KEMs.</summary>
    AuthPsk = 3,
}
