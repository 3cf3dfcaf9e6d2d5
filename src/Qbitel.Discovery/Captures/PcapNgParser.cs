using System.Buffers.Binary;

namespace Qbitel.Discovery.Captures;

/// <summary>
/// pcapng: sections in either byte order, each with its own interfaces; unknown blocks and options are skipped.
/// </summary>
/// <remarks>draft-ietf-opsawg-pcapng. A block's length stands before and after its body; both must agree.</remarks>
internal sealed class PcapNgParser(CaptureLimits limits, WarningLog warnings) : RecordParser
{
    private const int FrameSize = 12; // type, length, length again

    private readonly List<Interface> _interfaces = [];
    private bool _bigEndian;
    private bool _inSection;
    private long _packets;

    private sealed record Interface(LinkType LinkType, uint SnapLength, UInt128 UnitsPerSecond, long OffsetSeconds);

    public override Result Next(ReadOnlyMemory<byte> available, long offset)
    {
        ReadOnlySpan<byte> bytes = available.Span;
        if (bytes.Length < FrameSize) return NeedMore(FrameSize);

        bool isSection = BinaryPrimitives.ReadUInt32BigEndian(bytes) == PcapNg.SectionHeaderBlock;
        if (isSection)
        {
            uint magic = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
            _bigEndian = magic == PcapNg.ByteOrderMagic;
            if (!_bigEndian && BinaryPrimitives.ReverseEndianness(magic) != PcapNg.ByteOrderMagic)
                throw new InputFormatException(offset + 8, "the pcapng byte-order magic 1A2B3C4D", $"{magic:X8}");
        }
        else if (!_inSection)
        {
            throw new InputFormatException(offset, "a pcapng section header block", $"a block of type {Read32(bytes)}");
        }

        uint type = isSection ? PcapNg.SectionHeaderBlock : Read32(bytes);
        uint length = Read32(bytes[4..]);
        if (length < FrameSize || length % 4 != 0)
        {
            throw new InputFormatException(offset + 4, "a block length of at least 12 and a multiple of 4",
                $"{length}");
        }

        bool wanted = type is PcapNg.SectionHeaderBlock or PcapNg.InterfaceDescriptionBlock or PcapNg.PacketBlock
            or PcapNg.SimplePacketBlock or PcapNg.EnhancedPacketBlock;
        if (!wanted) return Skip(length);
        if (length > limits.MaxRecordSize)
        {
            throw new InputFormatException(offset + 4, $"a block of at most {limits.MaxRecordSize} bytes",
                $"a length of {length}");
        }

        if (bytes.Length < length) return NeedMore((int)length);

        uint trailer = Read32(bytes[((int)length - 4)..]);
        if (trailer != length)
            throw new InputFormatException(offset + length - 4, $"the block length {length} again", $"{trailer}");

        ReadOnlyMemory<byte> body = available[8..((int)length - 4)];
        Consumed = length;
        switch (type)
        {
            case PcapNg.SectionHeaderBlock:
                SectionHeader(body.Span, offset);
                return Result.Skipped;
            case PcapNg.InterfaceDescriptionBlock:
                InterfaceDescription(body.Span, offset);
                return Result.Skipped;
            case PcapNg.SimplePacketBlock:
                SimplePacket(body, offset);
                return Result.Packet;
            default:
                EnhancedPacket(body, offset, isObsolete: type == PcapNg.PacketBlock);
                return Result.Packet;
        }
    }

    public override void Save(StateWriter state)
    {
        state.Write(_bigEndian);
        state.Write(_inSection);
        state.Write(_packets);
        state.List(_interfaces, known =>
        {
            state.Write((int)known.LinkType);
            state.Write(known.SnapLength);
            state.Write((ulong)known.UnitsPerSecond); // at most 10^19
            state.Write(known.OffsetSeconds);
        });
    }

    public override void Load(StateReader state)
    {
        _bigEndian = state.ReadBoolean();
        _inSection = state.ReadBoolean();
        _packets = state.ReadCounter();
        state.List(() =>
        {
            LinkType link = (LinkType)state.ReadInt32();
            uint snapLength = state.ReadUInt32();
            ulong units = state.ReadUInt64();
            if (units == 0) throw state.Wrong("units of time", "0");
            _interfaces.Add(new Interface(link, snapLength, units, state.ReadInt64()));
        });
    }

    private void SectionHeader(ReadOnlySpan<byte> body, long offset)
    {
        if (body.Length < 16)
            throw new InputFormatException(offset + 8, "a section header of at least 16 bytes", $"{body.Length}");

        int major = Read16(body[4..]);
        if (major != 1) throw new InputFormatException(offset + 12, "pcapng version 1", $"version {major}");
        _inSection = true;
        _interfaces.Clear();
    }

    private void InterfaceDescription(ReadOnlySpan<byte> body, long offset)
    {
        if (body.Length < 8)
        {
            throw new InputFormatException(offset + 8, "an interface description of at least 8 bytes",
                $"{body.Length}");
        }

        if (_interfaces.Count == limits.MaxInterfaces)
        {
            throw new InputFormatException(offset,
                $"at most {limits.MaxInterfaces} interfaces in a section", "one more");
        }

        UInt128 unitsPerSecond = 1_000_000;
        long offsetSeconds = 0;
        for (ReadOnlySpan<byte> options = body[8..]; options.Length >= 4;)
        {
            int code = Read16(options), size = Read16(options[2..]);
            if (code == PcapNg.EndOfOptions) break;
            if (4 + PcapNg.Padded(size) > options.Length)
            {
                warnings.Add("Capture.Option", offset,
                    $"option {code} of an interface is longer than its block; the rest of the options is ignored");
                break;
            }

            ReadOnlySpan<byte> value = options.Slice(4, size);
            if (code == PcapNg.InterfaceResolution && size == 1)
            {
                if (CaptureTime.UnitsPerSecond(value[0]) is { } units)
                {
                    unitsPerSecond = units;
                }
                else
                {
                    warnings.Add("Capture.Time", offset,
                    $"timestamp resolution {value[0]:X2} is finer than any clock; microseconds assumed");
                }
            }
            else if (code == PcapNg.InterfaceTimeOffset && size == 8)
            {
                offsetSeconds = _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(value)
                    : BinaryPrimitives.ReadInt64LittleEndian(value);
            }

            options = options[(4 + PcapNg.Padded(size))..];
        }

        _interfaces.Add(new Interface((LinkType)Read16(body), Read32(body[4..]), unitsPerSecond, offsetSeconds));
    }

    private void EnhancedPacket(ReadOnlyMemory<byte> block, long offset, bool isObsolete)
    {
        ReadOnlySpan<byte> body = block.Span;
        if (body.Length < 20)
            throw new InputFormatException(offset + 8, "a packet block of at least 20 bytes", $"{body.Length}");

        uint kept = Read32(body[12..]);
        if (kept > body.Length - 20)
            throw new InputFormatException(offset + 20, $"a captured length of at most {body.Length - 20}", $"{kept}");

        Interface source = InterfaceAt(isObsolete ? Read16(body) : Read32(body), offset);
        ulong units = ((ulong)Read32(body[4..]) << 32) | Read32(body[8..]);
        Packet = new CapturedPacket(_packets++, offset,
            CaptureTime.FromUnits(units, source.UnitsPerSecond, source.OffsetSeconds),
            source.LinkType, Read32(body[16..]), block.Slice(20, (int)kept));
    }

    private void SimplePacket(ReadOnlyMemory<byte> block, long offset)
    {
        if (block.Length < 4)
            throw new InputFormatException(offset + 8, "a simple packet block of at least 4 bytes", $"{block.Length}");

        // The captured length is not stored: it is what the snap length left of the original, padded to the block.
        Interface source = InterfaceAt(0, offset);
        uint original = Read32(block.Span);
        uint kept = source.SnapLength == 0 ? original : Math.Min(original, source.SnapLength);
        if (kept > block.Length - 4)
        {
            throw new InputFormatException(offset + 8, $"a packet of at most {block.Length - 4} bytes",
                $"an original length of {original}");
        }

        Packet = new CapturedPacket(_packets++, offset, null, source.LinkType, original, block.Slice(4, (int)kept));
    }

    private Interface InterfaceAt(uint index, long offset) => index < _interfaces.Count
        ? _interfaces[(int)index]
        : throw new InputFormatException(offset + 8, $"one of {_interfaces.Count} described interfaces",
            $"interface {index}");

    private ushort Read16(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint Read32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
