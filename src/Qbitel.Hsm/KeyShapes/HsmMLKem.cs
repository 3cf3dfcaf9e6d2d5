using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Hsm.KeyShapes;

/// <summary>An ML-KEM key in an HSM, where code wants an <see cref="MLKem"/>: the HSM decapsulates.</summary>
/// <remarks>
/// The shared secret comes out of the HSM, as this class is made for. Encapsulating is done here, with the public key.
/// Calls wait for the HSM on the caller's thread. The provider stays its owner's.
/// </remarks>
public sealed class HsmMLKem : MLKem
{
    private readonly HsmProvider _provider;
    private readonly HsmKey _key;
    private readonly ManagedMLKem _publicKey;

    /// <exception cref="ArgumentException">It is no ML-KEM key.</exception>
    public HsmMLKem(HsmProvider provider, HsmKey key)
        : base(AlgorithmOf(key))
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        _key = key;
        _publicKey = ManagedMLKem.ImportEncapsulationKey(Algorithm, key.PublicKey.Span);
    }

    public override string ToString() => $"{_key} ***";

    protected override void EncapsulateCore(Span<byte> ciphertext, Span<byte> sharedSecret) =>
        _publicKey.Encapsulate(ciphertext, sharedSecret);

    protected override void DecapsulateCore(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        byte[] secret = Waiting.For(_provider.DecapsulateAsync(_key, ciphertext.ToArray(), CancellationToken.None));
        try
        {
            secret.CopyTo(sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    protected override void ExportEncapsulationKeyCore(Span<byte> destination) =>
        _key.PublicKey.Span.CopyTo(destination);

    protected override void ExportDecapsulationKeyCore(Span<byte> destination) => throw Waiting.Stays();

    protected override void ExportPrivateSeedCore(Span<byte> destination) => throw Waiting.Stays();

    protected override bool TryExportPkcs8PrivateKeyCore(Span<byte> destination, out int bytesWritten) =>
        throw Waiting.Stays();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _publicKey.Dispose();
        base.Dispose(disposing);
    }

    private static MLKemAlgorithm AlgorithmOf(HsmKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Algorithm == KemAlgorithm.MLKem512 ? MLKemAlgorithm.MLKem512
            : key.Algorithm == KemAlgorithm.MLKem768 ? MLKemAlgorithm.MLKem768
            : key.Algorithm == KemAlgorithm.MLKem1024 ? MLKemAlgorithm.MLKem1024
            : throw new ArgumentException($"A {key.Algorithm} key is no ML-KEM key.", nameof(key));
    }
}
