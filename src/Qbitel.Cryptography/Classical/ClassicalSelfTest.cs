using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Classical;

/// <summary>
/// The self-test of what we take from libcrypto: known answers of X25519 and Ed25519, and one refusal of each.
/// </summary>
internal static class ClassicalSelfTest
{
    private static readonly SelfTest Test = new("libcrypto (X25519, Ed25519)", Passes);

    /// <summary>Call before a key is made.</summary>
    /// <exception cref="PlatformNotSupportedException">OpenSSL 3 is not installed.</exception>
    public static void Require()
    {
        LibCrypto.Require();
        Test.Require();
    }

    public static bool Passes() => AgreementPasses() && SignaturePasses();

    // RFC 7748, section 5.2, first vector; and the point zero, which has no secret.
    private static bool AgreementPasses()
    {
        byte[] scalar = Convert.FromHexString("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        byte[] point = Convert.FromHexString("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
        using EvpKey key = EvpKey.ImportPrivate(EvpKeyType.X25519, scalar);
        using EvpKey peer = EvpKey.ImportPublic(EvpKeyType.X25519, point);
        using EvpKey zero = EvpKey.ImportPublic(EvpKeyType.X25519, new byte[X25519Key.Size]);
        Span<byte> secret = stackalloc byte[X25519Key.Size];
        return key.TryDerive(peer, secret)
            && Convert.ToHexStringLower(secret) == "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
            && !key.TryDerive(zero, secret);
    }

    // RFC 8032, section 7.1, test 2; and the signature of another message.
    private static bool SignaturePasses()
    {
        byte[] seed = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        using EvpKey key = EvpKey.ImportPrivate(EvpKeyType.Ed25519, seed);
        byte[] signature = key.Sign([0x72]);
        return Convert.ToHexStringLower(signature) ==
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            && key.Verify([0x72], signature) && !key.Verify([0x73], signature);
    }
}
