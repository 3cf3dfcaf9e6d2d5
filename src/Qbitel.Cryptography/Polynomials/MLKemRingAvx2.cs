using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLKemRing"/> over vectors of 16 coefficients.</summary>
/// <remarks>
/// A transform is two passes. The first does the layers whose partners lie 128, 64 and 32 apart on every second of the
/// 16 vectors, the second the rest on two neighbours, shuffled so that partners face each other; the tables hold the
/// factors in the order that the shuffles give.
/// </remarks>
internal static class MLKemRingAvx2
{
    private const int N = MLKemRing.N;
    private const int Width = 16;

    // Of each pair of vectors: per layer of the second pass, 16 factors and then the same times q^-1.
    private static readonly short[] ForwardTable = MakeTable(inverse: false);
    private static readonly short[] InverseTable = MakeTable(inverse: true);
    private static readonly short[] ProductTable = MakeProductTable();

    private const int TableStep = 4 * 2 * Width;

    public static void Ntt(Span<short> f)
    {
        ref short first = ref MemoryMarshal.GetReference(f[..N]);
        ref short zetas = ref MemoryMarshal.GetReference(MLKemZetas.All);
        for (nuint i = 0; i < 2 * Width; i += Width)
        {
            Vector256<short> f0 = Vector256.LoadUnsafe(ref first, i), f1 = Vector256.LoadUnsafe(ref first, i + 32);
            Vector256<short> f2 = Vector256.LoadUnsafe(ref first, i + 64), f3 = Vector256.LoadUnsafe(ref first, i + 96);
            Vector256<short> f4 = Vector256.LoadUnsafe(ref first, i + 128);
            Vector256<short> f5 = Vector256.LoadUnsafe(ref first, i + 160);
            Vector256<short> f6 = Vector256.LoadUnsafe(ref first, i + 192);
            Vector256<short> f7 = Vector256.LoadUnsafe(ref first, i + 224);

            short zeta = Unsafe.Add(ref zetas, 1);
            Forward(ref f0, ref f4, zeta);
            Forward(ref f1, ref f5, zeta);
            Forward(ref f2, ref f6, zeta);
            Forward(ref f3, ref f7, zeta);
            zeta = Unsafe.Add(ref zetas, 2);
            Forward(ref f0, ref f2, zeta);
            Forward(ref f1, ref f3, zeta);
            zeta = Unsafe.Add(ref zetas, 3);
            Forward(ref f4, ref f6, zeta);
            Forward(ref f5, ref f7, zeta);
            Forward(ref f0, ref f1, Unsafe.Add(ref zetas, 4));
            Forward(ref f2, ref f3, Unsafe.Add(ref zetas, 5));
            Forward(ref f4, ref f5, Unsafe.Add(ref zetas, 6));
            Forward(ref f6, ref f7, Unsafe.Add(ref zetas, 7));

            f0.StoreUnsafe(ref first, i);
            f1.StoreUnsafe(ref first, i + 32);
            f2.StoreUnsafe(ref first, i + 64);
            f3.StoreUnsafe(ref first, i + 96);
            f4.StoreUnsafe(ref first, i + 128);
            f5.StoreUnsafe(ref first, i + 160);
            f6.StoreUnsafe(ref first, i + 192);
            f7.StoreUnsafe(ref first, i + 224);
        }

        ref short table = ref MemoryMarshal.GetArrayDataReference(ForwardTable);
        for (nuint i = 0; i < N; i += 2 * Width)
        {
            // Each of the seven layers adds less than q to |f|: it stays below 8q < 2^15.
            Vector256<short> low = Vector256.LoadUnsafe(ref first, i);
            Vector256<short> high = Vector256.LoadUnsafe(ref first, i + Width);
            Forward(ref low, ref high, ref table, 0);
            SplitHalves(ref low, ref high);
            Forward(ref low, ref high, ref table, 2 * Width);
            SplitQuarters(ref low, ref high);
            Forward(ref low, ref high, ref table, 4 * Width);
            SplitPairs(ref low, ref high);
            Forward(ref low, ref high, ref table, 6 * Width);
            table = ref Unsafe.Add(ref table, TableStep);

            low = Barrett(low);
            high = Barrett(high);
            JoinPairs(ref low, ref high);
            SplitQuarters(ref low, ref high);
            SplitHalves(ref low, ref high);
            low.StoreUnsafe(ref first, i);
            high.StoreUnsafe(ref first, i + Width);
        }
    }

    public static void InverseNtt(Span<short> f)
    {
        ref short first = ref MemoryMarshal.GetReference(f[..N]);
        ref short table = ref MemoryMarshal.GetArrayDataReference(InverseTable);
        for (nuint i = 0; i < N; i += 2 * Width)
        {
            // A sum doubles |f| and a product is below q: from below q, three layers stay below 8q < 2^15.
            Vector256<short> low = Vector256.LoadUnsafe(ref first, i);
            Vector256<short> high = Vector256.LoadUnsafe(ref first, i + Width);
            SplitPairs(ref low, ref high);
            Inverse(ref low, ref high, ref table, 0);
            SplitPairs(ref low, ref high);
            Inverse(ref low, ref high, ref table, 2 * Width);
            SplitHalves(ref low, ref high);
            Inverse(ref low, ref high, ref table, 4 * Width);
            low = Barrett(low);
            SplitHalves(ref low, ref high);
            SplitPairs(ref low, ref high);
            Inverse(ref low, ref high, ref table, 6 * Width);
            table = ref Unsafe.Add(ref table, TableStep);

            low.StoreUnsafe(ref first, i);
            high.StoreUnsafe(ref first, i + Width);
        }

        ref short zetas = ref MemoryMarshal.GetReference(MLKemZetas.All);
        for (nuint i = 0; i < 2 * Width; i += Width)
        {
            Vector256<short> f0 = Vector256.LoadUnsafe(ref first, i), f1 = Vector256.LoadUnsafe(ref first, i + 32);
            Vector256<short> f2 = Vector256.LoadUnsafe(ref first, i + 64), f3 = Vector256.LoadUnsafe(ref first, i + 96);
            Vector256<short> f4 = Vector256.LoadUnsafe(ref first, i + 128);
            Vector256<short> f5 = Vector256.LoadUnsafe(ref first, i + 160);
            Vector256<short> f6 = Vector256.LoadUnsafe(ref first, i + 192);
            Vector256<short> f7 = Vector256.LoadUnsafe(ref first, i + 224);

            Inverse(ref f0, ref f1, Unsafe.Add(ref zetas, 7));
            Inverse(ref f2, ref f3, Unsafe.Add(ref zetas, 6));
            Inverse(ref f4, ref f5, Unsafe.Add(ref zetas, 5));
            Inverse(ref f6, ref f7, Unsafe.Add(ref zetas, 4));
            short zeta = Unsafe.Add(ref zetas, 3);
            Inverse(ref f0, ref f2, zeta);
            Inverse(ref f1, ref f3, zeta);
            zeta = Unsafe.Add(ref zetas, 2);
            Inverse(ref f4, ref f6, zeta);
            Inverse(ref f5, ref f7, zeta);

            // Four layers after the last reduction the sums are below 8q again.
            f0 = Barrett(f0);
            f1 = Barrett(f1);
            f4 = Barrett(f4);
            f5 = Barrett(f5);
            zeta = Unsafe.Add(ref zetas, 1);
            Inverse(ref f0, ref f4, zeta);
            Inverse(ref f1, ref f5, zeta);
            Inverse(ref f2, ref f6, zeta);
            Inverse(ref f3, ref f7, zeta);

            Multiply(f0, MLKemRing.InverseFactor).StoreUnsafe(ref first, i);
            Multiply(f1, MLKemRing.InverseFactor).StoreUnsafe(ref first, i + 32);
            Multiply(f2, MLKemRing.InverseFactor).StoreUnsafe(ref first, i + 64);
            Multiply(f3, MLKemRing.InverseFactor).StoreUnsafe(ref first, i + 96);
            Multiply(f4, MLKemRing.InverseFactor).StoreUnsafe(ref first, i + 128);
            Multiply(f5, MLKemRing.InverseFactor).StoreUnsafe(ref first, i + 160);
            Multiply(f6, MLKemRing.InverseFactor).StoreUnsafe(ref first, i + 192);
            Multiply(f7, MLKemRing.InverseFactor).StoreUnsafe(ref first, i + 224);
        }
    }

    public static void PrepareOperand(ReadOnlySpan<short> b, Span<short> operand)
    {
        ref short source = ref MemoryMarshal.GetReference(b[..N]);
        ref short target = ref MemoryMarshal.GetReference(operand[..MLKemRing.OperandSize]);
        ref short table = ref MemoryMarshal.GetArrayDataReference(ProductTable);
        Vector128<byte> swap = Vector128.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
        for (nuint i = 0; i < N; i += Width)
        {
            Vector256<short> x = Vector256.LoadUnsafe(ref source, i);
            Multiply(x, Vector256.LoadUnsafe(ref table, i), Vector256.LoadUnsafe(ref table, N + i))
                .StoreUnsafe(ref target, i);
            Avx2.Shuffle(x.AsByte(), Vector256.Create(swap, swap)).AsInt16().StoreUnsafe(ref target, N + i);
        }
    }

    public static void InnerProduct(Span<short> h, ReadOnlySpan<short> a, int stride, ReadOnlySpan<short> operands)
    {
        int k = operands.Length / MLKemRing.OperandSize;
        ref short sum = ref MemoryMarshal.GetReference(h[..N]);
        ref short left = ref MemoryMarshal.GetReference(a[..((stride * (k - 1)) + N)]);
        ref short right = ref MemoryMarshal.GetReference(operands);
        Vector256<int> lowHalf = Vector256.Create(0xFFFF);
        for (nuint i = 0; i < N; i += Width)
        {
            Vector256<int> even = Vector256<int>.Zero, odd = Vector256<int>.Zero;
            nuint l = i, r = i;
            for (int j = 0; j < k; j++, l += (nuint)stride, r += MLKemRing.OperandSize)
            {
                Vector256<short> x = Vector256.LoadUnsafe(ref left, l);
                even += Avx2.MultiplyAddAdjacent(x, Vector256.LoadUnsafe(ref right, r));
                odd += Avx2.MultiplyAddAdjacent(x, Vector256.LoadUnsafe(ref right, N + r));
            }

            // Even and odd sums side by side again, low halves and high halves apart.
            Vector256<short> low = ((even & lowHalf) | (odd << 16)).AsInt16();
            Vector256<short> high = ((even >>> 16) | Vector256.AndNot(odd, lowHalf)).AsInt16();
            Reduce(low, high).StoreUnsafe(ref sum, i);
        }
    }

    public static void Multiply(Span<short> f, short factor)
    {
        ref short first = ref MemoryMarshal.GetReference(f);
        for (nuint i = 0; i < (nuint)f.Length; i += Width)
            Multiply(Vector256.LoadUnsafe(ref first, i), factor).StoreUnsafe(ref first, i);
    }

    public static void Add(Span<short> f, ReadOnlySpan<short> g)
    {
        ref short first = ref MemoryMarshal.GetReference(f);
        ref short second = ref MemoryMarshal.GetReference(g[..f.Length]);
        for (nuint i = 0; i < (nuint)f.Length; i += Width)
        {
            Barrett(Vector256.LoadUnsafe(ref first, i) + Vector256.LoadUnsafe(ref second, i))
                .StoreUnsafe(ref first, i);
        }
    }

    public static void SubtractFrom(Span<short> f, ReadOnlySpan<short> g)
    {
        ref short first = ref MemoryMarshal.GetReference(f);
        ref short second = ref MemoryMarshal.GetReference(g[..f.Length]);
        for (nuint i = 0; i < (nuint)f.Length; i += Width)
        {
            Barrett(Vector256.LoadUnsafe(ref second, i) - Vector256.LoadUnsafe(ref first, i))
                .StoreUnsafe(ref first, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(ref Vector256<short> low, ref Vector256<short> high, short zeta)
    {
        Vector256<short> t = Multiply(high, zeta);
        high = low - t;
        low += t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(ref Vector256<short> low, ref Vector256<short> high, ref short table, nuint offset)
    {
        Vector256<short> zeta = Vector256.LoadUnsafe(ref table, offset);
        Vector256<short> t = Multiply(high, zeta, Vector256.LoadUnsafe(ref table, offset + Width));
        high = low - t;
        low += t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse(ref Vector256<short> low, ref Vector256<short> high, short zeta)
    {
        Vector256<short> t = high - low;
        low += high;
        high = Multiply(t, zeta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse(ref Vector256<short> low, ref Vector256<short> high, ref short table, nuint offset)
    {
        Vector256<short> zeta = Vector256.LoadUnsafe(ref table, offset), t = high - low;
        low += high;
        high = Multiply(t, zeta, Vector256.LoadUnsafe(ref table, offset + Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Multiply(Vector256<short> a, short b) =>
        Multiply(a, Vector256.Create(b), Vector256.Create(unchecked((short)(b * MLKemRing.QInverse))));

    // a · b / R mod q, Montgomery's way, below q in magnitude; any a of 16 bits, |b| < q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Multiply(Vector256<short> a, Vector256<short> b, Vector256<short> bTimesQInverse) =>
        Avx2.MultiplyHigh(a, b) - Avx2.MultiplyHigh(a * bTimesQInverse, Vector256.Create((short)MLKemRing.Q));

    // (low + 2^16 high) / R mod q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Reduce(Vector256<short> low, Vector256<short> high) =>
        high - Avx2.MultiplyHigh(
            low * Vector256.Create((short)MLKemRing.QInverse), Vector256.Create((short)MLKemRing.Q));

    // a mod q, centred, for any a of 16 bits: the quotient is (a · 20159 + 2^25) >> 26, taken in two steps.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Barrett(Vector256<short> a)
    {
        Vector256<short> high = Avx2.MultiplyHigh(a, Vector256.Create((short)MLKemRing.BarrettFactor));
        Vector256<short> quotient = Avx2.MultiplyHighRoundScale(high, Vector256.Create((short)(1 << 5)));
        return a - (quotient * Vector256.Create((short)MLKemRing.Q));
    }

    // Both lower halves to low and both upper halves to high; twice is nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitHalves(ref Vector256<short> low, ref Vector256<short> high)
    {
        Vector256<short> t = Avx2.Permute2x128(low, high, 0x20);
        high = Avx2.Permute2x128(low, high, 0x31);
        low = t;
    }

    // Four coefficients at a time, in each half: the first of every two to low, the second to high; twice is nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitQuarters(ref Vector256<short> low, ref Vector256<short> high)
    {
        Vector256<short> t = Avx2.UnpackLow(low.AsInt64(), high.AsInt64()).AsInt16();
        high = Avx2.UnpackHigh(low.AsInt64(), high.AsInt64()).AsInt16();
        low = t;
    }

    // Two coefficients at a time, likewise.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitPairs(ref Vector256<short> low, ref Vector256<short> high)
    {
        Vector256<short> t = Avx.Shuffle(low.AsSingle(), high.AsSingle(), 0x88).AsInt16();
        high = Avx.Shuffle(low.AsSingle(), high.AsSingle(), 0xDD).AsInt16();
        low = t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void JoinPairs(ref Vector256<short> low, ref Vector256<short> high)
    {
        Vector256<short> t = Avx2.UnpackLow(low.AsInt32(), high.AsInt32()).AsInt16();
        high = Avx2.UnpackHigh(low.AsInt32(), high.AsInt32()).AsInt16();
        low = t;
    }

    // The shuffles of the second pass done to positions, which shows where each coefficient goes.
    private static short[] MakeTable(bool inverse)
    {
        if (!Avx2.IsSupported) return [];

        List<short> table = [];
        for (int i = 0; i < N; i += 2 * Width)
        {
            Vector256<short> low = Vector256<short>.Indices + Vector256.Create((short)i);
            Vector256<short> high = low + Vector256.Create((short)Width);
            if (inverse)
            {
                SplitPairs(ref low, ref high);
                Append(2, low);
                SplitPairs(ref low, ref high);
                Append(4, low);
                SplitHalves(ref low, ref high);
                Append(8, low);
                SplitHalves(ref low, ref high);
                SplitPairs(ref low, ref high);
                Append(16, low);
            }
            else
            {
                Append(16, low);
                SplitHalves(ref low, ref high);
                Append(8, low);
                SplitQuarters(ref low, ref high);
                Append(4, low);
                SplitPairs(ref low, ref high);
                Append(2, low);
            }
        }

        return [.. table];

        void Append(int length, Vector256<short> positions)
        {
            short[] zetas = [.. Enumerable.Range(0, Width).Select(lane => inverse
                ? MLKemZetas.Inverse(length, positions[lane]) : MLKemZetas.Forward(length, positions[lane]))];
            table.AddRange(zetas);
            table.AddRange(zetas.Select(MLKemZetas.TimesQInverse));
        }
    }

    private static short[] MakeProductTable()
    {
        short[] factors = [.. Enumerable.Range(0, N).Select(MLKemZetas.Product)];
        return [.. factors, .. factors.Select(MLKemZetas.TimesQInverse)];
    }
}
