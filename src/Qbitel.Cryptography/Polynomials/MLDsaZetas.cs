using System.Numerics;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>
/// FIPS 204, appendix B: the powers of zeta that a transform multiplies by, each beside its quotient round(zeta · 2^32
/// / q), in the order of the layers and once more spread over the lanes of vectors.
/// </summary>
/// <remarks>
/// With the quotient a product mod q needs neither division nor Montgomery form: zeta·a - floor(quotient·a / 2^32)·q is
/// congruent to it, and lies between -q/4 and 5q/4 for any a of 32 bits.
/// </remarks>
internal sealed class MLDsaZetas
{
    /// <summary>2^32 / 256 mod q, by which the inverse transform ends.</summary>
    public const int Scale = (1 << 24) % MLDsaRing.Q;

    /// <summary>The quotient of <see cref="Scale"/>.</summary>
    public const int QuotientOfScale = (int)((((long)Scale << 32) + (Q / 2)) / Q);

    // Where the lower halves of the butterflies of 8, 4, 2 and 1 lie in 16 lanes, of 32 coefficients in two vectors,
    // after the shuffles of the 512-bit path; the first eight lanes of the last three, likewise, for the 256-bit path.
    private static readonly byte[][] Lanes16 =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
        [0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27],
        [0, 1, 4, 5, 16, 17, 20, 21, 8, 9, 12, 13, 24, 25, 28, 29],
        [0, 4, 2, 6, 16, 20, 18, 22, 8, 12, 10, 14, 24, 28, 26, 30],
    ];

    private static readonly byte[][] Lanes8 =
    [
        [0, 1, 2, 3, 8, 9, 10, 11],
        [0, 1, 4, 5, 8, 9, 12, 13],
        [0, 4, 2, 6, 8, 12, 10, 14],
    ];

    /// <summary>The layers of Algorithm 41: number k is zeta^BitRev8(k).</summary>
    public static readonly MLDsaZetas Forward = new(Power);

    /// <summary>
    /// The layers of Algorithm 42, each from its first block on: number k is -zeta^BitRev8(m), where m runs through the
    /// layer backwards; the last layer's, number 1, carries the scale.
    /// </summary>
    public static readonly MLDsaZetas Inverse = new(
        k => -Power((3 << BitOperations.Log2((uint)k)) - 1 - k) * (k == 1 ? Scale : 1L));

    private const int N = MLDsaRing.N;
    private const int Q = MLDsaRing.Q;
    private const int Zeta = 1753; // a primitive 512th root of unity

    private readonly int[] _values = new int[N];
    private readonly int[] _quotients = new int[N];

    private MLDsaZetas(Func<int, long> value)
    {
        for (int k = 1; k < N; k++)
        {
            long centred = value(k) % Q;
            if (centred > Q / 2) centred -= Q;
            if (centred < -(Q / 2)) centred += Q;
            _values[k] = (int)centred;
            _quotients[k] = QuotientOf((int)centred);
        }

        For8Lanes = Spread(Lanes8);
        For16Lanes = Spread(Lanes16);
    }

    public ReadOnlySpan<int> Values => _values;

    public ReadOnlySpan<int> Quotients => _quotients;

    /// <summary>
    /// For every 16 coefficients, for the layers of 4, 2 and 1: eight numbers, then their quotients.
    /// </summary>
    public int[] For8Lanes { get; }

    /// <summary>
    /// For every 32 coefficients, for the layers of 8, 4, 2 and 1: sixteen numbers, then their quotients.
    /// </summary>
    public int[] For16Lanes { get; }

    public static int QuotientOf(int value) => (int)(((((long)value + Q) << 32) + (Q / 2)) / Q - (1L << 32));

    private static long Power(int k)
    {
        int exponent = 0;
        for (int bit = 0; bit < 8; bit++) exponent |= ((k >> bit) & 1) << (7 - bit);
        long power = 1;
        for (int i = 0; i < exponent; i++) power = power * Zeta % Q;
        return power;
    }

    private int[] Spread(byte[][] layers)
    {
        int lanes = layers[0].Length;
        List<int> table = new(N / (2 * lanes) * layers.Length * 2 * lanes);
        for (int start = 0; start < N; start += 2 * lanes)
        {
            for (int layer = 0; layer < layers.Length; layer++)
            {
                int length = 1 << (layers.Length - 1 - layer);
                int[] numbers = [.. layers[layer].Select(lane => (N / 2 / length) + ((start + lane) / (2 * length)))];
                table.AddRange(numbers.Select(k => _values[k]));
                table.AddRange(numbers.Select(k => _quotients[k]));
            }
        }

        return [.. table];
    }
}
