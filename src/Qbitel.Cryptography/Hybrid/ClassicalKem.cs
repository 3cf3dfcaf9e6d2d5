using System.Security.Cryptography;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>The classical half of a hybrid KEM: Diffie–Hellman or RSA-OAEP with its sizes and encodings.</summary>
internal abstract class ClassicalKem
{
    public abstract int PublicKeySize { get; }

    public abstract int CiphertextSize { get; }

    public abstract int SecretSize { get; }

    /// <summary>A fresh private key in its encoding. The caller zeroes it.</summary>
    public abstract byte[] NewPrivateKey();

    /// <exception cref="CryptographicException">The private key is malformed.</exception>
    public abstract ClassicalKemKey ImportPrivate(ReadOnlySpan<byte> encoded);

    /// <exception cref="CryptographicException">The public key is malformed.</exception>
    public abstract ClassicalKemKey ImportPublic(ReadOnlySpan<byte> encoded);
}

/// <summary>A key of a <see cref="ClassicalKem"/>: public, and private where it is held.</summary>
/// <remarks>Safe for concurrent use. Disposing zeroes the private half.</remarks>
internal abstract class ClassicalKemKey : IDisposable
{
    public abstract ReadOnlyMemory<byte> PublicKey { get; }

    /// <exception cref="CryptographicException">The public key is a point of small order.</exception>
    public abstract void Encapsulate(Span<byte> ciphertext, Span<byte> secret);

    /// <exception cref="CryptographicException">
    /// The ciphertext is none for this key, as far as that can be told.
    /// </exception>
    public abstract void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret);

    public abstract void Dispose();
}
