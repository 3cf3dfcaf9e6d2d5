using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Tests.Hashing;

/// <summary>The forms of the permutation against each other; those the processor lacks skip.</summary>
public sealed class KeccakTests
{
    // The state after one permutation of zeroes, as the Keccak team publishes it (KeccakF-1600-IntermediateValues).
    [Fact]
    public void The_permutation_of_zeroes_is_the_published_state()
    {
        ulong[] state = new ulong[Keccak.Lanes];
        Keccak.Permute(state);
        Assert.Equal(0xF1258F7940E1DDE7, state[0]);
        Assert.Equal(0x84D5CCF933C0478A, state[1]);
        Assert.Equal(0xEAF1FF7B5CECA249, state[24]);
    }

    [Fact]
    public void The_scalar_form_agrees_at_any_stride()
    {
        ulong[] expected = State(1), actual = Interleaved();
        Keccak.Permute(expected);
        KeccakScalar.Permute(ref actual[1], 4);
        Assert.Equal(expected, Stream(actual, 1));
        Assert.Equal(State(0), Stream(actual, 0));
    }

    [Fact]
    public void Four_at_once_are_four_permutations()
    {
        ulong[] states = Interleaved();
        Keccak.PermuteFour(states);
        AssertPermuted(states);
    }

    [Fact]
    public void The_avx2_form_agrees()
    {
        Assert.SkipUnless(CodePath.IsAvx2, "this process has no AVX2");
        ulong[] states = Interleaved();
        KeccakAvx2.PermuteFour(ref states[0]);
        AssertPermuted(states);
    }

    [Fact]
    public void The_avx512_forms_agree()
    {
        Assert.SkipUnless(CodePath.IsAvx512, "this process has no AVX-512");
        ulong[] states = Interleaved(), one = State(2), expected = State(2);
        KeccakAvx512.PermuteFour(ref states[0]);
        AssertPermuted(states);
        KeccakAvx512.Permute(ref one[0]);
        KeccakScalar.Permute(ref expected[0], 1);
        Assert.Equal(expected, one);
    }

    private static void AssertPermuted(ulong[] states)
    {
        for (int j = 0; j < 4; j++)
        {
            ulong[] expected = State(j);
            KeccakScalar.Permute(ref expected[0], 1);
            Assert.Equal(expected, Stream(states, j));
        }
    }

    private static ulong[] State(int j) =>
        [.. Enumerable.Range(1, Keccak.Lanes).Select(i => unchecked((ulong)(i + (100 * j)) * 0x9E3779B97F4A7C15))];

    private static ulong[] Interleaved() =>
        [.. Enumerable.Range(0, 4 * Keccak.Lanes).Select(i => State(i % 4)[i / 4])];

    private static ulong[] Stream(ulong[] states, int j) => [.. states.Where((_, i) => i % 4 == j)];
}
