using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

// Many recipients or ciphertexts over all processors: each result is what the single call gives. Results lie in the
// order of the inputs, one after another in the buffers that the caller gives and zeroes after use.
public sealed partial class ManagedMLKem
{
    // Work for a quarter of a millisecond, beside which handing it out costs nothing.
    private const int BatchChunk = 64;

    /// <summary>A fresh shared secret for each of many recipients, whose keys are all of one algorithm.</summary>
    /// <remarks>Should one fail, or the batch be cancelled, every shared secret is zeroed.</remarks>
    /// <param name="recipients">The keys, of which the public half is enough.</param>
    /// <param name="ciphertexts">Room for exactly one ciphertext each.</param>
    /// <param name="sharedSecrets">Room for exactly one shared secret each.</param>
    /// <param name="maxDegreeOfParallelism">How many at a time; null for as many as there are processors.</param>
    /// <param name="cancellationToken">Asked every 64 recipients.</param>
    /// <exception cref="ArgumentException">The keys differ in algorithm, or a buffer in size.</exception>
    public static void EncapsulateMany(
        IReadOnlyList<MLKem> recipients, Memory<byte> ciphertexts, Memory<byte> sharedSecrets,
        int? maxDegreeOfParallelism = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        MLKemAlgorithm? algorithm = recipients.Count == 0 ? null : recipients[0].Algorithm;
        if (recipients.FirstOrDefault(key => key.Algorithm != algorithm) is { } other)
        {
            throw new ArgumentException(
                $"The keys are of {algorithm!.Name} and of {other.Algorithm.Name}: make one batch for each algorithm.",
                nameof(recipients));
        }

        int size = algorithm?.CiphertextSizeInBytes ?? 0, secretSize = algorithm?.SharedSecretSizeInBytes ?? 0;
        ThrowIfNotSize(ciphertexts.Length, recipients.Count, size, nameof(ciphertexts));
        ThrowIfNotSize(sharedSecrets.Length, recipients.Count, secretSize, nameof(sharedSecrets));
        LatticeBatch.Run(
            recipients.Count, BatchChunk, Encapsulate, () => CryptographicOperations.ZeroMemory(sharedSecrets.Span),
            maxDegreeOfParallelism, cancellationToken);

        void Encapsulate(int i) => recipients[i].Encapsulate(
            ciphertexts.Span.Slice(i * size, size), sharedSecrets.Span.Slice(i * secretSize, secretSize));
    }

    /// <summary>The shared secrets of many ciphertexts sent to this key.</summary>
    /// <remarks>
    /// An altered ciphertext is not noticed here: it gives another secret (FIPS 203). Should the batch be cancelled,
    /// every shared secret is zeroed.
    /// </remarks>
    /// <param name="ciphertexts">A whole number of ciphertexts, one after another.</param>
    /// <param name="sharedSecrets">Room for exactly one shared secret each.</param>
    /// <param name="maxDegreeOfParallelism">How many at a time; null for as many as there are processors.</param>
    /// <param name="cancellationToken">Asked every 64 ciphertexts.</param>
    /// <exception cref="ArgumentException">A buffer has not the exact size.</exception>
    /// <exception cref="CryptographicException">The key is public only.</exception>
    public void DecapsulateMany(
        ReadOnlyMemory<byte> ciphertexts, Memory<byte> sharedSecrets,
        int? maxDegreeOfParallelism = null, CancellationToken cancellationToken = default)
    {
        MLKemDecapsulationKey key = PrivateHalf;
        int size = Algorithm.CiphertextSizeInBytes, secretSize = Algorithm.SharedSecretSizeInBytes;
        int count = ciphertexts.Length / size;
        ThrowIfNotSize(ciphertexts.Length, count, size, nameof(ciphertexts));
        ThrowIfNotSize(sharedSecrets.Length, count, secretSize, nameof(sharedSecrets));
        LatticeBatch.Run(
            count, BatchChunk, Decapsulate, () => CryptographicOperations.ZeroMemory(sharedSecrets.Span),
            maxDegreeOfParallelism, cancellationToken);

        void Decapsulate(int i) => key.Decapsulate(
            ciphertexts.Span.Slice(i * size, size), sharedSecrets.Span.Slice(i * secretSize, secretSize));
    }

    private static void ThrowIfNotSize(int actual, int count, int size, string name)
    {
        if (actual != (long)count * size)
            throw new ArgumentException($"The buffer has {actual} bytes; {count} times {size} are needed.", name);
    }
}
