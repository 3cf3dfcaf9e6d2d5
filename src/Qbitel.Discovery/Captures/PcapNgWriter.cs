using System.Buffers;
using System.Buffers.Binary;

namespace Qbitel.Discovery.Captures;

/// <summary>Writes a pcapng file of one section: interfaces first, then packets with nanosecond timestamps.</summary>
/// <remarks>draft-ietf-opsawg-pcapng, little-endian. The stream stays the caller's.</remarks>
public sealed class PcapNgWriter
{
    private const byte Nanoseconds = 9; // if_tsresol: 10^-9
    private const int NanosecondsPerTick = 100;

    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _block = new();
    private int _interfaces;

    public PcapNgWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        Write32(PcapNg.ByteOrderMagic);
        Write16(1); // version 1.0
        Write16(0);
        Write64(ulong.MaxValue); // section length unknown
        Emit(PcapNg.SectionHeaderBlock);
    }

    /// <summary>Describes an interface; the number returned names it in <see cref="WritePacket"/>.</summary>
    public int AddInterface(LinkType linkType)
    {
        Write16((ushort)linkType);
        Write16(0);
        Write32(0); // no snap length
        Write16(PcapNg.InterfaceResolution);
        Write16(1);
        Write32(Nanoseconds); // padded to four bytes
        Write32(PcapNg.EndOfOptions);
        Emit(PcapNg.InterfaceDescriptionBlock);
        return _interfaces++;
    }

    public void WritePacket(int interfaceNumber, DateTimeOffset time, ReadOnlySpan<byte> packet)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(interfaceNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceNumber, _interfaces);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, DateTimeOffset.UnixEpoch);

        ulong nanoseconds = (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
        Write32((uint)interfaceNumber);
        Write32((uint)(nanoseconds >> 32));
        Write32((uint)(nanoseconds & uint.MaxValue));
        Write32((uint)packet.Length);
        Write32((uint)packet.Length);
        _block.Write(packet);
        _block.Write(stackalloc byte[PcapNg.Padded(packet.Length) - packet.Length]);
        Emit(PcapNg.EnhancedPacketBlock);
    }

    private void Emit(uint type)
    {
        Span<byte> frame = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, type);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)_block.WrittenCount + 12);
        _stream.Write(frame);
        _stream.Write(_block.WrittenSpan);
        _stream.Write(frame[4..]);
        _block.ResetWrittenCount();
    }

    private void Write16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_block.GetSpan(2), value);
        _block.Advance(2);
    }

    private void Write32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_block.GetSpan(4), value);
        _block.Advance(4);
    }

    private void Write64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_block.GetSpan(8), value);
        _block.Advance(8);
    }
}
