using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Hashing;

/// <summary>FIPS 202, Algorithm 7: Keccak-p[1600, 24] with the rotations and three-operand logic of AVX-512VL.</summary>
/// <remarks>Written by build/keccak.cs: change that and run it again.</remarks>
internal static class KeccakAvx512
{
    private const byte Sum = 0x96; // a ^ b ^ c
    private const byte Chi = 0xD2; // a ^ (~b & c)

    /// <summary>One state of 25 lanes, each in the low half of a vector of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Permute(ref ulong first)
    {
        ReadOnlySpan<ulong> constants = Keccak.RoundConstants;
        Vector128<ulong> a0 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 0));
        Vector128<ulong> a1 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 1));
        Vector128<ulong> a2 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 2));
        Vector128<ulong> a3 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 3));
        Vector128<ulong> a4 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 4));
        Vector128<ulong> a5 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 5));
        Vector128<ulong> a6 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 6));
        Vector128<ulong> a7 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 7));
        Vector128<ulong> a8 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 8));
        Vector128<ulong> a9 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 9));
        Vector128<ulong> a10 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 10));
        Vector128<ulong> a11 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 11));
        Vector128<ulong> a12 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 12));
        Vector128<ulong> a13 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 13));
        Vector128<ulong> a14 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 14));
        Vector128<ulong> a15 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 15));
        Vector128<ulong> a16 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 16));
        Vector128<ulong> a17 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 17));
        Vector128<ulong> a18 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 18));
        Vector128<ulong> a19 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 19));
        Vector128<ulong> a20 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 20));
        Vector128<ulong> a21 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 21));
        Vector128<ulong> a22 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 22));
        Vector128<ulong> a23 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 23));
        Vector128<ulong> a24 = Vector128.CreateScalarUnsafe(Unsafe.Add(ref first, 24));
        Vector128<ulong> e0, e1, e2, e3, e4;
        Vector128<ulong> e5, e6, e7, e8, e9;
        Vector128<ulong> e10, e11, e12, e13, e14;
        Vector128<ulong> e15, e16, e17, e18, e19;
        Vector128<ulong> e20, e21, e22, e23, e24;
        Vector128<ulong> b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4;

        for (int round = 0; round < constants.Length; round += 2)
        {
            c0 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a0, a5, a10, Sum), a15, a20, Sum);
            c1 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a1, a6, a11, Sum), a16, a21, Sum);
            c2 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a2, a7, a12, Sum), a17, a22, Sum);
            c3 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a3, a8, a13, Sum), a18, a23, Sum);
            c4 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a4, a9, a14, Sum), a19, a24, Sum);
            d0 = Avx512F.VL.RotateLeft(c1, 1);
            d1 = Avx512F.VL.RotateLeft(c2, 1);
            d2 = Avx512F.VL.RotateLeft(c3, 1);
            d3 = Avx512F.VL.RotateLeft(c4, 1);
            d4 = Avx512F.VL.RotateLeft(c0, 1);

            b0 = Avx512F.VL.TernaryLogic(a0, c4, d0, Sum);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a6, c0, d1, Sum), 44);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a12, c1, d2, Sum), 43);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a18, c2, d3, Sum), 21);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a24, c3, d4, Sum), 14);
            e0 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi) ^ Vector128.CreateScalarUnsafe(constants[round]);
            e1 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e2 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e3 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e4 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a3, c2, d3, Sum), 28);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a9, c3, d4, Sum), 20);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a10, c4, d0, Sum), 3);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a16, c0, d1, Sum), 45);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a22, c1, d2, Sum), 61);
            e5 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e6 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e7 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e8 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e9 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a1, c0, d1, Sum), 1);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a7, c1, d2, Sum), 6);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a13, c2, d3, Sum), 25);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a19, c3, d4, Sum), 8);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a20, c4, d0, Sum), 18);
            e10 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e11 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e12 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e13 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e14 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a4, c3, d4, Sum), 27);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a5, c4, d0, Sum), 36);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a11, c0, d1, Sum), 10);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a17, c1, d2, Sum), 15);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a23, c2, d3, Sum), 56);
            e15 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e16 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e17 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e18 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e19 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a2, c1, d2, Sum), 62);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a8, c2, d3, Sum), 55);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a14, c3, d4, Sum), 39);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a15, c4, d0, Sum), 41);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a21, c0, d1, Sum), 2);
            e20 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e21 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e22 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e23 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e24 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            c0 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e0, e5, e10, Sum), e15, e20, Sum);
            c1 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e1, e6, e11, Sum), e16, e21, Sum);
            c2 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e2, e7, e12, Sum), e17, e22, Sum);
            c3 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e3, e8, e13, Sum), e18, e23, Sum);
            c4 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e4, e9, e14, Sum), e19, e24, Sum);
            d0 = Avx512F.VL.RotateLeft(c1, 1);
            d1 = Avx512F.VL.RotateLeft(c2, 1);
            d2 = Avx512F.VL.RotateLeft(c3, 1);
            d3 = Avx512F.VL.RotateLeft(c4, 1);
            d4 = Avx512F.VL.RotateLeft(c0, 1);

            b0 = Avx512F.VL.TernaryLogic(e0, c4, d0, Sum);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e6, c0, d1, Sum), 44);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e12, c1, d2, Sum), 43);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e18, c2, d3, Sum), 21);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e24, c3, d4, Sum), 14);
            a0 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi) ^ Vector128.CreateScalarUnsafe(constants[round + 1]);
            a1 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a2 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a3 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a4 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e3, c2, d3, Sum), 28);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e9, c3, d4, Sum), 20);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e10, c4, d0, Sum), 3);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e16, c0, d1, Sum), 45);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e22, c1, d2, Sum), 61);
            a5 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a6 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a7 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a8 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a9 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e1, c0, d1, Sum), 1);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e7, c1, d2, Sum), 6);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e13, c2, d3, Sum), 25);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e19, c3, d4, Sum), 8);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e20, c4, d0, Sum), 18);
            a10 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a11 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a12 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a13 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a14 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e4, c3, d4, Sum), 27);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e5, c4, d0, Sum), 36);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e11, c0, d1, Sum), 10);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e17, c1, d2, Sum), 15);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e23, c2, d3, Sum), 56);
            a15 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a16 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a17 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a18 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a19 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e2, c1, d2, Sum), 62);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e8, c2, d3, Sum), 55);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e14, c3, d4, Sum), 39);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e15, c4, d0, Sum), 41);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e21, c0, d1, Sum), 2);
            a20 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a21 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a22 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a23 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a24 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);
        }

        Unsafe.Add(ref first, 0) = a0.ToScalar();
        Unsafe.Add(ref first, 1) = a1.ToScalar();
        Unsafe.Add(ref first, 2) = a2.ToScalar();
        Unsafe.Add(ref first, 3) = a3.ToScalar();
        Unsafe.Add(ref first, 4) = a4.ToScalar();
        Unsafe.Add(ref first, 5) = a5.ToScalar();
        Unsafe.Add(ref first, 6) = a6.ToScalar();
        Unsafe.Add(ref first, 7) = a7.ToScalar();
        Unsafe.Add(ref first, 8) = a8.ToScalar();
        Unsafe.Add(ref first, 9) = a9.ToScalar();
        Unsafe.Add(ref first, 10) = a10.ToScalar();
        Unsafe.Add(ref first, 11) = a11.ToScalar();
        Unsafe.Add(ref first, 12) = a12.ToScalar();
        Unsafe.Add(ref first, 13) = a13.ToScalar();
        Unsafe.Add(ref first, 14) = a14.ToScalar();
        Unsafe.Add(ref first, 15) = a15.ToScalar();
        Unsafe.Add(ref first, 16) = a16.ToScalar();
        Unsafe.Add(ref first, 17) = a17.ToScalar();
        Unsafe.Add(ref first, 18) = a18.ToScalar();
        Unsafe.Add(ref first, 19) = a19.ToScalar();
        Unsafe.Add(ref first, 20) = a20.ToScalar();
        Unsafe.Add(ref first, 21) = a21.ToScalar();
        Unsafe.Add(ref first, 22) = a22.ToScalar();
        Unsafe.Add(ref first, 23) = a23.ToScalar();
        Unsafe.Add(ref first, 24) = a24.ToScalar();
    }

    /// <summary>Four states, interleaved: lane i of state j is element 4i + j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PermuteFour(ref ulong first)
    {
        ReadOnlySpan<ulong> constants = Keccak.RoundConstants;
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
            c0 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a0, a5, a10, Sum), a15, a20, Sum);
            c1 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a1, a6, a11, Sum), a16, a21, Sum);
            c2 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a2, a7, a12, Sum), a17, a22, Sum);
            c3 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a3, a8, a13, Sum), a18, a23, Sum);
            c4 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(a4, a9, a14, Sum), a19, a24, Sum);
            d0 = Avx512F.VL.RotateLeft(c1, 1);
            d1 = Avx512F.VL.RotateLeft(c2, 1);
            d2 = Avx512F.VL.RotateLeft(c3, 1);
            d3 = Avx512F.VL.RotateLeft(c4, 1);
            d4 = Avx512F.VL.RotateLeft(c0, 1);

            b0 = Avx512F.VL.TernaryLogic(a0, c4, d0, Sum);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a6, c0, d1, Sum), 44);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a12, c1, d2, Sum), 43);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a18, c2, d3, Sum), 21);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a24, c3, d4, Sum), 14);
            e0 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi) ^ Vector256.Create(constants[round]);
            e1 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e2 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e3 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e4 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a3, c2, d3, Sum), 28);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a9, c3, d4, Sum), 20);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a10, c4, d0, Sum), 3);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a16, c0, d1, Sum), 45);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a22, c1, d2, Sum), 61);
            e5 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e6 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e7 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e8 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e9 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a1, c0, d1, Sum), 1);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a7, c1, d2, Sum), 6);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a13, c2, d3, Sum), 25);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a19, c3, d4, Sum), 8);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a20, c4, d0, Sum), 18);
            e10 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e11 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e12 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e13 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e14 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a4, c3, d4, Sum), 27);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a5, c4, d0, Sum), 36);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a11, c0, d1, Sum), 10);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a17, c1, d2, Sum), 15);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a23, c2, d3, Sum), 56);
            e15 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e16 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e17 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e18 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e19 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a2, c1, d2, Sum), 62);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a8, c2, d3, Sum), 55);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a14, c3, d4, Sum), 39);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a15, c4, d0, Sum), 41);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(a21, c0, d1, Sum), 2);
            e20 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            e21 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            e22 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            e23 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            e24 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            c0 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e0, e5, e10, Sum), e15, e20, Sum);
            c1 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e1, e6, e11, Sum), e16, e21, Sum);
            c2 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e2, e7, e12, Sum), e17, e22, Sum);
            c3 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e3, e8, e13, Sum), e18, e23, Sum);
            c4 = Avx512F.VL.TernaryLogic(Avx512F.VL.TernaryLogic(e4, e9, e14, Sum), e19, e24, Sum);
            d0 = Avx512F.VL.RotateLeft(c1, 1);
            d1 = Avx512F.VL.RotateLeft(c2, 1);
            d2 = Avx512F.VL.RotateLeft(c3, 1);
            d3 = Avx512F.VL.RotateLeft(c4, 1);
            d4 = Avx512F.VL.RotateLeft(c0, 1);

            b0 = Avx512F.VL.TernaryLogic(e0, c4, d0, Sum);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e6, c0, d1, Sum), 44);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e12, c1, d2, Sum), 43);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e18, c2, d3, Sum), 21);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e24, c3, d4, Sum), 14);
            a0 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi) ^ Vector256.Create(constants[round + 1]);
            a1 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a2 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a3 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a4 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e3, c2, d3, Sum), 28);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e9, c3, d4, Sum), 20);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e10, c4, d0, Sum), 3);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e16, c0, d1, Sum), 45);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e22, c1, d2, Sum), 61);
            a5 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a6 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a7 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a8 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a9 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e1, c0, d1, Sum), 1);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e7, c1, d2, Sum), 6);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e13, c2, d3, Sum), 25);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e19, c3, d4, Sum), 8);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e20, c4, d0, Sum), 18);
            a10 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a11 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a12 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a13 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a14 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e4, c3, d4, Sum), 27);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e5, c4, d0, Sum), 36);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e11, c0, d1, Sum), 10);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e17, c1, d2, Sum), 15);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e23, c2, d3, Sum), 56);
            a15 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a16 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a17 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a18 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a19 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);

            b0 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e2, c1, d2, Sum), 62);
            b1 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e8, c2, d3, Sum), 55);
            b2 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e14, c3, d4, Sum), 39);
            b3 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e15, c4, d0, Sum), 41);
            b4 = Avx512F.VL.RotateLeft(Avx512F.VL.TernaryLogic(e21, c0, d1, Sum), 2);
            a20 = Avx512F.VL.TernaryLogic(b0, b1, b2, Chi);
            a21 = Avx512F.VL.TernaryLogic(b1, b2, b3, Chi);
            a22 = Avx512F.VL.TernaryLogic(b2, b3, b4, Chi);
            a23 = Avx512F.VL.TernaryLogic(b3, b4, b0, Chi);
            a24 = Avx512F.VL.TernaryLogic(b4, b0, b1, Chi);
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
}
