using System.Buffers.Binary;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

public sealed class PcapNgTests
{
    [Fact]
    public void Reads_what_the_writer_wrote()
    {
        byte[] file = Written(writer =>
        {
            int ethernet = writer.AddInterface(LinkType.Ethernet);
            int raw = writer.AddInterface(LinkType.Raw);
            writer.WritePacket(raw, Time.AddTicks(1), Ip(FromClient(1, "odd")));
            writer.WritePacket(ethernet, Time.AddTicks(2), FromClient(4, "even"));
        });

        List<CapturedPacket> packets = ReadPackets(file, out IReadOnlyList<InputWarning> warnings);

        Assert.Empty(warnings);
        Assert.Equal([LinkType.Raw, LinkType.Ethernet], packets.Select(p => p.LinkType));
        Assert.Equal([Time.AddTicks(1), Time.AddTicks(2)], packets.Select(p => p.Time!.Value));
        Assert.Equal(Ip(FromClient(1, "odd")), packets[0].Data.ToArray());
        Assert.Equal(FromClient(4, "even"), packets[1].Data.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_sections_interfaces_resolutions_and_options_in_both_byte_orders(bool bigEndian)
    {
        Blocks blocks = new(bigEndian);
        blocks.Section();
        blocks.Interface(LinkType.Ethernet, 0, (2, [(byte)'l', (byte)'o', 0]), (9, [3])); // milliseconds; name skipped
        blocks.Interface(LinkType.Raw, 0, (9, [0x80 | 10]), (14, blocks.Number64(100))); // 2^-10 seconds, 100 s later
        blocks.Block(4, [1, 2, 3, 4]); // a name resolution block, skipped
        blocks.Enhanced(0, (ulong)Time.ToUnixTimeMilliseconds() + 7, [0xAA], (1, [1, 2, 3, 4, 5]));
        blocks.Enhanced(1, ((ulong)Time.ToUnixTimeSeconds() * 1024) + 512, [0xBB, 0xCC]);
        blocks.Section(); // interfaces begin anew
        blocks.Interface(LinkType.Null, 3);
        blocks.Simple(5, [1, 2, 3]); // the snap length of 3 cut it
        blocks.Obsolete(0, 1_000_000, [0xDD]);

        List<CapturedPacket> packets = ReadPackets(blocks.ToArray(), out IReadOnlyList<InputWarning> warnings);

        Assert.Empty(warnings);
        Assert.Equal(
            [
                (LinkType.Ethernet, Time.AddMilliseconds(7), "AA", 1L),
                (LinkType.Raw, Time.AddSeconds(100.5), "BBCC", 2L),
                (LinkType.Null, null, "010203", 5L),
                (LinkType.Null, DateTimeOffset.UnixEpoch.AddSeconds(1), "DD", 1L),
            ],
            packets.Select(p => (p.LinkType, p.Time, Convert.ToHexString(p.Data.Span), p.OriginalLength)));
    }

    [Fact]
    public void A_file_cut_anywhere_gives_its_whole_packets_and_a_warning_unless_cut_between_blocks()
    {
        byte[] file = Written(writer =>
        {
            int ethernet = writer.AddInterface(LinkType.Ethernet);
            writer.WritePacket(ethernet, Time, FromClient(1, "one"));
            writer.WritePacket(ethernet, Time, FromClient(4, "two"));
        });
        int[] blockEnds = [28, 28 + 32, file.Length - ((file.Length - 60) / 2)];
        for (int length = 12; length < file.Length; length++)
        {
            List<CapturedPacket> packets = ReadPackets(file[..length], out IReadOnlyList<InputWarning> warnings);

            Assert.Equal(length >= blockEnds[2] ? 1 : 0, packets.Count);
            Assert.Equal(blockEnds.Contains(length) ? 0 : 1, warnings.Count);
        }
    }

    [Fact]
    public void Unequal_block_lengths_are_refused_at_their_offset()
    {
        byte[] file = Written(writer =>
            writer.WritePacket(writer.AddInterface(LinkType.Ethernet), Time, FromClient(1, "one")));
        file[^4] ^= 4;
        Assert.Equal(file.Length - 4, Assert.Throws<InputFormatException>(() => ReadPackets(file, out _)).Offset);
    }

    [Fact]
    public void A_packet_of_an_interface_that_is_not_described_is_refused()
    {
        Blocks blocks = new(bigEndian: false);
        blocks.Section();
        blocks.Enhanced(0, 1, [1]);
        Assert.Contains("interface 0",
            Assert.Throws<InputFormatException>(() => ReadPackets(blocks.ToArray(), out _)).Found,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_block_larger_than_the_record_limit_is_skipped_without_keeping_it()
    {
        Blocks blocks = new(bigEndian: false);
        blocks.Section();
        blocks.Block(0x0BAD, new byte[600_000]);
        blocks.Interface(LinkType.Ethernet, 0);
        blocks.Enhanced(0, 1, FromClient(1, "after"));

        Traffic traffic = Read(blocks.ToArray(), new CaptureLimits { MaxRecordSize = 100_000 });

        Assert.Equal(["ClientToServer after Stopped"], Streams(traffic));
    }

    [Fact]
    public void A_resolution_no_clock_has_is_a_warning()
    {
        Blocks blocks = new(bigEndian: false);
        blocks.Section();
        blocks.Interface(LinkType.Ethernet, 0, (9, [0x7F]));
        blocks.Enhanced(0, 5_000_000, [1]);

        CapturedPacket packet = Assert.Single(ReadPackets(blocks.ToArray(), out IReadOnlyList<InputWarning> warnings));

        Assert.Equal("Capture.Time", Assert.Single(warnings).Code);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(5), packet.Time);
    }

    private static byte[] Written(Action<PcapNgWriter> write)
    {
        using MemoryStream stream = new();
        write(new PcapNgWriter(stream));
        return stream.ToArray();
    }

    /// <summary>pcapng blocks by hand, in either byte order.</summary>
    private sealed class Blocks(bool bigEndian)
    {
        private readonly List<byte> _file = [];

        public byte[] ToArray() => [.. _file];

        public void Section() =>
            Block(0x0A0D0D0A, [.. Number32(0x1A2B3C4D), .. Number16(1), .. Number16(0), .. Number64(-1)]);

        public void Interface(LinkType link, uint snapLength, params (ushort Code, byte[] Value)[] options) =>
            Block(1, [.. Number16((ushort)link), 0, 0, .. Number32(snapLength), .. Options(options)]);

        public void Enhanced(uint source, ulong time, byte[] packet, params (ushort Code, byte[] Value)[] options) =>
            Block(6, [.. Number32(source), .. Number32((uint)(time >> 32)), .. Number32((uint)(time & uint.MaxValue)),
                .. Number32((uint)packet.Length),
                .. Number32((uint)packet.Length), .. Pad(packet), .. Options(options)]);

        public void Simple(uint original, byte[] packet) => Block(3, [.. Number32(original), .. Pad(packet)]);

        public void Obsolete(ushort source, uint time, byte[] packet) =>
            Block(2, [.. Number16(source), .. Number16(0), .. Number32(0), .. Number32(time),
            .. Number32((uint)packet.Length), .. Number32((uint)packet.Length), .. Pad(packet)]);

        public void Block(uint type, byte[] body)
        {
            byte[] padded = Pad(body);
            _file.AddRange(Number32(type));
            _file.AddRange(Number32((uint)padded.Length + 12));
            _file.AddRange(padded);
            _file.AddRange(Number32((uint)padded.Length + 12));
        }

        public byte[] Number64(long value)
        {
            byte[] bytes = new byte[8];
            if (bigEndian) BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            else BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            return bytes;
        }

        private static byte[] Pad(byte[] bytes) => [.. bytes, .. new byte[(4 - (bytes.Length % 4)) % 4]];

        private byte[] Options((ushort Code, byte[] Value)[] options) => options.Length == 0
            ? []
            : [.. options.SelectMany(o =>
                (byte[])[.. Number16(o.Code), .. Number16((ushort)o.Value.Length), .. Pad(o.Value)]), 0, 0, 0, 0];

        private byte[] Number32(uint value)
        {
            byte[] bytes = new byte[4];
            if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            return bytes;
        }

        private byte[] Number16(ushort value) => bigEndian ? [(byte)(value >> 8), (byte)(value & 0xFF)]
            : [(byte)(value & 0xFF), (byte)(value >> 8)];
    }
}
