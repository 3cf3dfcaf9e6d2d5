namespace Qbitel.Cryptography.Falcon.Ntru;

/// <summary>A prime just below 2^31 with the roots it has of X^n + 1: one digit of a residue number system.</summary>
/// <remarks>Products are Montgomery reduced, which divides by R = 2^32. The table and the primes are public.</remarks>
internal sealed class SmallPrime
{
    // How many primes a polynomial of degree 512, 256, … 2 may need at most, with a prime more where k f is computed.
    private static readonly int[] CountAtDepth = [3, 3, 6, 8, 13, 22, 41, 79, 158];

    private readonly uint _negatedInverse; // -1/p mod R
    private readonly uint _square; // R² mod p
    private readonly uint _limb; // 2^31 R mod p
    private readonly uint[] _roots; // entry k: w^rev(k), times R
    private readonly uint[] _inverseRoots;

    private SmallPrime(uint value, int degree)
    {
        Value = value;
        uint inverse = value; // Newton: doubles the right bits, of which three are right at the start
        for (int i = 0; i < 4; i++) inverse = unchecked(inverse * (2 - (value * inverse)));
        _negatedInverse = unchecked(0 - inverse);
        _square = (uint)(ulong.MaxValue % value) + 1;
        _limb = (uint)((1UL << 63) % value);
        _roots = new uint[degree];
        _inverseRoots = new uint[degree];
        FillRoots(degree);
    }

    public uint Value { get; }

    /// <summary>1 / (the product of all primes before this one), times R.</summary>
    public uint InverseOfProduct { get; private init; }

    public static IReadOnlyList<SmallPrime> All { get; } = Find();

    /// <summary>a b / R mod p.</summary>
    public uint Multiply(uint a, uint b)
    {
        unchecked
        {
            ulong product = (ulong)a * b;
            ulong multiple = (ulong)((uint)product * _negatedInverse) * Value;
            uint result = (uint)((product + multiple) >> 32) - Value;
            return result + (Value & (uint)((int)result >> 31));
        }
    }

    public uint ToMontgomery(uint a) => Multiply(a, _square);

    public uint Add(uint a, uint b)
    {
        unchecked
        {
            uint sum = a + b - Value;
            return sum + (Value & (uint)((int)sum >> 31));
        }
    }

    public uint Subtract(uint a, uint b)
    {
        unchecked
        {
            uint difference = a - b;
            return difference + (Value & (uint)((int)difference >> 31));
        }
    }

    /// <summary>The residue of a number below p in magnitude.</summary>
    public uint FromSigned(int value) => unchecked((uint)value + (Value & (uint)(value >> 31)));

    /// <summary>The residue of a number in limbs, in two's complement if <paramref name="signed"/>.</summary>
    public uint FromLimbs(ReadOnlySpan<uint> limbs, bool signed)
    {
        unchecked
        {
            // Horner's rule; a negative number starts with the -1 that its sign stands for.
            uint negative = signed ? (uint)-(int)(limbs[^1] >> 30) : 0;
            uint result = (Value - 1) & negative;
            for (int i = limbs.Length - 1; i >= 0; i--)
            {
                uint limb = limbs[i] - Value;
                limb += Value & (uint)((int)limb >> 31);
                result = Add(Multiply(result, _limb), limb);
            }

            return result;
        }
    }

    /// <summary>From coefficients to values at the roots of X^n + 1, in place; w and -w are neighbours.</summary>
    public void Transform(Span<uint> a)
    {
        int n = a.Length;
        for (int m = 1, t = n; m < n; m <<= 1, t >>= 1)
        {
            for (int i = 0, start = 0; i < m; i++, start += t)
            {
                uint root = _roots[m + i];
                Span<uint> x = a.Slice(start, t >> 1), y = a.Slice(start + (t >> 1), t >> 1);
                for (int j = 0; j < x.Length; j++)
                {
                    uint product = Multiply(y[j], root);
                    y[j] = Subtract(x[j], product);
                    x[j] = Add(x[j], product);
                }
            }
        }
    }

    public void Inverse(Span<uint> a)
    {
        int n = a.Length;
        for (int m = n >> 1, t = 1; m > 0; m >>= 1, t <<= 1)
        {
            for (int i = 0, start = 0; i < m; i++, start += 2 * t)
            {
                uint root = _inverseRoots[m + i];
                Span<uint> x = a.Slice(start, t), y = a.Slice(start + t, t);
                for (int j = 0; j < x.Length; j++)
                {
                    uint difference = Subtract(x[j], y[j]);
                    x[j] = Add(x[j], y[j]);
                    y[j] = Multiply(difference, root);
                }
            }
        }

        // 1/n = p - (p - 1)/n, because n divides p - 1.
        uint scale = ToMontgomery(Value - ((Value - 1) / (uint)n));
        foreach (ref uint value in a) value = Multiply(value, scale);
    }

    private static SmallPrime[] Find()
    {
        List<SmallPrime> primes = [];
        // All are 1 mod 1024, so all have the roots for degree 512.
        for (uint candidate = (1u << 31) - 1023; primes.Count < CountAtDepth[^1]; candidate -= 1024)
        {
            if (!IsPrime(candidate)) continue;

            ulong product = 1;
            foreach (SmallPrime prime in primes) product = product * prime.Value % candidate;
            ulong inverse = Power(product, candidate - 2, candidate);
            int depth = Array.FindIndex(CountAtDepth, count => primes.Count < count);
            primes.Add(new SmallPrime(candidate, 512 >> depth)
            {
                InverseOfProduct = (uint)((inverse << 32) % candidate),
            });
        }

        return [.. primes];
    }

    // Miller and Rabin with the bases 2, 3, 5 and 7 errs for no number below 3,215,031,751.
    private static bool IsPrime(uint n)
    {
        int shift = System.Numerics.BitOperations.TrailingZeroCount(n - 1);
        foreach (uint witness in (ReadOnlySpan<uint>)[2, 3, 5, 7])
        {
            ulong x = Power(witness, (n - 1) >> shift, n);
            bool passes = x == 1 || x == n - 1;
            for (int i = 1; i < shift && !passes; i++)
            {
                x = x * x % n;
                passes = x == n - 1;
            }

            if (!passes) return false;
        }

        return true;
    }

    private static ulong Power(ulong value, uint exponent, uint modulus)
    {
        ulong result = 1;
        for (; exponent > 0; exponent >>= 1, value = value * value % modulus)
            if ((exponent & 1) != 0) result = result * value % modulus;
        return result;
    }

    private void FillRoots(int degree)
    {
        // w has order 2n exactly if w^n = -1.
        ulong w = 0;
        for (uint candidate = 2; w == 0 || Power(w, (uint)degree, Value) != Value - 1; candidate++)
            w = Power(candidate, (Value - 1) / (2 * (uint)degree), Value);

        int bits = System.Numerics.BitOperations.Log2((uint)degree);
        for (int k = 0; k < degree; k++)
        {
            uint reversed = 0;
            for (int bit = 0; bit < bits; bit++) reversed |= ((uint)(k >> bit) & 1) << (bits - 1 - bit);
            _roots[k] = (uint)((Power(w, reversed, Value) << 32) % Value);
            _inverseRoots[k] = (uint)((Power(w, (2 * (uint)degree) - reversed, Value) << 32) % Value);
        }
    }
}
