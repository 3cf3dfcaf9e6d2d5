using System.Numerics;
using System.Runtime.CompilerServices;

namespace Qbitel.Cryptography.Hashing;

/// <summary>FIPS 202, Algorithm 7: Keccak-p[1600, 24] in plain 64-bit integers, for any processor.</summary>
/// <remarks>Written by build/keccak.cs: change that and run it again.</remarks>
internal static class KeccakScalar
{
    /// <summary>One state: lane i is <paramref name="stride"/> · i elements after <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Permute(ref ulong first, int stride)
    {
        ReadOnlySpan<ulong> constants = Keccak.RoundConstants;
        ulong a0 = Unsafe.Add(ref first, stride * 0);
        ulong a1 = Unsafe.Add(ref first, stride * 1);
        ulong a2 = Unsafe.Add(ref first, stride * 2);
        ulong a3 = Unsafe.Add(ref first, stride * 3);
        ulong a4 = Unsafe.Add(ref first, stride * 4);
        ulong a5 = Unsafe.Add(ref first, stride * 5);
        ulong a6 = Unsafe.Add(ref first, stride * 6);
        ulong a7 = Unsafe.Add(ref first, stride * 7);
        ulong a8 = Unsafe.Add(ref first, stride * 8);
        ulong a9 = Unsafe.Add(ref first, stride * 9);
        ulong a10 = Unsafe.Add(ref first, stride * 10);
        ulong a11 = Unsafe.Add(ref first, stride * 11);
        ulong a12 = Unsafe.Add(ref first, stride * 12);
        ulong a13 = Unsafe.Add(ref first, stride * 13);
        ulong a14 = Unsafe.Add(ref first, stride * 14);
        ulong a15 = Unsafe.Add(ref first, stride * 15);
        ulong a16 = Unsafe.Add(ref first, stride * 16);
        ulong a17 = Unsafe.Add(ref first, stride * 17);
        ulong a18 = Unsafe.Add(ref first, stride * 18);
        ulong a19 = Unsafe.Add(ref first, stride * 19);
        ulong a20 = Unsafe.Add(ref first, stride * 20);
        ulong a21 = Unsafe.Add(ref first, stride * 21);
        ulong a22 = Unsafe.Add(ref first, stride * 22);
        ulong a23 = Unsafe.Add(ref first, stride * 23);
        ulong a24 = Unsafe.Add(ref first, stride * 24);
        ulong e0, e1, e2, e3, e4;
        ulong e5, e6, e7, e8, e9;
        ulong e10, e11, e12, e13, e14;
        ulong e15, e16, e17, e18, e19;
        ulong e20, e21, e22, e23, e24;
        ulong b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4;

        for (int round = 0; round < constants.Length; round += 2)
        {
            c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
            c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
            c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
            c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
            c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
            d0 = c4 ^ BitOperations.RotateLeft(c1, 1);
            d1 = c0 ^ BitOperations.RotateLeft(c2, 1);
            d2 = c1 ^ BitOperations.RotateLeft(c3, 1);
            d3 = c2 ^ BitOperations.RotateLeft(c4, 1);
            d4 = c3 ^ BitOperations.RotateLeft(c0, 1);

            b0 = a0 ^ d0;
            b1 = BitOperations.RotateLeft(a6 ^ d1, 44);
            b2 = BitOperations.RotateLeft(a12 ^ d2, 43);
            b3 = BitOperations.RotateLeft(a18 ^ d3, 21);
            b4 = BitOperations.RotateLeft(a24 ^ d4, 14);
            e0 = b0 ^ (~b1 & b2) ^ constants[round];
            e1 = b1 ^ (~b2 & b3);
            e2 = b2 ^ (~b3 & b4);
            e3 = b3 ^ (~b4 & b0);
            e4 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(a3 ^ d3, 28);
            b1 = BitOperations.RotateLeft(a9 ^ d4, 20);
            b2 = BitOperations.RotateLeft(a10 ^ d0, 3);
            b3 = BitOperations.RotateLeft(a16 ^ d1, 45);
            b4 = BitOperations.RotateLeft(a22 ^ d2, 61);
            e5 = b0 ^ (~b1 & b2);
            e6 = b1 ^ (~b2 & b3);
            e7 = b2 ^ (~b3 & b4);
            e8 = b3 ^ (~b4 & b0);
            e9 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(a1 ^ d1, 1);
            b1 = BitOperations.RotateLeft(a7 ^ d2, 6);
            b2 = BitOperations.RotateLeft(a13 ^ d3, 25);
            b3 = BitOperations.RotateLeft(a19 ^ d4, 8);
            b4 = BitOperations.RotateLeft(a20 ^ d0, 18);
            e10 = b0 ^ (~b1 & b2);
            e11 = b1 ^ (~b2 & b3);
            e12 = b2 ^ (~b3 & b4);
            e13 = b3 ^ (~b4 & b0);
            e14 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(a4 ^ d4, 27);
            b1 = BitOperations.RotateLeft(a5 ^ d0, 36);
            b2 = BitOperations.RotateLeft(a11 ^ d1, 10);
            b3 = BitOperations.RotateLeft(a17 ^ d2, 15);
            b4 = BitOperations.RotateLeft(a23 ^ d3, 56);
            e15 = b0 ^ (~b1 & b2);
            e16 = b1 ^ (~b2 & b3);
            e17 = b2 ^ (~b3 & b4);
            e18 = b3 ^ (~b4 & b0);
            e19 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(a2 ^ d2, 62);
            b1 = BitOperations.RotateLeft(a8 ^ d3, 55);
            b2 = BitOperations.RotateLeft(a14 ^ d4, 39);
            b3 = BitOperations.RotateLeft(a15 ^ d0, 41);
            b4 = BitOperations.RotateLeft(a21 ^ d1, 2);
            e20 = b0 ^ (~b1 & b2);
            e21 = b1 ^ (~b2 & b3);
            e22 = b2 ^ (~b3 & b4);
            e23 = b3 ^ (~b4 & b0);
            e24 = b4 ^ (~b0 & b1);

            c0 = e0 ^ e5 ^ e10 ^ e15 ^ e20;
            c1 = e1 ^ e6 ^ e11 ^ e16 ^ e21;
            c2 = e2 ^ e7 ^ e12 ^ e17 ^ e22;
            c3 = e3 ^ e8 ^ e13 ^ e18 ^ e23;
            c4 = e4 ^ e9 ^ e14 ^ e19 ^ e24;
            d0 = c4 ^ BitOperations.RotateLeft(c1, 1);
            d1 = c0 ^ BitOperations.RotateLeft(c2, 1);
            d2 = c1 ^ BitOperations.RotateLeft(c3, 1);
            d3 = c2 ^ BitOperations.RotateLeft(c4, 1);
            d4 = c3 ^ BitOperations.RotateLeft(c0, 1);

            b0 = e0 ^ d0;
            b1 = BitOperations.RotateLeft(e6 ^ d1, 44);
            b2 = BitOperations.RotateLeft(e12 ^ d2, 43);
            b3 = BitOperations.RotateLeft(e18 ^ d3, 21);
            b4 = BitOperations.RotateLeft(e24 ^ d4, 14);
            a0 = b0 ^ (~b1 & b2) ^ constants[round + 1];
            a1 = b1 ^ (~b2 & b3);
            a2 = b2 ^ (~b3 & b4);
            a3 = b3 ^ (~b4 & b0);
            a4 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(e3 ^ d3, 28);
            b1 = BitOperations.RotateLeft(e9 ^ d4, 20);
            b2 = BitOperations.RotateLeft(e10 ^ d0, 3);
            b3 = BitOperations.RotateLeft(e16 ^ d1, 45);
            b4 = BitOperations.RotateLeft(e22 ^ d2, 61);
            a5 = b0 ^ (~b1 & b2);
            a6 = b1 ^ (~b2 & b3);
            a7 = b2 ^ (~b3 & b4);
            a8 = b3 ^ (~b4 & b0);
            a9 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(e1 ^ d1, 1);
            b1 = BitOperations.RotateLeft(e7 ^ d2, 6);
            b2 = BitOperations.RotateLeft(e13 ^ d3, 25);
            b3 = BitOperations.RotateLeft(e19 ^ d4, 8);
            b4 = BitOperations.RotateLeft(e20 ^ d0, 18);
            a10 = b0 ^ (~b1 & b2);
            a11 = b1 ^ (~b2 & b3);
            a12 = b2 ^ (~b3 & b4);
            a13 = b3 ^ (~b4 & b0);
            a14 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(e4 ^ d4, 27);
            b1 = BitOperations.RotateLeft(e5 ^ d0, 36);
            b2 = BitOperations.RotateLeft(e11 ^ d1, 10);
            b3 = BitOperations.RotateLeft(e17 ^ d2, 15);
            b4 = BitOperations.RotateLeft(e23 ^ d3, 56);
            a15 = b0 ^ (~b1 & b2);
            a16 = b1 ^ (~b2 & b3);
            a17 = b2 ^ (~b3 & b4);
            a18 = b3 ^ (~b4 & b0);
            a19 = b4 ^ (~b0 & b1);

            b0 = BitOperations.RotateLeft(e2 ^ d2, 62);
            b1 = BitOperations.RotateLeft(e8 ^ d3, 55);
            b2 = BitOperations.RotateLeft(e14 ^ d4, 39);
            b3 = BitOperations.RotateLeft(e15 ^ d0, 41);
            b4 = BitOperations.RotateLeft(e21 ^ d1, 2);
            a20 = b0 ^ (~b1 & b2);
            a21 = b1 ^ (~b2 & b3);
            a22 = b2 ^ (~b3 & b4);
            a23 = b3 ^ (~b4 & b0);
            a24 = b4 ^ (~b0 & b1);
        }

        Unsafe.Add(ref first, stride * 0) = a0;
        Unsafe.Add(ref first, stride * 1) = a1;
        Unsafe.Add(ref first, stride * 2) = a2;
        Unsafe.Add(ref first, stride * 3) = a3;
        Unsafe.Add(ref first, stride * 4) = a4;
        Unsafe.Add(ref first, stride * 5) = a5;
        Unsafe.Add(ref first, stride * 6) = a6;
        Unsafe.Add(ref first, stride * 7) = a7;
        Unsafe.Add(ref first, stride * 8) = a8;
        Unsafe.Add(ref first, stride * 9) = a9;
        Unsafe.Add(ref first, stride * 10) = a10;
        Unsafe.Add(ref first, stride * 11) = a11;
        Unsafe.Add(ref first, stride * 12) = a12;
        Unsafe.Add(ref first, stride * 13) = a13;
        Unsafe.Add(ref first, stride * 14) = a14;
        Unsafe.Add(ref first, stride * 15) = a15;
        Unsafe.Add(ref first, stride * 16) = a16;
        Unsafe.Add(ref first, stride * 17) = a17;
        Unsafe.Add(ref first, stride * 18) = a18;
        Unsafe.Add(ref first, stride * 19) = a19;
        Unsafe.Add(ref first, stride * 20) = a20;
        Unsafe.Add(ref first, stride * 21) = a21;
        Unsafe.Add(ref first, stride * 22) = a22;
        Unsafe.Add(ref first, stride * 23) = a23;
        Unsafe.Add(ref first, stride * 24) = a24;
    }
}
