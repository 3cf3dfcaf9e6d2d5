namespace Qbitel.Cryptography.Keys;

/// <summary>A signer whose private key is in this process: for tests, tools and the software token.</summary>
/// <remarks>The key is borrowed: whoever made it disposes it, after the last signature.</remarks>
public sealed class LocalSigner : Signer
{
    private readonly SignatureKey _key;

    /// <exception cref="ArgumentException">The key has no private half.</exception>
    public LocalSigner(SignatureKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!key.HasPrivateKey)
            throw new ArgumentException($"This {key.Algorithm} key is public only: it cannot sign.", nameof(key));
        _key = key;
        PublicKey = key.ExportPublicKey();
    }

    public override SignatureAlgorithm Algorithm => _key.Algorithm;

    public override ReadOnlyMemory<byte> PublicKey { get; }

    public override ValueTask<byte[]> SignAsync(
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_key.Sign(data.Span, context.Span));
    }
}
