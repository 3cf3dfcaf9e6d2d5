namespace Qbitel.Cryptography;

/// <summary>Somebody who signs and may be far away: a key in a token, a device or a cloud.</summary>
public abstract class Signer
{
    public abstract SignatureAlgorithm Algorithm { get; }

    public abstract ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs <paramref name="data"/>, bound to a context of at most <see
    /// cref="SignatureAlgorithm.MaxContextSize"/> bytes.</summary>
    public abstract ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context,
        CancellationToken cancellationToken);
}
