using System.Security.Cryptography;

namespace Qbitel.Cryptography;

/// <summary>A key of a signature scheme: the public half, and the private half where it is held.</summary>
/// <remarks>Safe for concurrent use. Disposing zeroes the private half.</remarks>
public abstract class SignatureKey(SignatureAlgorithm algorithm, bool hasPrivateKey) : IDisposable
{
    /// <summary>The longest context string of any algorithm, in bytes (FIPS 204, section 5.2).</summary>
    public const int MaxContextSize = 255;

    private bool _disposed;

    public SignatureAlgorithm Algorithm { get; } = algorithm;

    public bool HasPrivateKey { get; } = hasPrivateKey;

    /// <summary>Signs <paramref name="data"/>, bound to a context of <see cref="SignatureAlgorithm.MaxContextSize"/>
    /// bytes or less.</summary>
    /// <exception cref="CryptographicException">The key has no private half.</exception>
    public byte[] Sign(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(context.Length, Algorithm.MaxContextSize, nameof(context));
        if (!HasPrivateKey)
            throw new CryptographicException($"This {Algorithm} key is public only: it can verify, not sign.");

        return SignCore(data, context);
    }

    /// <summary>True only for a signature by this key over exactly this data and context; false for anything else,
    /// whatever the cause.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return context.Length <= Algorithm.MaxContextSize && signature.Length <= Algorithm.SignatureSize
            && VerifyCore(data, signature, context);
    }

    public byte[] ExportPublicKey()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ExportPublicKeyCore();
    }

    /// <summary>The private key in its shortest standard form. The caller zeroes it.</summary>
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

    private protected void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    protected abstract byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context);

    protected abstract bool VerifyCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> context);

    protected abstract byte[] ExportPublicKeyCore();

    protected abstract byte[] ExportPrivateKeyCore();

    protected abstract void Dispose(bool disposing);
}
