using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Encodings;

/// <summary>
/// A key as it was read: of a signature scheme, of a KEM, or an X25519 key; exactly one of the three.
/// </summary>
/// <remarks>It owns the key: disposing it disposes the key.</remarks>
public sealed class StoredKey : IDisposable
{
    internal StoredKey(SignatureKey key)
    {
        Signature = key;
    }

    internal StoredKey(KemKey key)
    {
        Kem = key;
    }

    internal StoredKey(X25519Key key)
    {
        Agreement = key;
    }

    public SignatureKey? Signature { get; }

    public KemKey? Kem { get; }

    /// <summary>A classical key of RFC 7748, for which there is no <see cref="KeyAlgorithm"/>.</summary>
    public X25519Key? Agreement { get; }

    /// <summary>Null for X25519.</summary>
    public KeyAlgorithm? Algorithm => (KeyAlgorithm?)Signature?.Algorithm ?? Kem?.Algorithm;

    public string AlgorithmName => Algorithm?.Name ?? "X25519";

    public bool HasPrivateKey => Signature?.HasPrivateKey ?? Kem?.HasPrivateKey ?? true;

    /// <summary>How it was written.</summary>
    public KeyFileFormat Format { get; internal set; }

    /// <summary>It was in PEM armour (RFC 7468).</summary>
    public bool IsPem { get; internal set; }

    /// <summary>The raw public key.</summary>
    public byte[] ExportPublicKey() =>
        Signature?.ExportPublicKey() ?? Kem?.ExportEncapsulationKey() ?? Agreement!.PublicKey.ToArray();

    /// <summary>Null for X25519.</summary>
    public KeyFingerprint? Fingerprint => Algorithm is null ? null : KeyFingerprint.Of(Algorithm, ExportPublicKey());

    public void Dispose()
    {
        Signature?.Dispose();
        Kem?.Dispose();
        Agreement?.Dispose();
    }

    public override string ToString() => HasPrivateKey ? $"{AlgorithmName} ***" : AlgorithmName;

    internal StoredKey As(KeyFileFormat format)
    {
        Format = format;
        return this;
    }

    internal static StoredKey Public(SubjectPublicKey key, KeyFileFormat format) => key.Algorithm switch
    {
        SignatureAlgorithm signature => new(SignatureKeys.ImportPublic(signature, key.Key.Span)) { Format = format },
        _ => new(KemKeys.ImportPublic((KemAlgorithm)key.Algorithm, key.Key.Span)) { Format = format },
    };
}
