using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>
/// From a KEM's secret to key, nonce and exporter secret: RFC 9180, section 5.1, and the one stage of
/// draft-ietf-hpke-hpke,
/// section 5.1.
/// </summary>
internal sealed class HpkeKeySchedule(byte[] suiteId, HpkeKdf kdf, HpkeAead aead)
{
    private const int MaxOneStageInput = ushort.MaxValue;

    private readonly HashAlgorithmName? _hash = kdf switch
    {
        HpkeKdf.HkdfSha256 => HashAlgorithmName.SHA256,
        HpkeKdf.HkdfSha384 => HashAlgorithmName.SHA384,
        HpkeKdf.HkdfSha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    public static HpkeKeySchedule Of(HpkeSuite suite) => new(suite.Id.ToArray(), suite.Kdf, suite.Aead);

    /// <summary>Nh: bytes of an extracted or exporter secret.</summary>
    public int SecretSize => kdf switch
    {
        HpkeKdf.HkdfSha256 or HpkeKdf.Shake128 or HpkeKdf.TurboShake128 => 32,
        HpkeKdf.HkdfSha384 => 48,
        _ => 64,
    };

    /// <summary>The most bytes one export gives.</summary>
    public int MaxExportSize => _hash is null ? ushort.MaxValue : 255 * SecretSize;

    public int KeySize => HpkeSuite.KeySizeOf(aead);

    public int NonceSize => aead == HpkeAead.ExportOnly ? 0 : HpkeSuite.NonceSize;

    /// <param name="sharedSecret">The KEM's.</param>
    /// <param name="info">Separates applications.</param>
    /// <param name="psk">Null in base mode.</param>
    /// <returns>Key, base nonce and exporter secret, which the caller zeroes.</returns>
    /// <exception cref="ArgumentException">An input is longer than a one-stage KDF takes.</exception>
    public (byte[] Key, byte[] BaseNonce, byte[] ExporterSecret) Derive(
        ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info, HpkePsk? psk)
    {
        byte mode = (byte)(psk is null ? HpkeMode.Base : HpkeMode.Psk);
        ReadOnlySpan<byte> pskKey = psk is null ? default : psk.Key.Span, pskId = psk is null ? default : psk.Id.Span;
        byte[] key = new byte[KeySize], nonce = new byte[NonceSize], exporter = new byte[SecretSize];
        if (_hash is not null)
        {
            byte[] context =
                [mode, .. Extract(default, "psk_id_hash"u8, pskId), .. Extract(default, "info_hash"u8, info)];
            byte[] secret = Extract(sharedSecret, "secret"u8, pskKey);
            Expand(secret, "key"u8, context, key);
            Expand(secret, "base_nonce"u8, context, nonce);
            Expand(secret, "exp"u8, context, exporter);
            CryptographicOperations.ZeroMemory(secret);
        }
        else
        {
            byte[] secrets = [.. Prefixed(pskKey, nameof(psk)), .. Prefixed(sharedSecret, nameof(sharedSecret))];
            byte[] context = [mode, .. Prefixed(pskId, nameof(psk)), .. Prefixed(info, nameof(info))];
            byte[] all = new byte[key.Length + nonce.Length + exporter.Length];
            LabeledDerive(secrets, "secret"u8, context, all);
            all.AsSpan(0, key.Length).CopyTo(key);
            all.AsSpan(key.Length, nonce.Length).CopyTo(nonce);
            all.AsSpan(key.Length + nonce.Length).CopyTo(exporter);
            CryptographicOperations.ZeroMemory(all);
            CryptographicOperations.ZeroMemory(secrets);
        }

        return (key, nonce, exporter);
    }

    /// <summary>Section 5.3.</summary>
    public void Export(ReadOnlySpan<byte> exporterSecret, ReadOnlySpan<byte> context, Span<byte> output)
    {
        if (_hash is not null)
        {
            Expand(exporterSecret, "sec"u8, context, output);
            return;
        }

        if (context.Length > MaxOneStageInput) throw TooLong(context.Length, nameof(context));
        LabeledDerive(exporterSecret, "sec"u8, context, output);
    }

    // LabeledExtract of section 4.
    private byte[] Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> material)
    {
        byte[] extracted = new byte[SecretSize];
        byte[] labeled = [.. "HPKE-v1"u8, .. suiteId, .. label, .. material];
        HKDF.Extract(_hash!.Value, labeled, salt, extracted);
        CryptographicOperations.ZeroMemory(labeled);
        return extracted;
    }

    // LabeledExpand of section 4.
    private void Expand(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context, Span<byte> output)
    {
        if (output.IsEmpty) return;

        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)output.Length));
        HKDF.Expand(_hash!.Value, secret, output, [.. size, .. "HPKE-v1"u8, .. suiteId, .. label, .. context]);
    }

    // LabeledDerive of the draft, section 4.
    private void LabeledDerive(
        ReadOnlySpan<byte> material, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context, Span<byte> output)
    {
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, checked((ushort)output.Length));
        byte[] labeled =
            [.. material, .. "HPKE-v1"u8, .. suiteId, 0, (byte)label.Length, .. label, .. size, .. context];
        switch (kdf)
        {
            case HpkeKdf.Shake128:
                Fips202.Shake128(output, labeled);
                break;
            case HpkeKdf.Shake256:
                Fips202.Shake256(output, labeled);
                break;
            case HpkeKdf.TurboShake128:
                TurboShake.TurboShake128(labeled, output);
                break;
            default:
                TurboShake.TurboShake256(labeled, output);
                break;
        }

        CryptographicOperations.ZeroMemory(labeled);
    }

    private static byte[] Prefixed(ReadOnlySpan<byte> value, string name) => value.Length <= MaxOneStageInput
        ? [(byte)(value.Length >> 8), (byte)(value.Length & 0xFF), .. value]
        : throw TooLong(value.Length, name);

    private static ArgumentException TooLong(int found, string name) =>
        new($"A one-stage KDF takes at most {MaxOneStageInput} bytes; found {found}.", name);
}
