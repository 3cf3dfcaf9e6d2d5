using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Tests.Hashing;

/// <summary>One block in every lane against the platform's SHA-2.</summary>
public sealed class Sha2RoundsTests
{
    [Fact]
    public void Sha256_in_one_lane_is_the_platforms() => Check256<uint, Words32>();

    [Fact]
    public void Sha512_in_one_lane_is_the_platforms() => Check512<ulong, Words64>();

    [Fact]
    public void Vectors_of_256_bits_agree()
    {
        Assert.SkipUnless(
            Words32x8.IsSupported && Words64x4.IsSupported, "the processor has no AVX2, or it is switched off");
        Check256<Vector256<uint>, Words32x8>();
        Check512<Vector256<ulong>, Words64x4>();
    }

    [Fact]
    public void Vectors_of_512_bits_agree()
    {
        Assert.SkipUnless(
            Words32x16.IsSupported && Words64x8.IsSupported, "the processor has no AVX-512, or it is switched off");
        Check256<Vector512<uint>, Words32x16>();
        Check512<Vector512<ulong>, Words64x8>();
    }

    private static void Check256<TVector, TLanes>()
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        for (int size = 0; size <= 55; size++)
        {
            TVector[] state = new TVector[8], block = new TVector[16];
            for (int i = 0; i < 8; i++) state[i] = TLanes.Broadcast(Sha256Rounds.Start[i]);
            byte[][] messages =
                [.. Enumerable.Range(0, TLanes.Count).Select(_ => RandomNumberGenerator.GetBytes(size))];
            for (int lane = 0; lane < messages.Length; lane++)
            {
                byte[] padded = new byte[64];
                messages[lane].CopyTo(padded, 0);
                padded[size] = 0x80;
                BinaryPrimitives.WriteInt64BigEndian(padded.AsSpan(56), 8 * size);
                for (int i = 0; i < 16; i++)
                {
                    MemoryMarshal.Cast<TVector, uint>(block.AsSpan())[(i * messages.Length) + lane] =
                        BinaryPrimitives.ReadUInt32BigEndian(padded.AsSpan(4 * i));
                }
            }

            Sha256Rounds.Compress<TVector, TLanes>(state, block);

            for (int lane = 0; lane < messages.Length; lane++)
            {
                byte[] digest = new byte[32];
                for (int i = 0; i < 8; i++)
                {
                    BinaryPrimitives.WriteUInt32BigEndian(
                        digest.AsSpan(4 * i), MemoryMarshal.Cast<TVector, uint>(state)[(i * messages.Length) + lane]);
                }

                Assert.Equal(SHA256.HashData(messages[lane]), digest);
            }
        }
    }

    private static void Check512<TVector, TLanes>()
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, ulong>
    {
        for (int size = 0; size <= 111; size++)
        {
            TVector[] state = new TVector[8], block = new TVector[16];
            for (int i = 0; i < 8; i++) state[i] = TLanes.Broadcast(Sha512Rounds.Start[i]);
            byte[][] messages =
                [.. Enumerable.Range(0, TLanes.Count).Select(_ => RandomNumberGenerator.GetBytes(size))];
            for (int lane = 0; lane < messages.Length; lane++)
            {
                byte[] padded = new byte[128];
                messages[lane].CopyTo(padded, 0);
                padded[size] = 0x80;
                BinaryPrimitives.WriteInt64BigEndian(padded.AsSpan(120), 8 * size);
                for (int i = 0; i < 16; i++)
                {
                    MemoryMarshal.Cast<TVector, ulong>(block.AsSpan())[(i * messages.Length) + lane] =
                        BinaryPrimitives.ReadUInt64BigEndian(padded.AsSpan(8 * i));
                }
            }

            Sha512Rounds.Compress<TVector, TLanes>(state, block);

            for (int lane = 0; lane < messages.Length; lane++)
            {
                byte[] digest = new byte[64];
                for (int i = 0; i < 8; i++)
                {
                    BinaryPrimitives.WriteUInt64BigEndian(
                        digest.AsSpan(8 * i), MemoryMarshal.Cast<TVector, ulong>(state)[(i * messages.Length) + lane]);
                }

                Assert.Equal(SHA512.HashData(messages[lane]), digest);
            }
        }
    }
}
