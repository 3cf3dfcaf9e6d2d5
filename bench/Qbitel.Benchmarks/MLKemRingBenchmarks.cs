using BenchmarkDotNet.Attributes;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Benchmarks;

/// <summary>The kernels of ML-KEM, against the scalar transform.</summary>
[MemoryDiagnoser, Config(typeof(CodePathConfig))]
public class MLKemRingBenchmarks
{
    private readonly short[] _f = new short[MLKemRing.N];
    private readonly short[] _g = new short[MLKemRing.N];
    private readonly short[] _matrix = new short[9 * MLKemRing.N];
    private readonly short[] _operands = new short[3 * MLKemRing.OperandSize];
    private readonly byte[] _bytes = new byte[384];

    [Benchmark(Baseline = true)]
    public void ScalarNtt() => MLKemRingScalar.Ntt(_f);

    [Benchmark]
    public void Ntt() => MLKemRing.Ntt(_f);

    [Benchmark]
    public void InverseNtt() => MLKemRing.InverseNtt(_f);

    [Benchmark]
    public void InnerProductOfThree() => MLKemRing.InnerProduct(_g, _matrix, MLKemRing.N, _operands);

    [Benchmark]
    public void CompressTo10Bits() => MLKemEncoding.Compress(_f, 10, _bytes.AsSpan(0, 320));

    [Benchmark]
    public void ExpandMatrixOfThree() => MLKemSampling.ExpandMatrix(3, _bytes.AsSpan(0, 32), _matrix);
}
