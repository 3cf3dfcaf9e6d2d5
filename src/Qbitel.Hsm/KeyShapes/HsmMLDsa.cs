using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Hsm.KeyShapes;

/// <summary>An ML-DSA key in an HSM, where code wants an <see cref="MLDsa"/>.</summary>
/// <remarks>
/// It signs data with a context; the pre-hash and external-mu variants are not what an HSM of Qbitel offers. Verifying is
/// done here, with the public key. Calls wait for the HSM on the caller's thread. The provider stays its owner's.
/// </remarks>
public sealed class HsmMLDsa : MLDsa
{
    private readonly HsmProvider _provider;
    private readonly HsmKey _key;
    private readonly ManagedMLDsa _publicKey;

    /// <exception cref="ArgumentException">It is no ML-DSA key.</exception>
    public HsmMLDsa(HsmProvider provider, HsmKey key)
        : base(AlgorithmOf(key))
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        _key = key;
        _publicKey = ManagedMLDsa.ImportMLDsaPublicKey(Algorithm, key.PublicKey.Span);
    }

    public override string ToString() => $"{_key} ***";

    protected override void SignDataCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, Span<byte> destination) =>
        Waiting.For(_provider.SignAsync(_key, data.ToArray(), context.ToArray(), CancellationToken.None))
            .CopyTo(destination);

    protected override bool VerifyDataCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> context, ReadOnlySpan<byte> signature) =>
        _publicKey.VerifyData(data, signature, context);

    protected override void SignPreHashCore(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> context, string hashAlgorithmOid, Span<byte> destination) =>
        throw new NotSupportedException("An HSM of Qbitel signs data: call SignData instead of SignPreHash.");

    protected override bool VerifyPreHashCore(
        ReadOnlySpan<byte> hash, ReadOnlySpan<byte> context, string hashAlgorithmOid, ReadOnlySpan<byte> signature) =>
        _publicKey.VerifyPreHash(hash, signature, hashAlgorithmOid, context);

    protected override void SignMuCore(ReadOnlySpan<byte> externalMu, Span<byte> destination) =>
        throw new NotSupportedException("An HSM of Qbitel signs data: call SignData instead of SignMu.");

    protected override bool VerifyMuCore(ReadOnlySpan<byte> externalMu, ReadOnlySpan<byte> signature) =>
        _publicKey.VerifyMu(externalMu, signature);

    protected override void ExportMLDsaPublicKeyCore(Span<byte> destination) => _key.PublicKey.Span.CopyTo(destination);

    protected override void ExportMLDsaPrivateKeyCore(Span<byte> destination) => throw Waiting.Stays();

    protected override void ExportMLDsaPrivateSeedCore(Span<byte> destination) => throw Waiting.Stays();

    protected override bool TryExportPkcs8PrivateKeyCore(Span<byte> destination, out int bytesWritten) =>
        throw Waiting.Stays();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _publicKey.Dispose();
        base.Dispose(disposing);
    }

    private static MLDsaAlgorithm AlgorithmOf(HsmKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Algorithm == SignatureAlgorithm.MLDsa44 ? MLDsaAlgorithm.MLDsa44
            : key.Algorithm == SignatureAlgorithm.MLDsa65 ? MLDsaAlgorithm.MLDsa65
            : key.Algorithm == SignatureAlgorithm.MLDsa87 ? MLDsaAlgorithm.MLDsa87
            : throw new ArgumentException($"A {key.Algorithm} key is no ML-DSA key.", nameof(key));
    }
}
