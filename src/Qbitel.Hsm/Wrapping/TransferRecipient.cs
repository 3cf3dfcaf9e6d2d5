using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm.Wrapping;

/// <summary>The KEM key a transfer is made for: in a token, or in this process until it is disposed.</summary>
public sealed class TransferRecipient : IDisposable
{
    private TransferRecipient(KemAlgorithm algorithm, ReadOnlyMemory<byte> publicKey, HsmKey? inToken, KemKey? here)
    {
        Algorithm = algorithm;
        PublicKey = publicKey;
        InToken = inToken;
        Here = here;
    }

    public KemAlgorithm Algorithm { get; }

    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The key object, where a token has it.</summary>
    public HsmKey? InToken { get; }

    internal KemKey? Here { get; }

    internal CmsRecipient Cms => CmsRecipient.FromPublicKey(Algorithm, PublicKey.Span);

    public static TransferRecipient OfToken(HsmKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(key.Algorithm as KemAlgorithm
            ?? throw new ArgumentException($"A {key.Algorithm} key receives nothing.", nameof(key)),
            key.PublicKey, key, null);
    }

    /// <summary>A key with its private half in this process. It is disposed with this.</summary>
    public static TransferRecipient OfKey(KemKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!key.HasPrivateKey) throw new ArgumentException("The key is public only.", nameof(key));
        return new(key.Algorithm, key.ExportEncapsulationKey(), null, key);
    }

    /// <summary>Somebody else: what is wrapped for them is opened elsewhere.</summary>
    public static TransferRecipient OfPublicKey(KemAlgorithm algorithm, ReadOnlyMemory<byte> encapsulationKey)
    {
        using KemKey valid = KemKeys.ImportPublic(algorithm, encapsulationKey.Span);
        return new(algorithm, encapsulationKey, null, null);
    }

    public void Dispose() => Here?.Dispose();

    public override string ToString() => InToken is null ? $"{Algorithm} key" : $"{Algorithm} key {InToken.Id}";
}
