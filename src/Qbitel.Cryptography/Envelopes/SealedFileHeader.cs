using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>What stands before the chunks of a sealed file; see docs/formats/sealed-file.md.</summary>
internal sealed class SealedFileHeader
{
    public const int PrefixSize = 16;
    public const int ContentKeySize = 32;
    public const int MaxRecipients = 256;

    private const byte Version = 1;
    private const byte Aes256GcmChunks = 1;
    private const int SaltSize = 32;
    private const int MacSize = 32;
    private const int MinChunkBits = 12, MaxChunkBits = 24;
    private const int MaxStanzasSize = 1 << 20;

    private readonly byte[] _bytes; // prefix, salt, stanzas

    private SealedFileHeader(byte[] bytes, int chunkSize, IReadOnlyList<SealedFileStanza> stanzas)
    {
        _bytes = bytes;
        ChunkSize = chunkSize;
        Stanzas = stanzas;
    }

    public static ReadOnlySpan<byte> WrapLabel => "qbitel sealed file 1, content key"u8;

    public int ChunkSize { get; }

    public IReadOnlyList<SealedFileStanza> Stanzas { get; }

    private static ReadOnlySpan<byte> Magic => "QBSEALED"u8;

    private static ReadOnlySpan<byte> HeaderLabel => "qbitel sealed file 1, header"u8;

    private static ReadOnlySpan<byte> ChunksLabel => "qbitel sealed file 1, chunks"u8;

    /// <summary>
    /// A header for recipients, with its authentication code, and the pump that seals what follows it.
    /// </summary>
    public static (byte[] Header, ChunkPump Pump) Make(
        IReadOnlyCollection<KemKey> recipients, ReadOnlySpan<byte> associatedData, int chunkSize)
    {
        Require(recipients, chunkSize);
        byte[] contentKey = RandomNumberGenerator.GetBytes(ContentKeySize);
        try
        {
            byte[] stanzas = [.. recipients.SelectMany(recipient => SealedFileStanza.Write(recipient, contentKey))];
            Span<byte> prefix = stackalloc byte[PrefixSize];
            Magic.CopyTo(prefix);
            prefix[8] = Version;
            prefix[9] = Aes256GcmChunks;
            prefix[10] = (byte)int.Log2(chunkSize);
            BinaryPrimitives.WriteInt32BigEndian(prefix[12..], stanzas.Length);
            SealedFileHeader header = new(
                [.. prefix, .. RandomNumberGenerator.GetBytes(SaltSize), .. stanzas], chunkSize, []);
            byte[] mac = header.Authenticate(contentKey, associatedData);
            return ([.. header._bytes, .. mac], header.Pump(contentKey, mac, isSealing: true));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>How many bytes of the header follow its first sixteen.</summary>
    /// <exception cref="CryptographicException">Not a sealed file, or one of a later version.</exception>
    public static int RestSize(ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length < PrefixSize || !prefix.StartsWith(Magic))
            throw new CryptographicException("Not a sealed file: at offset 0, expected \"QBSEALED\".");

        if (prefix[8] != Version || prefix[9] != Aes256GcmChunks || prefix[11] != 0)
        {
            throw new CryptographicException(
                $"Sealed file: at offset 8, expected version {Version}, cipher {Aes256GcmChunks} and a zero at offset "
                + $"11; found {prefix[8]}, {prefix[9]} and {prefix[11]}. A later version of this program may read it.");
        }

        if (prefix[10] is < MinChunkBits or > MaxChunkBits)
        {
            throw new CryptographicException(
                $"Sealed file: at offset 10, expected a chunk size from 2^{MinChunkBits} to 2^{MaxChunkBits} bytes; "
                + $"found 2^{prefix[10]}.");
        }

        uint stanzas = BinaryPrimitives.ReadUInt32BigEndian(prefix[12..]);
        return stanzas is 0 or > MaxStanzasSize
            ? throw new CryptographicException(
                $"Sealed file: at offset 12, expected 1 to {MaxStanzasSize} bytes of recipients; found {stanzas}.")
            : SaltSize + (int)stanzas + MacSize;
    }

    /// <param name="bytes">The whole header, with the size that <see cref="RestSize"/> gave.</param>
    /// <param name="mac">The code at its end, which nothing has checked yet.</param>
    /// <exception cref="CryptographicException">Malformed.</exception>
    public static SealedFileHeader Read(byte[] bytes, out ReadOnlyMemory<byte> mac)
    {
        mac = bytes.AsMemory(bytes.Length - MacSize);
        ReadOnlyMemory<byte> rest = bytes.AsMemory((PrefixSize + SaltSize)..^MacSize);
        List<SealedFileStanza> stanzas = [];
        while (!rest.IsEmpty)
        {
            if (stanzas.Count == MaxRecipients)
                throw new CryptographicException($"Sealed file: it has more than {MaxRecipients} recipients.");

            stanzas.Add(SealedFileStanza.Read(ref rest, bytes.Length - MacSize - rest.Length));
        }

        if (stanzas.DistinctBy(stanza => stanza.Fingerprint).Count() != stanzas.Count)
            throw new CryptographicException("Sealed file: a recipient is named twice.");

        return new(bytes[..^MacSize], 1 << bytes[10], stanzas);
    }

    /// <exception cref="CryptographicException">The file is not for this key.</exception>
    public SealedFileStanza StanzaFor(KemAlgorithm algorithm, KeyFingerprint fingerprint) =>
        Stanzas.FirstOrDefault(stanza => stanza.Fingerprint == fingerprint && stanza.Algorithm == algorithm.Name
            && stanza.Ciphertext(algorithm) is not null)
        ?? throw new CryptographicException(
            $"The file is not sealed to the {algorithm} key {fingerprint}. It is sealed to: "
            + string.Join(", ", Stanzas.Take(8).Select(stanza => $"{stanza.Algorithm} {stanza.Fingerprint}"))
            + (Stanzas.Count > 8 ? $" and {Stanzas.Count - 8} more." : "."));

    /// <exception cref="CryptographicException">
    /// The header or the associated data is not the one that was sealed, or the secret is another.
    /// </exception>
    public ChunkPump Open(
        SealedFileStanza stanza, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> mac, ReadOnlySpan<byte> associatedData)
    {
        byte[] contentKey = [];
        try
        {
            contentKey = stanza.Unwrap(secret);
            return CryptographicOperations.FixedTimeEquals(Authenticate(contentKey, associatedData), mac)
                ? Pump(contentKey, mac, isSealing: false)
                : throw Refused(inner: null);
        }
        catch (CryptographicException e)
        {
            throw Refused(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>One error, whatever did not fit, so that nothing can be learned by trying.</summary>
    public static CryptographicException Refused(Exception? inner) => new(
        "The sealed file does not open: its header was changed, or the associated data is not what it was sealed with.",
        inner);

    // HMAC commits to the content key, as AES-GCM does not: two recipients cannot be given two contents in one file.
    private byte[] Authenticate(ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> associatedData)
    {
        Span<byte> key = stackalloc byte[MacSize], size = stackalloc byte[8];
        ReadOnlySpan<byte> salt = _bytes.AsSpan(PrefixSize, SaltSize);
        HKDF.DeriveKey(HashAlgorithmName.SHA512, contentKey, key, salt, HeaderLabel);
        BinaryPrimitives.WriteInt64BigEndian(size, associatedData.Length);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        CryptographicOperations.ZeroMemory(key);
        mac.AppendData(_bytes);
        mac.AppendData(size);
        mac.AppendData(associatedData);
        return mac.GetHashAndReset();
    }

    private ChunkPump Pump(ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> mac, bool isSealing)
    {
        Span<byte> derived = stackalloc byte[ChunkPump.KeySize + ChunkPump.NoncePrefixSize];
        HKDF.DeriveKey(HashAlgorithmName.SHA512, contentKey, derived, mac, ChunksLabel);
        ChunkPump pump = new(derived[..ChunkPump.KeySize], derived[ChunkPump.KeySize..], ChunkSize, isSealing);
        CryptographicOperations.ZeroMemory(derived);
        return pump;
    }

    private static void Require(IReadOnlyCollection<KemKey> recipients, int chunkSize)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        if (recipients.Count is 0 or > MaxRecipients)
            throw new ArgumentException($"A file has 1 to {MaxRecipients} recipients.", nameof(recipients));

        if (recipients.DistinctBy(KeyFingerprint.Of).Count() != recipients.Count)
            throw new ArgumentException("A recipient is named twice.", nameof(recipients));

        if (!int.IsPow2(chunkSize) || int.Log2(chunkSize) is < MinChunkBits or > MaxChunkBits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(chunkSize), chunkSize, $"A power of two from {1 << MinChunkBits} to {1 << MaxChunkBits}.");
        }
    }
}
