using System.Diagnostics;

namespace Qbitel.Cryptography.Falcon.Ntru;

/// <summary>Large integers as limbs of 31 bits, lowest first; negative ones in two's complement.</summary>
/// <remarks>No branch or index depends on a limb; lengths are public.</remarks>
internal static class Limbs
{
    public const int Bits = 31;
    public const uint Mask = 0x7FFFFFFF;

    /// <summary>a · factor in place; returns the limb that does not fit.</summary>
    public static uint Multiply(Span<uint> a, uint factor)
    {
        unchecked
        {
            ulong carry = 0;
            foreach (ref uint limb in a)
            {
                carry += (ulong)limb * factor;
                limb = (uint)carry & Mask;
                carry >>= Bits;
            }

            return (uint)carry;
        }
    }

    /// <summary>a + b · factor, in place of a, of the same length; returns the limb that does not fit.</summary>
    public static uint AddProduct(Span<uint> a, ReadOnlySpan<uint> b, uint factor)
    {
        unchecked
        {
            b = b[..a.Length];
            ulong carry = 0;
            for (int i = 0; i < a.Length; i++)
            {
                carry += ((ulong)b[i] * factor) + a[i];
                a[i] = (uint)carry & Mask;
                carry >>= Bits;
            }

            return (uint)carry;
        }
    }

    /// <summary>a + b · factor · 2^shift, in place of a, for signed numbers and a factor of either sign.</summary>
    public static void AddScaledProduct(Span<uint> a, ReadOnlySpan<uint> b, int factor, int shift)
    {
        unchecked
        {
            (int limbs, int bits) = Math.DivRem(shift, Bits);
            uint extension = (uint)-(int)(b[^1] >> 30) & Mask;
            uint pending = 0;
            long carry = 0;
            for (int i = limbs; i < a.Length; i++)
            {
                int j = i - limbs;
                uint limb = j < b.Length ? b[j] : extension;
                uint shifted = ((limb << bits) & Mask) | pending;
                pending = limb >> (Bits - bits);
                carry += ((long)shifted * factor) + a[i];
                a[i] = (uint)carry & Mask;
                carry >>= Bits;
            }
        }
    }

    /// <summary>a - b · 2^shift, in place of a, for signed numbers.</summary>
    public static void SubtractScaled(Span<uint> a, ReadOnlySpan<uint> b, int shift) =>
        AddScaledProduct(a, b, -1, shift);

    /// <summary>The number nearest to limbs in two's complement.</summary>
    /// <remarks>From the top, so that what is not yet rounded stays exact and no sign needs care.</remarks>
    public static double ToDouble(ReadOnlySpan<uint> limbs)
    {
        double value = unchecked((int)(limbs[^1] << 1) >> 1);
        for (int i = limbs.Length - 2; i >= 0; i--) value = (value * 2147483648.0) + limbs[i];
        return value;
    }

    /// <summary>
    /// The Chinese remainder theorem for <paramref name="count"/> numbers of <paramref name="length"/> limbs from
    /// their residues, prime by prime; the result is centred around zero if <paramref name="signed"/>.
    /// </summary>
    public static void FromResidues(
        Span<uint> numbers, int length, int count, ReadOnlySpan<uint> residues, bool signed, Span<uint> product)
    {
        Debug.Assert(product.Length >= length, "the product of the primes has as many limbs");
        for (int i = 0; i < count; i++) numbers[i * length] = residues[i];
        product[0] = SmallPrime.All[0].Value;
        for (int u = 1; u < length; u++)
        {
            SmallPrime prime = SmallPrime.All[u];
            ReadOnlySpan<uint> residue = residues.Slice(u * count, count);
            for (int i = 0; i < count; i++)
            {
                Span<uint> number = numbers.Slice(i * length, u + 1);
                uint difference = prime.Subtract(residue[i], prime.FromLimbs(number[..u], signed: false));
                number[u] = AddProduct(number[..u], product[..u], prime.Multiply(difference, prime.InverseOfProduct));
            }

            product[u] = Multiply(product[..u], prime.Value);
        }

        if (!signed) return;

        for (int i = 0; i < count; i++) Centre(numbers.Slice(i * length, length), product[..length]);
    }

    // Subtracts the modulus from a number above its half.
    private static void Centre(Span<uint> number, ReadOnlySpan<uint> modulus)
    {
        unchecked
        {
            uint borrow = 0;
            for (int i = 0; i < number.Length; i++)
            {
                uint next = i + 1 < modulus.Length ? modulus[i + 1] : 0;
                uint half = (modulus[i] >> 1) | ((next << 30) & Mask);
                borrow = (half - number[i] - borrow) >> 31;
            }

            uint above = 0 - borrow;
            borrow = 0;
            for (int i = 0; i < number.Length; i++)
            {
                uint difference = number[i] - (modulus[i] & above) - borrow;
                number[i] = difference & Mask;
                borrow = difference >> 31;
            }
        }
    }
}
