using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.Hashing;

/// <summary>FIPS 202, section 3: the permutation Keccak-p[1600, 24], in the fastest form the processor has.</summary>
internal static class Keccak
{
    /// <summary>Lanes of a state: lane (x, y) of the standard is element 5y + x.</summary>
    public const int Lanes = 25;

    // FIPS 202, Algorithm 5 (rc), one constant a round.
    internal static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
        0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>FIPS 202, Algorithm 7, on 25 lanes in place.</summary>
    public static void Permute(Span<ulong> state)
    {
        ref ulong first = ref MemoryMarshal.GetReference(state[..Lanes]);
        if (CodePath.IsAvx512) KeccakAvx512.Permute(ref first);
        else KeccakScalar.Permute(ref first, 1);
    }

    /// <summary>The same on four states in place, interleaved: lane i of state j is element 4i + j.</summary>
    /// <remarks>With vectors it takes little longer than one; without, as long as four.</remarks>
    public static void PermuteFour(Span<ulong> states)
    {
        ref ulong first = ref MemoryMarshal.GetReference(states[..(4 * Lanes)]);
        if (CodePath.IsAvx512)
        {
            KeccakAvx512.PermuteFour(ref first);
        }
        else if (CodePath.IsAvx2)
        {
            KeccakAvx2.PermuteFour(ref first);
        }
        else
        {
            for (int j = 0; j < 4; j++) KeccakScalar.Permute(ref states[j], 4);
        }
    }
}
