using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

// Many messages with one key, over all processors: each result is what the single call gives.
public sealed partial class ManagedMLDsa
{
    /// <summary>Signs every message, hedged, each with its own randomness; signatures in the order of the messages.</summary>
    /// <param name="messages">Must not change until the call returns.</param>
    /// <param name="context">At most 255 bytes, the same for all.</param>
    /// <param name="maxDegreeOfParallelism">How many at a time; null for as many as there are processors.</param>
    /// <param name="cancellationToken">Ends the work between two messages; no signature is returned then.</param>
    /// <exception cref="CryptographicException">The key is public only.</exception>
    public byte[][] SignMany(
        IReadOnlyList<ReadOnlyMemory<byte>> messages, ReadOnlyMemory<byte> context = default,
        int? maxDegreeOfParallelism = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfTooLong(context.Span, nameof(context));
        _ = PrivateHalf;

        byte[][] signatures = new byte[messages.Count][];
        Parallel.For(0, signatures.Length, Bounded(maxDegreeOfParallelism, cancellationToken), i =>
        {
            byte[] signature = new byte[Algorithm.SignatureSizeInBytes];
            SignDataCore(messages[i].Span, context.Span, signature);
            signatures[i] = signature;
        });
        return signatures;
    }

    /// <summary>Verifies every message with its signature; answers in the order of the messages.</summary>
    /// <param name="messages">Must not change until the call returns.</param>
    /// <param name="signatures">As many as messages; one of the wrong length is false.</param>
    /// <param name="context">At most 255 bytes, the same for all.</param>
    /// <param name="maxDegreeOfParallelism">How many at a time; null for as many as there are processors.</param>
    /// <param name="cancellationToken">Ends the work between two messages; no answer is returned then.</param>
    /// <exception cref="ArgumentException">There are not as many signatures as messages.</exception>
    public bool[] VerifyMany(
        IReadOnlyList<ReadOnlyMemory<byte>> messages, IReadOnlyList<ReadOnlyMemory<byte>> signatures,
        ReadOnlyMemory<byte> context = default, int? maxDegreeOfParallelism = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(signatures);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfTooLong(context.Span, nameof(context));
        if (signatures.Count != messages.Count)
        {
            throw new ArgumentException(
                $"There are {signatures.Count} signatures for {messages.Count} messages.", nameof(signatures));
        }

        bool[] answers = new bool[messages.Count];
        Parallel.For(0, answers.Length, Bounded(maxDegreeOfParallelism, cancellationToken), i =>
            answers[i] = VerifyDataCore(messages[i].Span, context.Span, signatures[i].Span));
        return answers;
    }

    private static ParallelOptions Bounded(int? maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        int degree = maxDegreeOfParallelism ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degree, nameof(maxDegreeOfParallelism));
        return new ParallelOptions { MaxDegreeOfParallelism = degree, CancellationToken = cancellationToken };
    }
}
