namespace Qbitel.Cryptography.Envelopes;

/// <summary>The cipher of an HPKE suite, by its registered number (RFC 9180, section 7.3).</summary>
public enum HpkeAead
{
    Aes128Gcm = 0x0001,
    Aes256Gcm = 0x0002,
    ChaCha20Poly1305 = 0x0003,

    /// <summary>None: a session only exports secrets.</summary>
    ExportOnly = 0xFFFF,
}
