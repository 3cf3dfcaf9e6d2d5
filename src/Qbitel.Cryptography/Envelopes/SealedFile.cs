using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>Encrypts a stream of any size to the holders of one or more KEM keys, in constant memory.</summary>
/// <remarks>
/// <para>The format is docs/formats/sealed-file.md. Each recipient alone can open it; all read the same content. The
/// sender is not authenticated: sign the content where that matters.</para>
/// <para>Opening writes a chunk only after it has been authenticated. That a file was cut shows only at its end, when
/// the chunks before have been written: <b>an open that throws has not given you the file</b>. Write to a temporary
/// file and give it its name afterwards.</para>
/// <para>Streams are read and written from where they stand, and are left open.</para>
/// </remarks>
public static class SealedFile
{
    public const int DefaultChunkSize = 1 << 16;

    /// <param name="source">Read to its end.</param>
    /// <param name="destination">Gets the sealed file.</param>
    /// <param name="recipients">Up to 256 keys of any KEM, of which only the public halves are used.</param>
    /// <param name="associatedData">Authenticated, not stored: whoever opens the file must know it.</param>
    /// <param name="progress">Told the bytes of <paramref name="source"/> sealed so far, after each chunk.</param>
    /// <param name="chunkSize">A power of two from 4 KiB to 16 MiB.</param>
    /// <exception cref="ArgumentException">No recipient, too many, or one twice.</exception>
    public static void Seal(
        Stream source, Stream destination, IReadOnlyCollection<KemKey> recipients,
        ReadOnlySpan<byte> associatedData = default, IProgress<long>? progress = null, int chunkSize = DefaultChunkSize)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        (byte[] header, ChunkPump made) = SealedFileHeader.Make(recipients, associatedData, chunkSize);
        using ChunkPump pump = made;
        destination.Write(header);
        Run(pump, source, destination, progress);
    }

    /// <inheritdoc cref="Seal"/>
    public static async Task SealAsync(
        Stream source, Stream destination, IReadOnlyCollection<KemKey> recipients,
        ReadOnlyMemory<byte> associatedData = default, IProgress<long>? progress = null,
        int chunkSize = DefaultChunkSize, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        (byte[] header, ChunkPump made) = SealedFileHeader.Make(recipients, associatedData.Span, chunkSize);
        using ChunkPump pump = made;
        await destination.WriteAsync(header, cancellationToken).ConfigureAwait(false);
        await RunAsync(pump, source, destination, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The bytes written.</returns>
    /// <exception cref="CryptographicException">
    /// Not a sealed file, not sealed to this key, sealed with another associated data, or changed, cut or extended.
    /// </exception>
    /// <remarks><inheritdoc cref="SealedFile" path="/remarks"/></remarks>
    public static long Open(
        Stream source, Stream destination, KemKey key, ReadOnlySpan<byte> associatedData = default,
        IProgress<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(key);
        SealedFileHeader header = ReadHeader(source, out ReadOnlyMemory<byte> mac);
        SealedFileStanza stanza = header.StanzaFor(key.Algorithm, KeyFingerprint.Of(key));
        byte[] secret = Decapsulate(key, stanza);
        using ChunkPump pump = Open(header, stanza, secret, mac, associatedData);
        return Run(pump, source, destination, progress);
    }

    /// <inheritdoc cref="Open(Stream, Stream, KemKey, ReadOnlySpan{byte}, IProgress{long}?)"/>
    public static Task<long> OpenAsync(
        Stream source, Stream destination, KemKey key, ReadOnlyMemory<byte> associatedData = default,
        IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ValueTask<byte[]> Held(ReadOnlyMemory<byte> ciphertext, CancellationToken cancellation)
        {
            byte[] secret = new byte[key.Algorithm.SharedSecretSize];
            key.Decapsulate(ciphertext.Span, secret);
            return ValueTask.FromResult(secret);
        }

        return OpenAsync(
            source, destination, key.Algorithm, KeyFingerprint.Of(key), Held, associatedData, progress,
            cancellationToken);
    }

    /// <summary>
    /// Opens with a key only <paramref name="decapsulate"/> can reach: in a token, a device, a cloud. It gets the KEM's
    /// ciphertext and returns the shared secret, which is zeroed here.
    /// </summary>
    /// <inheritdoc cref="Open(Stream, Stream, KemKey, ReadOnlySpan{byte}, IProgress{long}?)"/>
    public static async Task<long> OpenAsync(
        Stream source, Stream destination, KemAlgorithm algorithm, KeyFingerprint fingerprint,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<byte[]>> decapsulate,
        ReadOnlyMemory<byte> associatedData = default, IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(decapsulate);
        (SealedFileHeader header, ReadOnlyMemory<byte> mac) =
            await ReadHeaderAsync(source, cancellationToken).ConfigureAwait(false);
        SealedFileStanza stanza = header.StanzaFor(algorithm, fingerprint);
        byte[] secret;
        try
        {
            secret = await decapsulate(stanza.Ciphertext(algorithm)!.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (CryptographicException e)
        {
            throw SealedFileHeader.Refused(e);
        }

        using ChunkPump pump = Open(header, stanza, secret, mac, associatedData.Span);
        return await RunAsync(pump, source, destination, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whom a file is sealed to, as its header says before any key has vouched for it.</summary>
    /// <exception cref="CryptographicException">Not a sealed file, or its header is cut or malformed.</exception>
    public static IReadOnlyList<SealedFileRecipient> ReadRecipients(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        SealedFileHeader header = ReadHeader(source, out _);
        return [.. header.Stanzas.Select(stanza => new SealedFileRecipient(stanza.Algorithm, stanza.Fingerprint))];
    }

    private static SealedFileHeader ReadHeader(Stream source, out ReadOnlyMemory<byte> mac)
    {
        byte[] prefix = new byte[SealedFileHeader.PrefixSize];
        int read = source.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        byte[] bytes = [.. prefix, .. new byte[SealedFileHeader.RestSize(prefix.AsSpan(0, read))]];
        read = source.ReadAtLeast(bytes.AsSpan(prefix.Length), bytes.Length - prefix.Length, throwOnEndOfStream: false);
        return read == bytes.Length - prefix.Length ? SealedFileHeader.Read(bytes, out mac) : throw Cut(bytes.Length);
    }

    private static async Task<(SealedFileHeader Header, ReadOnlyMemory<byte> Mac)> ReadHeaderAsync(
        Stream source, CancellationToken cancellationToken)
    {
        byte[] prefix = new byte[SealedFileHeader.PrefixSize];
        int read = await source.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        byte[] bytes = [.. prefix, .. new byte[SealedFileHeader.RestSize(prefix.AsSpan(0, read))]];
        read = await source.ReadAtLeastAsync(
            bytes.AsMemory(prefix.Length), bytes.Length - prefix.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return read == bytes.Length - prefix.Length
            ? (SealedFileHeader.Read(bytes, out ReadOnlyMemory<byte> mac), mac)
            : throw Cut(bytes.Length);
    }

    private static byte[] Decapsulate(KemKey key, SealedFileStanza stanza)
    {
        byte[] secret = new byte[key.Algorithm.SharedSecretSize];
        try
        {
            key.Decapsulate(stanza.Ciphertext(key.Algorithm)!.Value.Span, secret);
            return secret;
        }
        catch (CryptographicException e) when (key.HasPrivateKey)
        {
            throw SealedFileHeader.Refused(e);
        }
    }

    private static ChunkPump Open(
        SealedFileHeader header, SealedFileStanza stanza, byte[] secret, ReadOnlyMemory<byte> mac,
        ReadOnlySpan<byte> associatedData)
    {
        try
        {
            return header.Open(stanza, secret, mac.Span, associatedData);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static long Run(ChunkPump pump, Stream source, Stream destination, IProgress<long>? progress)
    {
        while (!pump.IsFinished)
        {
            int read = source.ReadAtLeast(pump.Free.Span, pump.Free.Length, throwOnEndOfStream: false);
            destination.Write(pump.Next(read).Span);
            progress?.Report(pump.Done);
        }

        return pump.Done;
    }

    private static async Task<long> RunAsync(
        ChunkPump pump, Stream source, Stream destination, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        while (!pump.IsFinished)
        {
            int read = await source.ReadAtLeastAsync(
                pump.Free, pump.Free.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            await destination.WriteAsync(pump.Next(read), cancellationToken).ConfigureAwait(false);
            progress?.Report(pump.Done);
        }

        return pump.Done;
    }

    private static CryptographicException Cut(int size) =>
        new($"Sealed file: the header is cut; expected {size} bytes of it.");
}
