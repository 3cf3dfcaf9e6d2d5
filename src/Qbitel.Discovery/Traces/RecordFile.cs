using System.Buffers.Binary;
using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces;

/// <summary>A file of records without anything around it, as mainframes and programs of one's own write them.</summary>
/// <remarks>Descriptor words: z/OS DFSMS, Using Data Sets, variable-length record formats.</remarks>
internal sealed class RecordFile(CaptureLimits limits, WarningLog warnings)
{
    private const int MinRecordsToTell = 3;
    private const int WordSize = 4;

    private readonly List<Datagram> _records = [];
    private readonly List<byte> _spanned = []; // segments of a record so far
    private bool _isSpanning;
    private byte[] _bytes = [];
    private int _size;
    private bool _isCut; // there is more than the limit lets through

    public async ValueTask<Traffic> ReadAsync(Stream stream, byte[] beginning, int count, RecordForm? form,
        CancellationToken cancellationToken)
    {
        _bytes = beginning;
        _size = count;
        await ReadWholeAsync(stream, cancellationToken).ConfigureAwait(false);
        if (_size == 0) throw new InputFormatException(0, "records", "an empty file");

        if (form is not null) Cut(form);
        else if (!TryDescribed(RecordForm.Blocked) && !TryDescribed(RecordForm.Described)) return AsStream();
        return new Traffic("raw", _records, [], _records.Count, warnings);
    }

    private async ValueTask ReadWholeAsync(Stream stream, CancellationToken cancellationToken)
    {
        int most = (int)Math.Min(limits.MaxPayloadSize, Array.MaxLength);
        while (_size <= most)
        {
            if (_size == _bytes.Length)
                Array.Resize(ref _bytes, (int)Math.Min((long)Math.Max(_bytes.Length, 1 << 12) * 2, Array.MaxLength));
            int read = await stream.ReadAsync(_bytes.AsMemory(_size), cancellationToken).ConfigureAwait(false);
            if (read == 0) return;
            _size += read;
        }

        _size = most;
        _isCut = true;
        warnings.Add("Capture.Limit", most, $"stopped after {most} bytes of records");
    }

    // Where nothing is said, descriptor words must hold from the first byte to the last.
    private bool TryDescribed(RecordForm form)
    {
        try
        {
            Cut(form);
            if (_records.Count >= MinRecordsToTell) return true;
        }
        catch (InputFormatException)
        {
            // Not records of this form.
        }

        _records.Clear();
        _spanned.Clear();
        _isSpanning = false;
        return false;
    }

    // All else is for the search of framing rules: one stream, of which all is there.
    private Traffic AsStream()
    {
        List<Packets.FirstCopy.Piece> whole = [new(0, _bytes.AsMemory(0, _size), 0, null)];
        StreamSection stream = new(Flow.None, FlowDirection.Unknown, whole, startsAtBeginning: true,
            _isCut ? SectionEnd.Stopped : SectionEnd.Finished);
        return new Traffic("raw", [], [stream], 1, warnings);
    }

    private void Cut(RecordForm form)
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(0, _size);
        for (int at = 0; at < bytes.Length;)
        {
            if (_records.Count == limits.MaxParts)
            {
                warnings.Add("Capture.Limit", at, $"stopped after {limits.MaxParts} records");
                return;
            }

            int length = form.Kind switch
            {
                RecordForm.Rule.Fixed => Math.Min(form.Size, bytes.Length - at) is var left && left == form.Size ? left
                    : Short(at, $"a record of {form.Size} bytes", left),
                RecordForm.Rule.Lines => bytes[at..].IndexOf((byte)'\n') is var end && end >= 0 ? end + 1
                    : _isCut ? 0 : bytes.Length - at,
                RecordForm.Rule.Prefixed => Prefixed(bytes, at, form),
                RecordForm.Rule.Described => Described(bytes, at),
                _ => Block(bytes, at),
            };
            if (length == 0) break; // cut by the limit
            if (form.Kind == RecordForm.Rule.Fixed) Add(at, length);
            if (form.Kind == RecordForm.Rule.Lines)
                Add(at, bytes.Slice(at, length).TrimEnd("\r\n"u8).Length);
            at += length;
        }

        if (_isSpanning && !_isCut)
            throw new InputFormatException(_size, "the last segment of a record", "the end of the file");
    }

    private int Prefixed(ReadOnlySpan<byte> bytes, int at, RecordForm form)
    {
        ReadOnlySpan<byte> rest = bytes[at..];
        if (rest.Length < form.Size) return Short(at, $"a length of {form.Size} bytes", rest.Length);

        long value = (form.Size, form.IsLittleEndian) switch
        {
            (1, _) => rest[0],
            (2, false) => BinaryPrimitives.ReadUInt16BigEndian(rest),
            (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(rest),
            (_, false) => BinaryPrimitives.ReadUInt32BigEndian(rest),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(rest),
        };
        long whole = form.CountsItself ? value : value + form.Size;
        if (whole < form.Size)
            throw new InputFormatException(at, $"a length of at least {form.Size}", $"{value}");
        if (whole > rest.Length) return Short(at, $"a record of {whole - form.Size} bytes", rest.Length - form.Size);
        Add(at + form.Size, (int)whole - form.Size);
        return (int)whole;
    }

    // Length with these four bytes, which part of a record it is, zero.
    private int Described(ReadOnlySpan<byte> bytes, int at)
    {
        ReadOnlySpan<byte> rest = bytes[at..];
        if (rest.Length < WordSize) return Short(at, "a record descriptor word of 4 bytes", rest.Length);

        int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length is < WordSize or > 32_760)
            throw new InputFormatException(at, "a record descriptor word with a length of 4 to 32760", $"{length}");
        if (rest[2] > 3 || rest[3] != 0)
        {
            throw new InputFormatException(at + 2, "a segment code of 0 to 3 and a zero in the record descriptor word",
                $"{rest[2]:X2}{rest[3]:X2}");
        }

        if (length > rest.Length) return Short(at, $"a record of {length - WordSize} bytes", rest.Length - WordSize);
        bool begins = rest[2] is 0 or 1, ends = rest[2] is 0 or 2;
        if (begins == _isSpanning)
        {
            throw new InputFormatException(at + 2,
                _isSpanning ? "a further segment of the record" : "the first segment of a record",
                $"segment code {rest[2]}");
        }

        if (begins && ends)
        {
            Add(at + WordSize, length - WordSize);
            return length;
        }

        _spanned.AddRange(rest[WordSize..length]);
        _isSpanning = !ends;
        if (ends)
        {
            Add(_spanned.ToArray());
            _spanned.Clear();
        }

        return length;
    }

    // Length with these four bytes and two zeros; or, with the first bit set, a length of 31 bits.
    private int Block(ReadOnlySpan<byte> bytes, int at)
    {
        ReadOnlySpan<byte> rest = bytes[at..];
        if (rest.Length < WordSize) return Short(at, "a block descriptor word of 4 bytes", rest.Length);

        uint word = BinaryPrimitives.ReadUInt32BigEndian(rest);
        long length = word >> 31 == 1 ? word & int.MaxValue : word >> 16;
        if (length < 2 * WordSize || (word >> 31 == 0 && (word & 0xFFFF) != 0))
            throw new InputFormatException(at, "a block descriptor word", $"{word:X8}");
        if (length > rest.Length) return Short(at, $"a block of {length} bytes", rest.Length);

        ReadOnlySpan<byte> block = bytes[..(at + (int)length)];
        for (int record = at + WordSize; record < block.Length;)
        {
            if (block.Length - record < WordSize)
            {
                throw new InputFormatException(record, "a record descriptor word in the block",
                    $"{block.Length - record} bytes");
            }

            int size = BinaryPrimitives.ReadUInt16BigEndian(block[record..]);
            if (size > block.Length - record)
            {
                throw new InputFormatException(record,
                    $"a record that ends in its block, {block.Length - record} bytes on", $"{size}");
            }

            record += Described(block, record);
        }

        return (int)length;
    }

    private int Short(int at, string expected, int found) =>
        _isCut ? 0 : throw new InputFormatException(at, expected, $"{found} bytes to the end of the file");

    private void Add(int start, int length) => Add(_bytes.AsMemory(start, length));

    private void Add(ReadOnlyMemory<byte> record) =>
        _records.Add(new Datagram(_records.Count, Flow.None, FlowDirection.Unknown, null, record));
}
