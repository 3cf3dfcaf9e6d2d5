using Qbitel.Cryptography;

namespace Qbitel.Hsm;

/// <summary>A key in a token, seen by those who only know that somebody signs.</summary>
internal sealed class HsmSigner(HsmProvider provider, HsmKey key, SignatureAlgorithm algorithm) : Signer
{
    public override SignatureAlgorithm Algorithm => algorithm;

    public override ReadOnlyMemory<byte> PublicKey => key.PublicKey;

    public override ValueTask<byte[]> SignAsync(
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken) =>
        provider.SignAsync(key, data, context, cancellationToken);
}
