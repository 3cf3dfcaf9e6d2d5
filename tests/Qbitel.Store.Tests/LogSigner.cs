using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Audit;

namespace Qbitel.Store.Tests;

/// <summary>The keys of a log, the same in every process of a test.</summary>
internal sealed class LogSigner : IDisposable
{
    public const string Origin = "bank.example/audit";

    private readonly string _origin;
    private readonly SignatureKey _classical = Key(SignatureAlgorithm.Ed25519, seed: 1);
    private readonly SignatureKey _quantumSafe = Key(SignatureAlgorithm.MLDsa65, seed: 2);

    public LogSigner(string origin = Origin)
    {
        _origin = origin;
        Checkpoints = new CheckpointSigner(origin, new LocalSigner(_classical), new LocalSigner(_quantumSafe));
    }

    /// <summary>When a checkpoint of <see cref="Origin"/> is believed.</summary>
    public static CheckpointPolicy Policy { get; } = MakePolicy();

    public CheckpointSigner Checkpoints { get; }

    /// <summary>The same keys in a device that does not answer.</summary>
    public CheckpointSigner Failing() =>
        new(_origin, new SilentSigner(new LocalSigner(_classical)), new LocalSigner(_quantumSafe));

    public void Dispose()
    {
        _classical.Dispose();
        _quantumSafe.Dispose();
    }

    private static CheckpointPolicy MakePolicy()
    {
        using LogSigner signer = new();
        return new CheckpointPolicy(signer.Checkpoints.Keys);
    }

    private static SignatureKey Key(SignatureAlgorithm algorithm, byte seed)
    {
        byte[] privateKey = new byte[algorithm.PrivateKeySize];
        Array.Fill(privateKey, seed);
        return SignatureKeys.ImportPrivate(algorithm, privateKey);
    }

    private sealed class SilentSigner(Signer signer) : Signer
    {
        public override SignatureAlgorithm Algorithm => signer.Algorithm;

        public override ReadOnlyMemory<byte> PublicKey => signer.PublicKey;

        public override ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context,
            CancellationToken cancellationToken) =>
            throw new TimeoutException("The device does not answer.");
    }
}
