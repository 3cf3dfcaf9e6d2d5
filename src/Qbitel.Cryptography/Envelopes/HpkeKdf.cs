namespace Qbitel.Cryptography.Envelopes;

/// <summary>The key derivation of an HPKE suite, by its registered number.</summary>
public enum HpkeKdf
{
    // RFC 9180, section 7.2: two stages, extract and expand.
    HkdfSha256 = 0x0001,
    HkdfSha384 = 0x0002,
    HkdfSha512 = 0x0003,

    // draft-ietf-hpke-pq: one stage.
    Shake128 = 0x0010,
    Shake256 = 0x0011,
    TurboShake128 = 0x0012,
    TurboShake256 = 0x0013,
}
