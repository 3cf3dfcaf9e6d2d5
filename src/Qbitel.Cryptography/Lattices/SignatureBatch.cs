using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

/// <summary>Many signatures made or verified with one key, spread over the processors.</summary>
/// <remarks>
/// Results lie in the order of the messages in the buffers that the caller gives, whichever processor made them; each
/// is what the single call gives. At most one thread a processor works on a batch. Should one operation fail or the
/// batch be cancelled, all results are zeroed and the first failure is thrown.
/// </remarks>
public static class SignatureBatch
{
    // Work for some tenths of a millisecond, beside which handing it out costs nothing.
    private const int SignChunk = 4;
    private const int VerifyChunk = 32;

    /// <summary>A signature of each message, hedged, with randomness of its own.</summary>
    /// <param name="key">The private key, which must allow concurrent use, as ours do.</param>
    /// <param name="messages">They must not change until the call returns.</param>
    /// <param name="signatures">Room for exactly one signature each.</param>
    /// <param name="context">At most 255 bytes, the same for all.</param>
    /// <param name="cancellationToken">Asked between chunks.</param>
    /// <exception cref="ArgumentException">The buffer has not the exact size.</exception>
    /// <exception cref="CryptographicException">The key is public only.</exception>
    public static void SignMany(
        MLDsa key,
        IReadOnlyList<ReadOnlyMemory<byte>> messages,
        Memory<byte> signatures,
        ReadOnlyMemory<byte> context = default,
        CancellationToken cancellationToken = default)
    {
        int size = Check(key, messages, signatures.Length, context);
        LatticeBatch.Run(
            messages.Count, SignChunk, Sign, () => signatures.Span.Clear(), null, cancellationToken);

        void Sign(int i) => key.SignData(messages[i].Span, signatures.Span.Slice(i * size, size), context.Span);
    }

    /// <summary>True for each signature that is one of this key over its message.</summary>
    /// <param name="key">The key, which must allow concurrent use, as ours do.</param>
    /// <param name="messages">They must not change until the call returns.</param>
    /// <param name="signatures">Exactly one signature each.</param>
    /// <param name="answers">Room for exactly one answer each.</param>
    /// <param name="context">At most 255 bytes, the same for all.</param>
    /// <param name="cancellationToken">Asked between chunks.</param>
    /// <exception cref="ArgumentException">A buffer has not the exact size.</exception>
    public static void VerifyMany(
        MLDsa key,
        IReadOnlyList<ReadOnlyMemory<byte>> messages,
        ReadOnlyMemory<byte> signatures,
        Memory<bool> answers,
        ReadOnlyMemory<byte> context = default,
        CancellationToken cancellationToken = default)
    {
        int size = Check(key, messages, signatures.Length, context);
        if (answers.Length != messages.Count)
        {
            throw new ArgumentException(
                $"There is room for {answers.Length} answers; {messages.Count} are needed.", nameof(answers));
        }

        answers.Span.Clear();
        LatticeBatch.Run(
            messages.Count, VerifyChunk, Verify, () => answers.Span.Clear(), null, cancellationToken);

        void Verify(int i) => answers.Span[i] =
            key.VerifyData(messages[i].Span, signatures.Span.Slice(i * size, size), context.Span);
    }

    private static int Check(
        MLDsa key, IReadOnlyList<ReadOnlyMemory<byte>> messages, int signatures, ReadOnlyMemory<byte> context)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(context.Length, SignatureKey.MaxContextSize, nameof(context));
        int size = key.Algorithm.SignatureSizeInBytes;
        if (signatures != (long)messages.Count * size)
        {
            throw new ArgumentException(
                $"The buffer has {signatures} bytes; {messages.Count} times {size} are needed.", nameof(signatures));
        }

        return size;
    }
}
