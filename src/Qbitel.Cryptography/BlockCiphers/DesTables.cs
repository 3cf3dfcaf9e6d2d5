using System.Runtime.Intrinsics;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>
/// The permutations and S-boxes of FIPS 46-3, turned into what byte shuffles need.
/// </summary>
/// <remarks>
/// A half block lives in its expanded form: eight bytes of six bits, one for each S-box, the first bit of the standard
/// in bit 5. The expansion is linear, so halves are added in that form, and a round is: add the key, look up, permute
/// and expand at once. A vector holds two blocks, bytes 0 to 7 and 8 to 15.
/// </remarks>
internal static class DesTables
{
    public const int Rounds = 16;

    private const int ExpandedBits = 6;

    /// <summary>From a block to the expanded left half of its initial permutation, and to the right half.</summary>
    public static readonly BitGather InitialLeft = new(ExpandedBits, 5, (box, bit) => Initial(HalfBit(box, bit)));

    public static readonly BitGather InitialRight = new(ExpandedBits, 5, (box, bit) => Initial(32 + HalfBit(box, bit)));

    /// <summary>From the eight outputs of the S-boxes to the expanded form of P of them.</summary>
    public static readonly BitGather PermuteAndExpand =
        new(ExpandedBits, 5, (box, bit) => Output(P[HalfBit(box, bit)] - 1));

    /// <summary>From the expanded halves to the block: its even bits (the first being 0) are of one half, its odd ones
    /// of the other.</summary>
    public static readonly BitGather FinalOfFirst =
        new(4, 6, (octet, bit) => Middle(Final((8 * octet) + (2 * bit) + 1)), step: 2);

    public static readonly BitGather FinalOfSecond =
        new(4, 7, (octet, bit) => Middle(Final((8 * octet) + (2 * bit)) - 32), step: 2);

    /// <summary>From the eight bytes of a key to the subkey of each round.</summary>
    public static readonly BitGather[] Subkeys =
        [.. Enumerable.Range(0, Rounds).Select(round =>
            new BitGather(ExpandedBits, 5, (box, bit) => KeyBit(round, (6 * box) + bit)))];

    /// <summary>
    /// For each S-box its 64 outputs by the low four bits of the input: in the first of two vectors those for 00 (low
    /// nibble) and 01 (high nibble) in the upper two bits, in the second those for 10 and 11.
    /// </summary>
    public static readonly Vector128<byte>[] Boxes =
        [.. Enumerable.Range(0, 8).SelectMany(box => new[] { Rows(box, 0), Rows(box, 32) })];

    /// <summary>For each S-box 0x80 in every byte but its own two: a shuffle gives zero there.</summary>
    public static readonly Vector128<byte>[] OtherBoxes =
        [.. Enumerable.Range(0, 8).Select(box =>
            Vector128.Create([.. Enumerable.Range(0, 16).Select(i => (byte)(i % 8 == box ? 0 : 0x80))]))];

    /// <summary>Both halves of a box side by side, for AVX2.</summary>
    public static readonly Vector256<byte>[] WideBoxes =
        [.. Enumerable.Range(0, 8).Select(box => Vector256.Create(Boxes[2 * box], Boxes[(2 * box) + 1]))];

    public static readonly Vector256<byte>[] WideOtherBoxes =
        [.. OtherBoxes.Select(other => Vector256.Create(other, other))];

    // FIPS 46-3, the table IP^-1 is the inverse of: IP.
    private static ReadOnlySpan<byte> InitialPermutation =>
    [
        58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4,
        62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
        57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3,
        61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
    ];

    // FIPS 46-3, primitive function P.
    private static ReadOnlySpan<byte> P =>
    [
        16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10,
        2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
    ];

    // FIPS 46-3, permuted choice 1 and 2.
    private static ReadOnlySpan<byte> PermutedChoice1 =>
    [
        57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
        63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
    ];

    private static ReadOnlySpan<byte> PermutedChoice2 =>
    [
        14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
        41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
    ];

    // FIPS 46-3, key schedule: left shifts in all up to and including a round.
    private static ReadOnlySpan<byte> Shifts => [1, 2, 4, 6, 8, 10, 12, 14, 15, 17, 19, 21, 23, 25, 27, 28];

    // FIPS 46-3, S1 to S8, rows 0 to 3 one after another.
    private static ReadOnlySpan<byte> SubstitutionBoxes =>
    [
        14, 4, 13, 1, 2, 15, 11, 8, 3, 10, 6, 12, 5, 9, 0, 7, 0, 15, 7, 4, 14, 2, 13, 1, 10, 6, 12, 11, 9, 5, 3, 8,
        4, 1, 14, 8, 13, 6, 2, 11, 15, 12, 9, 7, 3, 10, 5, 0, 15, 12, 8, 2, 4, 9, 1, 7, 5, 11, 3, 14, 10, 0, 6, 13,

        15, 1, 8, 14, 6, 11, 3, 4, 9, 7, 2, 13, 12, 0, 5, 10, 3, 13, 4, 7, 15, 2, 8, 14, 12, 0, 1, 10, 6, 9, 11, 5,
        0, 14, 7, 11, 10, 4, 13, 1, 5, 8, 12, 6, 9, 3, 2, 15, 13, 8, 10, 1, 3, 15, 4, 2, 11, 6, 7, 12, 0, 5, 14, 9,

        10, 0, 9, 14, 6, 3, 15, 5, 1, 13, 12, 7, 11, 4, 2, 8, 13, 7, 0, 9, 3, 4, 6, 10, 2, 8, 5, 14, 12, 11, 15, 1,
        13, 6, 4, 9, 8, 15, 3, 0, 11, 1, 2, 12, 5, 10, 14, 7, 1, 10, 13, 0, 6, 9, 8, 7, 4, 15, 14, 3, 11, 5, 2, 12,

        7, 13, 14, 3, 0, 6, 9, 10, 1, 2, 8, 5, 11, 12, 4, 15, 13, 8, 11, 5, 6, 15, 0, 3, 4, 7, 2, 12, 1, 10, 14, 9,
        10, 6, 9, 0, 12, 11, 7, 13, 15, 1, 3, 14, 5, 2, 8, 4, 3, 15, 0, 6, 10, 1, 13, 8, 9, 4, 5, 11, 12, 7, 2, 14,

        2, 12, 4, 1, 7, 10, 11, 6, 8, 5, 3, 15, 13, 0, 14, 9, 14, 11, 2, 12, 4, 7, 13, 1, 5, 0, 15, 10, 3, 9, 8, 6,
        4, 2, 1, 11, 10, 13, 7, 8, 15, 9, 12, 5, 6, 3, 0, 14, 11, 8, 12, 7, 1, 14, 2, 13, 6, 15, 0, 9, 10, 4, 5, 3,

        12, 1, 10, 15, 9, 2, 6, 8, 0, 13, 3, 4, 14, 7, 5, 11, 10, 15, 4, 2, 7, 12, 9, 5, 6, 1, 13, 14, 0, 11, 3, 8,
        9, 14, 15, 5, 2, 8, 12, 3, 7, 0, 4, 10, 1, 13, 11, 6, 4, 3, 2, 12, 9, 5, 15, 10, 11, 14, 1, 7, 6, 0, 8, 13,

        4, 11, 2, 14, 15, 0, 8, 13, 3, 12, 9, 7, 5, 10, 6, 1, 13, 0, 11, 7, 4, 9, 1, 10, 14, 3, 5, 12, 2, 15, 8, 6,
        1, 4, 11, 13, 12, 3, 7, 14, 10, 15, 6, 8, 0, 5, 9, 2, 6, 11, 13, 8, 1, 4, 10, 7, 9, 5, 0, 15, 14, 2, 3, 12,

        13, 2, 8, 4, 6, 15, 11, 1, 10, 9, 3, 14, 5, 0, 12, 7, 1, 15, 13, 8, 10, 3, 7, 4, 12, 5, 6, 11, 0, 14, 9, 2,
        7, 11, 4, 1, 9, 12, 14, 2, 0, 6, 10, 13, 15, 3, 5, 8, 2, 1, 14, 7, 4, 10, 8, 13, 15, 12, 9, 0, 3, 5, 6, 11,
    ];

    // The expansion E: bit 0 to 5 of a box is the bit of the half before its four, they, and the one after, around the
    // end.
    private static int HalfBit(int box, int bit) => ((4 * box) + bit + 31) % 32;

    // Where a bit of the permuted block stands in the block; of the block, in the permuted one.
    private static (int Octet, int Weight) Initial(int bit) => InBytes(InitialPermutation[bit] - 1);

    private static int Final(int bit) => InitialPermutation.IndexOf((byte)(bit + 1));

    // Where a bit of a half stands in its expanded form (twice; here the middle one), and an output bit in the boxes'
    // nibbles.
    private static (int Octet, int Weight) Middle(int bit) => (bit / 4, 1 << (4 - (bit % 4)));

    private static (int Octet, int Weight) Output(int bit) => (bit / 4, 1 << (3 - (bit % 4)));

    private static (int Octet, int Weight) KeyBit(int round, int bit)
    {
        int chosen = PermutedChoice2[bit] - 1;
        int half = chosen / 28 * 28;
        return InBytes(PermutedChoice1[half + ((chosen - half + Shifts[round]) % 28)] - 1);
    }

    private static (int Octet, int Weight) InBytes(int bit) => (bit / 8, 1 << (7 - (bit % 8)));

    private static Vector128<byte> Rows(int box, int first)
    {
        Span<byte> rows = stackalloc byte[16];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = (byte)(Substitute(box, first + i) | (Substitute(box, first + 16 + i) << 4));

        return Vector128.Create(rows);
    }

    // The row is the first and the last bit of the six, the column those between.
    private static int Substitute(int box, int six) =>
        SubstitutionBoxes[(64 * box) + (16 * (((six >> 4) & 2) | (six & 1))) + ((six >> 1) & 15)];
}
