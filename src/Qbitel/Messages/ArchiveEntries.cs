using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Qbitel.Messages;

/// <summary>One file, or one entry of an archive, to be read to its end before the next is asked for.</summary>
internal sealed record ArchiveEntry(string Name, Stream Content);

/// <summary>What is in a file: itself, or what a gzip, tar or zip file holds, told by its first bytes.</summary>
internal static class ArchiveEntries
{
    private const int Depth = 3, HeaderSize = 512, MarkOffset = 257;

    /// <exception cref="InvalidDataException">The archive is damaged, nested too deep, or grows out of proportion.
    /// </exception>
    public static IAsyncEnumerable<ArchiveEntry> ReadAsync(string name, Stream content,
        CancellationToken cancellation) => ReadAsync(name, content, 0, cancellation);

    private static async IAsyncEnumerable<ArchiveEntry> ReadAsync(string name, Stream content, int depth,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        byte[] header = new byte[HeaderSize];
        int size = await content.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellation);
        ReadOnlyMemory<byte> begin = header.AsMemory(0, size);
        bool isArchive = IsGzip(begin.Span) || IsZip(begin.Span) || IsTar(begin.Span);
        if (isArchive && depth == Depth) throw new InvalidDataException("archives are nested too deep in each other");

        if (IsZip(begin.Span) && content.CanSeek)
        {
            content.Seek(0, SeekOrigin.Begin);
            await using ZipArchive zip = await ZipArchive.CreateAsync(content, ZipArchiveMode.Read, leaveOpen: true,
                entryNameEncoding: null, cancellation);
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                if (entry.FullName.EndsWith('/')) continue;
                long compressed = entry.CompressedLength;
                await using Stream inside = new BoundedStream(await entry.OpenAsync(cancellation), () => compressed);
                await foreach (ArchiveEntry each in ReadAsync($"{name}!{entry.FullName}", inside, depth + 1,
                    cancellation))
                {
                    yield return each;
                }
            }
        }
        else if (IsZip(begin.Span))
        {
            throw new InvalidDataException("a zip file inside another archive or a pipe is not read: unpack it first");
        }
        else if (IsGzip(begin.Span))
        {
            WatchedStream packed = new(new BegunStream(begin, content), _ => { });
            await using GZipStream unpacked = new(packed, CompressionMode.Decompress, leaveOpen: true);
            await using BoundedStream inside = new(unpacked, () => packed.Bytes);
            await foreach (ArchiveEntry each in ReadAsync(name, inside, depth + 1, cancellation)) yield return each;
        }
        else if (IsTar(begin.Span))
        {
            await using TarReader tar = new(new BegunStream(begin, content), leaveOpen: true);
            while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                await foreach (ArchiveEntry each in ReadAsync($"{name}!{entry.Name}", entry.DataStream ?? Stream.Null,
                    depth + 1, cancellation))
                {
                    yield return each;
                }
            }
        }
        else
        {
            yield return new ArchiveEntry(name, new BegunStream(begin, content));
        }
    }

    private static bool IsGzip(ReadOnlySpan<byte> begin) => begin.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]);

    private static bool IsZip(ReadOnlySpan<byte> begin) => begin.StartsWith("PK\u0003\u0004"u8);

    private static bool IsTar(ReadOnlySpan<byte> begin) =>
        begin.Length == HeaderSize && begin[MarkOffset..].StartsWith("ustar"u8);
}
