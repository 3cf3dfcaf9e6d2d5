using System.Buffers;
using System.Threading.Channels;
using Qbitel.Protocols;
using Qbitel.Protocols.Streams;

namespace Qbitel.Messages;

/// <summary>
/// Reads files of any number and size: several at a time, each in blocks, one thread reading ahead of the one that
/// judges. Memory does not grow with what is read.
/// </summary>
internal sealed class ArchiveReading(string? protocol, ParseOptions options, Action<long> read)
{
    private const int BlockSize = 256 << 10, BlocksAhead = 4, MostFiles = 16;

    public async Task<ArchiveSummary> ReadAsync(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        ArchiveSummary summary = new();
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MostFiles),
            CancellationToken = cancellation,
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, files.Count), parallel,
            async (number, stop) => await ReadOneAsync(number, files[number], summary, stop));
        return summary;
    }

    private async Task ReadOneAsync(int number, string file, ArchiveSummary summary, CancellationToken cancellation)
    {
        string name = file;
        try
        {
            await using Stream content = new WatchedStream(MessageFiles.Open(file), size => read(size));
            await foreach (ArchiveEntry entry in ArchiveEntries.ReadAsync(file, content, cancellation))
            {
                name = entry.Name;
                summary.Add(number, name, await ScanAsync(entry.Content, cancellation));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            summary.AddUnread(number, name, error.Message);
        }
    }

    private async Task<StreamSummary> ScanAsync(Stream content, CancellationToken cancellation)
    {
        var blocks = Channel.CreateBounded<(byte[] Bytes, int Size)>(new BoundedChannelOptions(BlocksAhead)
        {
            SingleReader = true,
            SingleWriter = true,
        });
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reading = ReadAheadAsync(content, blocks.Writer, either.Token);
        MessageScanner scanner = new(protocol, options);
        try
        {
            await foreach ((byte[] bytes, int size) in blocks.Reader.ReadAllAsync(cancellation))
            {
                scanner.Append(bytes.AsSpan(0, size));
                ArrayPool<byte>.Shared.Return(bytes);
            }

            return scanner.Complete();
        }
        finally
        {
            await either.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its error came through the channel
        }
    }

    private static async Task ReadAheadAsync(Stream content, ChannelWriter<(byte[], int)> blocks,
        CancellationToken cancellation)
    {
        await Task.Yield();
        Exception? failure = null;
        try
        {
            while (true)
            {
                byte[] block = ArrayPool<byte>.Shared.Rent(BlockSize);
                int size = await content.ReadAtLeastAsync(block, BlockSize, throwOnEndOfStream: false, cancellation);
                if (size == 0) break;
                await blocks.WriteAsync((block, size), cancellation);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException
            or OperationCanceledException)
        {
            failure = error;
        }

        blocks.TryComplete(failure);
    }
}
