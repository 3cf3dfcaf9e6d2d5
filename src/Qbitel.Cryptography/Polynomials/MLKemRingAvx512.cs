using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The kernels of <see cref="MLKemRing"/> over vectors of 32 coefficients, the polynomial in eight.</summary>
/// <remarks>
/// A transform is two passes. The first does the layers whose partners lie 128, 64 and 32 apart, vector against vector;
/// the second the rest on two neighbours, permuted before each layer so that partners face each other. The tables hold
/// the permutations, and the factors in the order that they give.
/// </remarks>
internal static class MLKemRingAvx512
{
    private const int N = MLKemRing.N;
    private const int Width = 32;

    // Two permutations before each of four layers and two that put all back.
    private const int PermutationsSize = 10 * Width;

    // Of each pair of vectors: per layer of the second pass, 32 factors and then the same times q^-1.
    private const int FactorsSize = 4 * 2 * Width;

    private static readonly short[] ForwardTable = MakeTable([16, 8, 4, 2], MLKemZetas.Forward);
    private static readonly short[] InverseTable = MakeTable([2, 4, 8, 16], MLKemZetas.Inverse);
    private static readonly short[] ProductTable = MakeProductTable();

    public static void Ntt(Span<short> f)
    {
        ref short first = ref MemoryMarshal.GetReference(f[..N]);
        ref short zetas = ref MemoryMarshal.GetReference(MLKemZetas.All);
        Vector512<short> f0 = Vector512.LoadUnsafe(ref first), f1 = Vector512.LoadUnsafe(ref first, 32);
        Vector512<short> f2 = Vector512.LoadUnsafe(ref first, 64), f3 = Vector512.LoadUnsafe(ref first, 96);
        Vector512<short> f4 = Vector512.LoadUnsafe(ref first, 128), f5 = Vector512.LoadUnsafe(ref first, 160);
        Vector512<short> f6 = Vector512.LoadUnsafe(ref first, 192), f7 = Vector512.LoadUnsafe(ref first, 224);

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

        // Each of the seven layers adds less than q to |f|: it stays below 8q < 2^15.
        ref short table = ref MemoryMarshal.GetArrayDataReference(ForwardTable);
        ForwardPair(ref f0, ref f1, ref table, ref Unsafe.Add(ref table, PermutationsSize));
        ForwardPair(ref f2, ref f3, ref table, ref Unsafe.Add(ref table, PermutationsSize + FactorsSize));
        ForwardPair(ref f4, ref f5, ref table, ref Unsafe.Add(ref table, PermutationsSize + (2 * FactorsSize)));
        ForwardPair(ref f6, ref f7, ref table, ref Unsafe.Add(ref table, PermutationsSize + (3 * FactorsSize)));

        f0.StoreUnsafe(ref first);
        f1.StoreUnsafe(ref first, 32);
        f2.StoreUnsafe(ref first, 64);
        f3.StoreUnsafe(ref first, 96);
        f4.StoreUnsafe(ref first, 128);
        f5.StoreUnsafe(ref first, 160);
        f6.StoreUnsafe(ref first, 192);
        f7.StoreUnsafe(ref first, 224);
    }

    public static void InverseNtt(Span<short> f)
    {
        ref short first = ref MemoryMarshal.GetReference(f[..N]);
        Vector512<short> f0 = Vector512.LoadUnsafe(ref first), f1 = Vector512.LoadUnsafe(ref first, 32);
        Vector512<short> f2 = Vector512.LoadUnsafe(ref first, 64), f3 = Vector512.LoadUnsafe(ref first, 96);
        Vector512<short> f4 = Vector512.LoadUnsafe(ref first, 128), f5 = Vector512.LoadUnsafe(ref first, 160);
        Vector512<short> f6 = Vector512.LoadUnsafe(ref first, 192), f7 = Vector512.LoadUnsafe(ref first, 224);

        ref short table = ref MemoryMarshal.GetArrayDataReference(InverseTable);
        InversePair(ref f0, ref f1, ref table, ref Unsafe.Add(ref table, PermutationsSize));
        InversePair(ref f2, ref f3, ref table, ref Unsafe.Add(ref table, PermutationsSize + FactorsSize));
        InversePair(ref f4, ref f5, ref table, ref Unsafe.Add(ref table, PermutationsSize + (2 * FactorsSize)));
        InversePair(ref f6, ref f7, ref table, ref Unsafe.Add(ref table, PermutationsSize + (3 * FactorsSize)));

        ref short zetas = ref MemoryMarshal.GetReference(MLKemZetas.All);
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

        // Three layers after the last reduction the sums are below 8q again.
        f0 = Barrett(f0);
        f1 = Barrett(f1);
        f4 = Barrett(f4);
        f5 = Barrett(f5);
        zeta = Unsafe.Add(ref zetas, 1);
        Inverse(ref f0, ref f4, zeta);
        Inverse(ref f1, ref f5, zeta);
        Inverse(ref f2, ref f6, zeta);
        Inverse(ref f3, ref f7, zeta);

        Multiply(f0, MLKemRing.InverseFactor).StoreUnsafe(ref first);
        Multiply(f1, MLKemRing.InverseFactor).StoreUnsafe(ref first, 32);
        Multiply(f2, MLKemRing.InverseFactor).StoreUnsafe(ref first, 64);
        Multiply(f3, MLKemRing.InverseFactor).StoreUnsafe(ref first, 96);
        Multiply(f4, MLKemRing.InverseFactor).StoreUnsafe(ref first, 128);
        Multiply(f5, MLKemRing.InverseFactor).StoreUnsafe(ref first, 160);
        Multiply(f6, MLKemRing.InverseFactor).StoreUnsafe(ref first, 192);
        Multiply(f7, MLKemRing.InverseFactor).StoreUnsafe(ref first, 224);
    }

    public static void PrepareOperand(ReadOnlySpan<short> b, Span<short> operand)
    {
        ref short source = ref MemoryMarshal.GetReference(b[..N]);
        ref short target = ref MemoryMarshal.GetReference(operand[..MLKemRing.OperandSize]);
        ref short table = ref MemoryMarshal.GetArrayDataReference(ProductTable);
        for (nuint i = 0; i < N; i += Width)
        {
            Vector512<short> x = Vector512.LoadUnsafe(ref source, i);
            Multiply(x, Vector512.LoadUnsafe(ref table, i), Vector512.LoadUnsafe(ref table, N + i))
                .StoreUnsafe(ref target, i);
            Avx512F.RotateLeft(x.AsUInt32(), 16).AsInt16().StoreUnsafe(ref target, N + i);
        }
    }

    public static void InnerProduct(Span<short> h, ReadOnlySpan<short> a, int stride, ReadOnlySpan<short> operands)
    {
        int k = operands.Length / MLKemRing.OperandSize;
        ref short sum = ref MemoryMarshal.GetReference(h[..N]);
        ref short left = ref MemoryMarshal.GetReference(a[..((stride * (k - 1)) + N)]);
        ref short right = ref MemoryMarshal.GetReference(operands);
        Vector512<int> lowHalf = Vector512.Create(0xFFFF);
        for (nuint i = 0; i < N; i += Width)
        {
            Vector512<int> even = Vector512<int>.Zero, odd = Vector512<int>.Zero;
            nuint l = i, r = i;
            for (int j = 0; j < k; j++, l += (nuint)stride, r += MLKemRing.OperandSize)
            {
                Vector512<short> x = Vector512.LoadUnsafe(ref left, l);
                even += Avx512BW.MultiplyAddAdjacent(x, Vector512.LoadUnsafe(ref right, r));
                odd += Avx512BW.MultiplyAddAdjacent(x, Vector512.LoadUnsafe(ref right, N + r));
            }

            // Even and odd sums side by side again, low halves and high halves apart.
            Vector512<short> low = ((even & lowHalf) | (odd << 16)).AsInt16();
            Vector512<short> high = ((even >>> 16) | Vector512.AndNot(odd, lowHalf)).AsInt16();
            Reduce(low, high).StoreUnsafe(ref sum, i);
        }
    }

    // Without loops and on its own variables: the JIT then keeps all of them in registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardPair(
        ref Vector512<short> first, ref Vector512<short> second, ref short permutations, ref short factors)
    {
        Vector512<short> low = first, high = second;
        Permute(ref low, ref high, ref permutations, 0);
        Forward(ref low, ref high, ref factors, 0);
        Permute(ref low, ref high, ref permutations, 2 * Width);
        Forward(ref low, ref high, ref factors, 2 * Width);
        Permute(ref low, ref high, ref permutations, 4 * Width);
        Forward(ref low, ref high, ref factors, 4 * Width);
        Permute(ref low, ref high, ref permutations, 6 * Width);
        Forward(ref low, ref high, ref factors, 6 * Width);
        low = Barrett(low);
        high = Barrett(high);
        Permute(ref low, ref high, ref permutations, 8 * Width);
        first = low;
        second = high;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InversePair(
        ref Vector512<short> first, ref Vector512<short> second, ref short permutations, ref short factors)
    {
        // A sum doubles |f| and a product is below q: from below q, three layers stay below 8q < 2^15.
        Vector512<short> low = first, high = second;
        Permute(ref low, ref high, ref permutations, 0);
        Inverse(ref low, ref high, ref factors, 0);
        Permute(ref low, ref high, ref permutations, 2 * Width);
        Inverse(ref low, ref high, ref factors, 2 * Width);
        Permute(ref low, ref high, ref permutations, 4 * Width);
        Inverse(ref low, ref high, ref factors, 4 * Width);
        low = Barrett(low);
        Permute(ref low, ref high, ref permutations, 6 * Width);
        Inverse(ref low, ref high, ref factors, 6 * Width);
        Permute(ref low, ref high, ref permutations, 8 * Width);
        first = low;
        second = high;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Permute(
        ref Vector512<short> low, ref Vector512<short> high, ref short permutations, nuint offset)
    {
        Vector512<short> toLow = Vector512.LoadUnsafe(ref permutations, offset);
        Vector512<short> toHigh = Vector512.LoadUnsafe(ref permutations, offset + Width);
        Vector512<short> t = Avx512BW.PermuteVar32x16x2(low, toLow, high);
        high = Avx512BW.PermuteVar32x16x2(low, toHigh, high);
        low = t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(ref Vector512<short> low, ref Vector512<short> high, short zeta)
    {
        Vector512<short> t = Multiply(high, zeta);
        high = low - t;
        low += t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(ref Vector512<short> low, ref Vector512<short> high, ref short factors, nuint offset)
    {
        Vector512<short> zeta = Vector512.LoadUnsafe(ref factors, offset);
        Vector512<short> t = Multiply(high, zeta, Vector512.LoadUnsafe(ref factors, offset + Width));
        high = low - t;
        low += t;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse(ref Vector512<short> low, ref Vector512<short> high, ref short factors, nuint offset)
    {
        Vector512<short> zeta = Vector512.LoadUnsafe(ref factors, offset), t = high - low;
        low += high;
        high = Multiply(t, zeta, Vector512.LoadUnsafe(ref factors, offset + Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse(ref Vector512<short> low, ref Vector512<short> high, short zeta)
    {
        Vector512<short> t = high - low;
        low += high;
        high = Multiply(t, zeta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Multiply(Vector512<short> a, short b) =>
        Multiply(a, Vector512.Create(b), Vector512.Create(unchecked((short)(b * MLKemRing.QInverse))));

    // a · b / R mod q, Montgomery's way, below q in magnitude; any a of 16 bits, |b| < q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Multiply(Vector512<short> a, Vector512<short> b, Vector512<short> bTimesQInverse) =>
        Avx512BW.MultiplyHigh(a, b) - Avx512BW.MultiplyHigh(a * bTimesQInverse, Vector512.Create((short)MLKemRing.Q));

    // (low + 2^16 high) / R mod q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Reduce(Vector512<short> low, Vector512<short> high) =>
        high - Avx512BW.MultiplyHigh(
            low * Vector512.Create((short)MLKemRing.QInverse), Vector512.Create((short)MLKemRing.Q));

    // a mod q, centred, for any a of 16 bits: the quotient is (a · 20159 + 2^25) >> 26, taken in two steps.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Barrett(Vector512<short> a)
    {
        Vector512<short> high = Avx512BW.MultiplyHigh(a, Vector512.Create((short)MLKemRing.BarrettFactor));
        Vector512<short> quotient = Avx512BW.MultiplyHighRoundScale(high, Vector512.Create((short)(1 << 5)));
        return a - (quotient * Vector512.Create((short)MLKemRing.Q));
    }

    private static short[] MakeTable(ReadOnlySpan<int> lengths, Func<int, int, short> zeta)
    {
        List<short> permutations = [];
        List<int[]> layers = [];
        int[] positions = [.. Enumerable.Range(0, 2 * Width)];
        foreach (int length in lengths)
        {
            // Of each pair of partners the one before goes to low, and the other faces it in high.
            int[] low = [.. positions.Where(position => (position & length) == 0)];
            int[] next = [.. low, .. low.Select(position => position + length)];
            permutations.AddRange(next.Select(position => (short)Array.IndexOf(positions, position)));
            positions = next;
            layers.Add(low);
        }

        permutations.AddRange(Enumerable.Range(0, 2 * Width).Select(i => (short)Array.IndexOf(positions, i)));

        List<short> factors = [];
        for (int i = 0; i < N; i += 2 * Width)
        {
            for (int layer = 0; layer < layers.Count; layer++)
            {
                int length = lengths[layer];
                short[] zetas = [.. layers[layer].Select(position => zeta(length, i + position))];
                factors.AddRange(zetas);
                factors.AddRange(zetas.Select(MLKemZetas.TimesQInverse));
            }
        }

        return [.. permutations, .. factors];
    }

    private static short[] MakeProductTable()
    {
        short[] factors = [.. Enumerable.Range(0, N).Select(MLKemZetas.Product)];
        return [.. factors, .. factors.Select(MLKemZetas.TimesQInverse)];
    }
}
