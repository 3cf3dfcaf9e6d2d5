using System.Buffers.Binary;

namespace Qbitel.Discovery.Captures;

/// <summary>Classic pcap: a 24-byte file header, then records of a 16-byte header and the packet.</summary>
/// <remarks>draft-ietf-opsawg-pcap. Magic A1B2C3D4 counts microseconds, A1B23C4D nanoseconds; its byte order is that of
/// all numbers.</remarks>
internal sealed class PcapParser(CaptureLimits limits, WarningLog warnings) : RecordParser
{
    private const uint MicrosecondMagic = 0xA1B2C3D4;
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const int FileHeaderSize = 24;
    private const int RecordHeaderSize = 16;

    private bool _started;
    private bool _bigEndian;
    private uint _unitsPerSecond;
    private LinkType _linkType;
    private long _packets;

    public static bool IsMagic(uint bigEndian) =>
        bigEndian is MicrosecondMagic or NanosecondMagic
        || BinaryPrimitives.ReverseEndianness(bigEndian) is MicrosecondMagic or NanosecondMagic;

    public override Result Next(ReadOnlyMemory<byte> available, long offset) =>
        _started ? Record(available, offset) : FileHeader(available.Span, offset);

    public override void Save(StateWriter state)
    {
        state.Write(_started);
        state.Write(_bigEndian);
        state.Write(_unitsPerSecond);
        state.Write((int)_linkType);
        state.Write(_packets);
    }

    public override void Load(StateReader state)
    {
        _started = state.ReadBoolean();
        _bigEndian = state.ReadBoolean();
        _unitsPerSecond = state.ReadUInt32();
        if (_started && _unitsPerSecond == 0) throw state.Wrong("units of time", "0");
        _linkType = (LinkType)state.ReadInt32();
        _packets = state.ReadCounter();
    }

    private Result FileHeader(ReadOnlySpan<byte> header, long offset)
    {
        if (header.Length < FileHeaderSize) return NeedMore(FileHeaderSize);

        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        _bigEndian = magic is MicrosecondMagic or NanosecondMagic;
        _unitsPerSecond = Read32(header) == NanosecondMagic ? 1_000_000_000u : 1_000_000u;
        int major = _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(header[4..])
            : BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        if (major != 2) throw new InputFormatException(offset + 4, "pcap version 2", $"version {major}");

        // the upper half tells of a frame check sequence, which IP lengths exclude anyway
        _linkType = (LinkType)(Read32(header[20..]) & 0xFFFF);
        _started = true;
        return Skip(FileHeaderSize);
    }

    private Result Record(ReadOnlyMemory<byte> available, long offset)
    {
        ReadOnlySpan<byte> header = available.Span;
        if (header.Length < RecordHeaderSize) return NeedMore(RecordHeaderSize);

        uint kept = Read32(header[8..]);
        uint original = Read32(header[12..]);
        if (kept > limits.MaxRecordSize)
        {
            throw new InputFormatException(offset + 8, $"a packet record of at most {limits.MaxRecordSize} bytes",
                $"a captured length of {kept}");
        }

        if (header.Length < RecordHeaderSize + kept) return NeedMore(RecordHeaderSize + (int)kept);

        uint fraction = Read32(header[4..]);
        if (fraction >= _unitsPerSecond)
        {
            warnings.Add("Capture.Time", offset,
                $"a fraction of {fraction} units is a second or more; added to the seconds as it is");
        }

        ulong units = ((ulong)Read32(header) * _unitsPerSecond) + fraction;

        Packet = new CapturedPacket(_packets++, offset, CaptureTime.FromUnits(units, _unitsPerSecond),
            _linkType, original,
            available.Slice(RecordHeaderSize, (int)kept));
        Consumed = RecordHeaderSize + kept;
        return Result.Packet;
    }

    private uint Read32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
