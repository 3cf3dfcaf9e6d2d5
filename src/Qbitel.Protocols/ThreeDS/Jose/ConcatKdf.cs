using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>The key derivation of ECDH-ES: Concat KDF with SHA-256 (RFC 7518, 4.6.2; NIST SP 800-56A).</summary>
public static class ConcatKdf
{
    /// <summary>Derives a key of an agreed secret.</summary>
    /// <param name="secret">The x coordinate that both sides agreed on.</param>
    /// <param name="algorithm">AlgorithmID: the content encryption, or empty as 3-D Secure's SDKs have it.</param>
    /// <param name="partyU">PartyUInfo: of the producer.</param>
    /// <param name="partyV">PartyVInfo: of the recipient.</param>
    /// <param name="key">Filled with the key, at most 64 bytes.</param>
    public static void Derive(ReadOnlySpan<byte> secret, string algorithm, ReadOnlySpan<byte> partyU,
        ReadOnlySpan<byte> partyV, Span<byte> key)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, 64, nameof(key));
        Span<byte> block = stackalloc byte[32];
        Span<byte> number = stackalloc byte[4];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int done = 0;
        for (int round = 1; done < key.Length; round++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, round);
            hash.AppendData(number);
            hash.AppendData(secret);
            Append(Encoding.ASCII.GetBytes(algorithm), number, hash);
            Append(partyU, number, hash);
            Append(partyV, number, hash);
            BinaryPrimitives.WriteInt32BigEndian(number, key.Length * 8);
            hash.AppendData(number);
            hash.GetHashAndReset(block);
            int part = Math.Min(block.Length, key.Length - done);
            block[..part].CopyTo(key[done..]);
            done += part;
        }

        CryptographicOperations.ZeroMemory(block);
    }

    private static void Append(ReadOnlySpan<byte> data, Span<byte> number, IncrementalHash hash)
    {
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        hash.AppendData(number);
        hash.AppendData(data);
    }
}
