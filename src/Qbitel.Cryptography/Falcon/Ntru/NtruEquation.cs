using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Falcon.Ntru;

/// <summary>
/// Solves f G - g F = q modulo X^512 + 1 (Falcon specification, round 3, Algorithm 6), through the tower of rings.
/// </summary>
/// <remarks>
/// <para>
/// At depth d polynomials have degree 512 / 2^d. Down the tower go the norms of f and g; at its foot two integers are
/// left, whose Bézout coefficients are the first solution; up the tower every solution is lifted and reduced
/// (<see cref="NtruReduction"/>). Products are computed modulo many small primes.
/// </para>
/// <para>
/// The sequence of operations depends on f and g only through failures, after which they are thrown away, but for the
/// latency of double-precision division.
/// </para>
/// </remarks>
internal static class NtruEquation
{
    public const int Q = 12289;

    private const int Depths = 9;
    private const int Degree = 1 << Depths;

    // Limbs of the coefficients of f and g at each depth, of F and G before their reduction. Lengths that fail once in
    // a while are right: failure means another f and g.
    private static readonly int[] ShortLength = [1, 1, 2, 2, 4, 7, 14, 27, 53, 106];
    private static readonly int[] LongLength = [2, 2, 5, 7, 12, 21, 40, 78, 157];

    /// <summary>Finds F and G with coefficients from -127 to 127.</summary>
    /// <returns>False if there is no such solution, or none that this method finds: try another f and g.</returns>
    public static bool TrySolve(
        ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g, Span<sbyte> bigF, Span<sbyte> bigG)
    {
        uint[][] shortF = new uint[Depths + 1][], shortG = new uint[Depths + 1][];
        uint[] scratch = Secret(4 * Degree * LongLength[0]);
        uint[] lowF = [], lowG = [];
        try
        {
            shortF[0] = Widen(f);
            shortG[0] = Widen(g);
            for (int depth = 0; depth < Depths; depth++)
            {
                shortF[depth + 1] = Norm(shortF[depth], depth, scratch);
                shortG[depth + 1] = Norm(shortG[depth], depth, scratch);
            }

            lowF = Secret(ShortLength[Depths]);
            lowG = Secret(ShortLength[Depths]);
            if (!BinaryBezout.TrySolve(lowG, lowF, shortF[Depths], shortG[Depths])) return false;
            if ((Limbs.Multiply(lowF, Q) | Limbs.Multiply(lowG, Q)) != 0) return false;

            for (int depth = Depths - 1; depth >= 0; depth--)
            {
                (uint[] highF, uint[] highG) = Lift(shortF[depth], shortG[depth], lowF, lowG, depth, scratch);
                Zero(lowF);
                Zero(lowG);
                (lowF, lowG) = (highF, highG);
                if (!NtruReduction.TryReduce(lowF, lowG, shortF[depth], shortG[depth], depth, scratch)) return false;

                (lowF, lowG) = (Shorten(lowF, depth), Shorten(lowG, depth));
            }

            return TryNarrow(lowF, bigF) && TryNarrow(lowG, bigG) && IsSolved(f, g, bigF, bigG);
        }
        finally
        {
            foreach (uint[]? level in (uint[]?[])[.. shortF, .. shortG, scratch, lowF, lowG])
                if (level is not null) Zero(level);
        }
    }

    /// <summary>True if f G - g F = q.</summary>
    /// <remarks>Modulo one prime: both sides are smaller than half of it.</remarks>
    public static bool IsSolved(
        ReadOnlySpan<sbyte> f, ReadOnlySpan<sbyte> g, ReadOnlySpan<sbyte> bigF, ReadOnlySpan<sbyte> bigG)
    {
        SmallPrime prime = SmallPrime.All[0];
        Span<uint> values = stackalloc uint[4 * Degree];
        try
        {
            Span<uint> a = values[..Degree], b = values.Slice(Degree, Degree);
            Span<uint> c = values.Slice(2 * Degree, Degree), d = values[(3 * Degree)..];
            for (int i = 0; i < Degree; i++)
            {
                a[i] = prime.FromSigned(f[i]);
                b[i] = prime.FromSigned(g[i]);
                c[i] = prime.FromSigned(bigF[i]);
                d[i] = prime.FromSigned(bigG[i]);
            }

            prime.Transform(a);
            prime.Transform(b);
            prime.Transform(c);
            prime.Transform(d);
            uint expected = prime.Multiply(Q, 1), wrong = 0;
            for (int i = 0; i < Degree; i++)
                wrong |= prime.Subtract(prime.Multiply(a[i], d[i]), prime.Multiply(b[i], c[i])) ^ expected;
            return wrong == 0;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values));
        }
    }

    private static uint[] Widen(ReadOnlySpan<sbyte> small)
    {
        uint[] limbs = Secret(Degree);
        for (int i = 0; i < Degree; i++) limbs[i] = unchecked((uint)small[i]) & Limbs.Mask;
        return limbs;
    }

    // N(f)(X²) = f(X) f(-X): one depth down. The last norm is the resultant with X^512 + 1 and not negative.
    private static uint[] Norm(uint[] f, int depth, uint[] scratch)
    {
        int n = Degree >> depth, length = ShortLength[depth], longer = ShortLength[depth + 1];
        Span<uint> residues = scratch.AsSpan(0, longer * n / 2);
        Span<uint> values = scratch.AsSpan(residues.Length, n);
        for (int u = 0; u < longer; u++)
        {
            SmallPrime prime = SmallPrime.All[u];
            for (int i = 0; i < n; i++) values[i] = prime.FromLimbs(f.AsSpan(i * length, length), signed: true);
            prime.Transform(values);
            Span<uint> norm = residues.Slice(u * n / 2, n / 2);
            for (int i = 0; i < norm.Length; i++)
                norm[i] = prime.ToMontgomery(prime.Multiply(values[2 * i], values[(2 * i) + 1]));
            prime.Inverse(norm);
        }

        uint[] result = Secret(longer * n / 2);
        bool last = depth == Depths - 1;
        Limbs.FromResidues(result, longer, n / 2, residues, !last, scratch.AsSpan(residues.Length, longer));
        return result;
    }

    // F(X) = F'(X²) g(-X) and G(X) = G'(X²) f(-X): a solution one depth up, three times as long as it could be.
    private static (uint[] F, uint[] G) Lift(
        uint[] f, uint[] g, uint[] lowF, uint[] lowG, int depth, uint[] scratch)
    {
        int n = Degree >> depth, half = n / 2;
        int length = ShortLength[depth], lowLength = ShortLength[depth + 1], longLength = LongLength[depth];
        uint[] bigF = Secret(longLength * n), bigG = Secret(longLength * n), product = new uint[longLength];
        Span<uint> residues = scratch.AsSpan(0, longLength * n);

        LiftOne(g, lowF, residues, scratch.AsSpan(residues.Length));
        Limbs.FromResidues(bigF, longLength, n, residues, signed: true, product);
        LiftOne(f, lowG, residues, scratch.AsSpan(residues.Length));
        Limbs.FromResidues(bigG, longLength, n, residues, signed: true, product);
        return (bigF, bigG);

        void LiftOne(uint[] other, uint[] low, Span<uint> destination, Span<uint> work)
        {
            Span<uint> values = work[..n], lowValues = work.Slice(n, half);
            for (int u = 0; u < longLength; u++)
            {
                SmallPrime prime = SmallPrime.All[u];
                for (int i = 0; i < n; i++) values[i] = prime.FromLimbs(other.AsSpan(i * length, length), signed: true);
                for (int i = 0; i < half; i++)
                    lowValues[i] = prime.FromLimbs(low.AsSpan(i * lowLength, lowLength), signed: true);
                prime.Transform(values);
                prime.Transform(lowValues);
                Span<uint> lifted = destination.Slice(u * n, n);
                for (int i = 0; i < half; i++)
                {
                    uint factor = prime.ToMontgomery(lowValues[i]);
                    lifted[2 * i] = prime.Multiply(values[(2 * i) + 1], factor);
                    lifted[(2 * i) + 1] = prime.Multiply(values[2 * i], factor);
                }

                prime.Inverse(lifted);
            }
        }
    }

    // Drops the limbs that the reduction has emptied.
    private static uint[] Shorten(uint[] numbers, int depth)
    {
        int n = Degree >> depth, length = ShortLength[depth], longLength = LongLength[depth];
        uint[] result = Secret(n * length);
        for (int i = 0; i < n; i++) numbers.AsSpan(i * longLength, length).CopyTo(result.AsSpan(i * length));
        Zero(numbers);
        return result;
    }

    private static bool TryNarrow(uint[] limbs, Span<sbyte> small)
    {
        int excess = 0;
        for (int i = 0; i < Degree; i++)
        {
            int value = unchecked((int)(limbs[i] << 1) >> 1);
            excess |= unchecked((127 - value) | (127 + value));
            small[i] = unchecked((sbyte)value);
        }

        return excess >= 0;
    }

    private static uint[] Secret(int length) => GC.AllocateArray<uint>(length, pinned: true);

    private static void Zero(uint[] values) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values.AsSpan()));
}
