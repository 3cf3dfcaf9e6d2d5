using System.Buffers.Binary;

namespace Qbitel.Discovery.Captures;

/// <summary>Reads pcap and pcapng, told apart by their content, one packet at a time.</summary>
/// <remarks>Memory is bounded by <see cref="CaptureLimits.MaxRecordSize"/>. Not safe for concurrent use. The stream
/// stays the caller's.</remarks>
public sealed class CaptureReader
{
    private const int FirstRead = 64 << 10;
    private const int LargeRead = 1 << 20;
    private const int MagicSize = 4;

    private readonly Stream _stream;
    private readonly RecordParser _parser;
    private readonly WarningLog _warnings;
    private readonly WarningLog _endWarnings; // of a last record that is not whole, which may yet become so
    private byte[] _buffer;
    private int _start;
    private int _end;
    private long _offset; // of _buffer[_start] in the input
    private bool _atEnd;

    internal CaptureReader(Stream stream, byte[] beginning, int count, CaptureLimits limits, WarningLog warnings)
    {
        _stream = stream;
        _buffer = beginning;
        _end = count;
        _warnings = _endWarnings = warnings;
        _parser = Parser(InputKind(beginning), limits, warnings);
    }

    /// <summary>Reads on where another reader stopped, or in a file that comes after others.</summary>
    internal CaptureReader(Stream stream, RecordParser parser, long offset, WarningLog warnings, WarningLog endWarnings)
    {
        _stream = stream;
        _buffer = new byte[LargeRead];
        _parser = parser;
        _offset = offset;
        _warnings = warnings;
        _endWarnings = endWarnings;
    }

    /// <summary>The packet read last.</summary>
    public CapturedPacket Current { get; private set; }

    public IReadOnlyList<InputWarning> Warnings => _warnings.Kept;

    /// <summary>Where the record after those read begins, in bytes from the beginning of the input.</summary>
    internal long Offset => _offset;

    /// <exception cref="InputFormatException">Neither pcap nor pcapng.</exception>
    public static async ValueTask<CaptureReader> OpenAsync(
        Stream stream, CaptureLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= new CaptureLimits();

        byte[] buffer = new byte[FirstRead];
        int count = await stream.ReadAtLeastAsync(buffer, MagicSize, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return InputKind(buffer.AsSpan(0, count)) is CaptureKind.Pcap or CaptureKind.PcapNg
            ? new CaptureReader(stream, buffer, count, limits, new WarningLog(limits.MaxWarnings))
            : throw NotACapture(buffer.AsSpan(0, count), "a pcap or pcapng file");
    }

    /// <summary>What a stream that can seek is; it is left at its beginning.</summary>
    /// <exception cref="InputFormatException">Neither pcap nor pcapng.</exception>
    internal static async ValueTask<CaptureKind> RecogniseAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] beginning = new byte[MagicSize];
        stream.Position = 0;
        int count = await stream.ReadAtLeastAsync(beginning, MagicSize, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        stream.Position = 0;
        CaptureKind kind = InputKind(beginning.AsSpan(0, count));
        return kind is CaptureKind.Pcap or CaptureKind.PcapNg ? kind
            : throw NotACapture(beginning.AsSpan(0, count), "a pcap or pcapng file");
    }

    /// <summary>The names of formats, each once.</summary>
    internal static string Source(IEnumerable<CaptureKind> kinds) =>
        string.Join(", ", kinds.Distinct().Select(kind => kind == CaptureKind.Pcap ? "pcap" : "pcapng"));

    /// <summary>Moves <see cref="Current"/> to the next packet; false at the end of the capture.</summary>
    /// <exception cref="InputFormatException">The capture is damaged at the given offset. A last record cut short is
    /// only a warning.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            switch (_parser.Next(_buffer.AsMemory(_start, _end - _start), _offset))
            {
                case RecordParser.Result.Packet:
                    Current = _parser.Packet;
                    _start += (int)_parser.Consumed;
                    _offset += _parser.Consumed;
                    return true;

                case RecordParser.Result.Skipped:
                    if (!await SkipAsync(_parser.Consumed, cancellationToken).ConfigureAwait(false)) return false;
                    break;

                default:
                    if (await FillAsync(_parser.Needed, cancellationToken).ConfigureAwait(false)) break;
                    if (_end > _start) Truncated(_end - _start, _parser.Needed);
                    _start = _end;
                    return false;
            }
        }
    }

    /// <summary>Moves on to the next packet where it is at hand; otherwise <see cref="ReadAsync"/> has to.</summary>
    internal bool TryReadAtHand()
    {
        while (true)
        {
            RecordParser.Result result = _parser.Next(_buffer.AsMemory(_start, _end - _start), _offset);
            if (result == RecordParser.Result.NeedMore || _parser.Consumed > _end - _start) return false;
            _start += (int)_parser.Consumed;
            _offset += _parser.Consumed;
            if (result == RecordParser.Result.Skipped) continue;
            Current = _parser.Packet;
            return true;
        }
    }

    internal static RecordParser Parser(CaptureKind kind, CaptureLimits limits, WarningLog warnings) =>
        kind == CaptureKind.PcapNg ? new PcapNgParser(limits, warnings) : new PcapParser(limits, warnings);

    internal static CaptureKind InputKind(ReadOnlySpan<byte> beginning)
    {
        if (beginning.Length >= 4)
        {
            uint magic = BinaryPrimitives.ReadUInt32BigEndian(beginning);
            if (magic == PcapNg.SectionHeaderBlock) return CaptureKind.PcapNg;
            if (PcapParser.IsMagic(magic)) return CaptureKind.Pcap;
        }

        ReadOnlySpan<byte> text = beginning.StartsWith("\uFEFF"u8) ? beginning[3..] : beginning;
        text = text.TrimStart(" \t\r\n"u8);
        return text.Length > 0 && text[0] == '{' ? CaptureKind.JsonLines : CaptureKind.Unknown;
    }

    internal static InputFormatException NotACapture(ReadOnlySpan<byte> beginning, string expected) =>
        new(0, expected, beginning.Length == 0 ? "an empty file"
            : beginning.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "a gzip archive: decompress it first"
            : beginning.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "a zstd archive: decompress it first"
            : $"bytes {Convert.ToHexString(beginning[..Math.Min(4, beginning.Length)])}");

    private async ValueTask<bool> SkipAsync(long count, CancellationToken cancellationToken)
    {
        long at = _offset;
        while (count > _end - _start)
        {
            count -= _end - _start;
            _offset += _end - _start;
            _start = _end;
            if (await FillAsync(1, cancellationToken).ConfigureAwait(false)) continue;
            _endWarnings.Add("Capture.TruncatedRecord", at, $"the last block ends {count} bytes too early; ignored");
            _offset = at;
            return false;
        }

        _start += (int)count;
        _offset += count;
        return true;
    }

    private async ValueTask<bool> FillAsync(int needed, CancellationToken cancellationToken)
    {
        if (needed > _buffer.Length - _start)
        {
            // Grow by doubling as bytes really come, so that a length field alone cannot make us allocate.
            byte[] target = _end - _start > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(target);
            _end -= _start;
            _start = 0;
            _buffer = target;
        }

        while (_end - _start < needed && !_atEnd)
        {
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            int read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += read;
            _atEnd = read == 0;
        }

        return _end - _start >= needed;
    }

    private void Truncated(int have, int needed) => _endWarnings.Add("Capture.TruncatedRecord", _offset,
        $"the last record has {have} of at least {needed} bytes; ignored");
}
