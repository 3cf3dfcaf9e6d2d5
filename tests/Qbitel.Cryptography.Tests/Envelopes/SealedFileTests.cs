using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Envelopes;

public sealed class SealedFileTests
{
    private const int Chunk = 4096;

    private static readonly KemKey Key = KemKeys.Generate(KemAlgorithm.MLKem512);

    public static readonly TheoryData<string> Kems = [.. KemAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory, MemberData(nameof(Kems))]
    public async Task Every_kem_seals_and_opens(string name)
    {
        using KemKey key = KemKeys.Generate((KemAlgorithm)KeyAlgorithm.Parse(name));
        using KemKey publicHalf = KemKeys.ImportPublic(key.Algorithm, key.ExportEncapsulationKey());
        byte[] content = RandomNumberGenerator.GetBytes(10_000), sealedFile = Seal(content, publicHalf);
        Assert.Equal(content, Open(sealedFile, key));
        Assert.Throws<CryptographicException>(() => Open(sealedFile, publicHalf));

        using MemoryStream opened = new();
        long written = await SealedFile.OpenAsync(
            new MemoryStream(sealedFile), opened, key, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(content.Length, written);
        Assert.Equal(content, opened.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData((3 * Chunk) - 1)]
    [InlineData(3 * Chunk)]
    [InlineData((3 * Chunk) + 1)]
    public async Task Every_length_comes_back(int size)
    {
        byte[] content = RandomNumberGenerator.GetBytes(size), sealedFile = Seal(content, Key);
        int header = HeaderSize(sealedFile), chunks = Math.Max(1, (size + Chunk - 1) / Chunk);
        Assert.Equal(header + size + (16 * chunks), sealedFile.Length);
        Assert.Equal(content, Open(sealedFile, Key));

        using MemoryStream other = new();
        await SealedFile.SealAsync(
            new Trickle(content), other, [Key], chunkSize: Chunk,
            cancellationToken: TestContext.Current.CancellationToken);
        using MemoryStream opened = new();
        SealedFile.Open(new Trickle(other.ToArray()), opened, Key);
        Assert.Equal(content, opened.ToArray());
    }

    [Fact]
    public void Each_recipient_opens_alone()
    {
        KemKey[] keys = [.. KemAlgorithm.All.Select(KemKeys.Generate), KemKeys.Generate(KemAlgorithm.XWing)];
        byte[] content = [.. "for all of you"u8], sealedFile = Seal(content, keys);
        Assert.All(keys, key => Assert.Equal(content, Open(sealedFile, key)));

        IReadOnlyList<SealedFileRecipient> recipients = SealedFile.ReadRecipients(new MemoryStream(sealedFile));
        Assert.Equal(
            keys.Select(key => new SealedFileRecipient(key.Algorithm.Name, KeyFingerprint.Of(key))), recipients);

        CryptographicException refused = Assert.Throws<CryptographicException>(() => Open(sealedFile, Key));
        Assert.Contains("not sealed to", refused.Message, StringComparison.Ordinal);
        foreach (KemKey key in keys) key.Dispose();
    }

    [Fact]
    public async Task A_token_opens_without_giving_its_key()
    {
        byte[] content = [.. "in a token"u8], sealedFile = Seal(content, Key);
        ValueTask<byte[]> Token(ReadOnlyMemory<byte> ciphertext, CancellationToken cancellationToken)
        {
            byte[] secret = new byte[32];
            Key.Decapsulate(ciphertext.Span, secret);
            return ValueTask.FromResult(secret);
        }

        using MemoryStream opened = new();
        await SealedFile.OpenAsync(
            new MemoryStream(sealedFile), opened, Key.Algorithm, KeyFingerprint.Of(Key), Token,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(content, opened.ToArray());
        await Assert.ThrowsAsync<CryptographicException>(() => SealedFile.OpenAsync(
            new MemoryStream(sealedFile), opened, Key.Algorithm, KeyFingerprint.Of(Key),
            (_, _) => ValueTask.FromResult(new byte[32]),
            cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Associated_data_must_be_the_same()
    {
        byte[] reference = [.. "MT103:REF-1"u8], sealedFile = Seal([1, 2, 3], reference);
        using MemoryStream opened = new();
        SealedFile.Open(new MemoryStream(sealedFile), opened, Key, reference);
        Assert.Equal([1, 2, 3], opened.ToArray());
        AssertNothingOpens(sealedFile, []);
        AssertNothingOpens(sealedFile, [.. "MT103:REF-2"u8]);
    }

    [Fact]
    public void A_cut_file_is_refused_at_every_length()
    {
        byte[] content = RandomNumberGenerator.GetBytes((2 * Chunk) + 100), sealedFile = Seal(content, Key);
        int header = HeaderSize(sealedFile);
        IEnumerable<int> lengths = Enumerable.Range(0, header + 20).Where(i => i < 40 || i % 7 == 0 || i > header - 20)
            .Concat([header + Chunk + 15, header + Chunk + 16, header + Chunk + 17, header + (2 * (Chunk + 16))])
            .Append(sealedFile.Length - 1);
        foreach (int length in lengths)
        {
            using MemoryStream opened = new();
            Assert.Throws<CryptographicException>(
                () => SealedFile.Open(new MemoryStream(sealedFile[..length]), opened, Key));

            // Only whole authenticated chunks have gone out.
            Assert.Equal(0, opened.Length % Chunk);
            Assert.Equal(content[..(int)opened.Length], opened.ToArray());
        }
    }

    [Fact]
    public void Chunks_cannot_be_moved_doubled_dropped_or_added()
    {
        byte[] content = RandomNumberGenerator.GetBytes(4 * Chunk), sealedFile = Seal(content, Key);
        byte[] header = sealedFile[..HeaderSize(sealedFile)];
        byte[][] chunks = [.. sealedFile[header.Length..].Chunk(Chunk + 16)];
        byte[] other = Seal(content, Key);
        byte[][][] wrong =
        [
            [chunks[1], chunks[0], chunks[2], chunks[3]],
            [chunks[0], chunks[0], chunks[1], chunks[2], chunks[3]],
            [chunks[0], chunks[2], chunks[3]],
            [chunks[0], chunks[1], chunks[2]],
            [chunks[0], chunks[1], chunks[2], chunks[3], chunks[3]],
            [chunks[0], chunks[1], chunks[2], chunks[3], [0]],
            [chunks[0], chunks[1], chunks[2], chunks[3], new byte[16]],
            [chunks[3]],
            [],
            [other[HeaderSize(other)..]],
        ];
        Assert.All(wrong, order => Assert.Throws<CryptographicException>(
            () => Open([.. header, .. order.SelectMany(chunk => chunk)], Key)));
    }

    [Fact]
    public void Every_changed_byte_is_refused()
    {
        byte[] sealedFile = Seal(RandomNumberGenerator.GetBytes(100), Key);
        for (int i = 0; i < sealedFile.Length; i++)
        {
            byte[] changed = Damage.Flip(sealedFile, i, (byte)(1 << (i % 8)));
            AssertNothingOpens(changed, []);
        }
    }

    // A stanza of an algorithm of the future neither disturbs nor helps: it is bound by the header's code.
    [Fact]
    public void A_recipient_of_an_unknown_algorithm_is_listed_and_cannot_be_added_later()
    {
        byte[] sealedFile = Seal([1], Key);
        byte[] stanza = [0, 43, 7, .. "NEW-KEM"u8, .. new byte[35]];
        BinaryPrimitives.WriteInt32BigEndian(
            sealedFile.AsSpan(12), BinaryPrimitives.ReadInt32BigEndian(sealedFile.AsSpan(12)) + stanza.Length);
        byte[] added = [.. sealedFile[..48], .. stanza, .. sealedFile[48..]];
        Assert.Equal(["NEW-KEM", "ML-KEM-512"],
            SealedFile.ReadRecipients(new MemoryStream(added)).Select(recipient => recipient.Algorithm));
        AssertNothingOpens(added, []);
    }

    [Fact]
    public void Misuse_is_an_argument_error()
    {
        Assert.Throws<ArgumentException>(() => SealedFile.Seal(Stream.Null, Stream.Null, []));
        Assert.Throws<ArgumentException>(() => Seal([], Key, Key));
        Assert.Throws<ArgumentException>(() => Seal([], Enumerable.Repeat(Key, 257).ToArray()));
        foreach (int size in (int[])[0, 1, 2048, 5000, 1 << 25, -4096])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => SealedFile.Seal(Stream.Null, Stream.Null, [Key], chunkSize: size));
        }
    }

    [Fact]
    public void Progress_is_told_and_memory_is_constant()
    {
        const long size = 32L << 20;
        List<long> reports = [];
        using Pattern source = new(size);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (FileStream file = File.Create(path))
            {
                long sealing = Allocation.Least(() =>
                {
                    file.SetLength(0);
                    source.Position = 0;
                    reports.Clear();
                    SealedFile.Seal(source, file, [Key], progress: new Listener(reports));
                }, enough: 1 << 20);
                Assert.InRange(sealing, 0, 1 << 20);
            }

            Assert.Equal(size >> 16, reports.Count);
            Assert.Equal(size, reports[^1]);
            using FileStream sealedFile = File.OpenRead(path);
            long opening = Allocation.Least(() =>
            {
                sealedFile.Position = 0;
                Assert.Equal(size, SealedFile.Open(sealedFile, Stream.Null, Key));
            }, enough: 1 << 20);
            Assert.InRange(opening, 0, 1 << 20);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // The format once more, from its page: another program comes to the same content.
    [Fact]
    public void The_file_is_what_the_page_says()
    {
        byte[] reference = [7, 7], content = RandomNumberGenerator.GetBytes(Chunk + 5);
        byte[] file = Seal(content, reference);
        Assert.Equal("QBSEALED", Encoding.ASCII.GetString(file, 0, 8));
        Assert.Equal([1, 1, 12, 0], file[8..12]);
        int stanzas = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(12)), headerEnd = 48 + stanzas;
        byte[] salt = file[16..48], stanza = file[48..headerEnd], mac = file[headerEnd..(headerEnd + 32)];
        Assert.Equal(stanza.Length - 2, BinaryPrimitives.ReadUInt16BigEndian(stanza));
        Assert.Equal("ML-KEM-512", Encoding.ASCII.GetString(stanza, 3, stanza[2]));
        Assert.Equal(SHA256.HashData(new SubjectPublicKey(Key.Algorithm, Key.ExportEncapsulationKey()).Encode()),
            stanza[13..45]);

        byte[] secret = new byte[32];
        Key.Decapsulate(stanza.AsSpan(45, 768), secret);
        byte[] wrapping = HKDF.DeriveKey(
            HashAlgorithmName.SHA512, secret, 32, [], [.. "qbitel sealed file 1, content key"u8, .. stanza[..^40]]);
        byte[] contentKey = AesKeyWrap.Unwrap(wrapping, stanza.AsSpan(stanza.Length - 40));
        byte[] macKey = HKDF.DeriveKey(
            HashAlgorithmName.SHA512, contentKey, 32, salt, [.. "qbitel sealed file 1, header"u8]);
        byte[] authenticated = [.. file[..headerEnd], 0, 0, 0, 0, 0, 0, 0, 2, .. reference];
        Assert.Equal(mac, HMACSHA256.HashData(macKey, authenticated));
        byte[] chunks = HKDF.DeriveKey(
            HashAlgorithmName.SHA512, contentKey, 39, mac, [.. "qbitel sealed file 1, chunks"u8]);
        using AesGcm cipher = new(chunks[..32], 16);
        byte[] first = new byte[Chunk], last = new byte[5];
        ReadOnlySpan<byte> body = file.AsSpan(headerEnd + 32);
        cipher.Decrypt([.. chunks[32..], 0, 0, 0, 0, 0], body[..Chunk], body.Slice(Chunk, 16), first);
        cipher.Decrypt([.. chunks[32..], 0, 0, 0, 1, 1], body.Slice(Chunk + 16, 5), body[^16..], last);
        Assert.Equal(content, first.Concat(last));
    }

    [Fact]
    public void A_file_is_sealed_for_two_holders()
    {
        using KemKey archiveKey = KemKeys.Generate(KemAlgorithm.XWing);
        using KemKey auditorKey = KemKeys.Generate(KemAlgorithm.MLKem1024);
        using MemoryStream statement = new([.. "statement"u8]), archived = new();

        #region SealAFile
        byte[] period = [.. "2026-11"u8];
        SealedFile.Seal(statement, archived, [archiveKey, auditorKey], period);

        archived.Position = 0;
        using MemoryStream opened = new(); // a temporary file, in earnest
        SealedFile.Open(archived, opened, auditorKey, period);
        #endregion

        Assert.Equal(statement.ToArray(), opened.ToArray());
    }

    internal static byte[] Seal(byte[] content, params KemKey[] keys)
    {
        using MemoryStream output = new();
        SealedFile.Seal(new MemoryStream(content), output, keys, chunkSize: Chunk);
        return output.ToArray();
    }

    internal static byte[] Open(byte[] sealedFile, KemKey key)
    {
        using MemoryStream output = new();
        SealedFile.Open(new MemoryStream(sealedFile), output, key);
        return output.ToArray();
    }

    private static byte[] Seal(byte[] content, byte[] associatedData)
    {
        using MemoryStream output = new();
        SealedFile.Seal(new MemoryStream(content), output, [Key], associatedData, chunkSize: Chunk);
        return output.ToArray();
    }

    private static void AssertNothingOpens(byte[] sealedFile, byte[] associatedData)
    {
        using MemoryStream output = new();
        Assert.Throws<CryptographicException>(
            () => SealedFile.Open(new MemoryStream(sealedFile), output, Key, associatedData));
        Assert.Equal(0, output.Length);
    }

    private static int HeaderSize(byte[] sealedFile) =>
        16 + 32 + BinaryPrimitives.ReadInt32BigEndian(sealedFile.AsSpan(12)) + 32;

    private sealed class Listener(List<long> reports) : IProgress<long>
    {
        public void Report(long value) => reports.Add(value);
    }

    /// <summary>A stream that gives a few bytes at a time, as a network does.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1000)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 999)], cancellationToken);
    }

    /// <summary>As many bytes as asked for, kept nowhere.</summary>
    private sealed class Pattern(long size) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => size;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, size - Position);
            buffer[..count].Fill((byte)((Position >> 12) & 0xFF));
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
