using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>From a KEM's secret to key and nonce: RFC 9180, section 5.1, base mode.</summary>
internal static class HpkeKeySchedule
{
    private const byte ModeBase = 0x00;

    public static void Derive(
        HpkeSuite suite, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, Span<byte> key, Span<byte> baseNonce)
    {
        byte[] context =
        [
            ModeBase,
            .. Extract(suite, salt: default, "psk_id_hash"u8, material: default),
            .. Extract(suite, salt: default, "info_hash"u8, info),
        ];
        byte[] secret = Extract(suite, sharedSecret, "secret"u8, material: default);
        Expand(suite, secret, "key"u8, context, key);
        Expand(suite, secret, "base_nonce"u8, context, baseNonce);
        CryptographicOperations.ZeroMemory(secret);
    }

    // LabeledExtract of section 4.
    private static byte[] Extract(
        HpkeSuite suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> material)
    {
        int size = suite.Hash == HashAlgorithmName.SHA384 ? SHA384.HashSizeInBytes : SHA256.HashSizeInBytes;
        byte[] extracted = new byte[size];
        HKDF.Extract(suite.Hash, [.. "HPKE-v1"u8, .. suite.Id, .. label, .. material], salt, extracted);
        return extracted;
    }

    // LabeledExpand of section 4.
    private static void Expand(
        HpkeSuite suite, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context,
        Span<byte> output)
    {
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)output.Length));
        HKDF.Expand(suite.Hash, secret, output, [.. size, .. "HPKE-v1"u8, .. suite.Id, .. label, .. context]);
    }
}
