using BenchmarkDotNet.Attributes;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Benchmarks;

/// <summary>The permutation once and four times at once, against the scalar form, and streams made of them.</summary>
[MemoryDiagnoser, Config(typeof(CodePathConfig))]
public class KeccakBenchmarks
{
    private readonly ulong[] _state = new ulong[Keccak.Lanes];
    private readonly ulong[] _states = new ulong[4 * Keccak.Lanes];
    private readonly byte[] _seed = new byte[34];
    private readonly byte[][] _streams = [new byte[504], new byte[504], new byte[504], new byte[504]];

    [Benchmark(Baseline = true)]
    public void OneScalarPermutation() => KeccakScalar.Permute(ref _state[0], 1);

    [Benchmark]
    public void OnePermutation() => Keccak.Permute(_state);

    [Benchmark]
    public void FourPermutations() => Keccak.PermuteFour(_states);

    [Benchmark]
    public void OneShake128Of504Bytes() => Fips202.Shake128(_streams[0], _seed);

    [Benchmark]
    public void FourShake128Of504Bytes()
    {
        SpongeFour four = SpongeFour.Shake128();
        four.Absorb(_seed);
        four.Squeeze(_streams[0], _streams[1], _streams[2], _streams[3]);
    }
}
