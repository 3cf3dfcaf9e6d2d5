namespace Qbitel.Cryptography.Classical;

/// <summary>The key types we take from libcrypto, by their number in openssl/obj_mac.h.</summary>
internal enum EvpKeyType
{
    X25519 = 1034,
    X448 = 1035,
    Ed25519 = 1087,
    Ed448 = 1088,
}

internal static class EvpKeyTypes
{
    // RFC 7748, section 5; RFC 8032, sections 5.1.5 and 5.2.5: private and public keys have one size.
    public static int KeySize(this EvpKeyType type) => type switch
    {
        EvpKeyType.X448 => 56,
        EvpKeyType.Ed448 => 57,
        _ => 32,
    };

    // RFC 8032, sections 5.1.6 and 5.2.6.
    public static int SignatureSize(this EvpKeyType type) => 2 * type.KeySize();
}
