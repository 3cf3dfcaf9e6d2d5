using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Benchmarks;

/// <summary>ML-DSA with fresh keys and with key objects, against verification with a key object.</summary>
/// <remarks>
/// How often a signature is tried depends on its randomness: the mean of many is what <see cref="Sign"/> gives.
/// </remarks>
[MemoryDiagnoser, Config(typeof(CodePathConfig))]
public class MLDsaBenchmarks
{
    private const int Many = 200;

    private readonly byte[] _message = new byte[64];
    private readonly ReadOnlyMemory<byte>[] _messages = new ReadOnlyMemory<byte>[Many];
    private readonly bool[] _answers = new bool[Many];
    private MLDsaAlgorithm _algorithm = MLDsaAlgorithm.MLDsa65;
    private ManagedMLDsa _key = null!;
    private byte[] _public = [];
    private byte[] _seed = [];
    private byte[] _signatures = [];

    [Params("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")]
    public string Name { get; set; } = "ML-DSA-65";

    private Span<byte> Signature => _signatures.AsSpan(0, _algorithm.SignatureSizeInBytes);

    [GlobalSetup]
    public void MakeKey()
    {
        MLDsaAlgorithm[] all = [MLDsaAlgorithm.MLDsa44, MLDsaAlgorithm.MLDsa65, MLDsaAlgorithm.MLDsa87];
        _algorithm = all.Single(algorithm => algorithm.Name == Name);
        _key = ManagedMLDsa.GenerateKey(_algorithm);
        _public = _key.ExportMLDsaPublicKey();
        _seed = _key.ExportMLDsaPrivateSeed();
        _signatures = new byte[_algorithm.SignatureSizeInBytes * Many];
        Array.Fill(_messages, _message);
        SignMany();
    }

    [GlobalCleanup]
    public void DisposeKey() => _key.Dispose();

    [Benchmark(Baseline = true)]
    public bool Verify() => _key.VerifyData(_message, Signature);

    [Benchmark]
    public void Sign() => _key.SignData(_message, Signature);

    [Benchmark]
    public void GenerateKey() => ManagedMLDsa.GenerateKey(_algorithm).Dispose();

    [Benchmark]
    public void GenerateKeyAndSign()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(_algorithm);
        key.SignData(_message, Signature);
    }

    [Benchmark]
    public void ImportSeedAndSign()
    {
        using ManagedMLDsa key = ManagedMLDsa.ImportMLDsaPrivateSeed(_algorithm, _seed);
        key.SignData(_message, Signature);
    }

    [Benchmark]
    public bool ImportAndVerify()
    {
        using ManagedMLDsa key = ManagedMLDsa.ImportMLDsaPublicKey(_algorithm, _public);
        return key.VerifyData(_message, Signature);
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public void SignMany() => SignatureBatch.SignMany(_key, _messages, _signatures);

    [Benchmark(OperationsPerInvoke = Many)]
    public void VerifyMany() => SignatureBatch.VerifyMany(_key, _messages, _signatures, _answers);
}
