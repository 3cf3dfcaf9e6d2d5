using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Hashing;

/// <summary>FIPS 202, Algorithm 7: Keccak-p[1600, 24] over vectors of four lanes, with AVX2.</summary>
/// <remarks>Written by build/keccak.cs: change that and run it again.</remarks>
internal static class KeccakAvx2
{
    /// <summary>Four states, interleaved: lane i of state j is element 4i + j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PermuteFour(ref ulong first)
    {
        ReadOnlySpan<ulong> constants = Keccak.RoundConstants;
        Vector128<byte> bytes8 = Vector128.Create((byte)7, 0, 1, 2, 3, 4, 5, 6, 15, 8, 9, 10, 11, 12, 13, 14), bytes56 =
            Vector128.Create((byte)1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8);
        Vector256<byte> by8 = Vector256.Create(bytes8, bytes8), by56 = Vector256.Create(bytes56, bytes56);
        Vector256<ulong> a0 = Vector256.LoadUnsafe(ref first, 0);
        Vector256<ulong> a1 = Vector256.LoadUnsafe(ref first, 4);
        Vector256<ulong> a2 = Vector256.LoadUnsafe(ref first, 8);
        Vector256<ulong> a3 = Vector256.LoadUnsafe(ref first, 12);
        Vector256<ulong> a4 = Vector256.LoadUnsafe(ref first, 16);
        Vector256<ulong> a5 = Vector256.LoadUnsafe(ref first, 20);
        Vector256<ulong> a6 = Vector256.LoadUnsafe(ref first, 24);
        Vector256<ulong> a7 = Vector256.LoadUnsafe(ref first, 28);
        Vector256<ulong> a8 = Vector256.LoadUnsafe(ref first, 32);
        Vector256<ulong> a9 = Vector256.LoadUnsafe(ref first, 36);
        Vector256<ulong> a10 = Vector256.LoadUnsafe(ref first, 40);
        Vector256<ulong> a11 = Vector256.LoadUnsafe(ref first, 44);
        Vector256<ulong> a12 = Vector256.LoadUnsafe(ref first, 48);
        Vector256<ulong> a13 = Vector256.LoadUnsafe(ref first, 52);
        Vector256<ulong> a14 = Vector256.LoadUnsafe(ref first, 56);
        Vector256<ulong> a15 = Vector256.LoadUnsafe(ref first, 60);
        Vector256<ulong> a16 = Vector256.LoadUnsafe(ref first, 64);
        Vector256<ulong> a17 = Vector256.LoadUnsafe(ref first, 68);
        Vector256<ulong> a18 = Vector256.LoadUnsafe(ref first, 72);
        Vector256<ulong> a19 = Vector256.LoadUnsafe(ref first, 76);
        Vector256<ulong> a20 = Vector256.LoadUnsafe(ref first, 80);
        Vector256<ulong> a21 = Vector256.LoadUnsafe(ref first, 84);
        Vector256<ulong> a22 = Vector256.LoadUnsafe(ref first, 88);
        Vector256<ulong> a23 = Vector256.LoadUnsafe(ref first, 92);
        Vector256<ulong> a24 = Vector256.LoadUnsafe(ref first, 96);
        Vector256<ulong> e0, e1, e2, e3, e4;
        Vector256<ulong> e5, e6, e7, e8, e9;
        Vector256<ulong> e10, e11, e12, e13, e14;
        Vector256<ulong> e15, e16, e17, e18, e19;
        Vector256<ulong> e20, e21, e22, e23, e24;
        Vector256<ulong> b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4;

        for (int round = 0; round < constants.Length; round += 2)
        {
            c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
            c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
            c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
            c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
            c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
            d0 = c4 ^ Rotate(c1, 1, 63);
            d1 = c0 ^ Rotate(c2, 1, 63);
            d2 = c1 ^ Rotate(c3, 1, 63);
            d3 = c2 ^ Rotate(c4, 1, 63);
            d4 = c3 ^ Rotate(c0, 1, 63);

            b0 = a0 ^ d0;
            b1 = Rotate(a6 ^ d1, 44, 20);
            b2 = Rotate(a12 ^ d2, 43, 21);
            b3 = Rotate(a18 ^ d3, 21, 43);
            b4 = Rotate(a24 ^ d4, 14, 50);
            e0 = b0 ^ Avx2.AndNot(b1, b2) ^ Vector256.Create(constants[round]);
            e1 = b1 ^ Avx2.AndNot(b2, b3);
            e2 = b2 ^ Avx2.AndNot(b3, b4);
            e3 = b3 ^ Avx2.AndNot(b4, b0);
            e4 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(a3 ^ d3, 28, 36);
            b1 = Rotate(a9 ^ d4, 20, 44);
            b2 = Rotate(a10 ^ d0, 3, 61);
            b3 = Rotate(a16 ^ d1, 45, 19);
            b4 = Rotate(a22 ^ d2, 61, 3);
            e5 = b0 ^ Avx2.AndNot(b1, b2);
            e6 = b1 ^ Avx2.AndNot(b2, b3);
            e7 = b2 ^ Avx2.AndNot(b3, b4);
            e8 = b3 ^ Avx2.AndNot(b4, b0);
            e9 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(a1 ^ d1, 1, 63);
            b1 = Rotate(a7 ^ d2, 6, 58);
            b2 = Rotate(a13 ^ d3, 25, 39);
            b3 = Avx2.Shuffle((a19 ^ d4).AsByte(), by8).AsUInt64();
            b4 = Rotate(a20 ^ d0, 18, 46);
            e10 = b0 ^ Avx2.AndNot(b1, b2);
            e11 = b1 ^ Avx2.AndNot(b2, b3);
            e12 = b2 ^ Avx2.AndNot(b3, b4);
            e13 = b3 ^ Avx2.AndNot(b4, b0);
            e14 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(a4 ^ d4, 27, 37);
            b1 = Rotate(a5 ^ d0, 36, 28);
            b2 = Rotate(a11 ^ d1, 10, 54);
            b3 = Rotate(a17 ^ d2, 15, 49);
            b4 = Avx2.Shuffle((a23 ^ d3).AsByte(), by56).AsUInt64();
            e15 = b0 ^ Avx2.AndNot(b1, b2);
            e16 = b1 ^ Avx2.AndNot(b2, b3);
            e17 = b2 ^ Avx2.AndNot(b3, b4);
            e18 = b3 ^ Avx2.AndNot(b4, b0);
            e19 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(a2 ^ d2, 62, 2);
            b1 = Rotate(a8 ^ d3, 55, 9);
            b2 = Rotate(a14 ^ d4, 39, 25);
            b3 = Rotate(a15 ^ d0, 41, 23);
            b4 = Rotate(a21 ^ d1, 2, 62);
            e20 = b0 ^ Avx2.AndNot(b1, b2);
            e21 = b1 ^ Avx2.AndNot(b2, b3);
            e22 = b2 ^ Avx2.AndNot(b3, b4);
            e23 = b3 ^ Avx2.AndNot(b4, b0);
            e24 = b4 ^ Avx2.AndNot(b0, b1);

            c0 = e0 ^ e5 ^ e10 ^ e15 ^ e20;
            c1 = e1 ^ e6 ^ e11 ^ e16 ^ e21;
            c2 = e2 ^ e7 ^ e12 ^ e17 ^ e22;
            c3 = e3 ^ e8 ^ e13 ^ e18 ^ e23;
            c4 = e4 ^ e9 ^ e14 ^ e19 ^ e24;
            d0 = c4 ^ Rotate(c1, 1, 63);
            d1 = c0 ^ Rotate(c2, 1, 63);
            d2 = c1 ^ Rotate(c3, 1, 63);
            d3 = c2 ^ Rotate(c4, 1, 63);
            d4 = c3 ^ Rotate(c0, 1, 63);

            b0 = e0 ^ d0;
            b1 = Rotate(e6 ^ d1, 44, 20);
            b2 = Rotate(e12 ^ d2, 43, 21);
            b3 = Rotate(e18 ^ d3, 21, 43);
            b4 = Rotate(e24 ^ d4, 14, 50);
            a0 = b0 ^ Avx2.AndNot(b1, b2) ^ Vector256.Create(constants[round + 1]);
            a1 = b1 ^ Avx2.AndNot(b2, b3);
            a2 = b2 ^ Avx2.AndNot(b3, b4);
            a3 = b3 ^ Avx2.AndNot(b4, b0);
            a4 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(e3 ^ d3, 28, 36);
            b1 = Rotate(e9 ^ d4, 20, 44);
            b2 = Rotate(e10 ^ d0, 3, 61);
            b3 = Rotate(e16 ^ d1, 45, 19);
            b4 = Rotate(e22 ^ d2, 61, 3);
            a5 = b0 ^ Avx2.AndNot(b1, b2);
            a6 = b1 ^ Avx2.AndNot(b2, b3);
            a7 = b2 ^ Avx2.AndNot(b3, b4);
            a8 = b3 ^ Avx2.AndNot(b4, b0);
            a9 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(e1 ^ d1, 1, 63);
            b1 = Rotate(e7 ^ d2, 6, 58);
            b2 = Rotate(e13 ^ d3, 25, 39);
            b3 = Avx2.Shuffle((e19 ^ d4).AsByte(), by8).AsUInt64();
            b4 = Rotate(e20 ^ d0, 18, 46);
            a10 = b0 ^ Avx2.AndNot(b1, b2);
            a11 = b1 ^ Avx2.AndNot(b2, b3);
            a12 = b2 ^ Avx2.AndNot(b3, b4);
            a13 = b3 ^ Avx2.AndNot(b4, b0);
            a14 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(e4 ^ d4, 27, 37);
            b1 = Rotate(e5 ^ d0, 36, 28);
            b2 = Rotate(e11 ^ d1, 10, 54);
            b3 = Rotate(e17 ^ d2, 15, 49);
            b4 = Avx2.Shuffle((e23 ^ d3).AsByte(), by56).AsUInt64();
            a15 = b0 ^ Avx2.AndNot(b1, b2);
            a16 = b1 ^ Avx2.AndNot(b2, b3);
            a17 = b2 ^ Avx2.AndNot(b3, b4);
            a18 = b3 ^ Avx2.AndNot(b4, b0);
            a19 = b4 ^ Avx2.AndNot(b0, b1);

            b0 = Rotate(e2 ^ d2, 62, 2);
            b1 = Rotate(e8 ^ d3, 55, 9);
            b2 = Rotate(e14 ^ d4, 39, 25);
            b3 = Rotate(e15 ^ d0, 41, 23);
            b4 = Rotate(e21 ^ d1, 2, 62);
            a20 = b0 ^ Avx2.AndNot(b1, b2);
            a21 = b1 ^ Avx2.AndNot(b2, b3);
            a22 = b2 ^ Avx2.AndNot(b3, b4);
            a23 = b3 ^ Avx2.AndNot(b4, b0);
            a24 = b4 ^ Avx2.AndNot(b0, b1);
        }

        a0.StoreUnsafe(ref first, 0);
        a1.StoreUnsafe(ref first, 4);
        a2.StoreUnsafe(ref first, 8);
        a3.StoreUnsafe(ref first, 12);
        a4.StoreUnsafe(ref first, 16);
        a5.StoreUnsafe(ref first, 20);
        a6.StoreUnsafe(ref first, 24);
        a7.StoreUnsafe(ref first, 28);
        a8.StoreUnsafe(ref first, 32);
        a9.StoreUnsafe(ref first, 36);
        a10.StoreUnsafe(ref first, 40);
        a11.StoreUnsafe(ref first, 44);
        a12.StoreUnsafe(ref first, 48);
        a13.StoreUnsafe(ref first, 52);
        a14.StoreUnsafe(ref first, 56);
        a15.StoreUnsafe(ref first, 60);
        a16.StoreUnsafe(ref first, 64);
        a17.StoreUnsafe(ref first, 68);
        a18.StoreUnsafe(ref first, 72);
        a19.StoreUnsafe(ref first, 76);
        a20.StoreUnsafe(ref first, 80);
        a21.StoreUnsafe(ref first, 84);
        a22.StoreUnsafe(ref first, 88);
        a23.StoreUnsafe(ref first, 92);
        a24.StoreUnsafe(ref first, 96);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Rotate(
        Vector256<ulong> a, [ConstantExpected] byte left, [ConstantExpected] byte right) =>
        Avx2.ShiftLeftLogical(a, left) | Avx2.ShiftRightLogical(a, right);
}
