using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLDsaRing"/> with AVX2, eight coefficients at a time.</summary>
/// <remarks>
/// The layers of 128, 64 and 32 run over eight vectors that are 32 coefficients apart; the others over pairs of
/// neighbouring vectors, shuffled so that the two halves of every butterfly meet. The order of the coefficients is the
/// standard's before and after.
/// </remarks>
internal static class MLDsaRingAvx2
{
    private const int N = MLDsaRing.N;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Ntt(Span<int> polynomial)
    {
        ref int w = ref First(polynomial);
        ref int values = ref First(MLDsaZetas.Forward.Values), quotients = ref First(MLDsaZetas.Forward.Quotients);
        for (int i = 0; i < 32; i += 8)
        {
            ref int x = ref Unsafe.Add(ref w, i);
            Vector256<int> a0 = Load(ref x, 0), a1 = Load(ref x, 32), a2 = Load(ref x, 64);
            Vector256<int> a3 = Load(ref x, 96), a4 = Load(ref x, 128), a5 = Load(ref x, 160);
            Vector256<int> a6 = Load(ref x, 192), a7 = Load(ref x, 224);

            Vector256<int> z = Spread(ref values, 1), y = Spread(ref quotients, 1);
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

        ref int lanes = ref First(MLDsaZetas.Forward.For8Lanes);
        for (int block = 0; block < 8; block++)
        {
            ref int x = ref Unsafe.Add(ref w, 32 * block);
            Vector256<int> a = Load(ref x, 0), b = Load(ref x, 8), c = Load(ref x, 16), d = Load(ref x, 24);

            Vector256<int> z = Spread(ref values, 8 + block), y = Spread(ref quotients, 8 + block);
            Forward(ref a, ref c, z, y, y);
            Forward(ref b, ref d, z, y, y);

            (z, y) = (Spread(ref values, 16 + (2 * block)), Spread(ref quotients, 16 + (2 * block)));
            Forward(ref a, ref b, z, y, y);
            (z, y) = (Spread(ref values, 17 + (2 * block)), Spread(ref quotients, 17 + (2 * block)));
            Forward(ref c, ref d, z, y, y);

            ForwardInside(ref a, ref b, ref lanes);
            Store(a, ref x, 0);
            Store(b, ref x, 8);
            ForwardInside(ref c, ref d, ref Unsafe.Add(ref lanes, 48));
            Store(c, ref x, 16);
            Store(d, ref x, 24);
            lanes = ref Unsafe.Add(ref lanes, 96);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InverseNtt(Span<int> polynomial)
    {
        ref int w = ref First(polynomial);
        ref int values = ref First(MLDsaZetas.Inverse.Values), quotients = ref First(MLDsaZetas.Inverse.Quotients);
        ref int lanes = ref First(MLDsaZetas.Inverse.For8Lanes);
        for (int block = 0; block < 8; block++)
        {
            ref int x = ref Unsafe.Add(ref w, 32 * block);
            Vector256<int> a = Load(ref x, 0), b = Load(ref x, 8), c = Load(ref x, 16), d = Load(ref x, 24);
            InverseInside(ref a, ref b, ref lanes);
            InverseInside(ref c, ref d, ref Unsafe.Add(ref lanes, 48));
            lanes = ref Unsafe.Add(ref lanes, 96);

            Vector256<int> z = Spread(ref values, 16 + (2 * block)), y = Spread(ref quotients, 16 + (2 * block));
            Inverse(ref a, ref b, z, y, y);
            (z, y) = (Spread(ref values, 17 + (2 * block)), Spread(ref quotients, 17 + (2 * block)));
            Inverse(ref c, ref d, z, y, y);

            (z, y) = (Spread(ref values, 8 + block), Spread(ref quotients, 8 + block));
            Inverse(ref a, ref c, z, y, y);
            Inverse(ref b, ref d, z, y, y);
            Store(a, ref x, 0);
            Store(b, ref x, 8);
            Store(c, ref x, 16);
            Store(d, ref x, 24);
        }

        Vector256<int> scale = Vector256.Create(MLDsaZetas.Scale);
        Vector256<int> scaleQuotient = Vector256.Create(MLDsaZetas.QuotientOfScale);
        for (int i = 0; i < 32; i += 8)
        {
            ref int x = ref Unsafe.Add(ref w, i);
            Vector256<int> a0 = Load(ref x, 0), a1 = Load(ref x, 32), a2 = Load(ref x, 64);
            Vector256<int> a3 = Load(ref x, 96), a4 = Load(ref x, 128), a5 = Load(ref x, 160);
            Vector256<int> a6 = Load(ref x, 192), a7 = Load(ref x, 224);

            Vector256<int> z = Spread(ref values, 4), y = Spread(ref quotients, 4);
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
            for (int i = 0; i < N; i += 8)
            {
                Vector256<long> even = Vector256<long>.Zero, odd = Vector256<long>.Zero;
                for (int j = i; j < b.Length; j += N)
                {
                    Vector256<int> x = Load(ref left, j), y = Load(ref right, j);
                    even += Avx2.Multiply(x, y);
                    odd += Avx2.Multiply(Odd(x), Odd(y));
                }

                Store(MontgomeryReduce(even, odd), ref destination, i);
            }
        }
    }

    // The layers of 4, 2 and 1 over 16 coefficients in two vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardInside(ref Vector256<int> a, ref Vector256<int> b, ref int lanes)
    {
        (a, b) = (Avx2.Permute2x128(a, b, 0x20), Avx2.Permute2x128(a, b, 0x31));
        Vector256<int> quotient = Load(ref lanes, 8);
        Forward(ref a, ref b, Load(ref lanes, 0), quotient, Odd(quotient));

        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        quotient = Load(ref lanes, 24);
        Forward(ref a, ref b, Load(ref lanes, 16), quotient, Odd(quotient));

        (a, b) = (Evens(a, b), Odds(a, b));
        quotient = Load(ref lanes, 40);
        Forward(ref a, ref b, Load(ref lanes, 32), quotient, Odd(quotient));

        (a, b) = (Avx2.UnpackLow(a, b), Avx2.UnpackHigh(a, b));
        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        (a, b) = (Avx2.Permute2x128(a, b, 0x20), Avx2.Permute2x128(a, b, 0x31));
    }

    // The layers of 1, 2 and 4 over 16 coefficients in two vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InverseInside(ref Vector256<int> a, ref Vector256<int> b, ref int lanes)
    {
        (a, b) = (Avx2.Permute2x128(a, b, 0x20), Avx2.Permute2x128(a, b, 0x31));
        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        (a, b) = (Evens(a, b), Odds(a, b));
        Vector256<int> quotient = Load(ref lanes, 40);
        Inverse(ref a, ref b, Load(ref lanes, 32), quotient, Odd(quotient));

        (a, b) = (Avx2.UnpackLow(a, b), Avx2.UnpackHigh(a, b));
        quotient = Load(ref lanes, 24);
        Inverse(ref a, ref b, Load(ref lanes, 16), quotient, Odd(quotient));

        (a, b) = (UnpackLow64(a, b), UnpackHigh64(a, b));
        quotient = Load(ref lanes, 8);
        Inverse(ref a, ref b, Load(ref lanes, 0), quotient, Odd(quotient));

        (a, b) = (Avx2.Permute2x128(a, b, 0x20), Avx2.Permute2x128(a, b, 0x31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(
        ref Vector256<int> low, ref Vector256<int> high,
        Vector256<int> zeta, Vector256<int> quotient, Vector256<int> oddQuotient)
    {
        Vector256<int> t = Times(high, zeta, quotient, oddQuotient);
        high = low - t;
        low += t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse(
        ref Vector256<int> low, ref Vector256<int> high,
        Vector256<int> zeta, Vector256<int> quotient, Vector256<int> oddQuotient)
    {
        Vector256<int> difference = low - high;
        low += high;
        high = Times(difference, zeta, quotient, oddQuotient);
    }

    // MLDsaZetas says why: a · zeta - floor(a · quotient / 2^32) · q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Times(
        Vector256<int> a, Vector256<int> zeta, Vector256<int> quotient, Vector256<int> oddQuotient)
    {
        Vector256<int> floor = High(Avx2.Multiply(a, quotient), Avx2.Multiply(Odd(a), oddQuotient));
        return (a * zeta) - (floor * Vector256.Create(MLDsaRing.Q));
    }

    // What MLDsaRing's does, of the even and of the odd lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> MontgomeryReduce(Vector256<long> even, Vector256<long> odd)
    {
        Vector256<int> inverse = Vector256.Create(MLDsaRing.QInverse), q = Vector256.Create(MLDsaRing.Q);
        even -= Avx2.Multiply(Avx2.Multiply(even.AsInt32(), inverse).AsInt32(), q);
        odd -= Avx2.Multiply(Avx2.Multiply(odd.AsInt32(), inverse).AsInt32(), q);
        return High(even, odd);
    }

    // The high halves of the products of the even and of the odd lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> High(Vector256<long> even, Vector256<long> odd) =>
        Avx2.Blend((even >>> 32).AsInt32(), odd.AsInt32(), 0xAA);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Odd(Vector256<int> a) => (a.AsInt64() >>> 32).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> UnpackLow64(Vector256<int> a, Vector256<int> b) =>
        Avx2.UnpackLow(a.AsInt64(), b.AsInt64()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> UnpackHigh64(Vector256<int> a, Vector256<int> b) =>
        Avx2.UnpackHigh(a.AsInt64(), b.AsInt64()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Evens(Vector256<int> a, Vector256<int> b) =>
        Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0x88).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Odds(Vector256<int> a, Vector256<int> b) =>
        Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0xDD).AsInt32();

    private static ref int First(ReadOnlySpan<int> values) =>
        ref System.Runtime.InteropServices.MemoryMarshal.GetReference(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Load(ref int values, int index) =>
        Vector256.LoadUnsafe(ref Unsafe.Add(ref values, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Spread(ref int values, int index) =>
        Vector256.Create(Unsafe.Add(ref values, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> value, ref int values, int index) =>
        value.StoreUnsafe(ref Unsafe.Add(ref values, index));
}
