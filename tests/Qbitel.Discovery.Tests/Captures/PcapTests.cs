using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

public sealed class PcapTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Reads_both_resolutions_in_both_byte_orders(bool bigEndian, bool nanoseconds)
    {
        byte[] file = Pcap(LinkType.Ethernet, bigEndian, nanoseconds, FromClient(1, "one"), FromClient(4, "two"));

        List<CapturedPacket> packets = ReadPackets(file, out IReadOnlyList<InputWarning> warnings);

        Assert.Equal([0L, 1L], packets.Select(p => p.Number));
        Assert.Equal([Time.AddSeconds(0.5), Time.AddSeconds(1.5)], packets.Select(p => p.Time!.Value));
        Assert.Equal(FromClient(4, "two"), packets[1].Data.ToArray());
        Assert.Equal(24, packets[0].Offset);
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_last_record_cut_anywhere_is_a_warning_at_its_offset()
    {
        byte[] first = Pcap(FromClient(1, "one"));
        byte[] file = Pcap(FromClient(1, "one"), FromClient(4, "two"));
        for (int length = first.Length + 1; length < file.Length; length++)
        {
            List<CapturedPacket> packets = ReadPackets(file[..length], out IReadOnlyList<InputWarning> warnings);

            Assert.Single(packets);
            InputWarning warning = Assert.Single(warnings);
            Assert.Equal(("Capture.TruncatedRecord", (long)first.Length), (warning.Code, warning.Offset));
        }
    }

    [Fact]
    public void A_record_longer_than_the_limit_is_refused_at_its_offset_without_allocating_it()
    {
        byte[] file = [.. Pcap(FromClient(1, "one")), 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0];

        InputFormatException error = Assert.Throws<InputFormatException>(() => ReadPackets(file, out _));

        Assert.Equal(file.Length - 8, error.Offset);
    }

    [Fact]
    public void An_unknown_version_is_refused()
    {
        byte[] file = Pcap(FromClient(1, "one"));
        file[4] = 3;
        Assert.Equal(4, Assert.Throws<InputFormatException>(() => ReadPackets(file, out _)).Offset);
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("1F8B0800", "gzip")]
    [InlineData("28B52FFD", "zstd")]
    [InlineData("CAFEBABE00", "CAFEBABE")]
    public void Anything_else_is_refused_with_what_it_is(string hex, string named)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(() => Read(Convert.FromHexString(hex)));
        Assert.Contains(named, error.Found, StringComparison.Ordinal);
        Assert.Equal(0, error.Offset);
    }

    [Fact]
    public void A_packet_of_an_unknown_link_layer_is_counted_and_ignored()
    {
        Traffic traffic = Read(Pcap((LinkType)147, bigEndian: false, nanoseconds: false, FromClient(1, "one")));
        Assert.Equal(1, traffic.PacketCount);
        Assert.Equal(1, traffic.WarningCounts["Capture.LinkType"]);
    }
}
