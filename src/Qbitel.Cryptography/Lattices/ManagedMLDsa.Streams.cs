using System.Buffers;
using System.Security.Cryptography;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

// Data of any size, read once and in pieces: the same signatures as of the whole.
public sealed partial class ManagedMLDsa
{
    private const int PieceSize = 1 << 16;

    /// <summary>mu of a message that is to come in pieces, for <c>SignMu</c> and <c>VerifyMu</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The context has more than 255 bytes.</exception>
    public MLDsaMuHash StartMu(ReadOnlySpan<byte> context = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfTooLong(context, nameof(context));
        return new MLDsaMuHash(_publicHalf, context);
    }

    /// <summary>Signs what remains of a stream: pure ML-DSA, in constant memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The context has more than 255 bytes.</exception>
    /// <exception cref="CryptographicException">The key is public only; nothing was read then.</exception>
    public byte[] SignData(Stream data, ReadOnlySpan<byte> context = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using MLDsaMuHash hash = StartMu(context);
        _ = PrivateHalf;
        Append(hash, data);
        return SignMu(hash.GetMuAndReset());
    }

    /// <inheritdoc cref="SignData(Stream, ReadOnlySpan{byte})"/>
    public async Task<byte[]> SignDataAsync(
        Stream data, ReadOnlyMemory<byte> context = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using MLDsaMuHash hash = StartMu(context.Span);
        _ = PrivateHalf;
        await AppendAsync(hash, data, cancellationToken);
        return SignMu(hash.GetMuAndReset());
    }

    /// <summary>
    /// True only for a signature by this key over what remains of the stream. A signature of the wrong length is
    /// refused before anything is read.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The context has more than 255 bytes.</exception>
    public bool VerifyData(Stream data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using MLDsaMuHash hash = StartMu(context);
        if (signature.Length != Algorithm.SignatureSizeInBytes) return false;

        Append(hash, data);
        Span<byte> mu = stackalloc byte[MLDsaParameters.HashSize];
        hash.GetMuAndReset(mu);
        return VerifyMu(mu, signature);
    }

    /// <inheritdoc cref="VerifyData(Stream, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public async Task<bool> VerifyDataAsync(
        Stream data, ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> context = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using MLDsaMuHash hash = StartMu(context.Span);
        if (signature.Length != Algorithm.SignatureSizeInBytes) return false;

        await AppendAsync(hash, data, cancellationToken);
        return VerifyMu(hash.GetMuAndReset(), signature.Span);
    }

    private static void Append(MLDsaMuHash hash, Stream data)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            for (int size; (size = data.Read(piece)) > 0;) hash.AppendData(piece.AsSpan(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }
    }

    private static async Task AppendAsync(MLDsaMuHash hash, Stream data, CancellationToken cancellationToken)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            for (int size; (size = await data.ReadAsync(piece, cancellationToken)) > 0;)
                hash.AppendData(piece.AsSpan(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }
    }

    private static void ThrowIfTooLong(ReadOnlySpan<byte> context, string name) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(context.Length, SignatureKey.MaxContextSize, name);
}
