using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Falcon.Ntru;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Falcon;

/// <summary>
/// Key generation (Falcon specification, round 3, Algorithms 4 and 5) from a seed, as the reference draws from it.
/// </summary>
/// <remarks>
/// A key that is rejected is thrown away, so how often that happens, and at which coefficient, tells nothing of the one
/// that is kept.
/// </remarks>
internal static class FalconKeyGenerator
{
    private const int N = FalconRing.N;
    private const int Limit = 31; // of a coefficient of f and g: six bits without the lowest value

    // The Gaussian of deviation 1.17 sqrt(q / 2048), times 2^63: the probability of 0, then, for k ≥ 1, that of more
    // than k given that it is more than 0. Two of its numbers added have the deviation of degree 512.
    private static ReadOnlySpan<ulong> Gaussian =>
    [
        1283868770400643928, 6416574995475331444, 4078260278032692663, 2353523259288686585, 1227179971273316331,
        575931623374121527, 242543240509105209, 91437049221049666, 30799446349977173, 9255276791179340,
        2478152334826140, 590642893610164, 125206034929641, 23590435911403, 3948334035941, 586753615614, 77391054539,
        9056793210, 940121950, 86539696, 7062824, 510971, 32764, 1862, 94, 4, 0,
    ];

    public static FalconSigningKey Generate(ReadOnlySpan<byte> seed)
    {
        Span<sbyte> small = stackalloc sbyte[4 * N];
        Span<uint> h = stackalloc uint[N];
        Sponge sponge = Sponge.Shake256();
        try
        {
            Span<sbyte> f = small[..N], g = small.Slice(N, N), bigF = small.Slice(2 * N, N), bigG = small[(3 * N)..];
            sponge.Absorb(seed);
            while (true)
            {
                SamplePolynomial(ref sponge, f);
                SamplePolynomial(ref sponge, g);
                if (!IsInRange(f) || !IsInRange(g)) continue;
                if (!FalconSigningKey.IsShort(f, g) || !FalconSigningKey.TryPublic(f, g, h)) continue;
                if (NtruEquation.TrySolve(f, g, bigF, bigG)) return FalconSigningKey.Create(f, g, bigF, bigG, h);
            }
        }
        finally
        {
            sponge.Clear();
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(small));
        }
    }

    // With an odd sum of coefficients, or the resultant with X^512 + 1 would be even.
    private static void SamplePolynomial(ref Sponge sponge, scoped Span<sbyte> polynomial)
    {
        Span<byte> random = stackalloc byte[4 * sizeof(ulong)];
        int parity = 0;
        for (int i = 0; i < N;)
        {
            sponge.Squeeze(random);
            int value = SampleHalf(random[..(2 * sizeof(ulong))]) + SampleHalf(random[(2 * sizeof(ulong))..]);
            bool last = i == N - 1;
            if (value is < -127 or > 127 || (last && ((parity ^ value) & 1) == 0)) continue;

            parity ^= value;
            polynomial[i++] = (sbyte)value;
        }

        CryptographicOperations.ZeroMemory(random);
    }

    private static int SampleHalf(ReadOnlySpan<byte> random)
    {
        unchecked
        {
            ulong first = BinaryPrimitives.ReadUInt64LittleEndian(random);
            ulong second = BinaryPrimitives.ReadUInt64LittleEndian(random[sizeof(ulong)..]) & long.MaxValue;
            ulong negative = first >> 63;

            // The whole table is read: 'done' stops the first entry that is not above the random number.
            ulong done = ((first & long.MaxValue) - Gaussian[0]) >> 63, value = 0;
            for (int k = 1; k < Gaussian.Length; k++)
            {
                ulong reached = ((second - Gaussian[k]) >> 63) ^ 1;
                value |= (ulong)k & (0 - (reached & (done ^ 1)));
                done |= reached;
            }

            return (int)((value ^ (0 - negative)) + negative);
        }
    }

    private static bool IsInRange(ReadOnlySpan<sbyte> polynomial) =>
        !polynomial.ContainsAnyExceptInRange((sbyte)-Limit, (sbyte)Limit);
}
