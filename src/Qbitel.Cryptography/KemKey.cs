using System.Security.Cryptography;

namespace Qbitel.Cryptography;

/// <summary>A key of a KEM: the encapsulation key, and the decapsulation key where it is held.</summary>
/// <remarks>Safe for concurrent use. Disposing zeroes the private half. On failure output spans are zeroed.</remarks>
public abstract class KemKey(KemAlgorithm algorithm, bool hasPrivateKey) : IDisposable
{
    private bool _disposed;

    public KemAlgorithm Algorithm { get; } = algorithm;

    public bool HasPrivateKey { get; } = hasPrivateKey;

    /// <summary>Makes a fresh shared secret and the ciphertext that carries it.</summary>
    /// <exception cref="CryptographicException">A classical half of the encapsulation key is a point of small
    /// order.</exception>
    public void Encapsulate(Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, Algorithm.CiphertextSize, nameof(ciphertext));
        ArgumentOutOfRangeException
            .ThrowIfNotEqual(sharedSecret.Length, Algorithm.SharedSecretSize, nameof(sharedSecret));

        try
        {
            EncapsulateCore(ciphertext, sharedSecret);
        }
        catch
        {
            ciphertext.Clear();
            CryptographicOperations.ZeroMemory(sharedSecret);
            throw;
        }
    }

    /// <summary>Recovers the shared secret. A modified ciphertext gives another secret, not an error (implicit
    /// rejection).</summary>
    /// <exception cref="CryptographicException">The key has no private half, or a classical half of the ciphertext is
    /// no valid point.</exception>
    public void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, Algorithm.CiphertextSize, nameof(ciphertext));
        ArgumentOutOfRangeException
            .ThrowIfNotEqual(sharedSecret.Length, Algorithm.SharedSecretSize, nameof(sharedSecret));
        if (!HasPrivateKey)
        {
            throw new CryptographicException(
                $"This {Algorithm} key is public only: it can encapsulate, not decapsulate.");
        }

        try
        {
            DecapsulateCore(ciphertext, sharedSecret);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
            throw;
        }
    }

    public byte[] ExportEncapsulationKey()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ExportEncapsulationKeyCore();
    }

    /// <summary>The private key in its shortest standard form (a seed). The caller zeroes it.</summary>
    /// <exception cref="CryptographicException">The key has no private half.</exception>
    public byte[] ExportPrivateKey()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!HasPrivateKey) throw new CryptographicException($"This {Algorithm} key is public only.");

        return ExportPrivateKeyCore();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    public sealed override string ToString() => HasPrivateKey ? $"{Algorithm} ***" : Algorithm.Name;

    protected abstract void EncapsulateCore(Span<byte> ciphertext, Span<byte> sharedSecret);

    protected abstract void DecapsulateCore(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret);

    protected abstract byte[] ExportEncapsulationKeyCore();

    protected abstract byte[] ExportPrivateKeyCore();

    protected abstract void Dispose(bool disposing);
}
