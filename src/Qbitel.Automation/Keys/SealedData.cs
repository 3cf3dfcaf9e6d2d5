using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Qbitel.Governance;

namespace Qbitel.Automation.Keys;

/// <summary>
/// Data encrypted under one version of a key, which it names, so that it can be decrypted after any number of
/// rotations.
/// </summary>
public sealed record SealedData(KeyId KeyId, int Version, ReadOnlyMemory<byte> Ciphertext)
{
    // "QBD1", key id (16 bytes), version (4 bytes, big-endian), then the token's ciphertext.
    private const int HeaderSize = 24;

    private static ReadOnlySpan<byte> Magic => "QBD1"u8;

    public byte[] ToArray()
    {
        byte[] bytes = new byte[HeaderSize + Ciphertext.Length];
        WriteHeader(bytes, KeyId, Version);
        Ciphertext.Span.CopyTo(bytes.AsSpan(HeaderSize));
        return bytes;
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SealedData? data)
    {
        data = null;
        if (bytes.Length < HeaderSize || !bytes.StartsWith(Magic)) return false;

        int version = BinaryPrimitives.ReadInt32BigEndian(bytes[20..]);
        if (version < 1) return false;

        data = new SealedData(new KeyId(new Guid(bytes.Slice(4, 16), bigEndian: true)), version,
            bytes[HeaderSize..].ToArray());
        return true;
    }

    // The header is bound too: ciphertext cannot be moved to another key or version.
    internal static byte[] AssociatedData(KeyId key, int version, ReadOnlySpan<byte> associatedData)
    {
        byte[] bound = new byte[HeaderSize + associatedData.Length];
        WriteHeader(bound, key, version);
        associatedData.CopyTo(bound.AsSpan(HeaderSize));
        return bound;
    }

    private static void WriteHeader(Span<byte> destination, KeyId key, int version)
    {
        Magic.CopyTo(destination);
        key.Value.TryWriteBytes(destination[4..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(destination[20..], version);
    }
}

/// <summary>A signature and the version of the key that made it.</summary>
public sealed record KeySignature(KeyId KeyId, int Version, ReadOnlyMemory<byte> Signature);
