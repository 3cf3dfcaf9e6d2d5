using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Falcon.Ntru;

/// <summary>Bézout coefficients of two large odd numbers, by the binary algorithm in batches of 31 steps.</summary>
/// <remarks>
/// Each batch works on the lowest limb and the highest 62 bits of both numbers and collects its steps in a 2 × 2
/// matrix, which is then applied to the full numbers (T. Pornin, "Optimized Binary GCD for Modular Inversion", IACR
/// ePrint 2020/972). The number of batches depends on the length alone, and no branch on a limb.
/// </remarks>
internal static class BinaryBezout
{
    /// <summary>u and v in [0, y] and [0, x] with u x - v y = 1.</summary>
    /// <returns>False if there are none: a number is even, or they have a common factor.</returns>
    public static bool TrySolve(Span<uint> u, Span<uint> v, ReadOnlySpan<uint> x, ReadOnlySpan<uint> y)
    {
        int length = x.Length;
        if (((x[0] & y[0]) & 1) == 0) return false;

        uint[] scratch = GC.AllocateArray<uint>(4 * length, pinned: true);
        try
        {
            Span<uint> u1 = scratch.AsSpan(0, length), v1 = scratch.AsSpan(length, length);
            Span<uint> a = scratch.AsSpan(2 * length, length), b = scratch.AsSpan(3 * length, length);

            // Invariants: a = u x - v y mod xy, b = u1 x - v1 y mod xy.
            x.CopyTo(a);
            y.CopyTo(b);
            u.Clear();
            u[0] = 1;
            v.Clear();
            y.CopyTo(u1);
            x.CopyTo(v1);
            v1[0]--;

            uint xInverse = NegatedInverse(x[0]), yInverse = NegatedInverse(y[0]);

            // Each batch takes at least 30 bits off both lengths together.
            for (int bits = (2 * Limbs.Bits * length) + 30; bits >= 30; bits -= 30)
            {
                Batch batch = Batch.Of(a, b);
                batch = batch.Reduce(a, b);
                batch.ReduceModulo(u, u1, y, yInverse);
                batch.ReduceModulo(v, v1, x, xInverse);
            }

            uint rest = a[0] ^ 1;
            for (int i = 1; i < length; i++) rest |= a[i];
            return rest == 0;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch.AsSpan()));
        }
    }

    // -1/value mod 2^31, of an odd value.
    private static uint NegatedInverse(uint value)
    {
        unchecked
        {
            uint inverse = value;
            for (int i = 0; i < 4; i++) inverse *= 2 - (value * inverse);
            return (0 - inverse) & Limbs.Mask;
        }
    }

    // 31 steps: (a, b) becomes (pa a + pb b, qa a + qb b) / 2^31. |pa| + |pb| and |qa| + |qb| are at most 2^31.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Batch(long Pa, long Pb, long Qa, long Qb)
    {
        public static Batch Of(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
        {
            unchecked
            {
                (ulong aHigh, ulong bHigh) = TopBits(a, b);
                uint aLow = a[0], bLow = b[0];
                long pa = 1, pb = 0, qa = 0, qb = 1;
                for (int i = 0; i < Limbs.Bits; i++)
                {
                    // Both odd: the larger becomes their difference. Then the one that is even is halved, which here
                    // means that the other's low part and row are doubled.
                    uint bothOdd = (aLow >> i) & (bLow >> i) & 1;
                    uint aLarger = (uint)((bHigh - aHigh) >> 63);
                    uint takeFromA = bothOdd & aLarger;
                    uint takeFromB = bothOdd & (aLarger ^ 1);
                    uint halveA = takeFromA | (((aLow >> i) & 1) ^ 1);

                    long maskA = -(long)takeFromA, maskB = -(long)takeFromB;
                    aLow -= bLow & (uint)maskA;
                    aHigh -= bHigh & (ulong)maskA;
                    pa -= qa & maskA;
                    pb -= qb & maskA;
                    bLow -= aLow & (uint)maskB;
                    bHigh -= aHigh & (ulong)maskB;
                    qa -= pa & maskB;
                    qb -= pb & maskB;

                    long halvesA = -(long)halveA, halvesB = ~halvesA;
                    aLow += aLow & (uint)halvesB;
                    pa += pa & halvesB;
                    pb += pb & halvesB;
                    bLow += bLow & (uint)halvesA;
                    qa += qa & halvesA;
                    qb += qb & halvesA;
                    aHigh ^= (aHigh ^ (aHigh >> 1)) & (ulong)halvesA;
                    bHigh ^= (bHigh ^ (bHigh >> 1)) & (ulong)halvesB;
                }

                return new Batch(pa, pb, qa, qb);
            }
        }

        /// <summary>Applies the steps to both numbers; a row that gave a negative number is returned negated.</summary>
        public Batch Reduce(Span<uint> a, Span<uint> b)
        {
            unchecked
            {
                long aCarry = 0, bCarry = 0;
                int length = a.Length;
                b = b[..length];
                for (int i = 0; i < length; i++)
                {
                    long aLimb = a[i], bLimb = b[i];
                    aCarry += (aLimb * Pa) + (bLimb * Pb);
                    bCarry += (aLimb * Qa) + (bLimb * Qb);
                    if (i > 0)
                    {
                        a[i - 1] = (uint)aCarry & Limbs.Mask;
                        b[i - 1] = (uint)bCarry & Limbs.Mask;
                    }

                    aCarry >>= Limbs.Bits;
                    bCarry >>= Limbs.Bits;
                }

                a[length - 1] = (uint)aCarry & Limbs.Mask;
                b[length - 1] = (uint)bCarry & Limbs.Mask;
                long aSign = aCarry >> 63, bSign = bCarry >> 63;
                Negate(a, (uint)aSign);
                Negate(b, (uint)bSign);
                return new Batch(
                    (Pa ^ aSign) - aSign, (Pb ^ aSign) - aSign, (Qa ^ bSign) - bSign, (Qb ^ bSign) - bSign);
            }
        }

        /// <summary>Applies the steps to both numbers modulo m, dividing by 2^31 as Montgomery does.</summary>
        public void ReduceModulo(Span<uint> a, Span<uint> b, ReadOnlySpan<uint> m, uint mInverse)
        {
            unchecked
            {
                int length = m.Length;
                a = a[..length];
                b = b[..length];
                long aFactor = (uint)(((a[0] * (uint)Pa) + (b[0] * (uint)Pb)) * mInverse) & Limbs.Mask;
                long bFactor = (uint)(((a[0] * (uint)Qa) + (b[0] * (uint)Qb)) * mInverse) & Limbs.Mask;
                long aCarry = 0, bCarry = 0;
                for (int i = 0; i < length; i++)
                {
                    long aLimb = a[i], bLimb = b[i], modulus = m[i];
                    aCarry += (aLimb * Pa) + (bLimb * Pb) + (modulus * aFactor);
                    bCarry += (aLimb * Qa) + (bLimb * Qb) + (modulus * bFactor);
                    if (i > 0)
                    {
                        a[i - 1] = (uint)aCarry & Limbs.Mask;
                        b[i - 1] = (uint)bCarry & Limbs.Mask;
                    }

                    aCarry >>= Limbs.Bits;
                    bCarry >>= Limbs.Bits;
                }

                a[length - 1] = (uint)aCarry & Limbs.Mask;
                b[length - 1] = (uint)bCarry & Limbs.Mask;
                Canonicalize(a, m, (uint)(aCarry >> Limbs.Bits));
                Canonicalize(b, m, (uint)(bCarry >> Limbs.Bits));
            }
        }

        // The highest two limbs at which one of the numbers is not zero, as 62 bits of each.
        private static (ulong A, ulong B) TopBits(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
        {
            unchecked
            {
                uint first = uint.MaxValue, second = uint.MaxValue; // all ones until that limb is found
                uint a0 = 0, a1 = 0, b0 = 0, b1 = 0;
                for (int i = a.Length - 1; i >= 0; i--)
                {
                    a0 ^= (a0 ^ a[i]) & first;
                    a1 ^= (a1 ^ a[i]) & second;
                    b0 ^= (b0 ^ b[i]) & first;
                    b1 ^= (b1 ^ b[i]) & second;
                    second = first;
                    first &= (((a[i] | b[i]) + Limbs.Mask) >> 31) - 1;
                }

                // Only the lowest limb is left: it alone counts.
                a1 |= a0 & second;
                a0 &= ~second;
                b1 |= b0 & second;
                b0 &= ~second;
                return (((ulong)a0 << Limbs.Bits) + a1, ((ulong)b0 << Limbs.Bits) + b1);
            }
        }

        private static void Negate(Span<uint> a, uint mask)
        {
            unchecked
            {
                uint carry = mask & 1;
                foreach (ref uint limb in a)
                {
                    uint value = ((limb ^ mask) & Limbs.Mask) + carry;
                    limb = value & Limbs.Mask;
                    carry = value >> 31;
                }
            }
        }

        // From (-m, 2m) to [0, m); above the limbs there is 0, 1 or, of a negative number, all ones.
        private static void Canonicalize(Span<uint> a, ReadOnlySpan<uint> m, uint above)
        {
            unchecked
            {
                uint borrow = 0;
                for (int i = 0; i < a.Length; i++) borrow = (a[i] - m[i] - borrow) >> 31;

                // Negative: add m, by its complement. Otherwise, and not below m: subtract it.
                uint negative = above >> 31;
                uint flip = (0 - negative) & Limbs.Mask;
                uint keep = 0 - ((above & 1) | (1 - borrow));
                borrow = negative;
                for (int i = 0; i < a.Length; i++)
                {
                    uint difference = a[i] - ((m[i] ^ flip) & keep) - borrow;
                    a[i] = difference & Limbs.Mask;
                    borrow = difference >> 31;
                }
            }
        }
    }
}
