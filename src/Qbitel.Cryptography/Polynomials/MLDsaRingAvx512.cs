using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLDsaRing"/> with AVX-512F, sixteen coefficients at a time.</summary>
/// <remarks>
/// The layers of 128, 64 and 32 run over eight vectors that are 32 coefficients apart; the others over pairs of
/// neighbouring vectors, shuffled so that the two halves of every butterfly meet. The order of the coefficients is the
/// standard's before and after.
/// </remarks>
internal static class MLDsaRingAvx512
{
    private const int N = MLDsaRing.N;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Ntt(Span<int> polynomial)
    {
        ref int w = ref First(polynomial);
        ref int values = ref First(MLDsaZetas.Forward.Values), quotients = ref First(MLDsaZetas.Forward.Quotients);
        for (int i = 0; i < 32; i += 16)
        {
            ref int x = ref Unsafe.Add(ref w, i);
            Vector512<int> a0 = Load(ref x, 0), a1 = Load(ref x, 32), a2 = Load(ref x, 64);
            Vector512<int> a3 = Load(ref x, 96), a4 = Load(ref x, 128), a5 = Load(ref x, 160);
            Vector512<int> a6 = Load(ref x, 192), a7 = Load(ref x, 224);

            Vector512<int> z = Spread(ref values, 1), y = Spread(ref quotients, 1);
            Forward(ref a0, ref a4, z, y, y);
            Forward(ref a1, ref a5, z, y, y);
            Forward(ref a2, ref a6, z, y, y);
            Forward(ref a3, ref a7, z, y, y);

            (z, y) = (Spread(ref values, 2), Spread(ref quotients, 2));
            Forward(ref a0, ref a2, z, y, y);
            Forward(ref a1, ref a3, z, y, y);
            (z, y) = (Spread(ref values, 3), Spread(ref quotients, 3));
            Forward(ref a4, ref a6, z, y, y);
            Forward(ref a5, ref a7, z, y, y);

            (z, y) = (Spread(ref values, 4), Spread(ref quotients, 4));
            Forward(ref a0, ref a1, z, y, y);
            (z, y) = (Spread(ref values, 5), Spread(ref quotients, 5));
            Forward(ref a2, ref a3, z, y, y);
            (z, y) = (Spread(ref values, 6), Spread(ref quotients, 6));
            Forward(ref a4, ref a5, z, y, y);
            (z, y) = (Spread(ref values, 7), Spread(ref quotients, 7));
            Forward(ref a6, ref a7, z, y, y);

            Store(a0, ref x, 0);
            Store(a1, ref x, 32);
            Store(a2, ref x, 64);
            Store(a3, ref x, 96);
            Store(a4, ref x, 128);
            Store(a5, ref x, 160);
            Store(a6, ref x, 192);
            Store(a7, ref x, 224);
        }

        ref int lanes = ref First(MLDsaZetas.Forward.For16Lanes);
        for (int block = 0; block < 8; block++)
        {
            ref int x = ref Unsafe.Add(ref w, 32 * block);
            Vector512<int> a = Load(ref x, 0), b = Load(ref x, 16);
            Vector512<int> z = Spread(ref values, 8 + block), y = Spread(ref quotients, 8 + block);
            Forward(ref a, ref b, z, y, y);
            ForwardInside(ref a, ref b, ref lanes);
            Store(a, ref x, 0);
            Store(b, ref x, 16);
            lanes = ref Unsafe.Add(ref lanes, 128);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InverseNtt(Span<int> polynomial)
    {
        ref int w = ref First(polynomial);
        ref int values = ref First(MLDsaZetas.Inverse.Values), quotients = ref First(MLDsaZetas.Inverse.Quotients);
        ref int lanes = ref First(MLDsaZetas.Inverse.For16Lanes);
        for (int block = 0; block < 8; block++)
        {
            ref int x = ref Unsafe.Add(ref w, 32 * block);
            Vector512<int> a = Load(ref x, 0), b = Load(ref x, 16);
            InverseInside(ref a, ref b, ref lanes);
            lanes = ref Unsafe.Add(ref lanes, 128);

            Vector512<int> z = Spread(ref values, 8 + block), y = Spread(ref quotients, 8 + block);
            Inverse(ref a, ref b, z, y, y);
            Store(a, ref x, 0);
            Store(b, ref x, 16);
        }

        Vector512<int> scale = Vector512.Create(MLDsaZetas.Scale);
        Vector512<int> scaleQuotient = Vector512.Create(MLDsaZetas.QuotientOfScale);
        for (int i = 0; i < 32; i += 16)
        {
            ref int x = ref Unsafe.Add(ref w, i);
            Vector512<int> a0 = Load(ref x, 0), a1 = Load(ref x, 32), a2 = Load(ref x, 64);
            Vector512<int> a3 = Load(ref x, 96), a4 = Load(ref x, 128), a5 = Load(ref x, 160);
            Vector512<int> a6 = Load(ref x, 192), a7 = Load(ref x, 224);

            Vector512<int> z = Spread(ref values, 4), y = Spread(ref quotients, 4);
            Inverse(ref a0, ref a1, z, y, y);
            (z, y) = (Spread(ref values, 5), Spread(ref quotients, 5));
            Inverse(ref a2, ref a3, z, y, y);
            (z, y) = (Spread(ref values, 6), Spread(ref quotients, 6));
            Inverse(ref a4, ref a5, z, y, y);
            (z, y) = (Spread(ref values, 7), Spread(ref quotients, 7));
            Inverse(ref a6, ref a7, z, y, y);

            (z, y) = (Spread(ref values, 2), Spread(ref quotients, 2));
            Inverse(ref a0, ref a2, z, y, y);
            Inverse(ref a1, ref a3, z, y, y);
            (z, y) = (Spread(ref values, 3), Spread(ref quotients, 3));
            Inverse(ref a4, ref a6, z, y, y);
            Inverse(ref a5, ref a7, z, y, y);

            (z, y) = (Spread(ref values, 1), Spread(ref quotients, 1));
            Inverse(ref a0, ref a4, z, y, y);
            Inverse(ref a1, ref a5, z, y, y);
            Inverse(ref a2, ref a6, z, y, y);
            Inverse(ref a3, ref a7, z, y, y);

            Store(Times(a0, scale, scaleQuotient, scaleQuotient), ref x, 0);
            Store(Times(a1, scale, scaleQuotient, scaleQuotient), ref x, 32);
            Store(Times(a2, scale, scaleQuotient, scaleQuotient), ref x, 64);
            Store(Times(a3, scale, scaleQuotient, scaleQuotient), ref x, 96);
            Store(a4, ref x, 128);
            Store(a5, ref x, 160);
            Store(a6, ref x, 192);
            Store(a7, ref x, 224);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InnerProduct(Span<int> sum, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        unchecked
        {
            ref int destination = ref First(sum);
            ref int left = ref First(a), right = ref First(b);
            for (int i = 0; i < N; i += 16)
            {
                Vector512<long> even = Vector512<long>.Zero, odd = Vector512<long>.Zero;
                for (int j = i; j < b.Length; j += N)
                {
                    Vector512<int> x = Load(ref left, j), y = Load(ref right, j);
                    even += Avx512F.Multiply(x, y);
                    odd += Avx512F.Multiply(Odd(x), Odd(y));
                }

                Store(MontgomeryReduce(even, odd), ref destination, i);
            }
        }
    }

    // The layers of 8, 4, 2 and 1 over 32 coefficients in two vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardInside(ref Vector512<int> a, ref Vector512<int> b, ref int lanes)
    {
        (a, b) = (Quarters(a, b, 0x44), Quarters(a, b, 0xEE));
        Vector512<int> quotient = Load(ref lanes, 16);
        Forward(ref a, ref b, Load(ref lanes, 0), quotient, Odd(quotient));

        (a, b) = (Quarters(a, b, 0x88), Quarters(a, b, 0xDD));
        quotient = Load(ref lanes, 48);
        Forward(ref a, ref b, Load(ref lanes, 32), quotient, Odd(quotient));

        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        quotient = Load(ref lanes, 80);
        Forward(ref a, ref b, Load(ref lanes, 64), quotient, Odd(quotient));

        (a, b) = (Evens(a, b), Odds(a, b));
        quotient = Load(ref lanes, 112);
        Forward(ref a, ref b, Load(ref lanes, 96), quotient, Odd(quotient));

        (a, b) = (Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b));
        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        (a, b) = (Pairs(a, b, 0, 4), Pairs(a, b, 2, 6));
    }

    // The layers of 1, 2, 4 and 8 over 32 coefficients in two vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseInside(ref Vector512<int> a, ref Vector512<int> b, ref int lanes)
    {
        (a, b) = (Pairs(a, b, 0, 4), Pairs(a, b, 2, 6));
        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        (a, b) = (Evens(a, b), Odds(a, b));
        Vector512<int> quotient = Load(ref lanes, 112);
        Inverse(ref a, ref b, Load(ref lanes, 96), quotient, Odd(quotient));

        (a, b) = (Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b));
        quotient = Load(ref lanes, 80);
        Inverse(ref a, ref b, Load(ref lanes, 64), quotient, Odd(quotient));

        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        quotient = Load(ref lanes, 48);
        Inverse(ref a, ref b, Load(ref lanes, 32), quotient, Odd(quotient));

        (a, b) = (Pairs(a, b, 0, 2), Pairs(a, b, 4, 6));
        quotient = Load(ref lanes, 16);
        Inverse(ref a, ref b, Load(ref lanes, 0), quotient, Odd(quotient));

        (a, b) = (Quarters(a, b, 0x44), Quarters(a, b, 0xEE));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(
        ref Vector512<int> low, ref Vector512<int> high,
        Vector512<int> zeta, Vector512<int> quotient, Vector512<int> oddQuotient)
    {
        Vector512<int> t = Times(high, zeta, quotient, oddQuotient);
        high = low - t;
        low += t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse(
        ref Vector512<int> low, ref Vector512<int> high,
        Vector512<int> zeta, Vector512<int> quotient, Vector512<int> oddQuotient)
    {
        Vector512<int> difference = low - high;
        low += high;
        high = Times(difference, zeta, quotient, oddQuotient);
    }

    // MLDsaZetas says why: a · zeta - floor(a · quotient / 2^32) · q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Times(
        Vector512<int> a, Vector512<int> zeta, Vector512<int> quotient, Vector512<int> oddQuotient)
    {
        Vector512<int> floor = High(Avx512F.Multiply(a, quotient), Avx512F.Multiply(Odd(a), oddQuotient));
        return (a * zeta) - (floor * Vector512.Create(MLDsaRing.Q));
    }

    // What MLDsaRing's does, of the even and of the odd lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> MontgomeryReduce(Vector512<long> even, Vector512<long> odd)
    {
        Vector512<int> inverse = Vector512.Create(MLDsaRing.QInverse), q = Vector512.Create(MLDsaRing.Q);
        even -= Avx512F.Multiply(Avx512F.Multiply(even.AsInt32(), inverse).AsInt32(), q);
        odd -= Avx512F.Multiply(Avx512F.Multiply(odd.AsInt32(), inverse).AsInt32(), q);
        return High(even, odd);
    }

    // The high halves of the products of the even and of the odd lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> High(Vector512<long> even, Vector512<long> odd) =>
        ((even >>> 32) | (odd & Vector512.Create(-1L << 32))).AsInt32();

    // Two quarters of a, each followed by that of b in the same place; the numbers count halves of quarters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pairs(Vector512<int> a, Vector512<int> b, long first, long second)
    {
        Vector512<long> places = Vector512.Create(
            first, first + 1, first + 8, first + 9, second, second + 1, second + 8, second + 9);
        return Avx512F.PermuteVar8x64x2(a.AsInt64(), places, b.AsInt64()).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Quarters(Vector512<int> a, Vector512<int> b, [ConstantExpected] byte control) =>
        Avx512F.Shuffle4x128(a, b, control);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Odd(Vector512<int> a) => (a.AsInt64() >>> 32).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> UnpackLow64(Vector512<int> a, Vector512<int> b) =>
        Avx512F.UnpackLow(a.AsInt64(), b.AsInt64()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> UnpackHigh64(Vector512<int> a, Vector512<int> b) =>
        Avx512F.UnpackHigh(a.AsInt64(), b.AsInt64()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Evens(Vector512<int> a, Vector512<int> b) =>
        Avx512F.Shuffle(a.AsSingle(), b.AsSingle(), 0x88).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Odds(Vector512<int> a, Vector512<int> b) =>
        Avx512F.Shuffle(a.AsSingle(), b.AsSingle(), 0xDD).AsInt32();

    private static ref int First(ReadOnlySpan<int> values) =>
        ref System.Runtime.InteropServices.MemoryMarshal.GetReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Load(ref int values, int index) =>
        Vector512.LoadUnsafe(ref Unsafe.Add(ref values, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Spread(ref int values, int index) =>
        Vector512.Create(Unsafe.Add(ref values, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<int> value, ref int values, int index) =>
        value.StoreUnsafe(ref Unsafe.Add(ref values, index));
}
