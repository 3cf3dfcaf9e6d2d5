using System.Buffers.Binary;
using System.Numerics;

namespace Qbitel.Cryptography.Hashing;

/// <summary>TurboSHAKE (RFC 9861, section 2): SHAKE over Keccak-p[1600, 12], half of the rounds.</summary>
/// <remarks>Written for brevity: nothing of ours calls it but a key schedule, once a session.</remarks>
internal static class TurboShake
{
    private const byte Domain = 0x1F; // the one SHAKE's padding would make

    // FIPS 202, Algorithm 5, for rounds 12 to 23.
    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    // FIPS 202, section 3.2: rho's rotations and pi's places, in the order in which pi visits the lanes.
    private static ReadOnlySpan<byte> Rotations =>
        [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static ReadOnlySpan<byte> Places =>
        [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    public static void TurboShake128(ReadOnlySpan<byte> input, Span<byte> output) => Run(168, input, output);

    public static void TurboShake256(ReadOnlySpan<byte> input, Span<byte> output) => Run(136, input, output);

    private static void Run(int rate, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<ulong> state = stackalloc ulong[25];
        Span<byte> block = stackalloc byte[rate];
        state.Clear();
        for (bool isLast = false; !isLast;)
        {
            isLast = input.Length < rate;
            block.Clear();
            input[..Math.Min(rate, input.Length)].CopyTo(block);
            if (isLast)
            {
                block[input.Length] = Domain;
                block[rate - 1] ^= 0x80;
            }

            for (int i = 0; i < rate / 8; i++) state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
            Permute(state);
            if (!isLast) input = input[rate..];
        }

        while (true)
        {
            for (int i = 0; i < rate / 8; i++) BinaryPrimitives.WriteUInt64LittleEndian(block[(8 * i)..], state[i]);
            int size = Math.Min(rate, output.Length);
            block[..size].CopyTo(output);
            output = output[size..];
            if (output.IsEmpty) break;

            Permute(state);
        }

        state.Clear();
        block.Clear();
    }

    private static void Permute(Span<ulong> a)
    {
        Span<ulong> c = stackalloc ulong[5];
        foreach (ulong constant in RoundConstants)
        {
            for (int x = 0; x < 5; x++) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            for (int i = 0; i < 25; i++) a[i] ^= c[(i + 4) % 5] ^ BitOperations.RotateLeft(c[(i + 1) % 5], 1);

            ulong moved = a[1];
            for (int i = 0; i < 24; i++)
            {
                ulong next = a[Places[i]];
                a[Places[i]] = BitOperations.RotateLeft(moved, Rotations[i]);
                moved = next;
            }

            for (int row = 0; row < 25; row += 5)
            {
                a.Slice(row, 5).CopyTo(c);
                for (int x = 0; x < 5; x++) a[row + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
            }

            a[0] ^= constant;
        }
    }
}
