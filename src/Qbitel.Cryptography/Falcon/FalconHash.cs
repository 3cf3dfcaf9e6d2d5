using System.Buffers.Binary;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Falcon;

/// <summary>HashToPoint (Falcon specification, round 3, Algorithm 3): nonce and message to a polynomial.</summary>
/// <remarks>
/// Its time depends on the hash, not on a key: nonce and message are what the signature is published for.
/// </remarks>
internal static class FalconHash
{
    private const uint Limit = 5 * FalconRing.Q; // the largest multiple of q in 16 bits

    public static void ToPoint(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message, Span<ushort> point)
    {
        Span<byte> block = stackalloc byte[Sponge.Shake256Rate];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(nonce);
        sponge.Absorb(message);
        for (int filled = 0; filled < point.Length;)
        {
            sponge.Squeeze(block);
            for (int i = 0; i < block.Length && filled < point.Length; i += 2)
            {
                uint sample = BinaryPrimitives.ReadUInt16BigEndian(block[i..]);
                if (sample < Limit) point[filled++] = (ushort)(sample % FalconRing.Q);
            }
        }

        sponge.Clear();
    }
}
