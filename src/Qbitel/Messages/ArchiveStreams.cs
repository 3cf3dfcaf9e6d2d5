namespace Qbitel.Messages;

/// <summary>A stream that is only read: the base of those that watch or begin another.</summary>
internal abstract class ReadStream(Stream source) : Stream
{
    protected Stream Source { get; } = source;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override abstract int Read(Span<byte> buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override abstract ValueTask<int> ReadAsync(Memory<byte> buffer,
        CancellationToken cancellationToken = default);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) Source.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Tells how much is read of a stream.</summary>
internal sealed class WatchedStream(Stream source, Action<int> read) : ReadStream(source)
{
    public long Bytes { get; private set; }

    public override bool CanSeek => Source.CanSeek;

    public override long Length => Source.Length;

    public override long Position { get => Source.Position; set => Source.Position = value; }

    public override int Read(Span<byte> buffer) => Count(Source.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer,
        CancellationToken cancellationToken = default) =>
        Count(await Source.ReadAsync(buffer, cancellationToken));

    public override long Seek(long offset, SeekOrigin origin) => Source.Seek(offset, origin);

    private int Count(int size)
    {
        Bytes += size;
        read(size);
        return size;
    }
}

/// <summary>A stream of which the first bytes were looked at already.</summary>
internal sealed class BegunStream(ReadOnlyMemory<byte> begin, Stream source) : ReadStream(source)
{
    private ReadOnlyMemory<byte> _begin = begin;

    public override int Read(Span<byte> buffer)
    {
        if (_begin.IsEmpty) return Source.Read(buffer);
        int size = Math.Min(buffer.Length, _begin.Length);
        _begin.Span[..size].CopyTo(buffer);
        _begin = _begin[size..];
        return size;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _begin.IsEmpty ? Source.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Read(buffer.Span));
}

/// <summary>What comes out of a decompressor, as long as it does not come out of nothing.</summary>
/// <param name="source">The decompressor.</param>
/// <param name="compressed">How many bytes went into it.</param>
internal sealed class BoundedStream(Stream source, Func<long> compressed) : ReadStream(source)
{
    // Logs of equal messages shrink to a hundredth; a bomb to a thousandth and less.
    private const long Most = 250, Free = 256 << 20;

    private long _bytes;

    public override int Read(Span<byte> buffer) => Check(Source.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer,
        CancellationToken cancellationToken = default) =>
        Check(await Source.ReadAsync(buffer, cancellationToken));

    private int Check(int size)
    {
        _bytes += size;
        return _bytes <= Free + (Most * compressed()) ? size
            : throw new InvalidDataException($"the data grew to more than {Most} times its size and was left");
    }
}
