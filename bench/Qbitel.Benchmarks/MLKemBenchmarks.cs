using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Benchmarks;

/// <summary>ML-KEM with fresh keys and with key objects, against encapsulation to a key object.</summary>
[MemoryDiagnoser, Config(typeof(CodePathConfig))]
public class MLKemBenchmarks
{
    private const int Many = 1000;

    private MLKemAlgorithm _algorithm = MLKemAlgorithm.MLKem768;
    private ManagedMLKem _key = null!;
    private byte[] _public = [];
    private byte[] _ciphertexts = [];
    private readonly byte[] _secrets = new byte[32 * Many];

    [Params("ML-KEM-512", "ML-KEM-768", "ML-KEM-1024")]
    public string Name { get; set; } = "ML-KEM-768";

    private Span<byte> Ciphertext => _ciphertexts.AsSpan(0, _algorithm.CiphertextSizeInBytes);

    private Span<byte> Secret => _secrets.AsSpan(0, 32);

    [GlobalSetup]
    public void MakeKey()
    {
        MLKemAlgorithm[] all = [MLKemAlgorithm.MLKem512, MLKemAlgorithm.MLKem768, MLKemAlgorithm.MLKem1024];
        _algorithm = all.Single(algorithm => algorithm.Name == Name);
        _key = ManagedMLKem.GenerateKey(_algorithm);
        _public = _key.ExportEncapsulationKey();
        _ciphertexts = new byte[_algorithm.CiphertextSizeInBytes * Many];
        for (int i = 0; i < Many; i++)
        {
            int size = _algorithm.CiphertextSizeInBytes;
            _key.Encapsulate(_ciphertexts.AsSpan(i * size, size), Secret);
        }
    }

    [GlobalCleanup]
    public void DisposeKey() => _key.Dispose();

    [Benchmark(Baseline = true)]
    public void Encapsulate() => _key.Encapsulate(Ciphertext, Secret);

    [Benchmark]
    public void Decapsulate() => _key.Decapsulate(Ciphertext, Secret);

    [Benchmark]
    public void GenerateKey() => ManagedMLKem.GenerateKey(_algorithm).Dispose();

    [Benchmark]
    public void ImportAndEncapsulate()
    {
        using ManagedMLKem recipient = ManagedMLKem.ImportEncapsulationKey(_algorithm, _public);
        recipient.Encapsulate(Ciphertext, Secret);
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public void DecapsulateMany() => _key.DecapsulateMany(_ciphertexts, _secrets);
}
