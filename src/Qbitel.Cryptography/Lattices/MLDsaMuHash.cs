using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// mu of a message that comes in pieces (FIPS 204, Algorithm 7, line 6, with the message of Algorithm 2): what
/// <see cref="MLDsa.SignMu(ReadOnlySpan{byte}, Span{byte})"/> signs, the same as <c>SignData</c> of the pieces
/// together.
/// </summary>
/// <remarks>
/// Made by <see cref="ManagedMLDsa.StartMu"/> of a key that may be public only, so that a message can be hashed where
/// it is and signed where the private key is. Not safe for concurrent use.
/// </remarks>
public sealed class MLDsaMuHash : IDisposable
{
    private readonly MLDsaVerificationKey _key;
    private readonly byte[] _context;
    private Sponge _sponge;
    private bool _isDisposed;

    internal MLDsaMuHash(MLDsaVerificationKey key, ReadOnlySpan<byte> context)
    {
        _key = key;
        _context = context.ToArray();
        _sponge = key.StartMu(_context);
    }

    /// <summary>The size of mu, in bytes.</summary>
    public static int SizeInBytes => MLDsaParameters.HashSize;

    public void AppendData(ReadOnlySpan<byte> data)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _sponge.Absorb(data);
    }

    /// <summary>Writes mu of all that was appended, and starts again with nothing.</summary>
    /// <exception cref="ArgumentException">The destination has not the size of mu.</exception>
    public void GetMuAndReset(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (destination.Length != SizeInBytes)
        {
            throw new ArgumentException(
                $"The destination has {destination.Length} bytes; mu has {SizeInBytes}.", nameof(destination));
        }

        _sponge.Squeeze(destination);
        _sponge = _key.StartMu(_context);
    }

    /// <inheritdoc cref="GetMuAndReset(Span{byte})"/>
    public byte[] GetMuAndReset()
    {
        byte[] mu = new byte[SizeInBytes];
        GetMuAndReset(mu);
        return mu;
    }

    public void Dispose()
    {
        _isDisposed = true;
        _sponge.Clear();
    }
}
