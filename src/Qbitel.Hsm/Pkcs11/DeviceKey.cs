using System.Security.Cryptography;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>What is known of a device key without its secret; it goes along with every use of it.</summary>
public sealed class DeviceKey
{
    internal DeviceKey(
        TokenKeyId id, DeviceKeyKind kind, ReadOnlyMemory<byte> checkValue, ReadOnlyMemory<byte> publicKey,
        DateTimeOffset madeAt)
    {
        Id = id;
        Kind = kind;
        CheckValue = checkValue;
        PublicKey = publicKey;
        MadeAt = madeAt;
    }

    public TokenKeyId Id { get; }

    public DeviceKeyKind Kind { get; }

    /// <summary>
    /// Tells two keys apart: the check value of ANSI X9.24-1 (AES: CMAC, 5 bytes; TDEA: 3 bytes; TDEA for CMAC: 5), the
    /// first 5 bytes of a MAC over a fixed text, or SHA-256 of the public key.
    /// </summary>
    public ReadOnlyMemory<byte> CheckValue { get; }

    /// <summary>RSAPublicKey of RFC 8017; empty for a secret key.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    public DateTimeOffset MadeAt { get; }

    public bool IsSameKeyAs(DeviceKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id == other.Id && Kind == other.Kind && PublicKey.Span.SequenceEqual(other.PublicKey.Span)
            && CryptographicOperations.FixedTimeEquals(CheckValue.Span, other.CheckValue.Span);
    }

    public override string ToString() => $"{Kind} {Id}";
}
