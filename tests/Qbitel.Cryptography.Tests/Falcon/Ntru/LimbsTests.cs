using System.Numerics;
using Qbitel.Cryptography.Falcon.Ntru;

namespace Qbitel.Cryptography.Tests.Falcon.Ntru;

/// <summary>Our integers against those of .NET.</summary>
public sealed class LimbsTests
{
    public static readonly TheoryData<int> Lengths = [1, 2, 3, 7, 27, 106, 157];

    [Fact]
    public void Primes_are_distinct_and_have_the_roots()
    {
        Assert.Equal(158, SmallPrime.All.Select(prime => prime.Value).Distinct().Count());
        Assert.All(SmallPrime.All, prime =>
        {
            Assert.Equal(1u, prime.Value % 1024);
            Assert.True(prime.Value > int.MaxValue - (1 << 22));
            Assert.Equal(1, BigInteger.ModPow(3, prime.Value - 1, prime.Value));
        });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(512)]
    public void A_prime_multiplies_polynomials(int n)
    {
        SmallPrime prime = SmallPrime.All[0];
        Random random = new(n);
        uint[] a = Below(random, prime, n), b = Below(random, prime, n);
        uint[] x = [.. a], y = [.. b];
        prime.Transform(x);
        prime.Transform(y);
        for (int i = 0; i < n; i++) x[i] = prime.ToMontgomery(prime.Multiply(x[i], y[i]));
        prime.Inverse(x);

        BigInteger[] expected = new BigInteger[n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) expected[(i + j) % n] += (i + j < n ? 1 : -1) * (BigInteger)a[i] * b[j];
        Assert.Equal(expected.Select(value => Modulo(value, prime.Value)), x.Select(value => (BigInteger)value));
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Residues_lead_back_to_the_number(int length)
    {
        Random random = new(length);
        BigInteger modulus = 1;
        foreach (SmallPrime prime in SmallPrime.All.Take(length)) modulus *= prime.Value;
        BigInteger[] numbers =
        [
            0, 1, -1, modulus / 2, -(modulus / 2),
            .. Enumerable.Range(0, 11).Select(
                _ => Modulo(Value(Words(random, length), signed: false), modulus) - (modulus / 2)),
        ];
        uint[] residues = [.. SmallPrime.All.Take(length).SelectMany(
            prime => numbers.Select(number => (uint)Modulo(number, prime.Value)))];

        uint[] limbs = new uint[numbers.Length * length], product = new uint[length];
        Limbs.FromResidues(limbs, length, numbers.Length, residues, signed: true, product);

        for (int i = 0; i < numbers.Length; i++)
        {
            uint[] number = limbs[(i * length)..((i + 1) * length)];
            Assert.Equal(numbers[i], Value(number, signed: true));
            SmallPrime other = SmallPrime.All[^1];
            Assert.Equal((uint)Modulo(numbers[i], other.Value), other.FromLimbs(number, signed: true));
            if (length < 30) Assert.Equal(1, (Limbs.ToDouble(number) + 0.5) / ((double)numbers[i] + 0.5), 1e-15);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(31)]
    [InlineData(100)]
    public void AddScaledProduct_adds_a_shifted_multiple(int shift)
    {
        Random random = new(shift);
        foreach (int factor in (int[])[0, 1, -1, 12345, int.MaxValue, -int.MaxValue])
        {
            uint[] a = Words(random, 9), b = Words(random, 3);
            BigInteger expected = Value(a, signed: true) + (Value(b, signed: true) * factor * BigInteger.Pow(2, shift));
            Limbs.AddScaledProduct(a, b, factor, shift);
            Assert.Equal(Modulo(expected, BigInteger.Pow(2, 31 * 9)), Value(a, signed: false));
        }
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Bezout_coefficients_of_coprime_numbers_are_found_and_only_of_those(int length)
    {
        Random random = new(length);
        int solved = 0;
        for (int i = 0; i < 24; i++)
        {
            uint[] x = Words(random, length), y = Words(random, length), u = new uint[length], v = new uint[length];
            x[0] |= 1;
            y[0] |= 1;
            if (i % 6 == 1) y[0] ^= 1;
            if (i % 6 == 2 && length > 1) Array.Clear(y, 1, length - 1);
            BigInteger bigX = Value(x, signed: false), bigY = Value(y, signed: false);
            bool expected = !bigY.IsEven && BigInteger.GreatestCommonDivisor(bigX, bigY).IsOne;

            Assert.Equal(expected, BinaryBezout.TrySolve(u, v, x, y));
            if (!expected) continue;

            solved++;
            Assert.Equal(1, (Value(u, signed: false) * bigX) - (Value(v, signed: false) * bigY));
        }

        Assert.True(solved > 5, $"{solved} of 24 pairs were coprime");
    }

    private static BigInteger Modulo(BigInteger value, BigInteger modulus) => ((value % modulus) + modulus) % modulus;

    private static BigInteger Value(uint[] limbs, bool signed)
    {
        BigInteger value = 0;
        foreach (uint limb in limbs.Reverse()) value = (value << 31) + limb;
        return signed && (limbs[^1] & 0x40000000) != 0 ? value - (BigInteger.One << (31 * limbs.Length)) : value;
    }

    private static uint[] Words(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next() & Limbs.Mask)];

    private static uint[] Below(Random random, SmallPrime prime, int n) =>
        [.. Enumerable.Range(0, n).Select(_ => (uint)random.NextInt64(prime.Value))];
}
