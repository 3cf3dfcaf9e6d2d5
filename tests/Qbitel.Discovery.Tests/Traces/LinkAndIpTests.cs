using System.Buffers.Binary;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

public sealed class LinkAndIpTests
{
    private const string Text = "payload";

    public static readonly TheoryData<LinkType, string> Headers = new()
    {
        { LinkType.Null, "02000000" },
        { LinkType.Null, "00000002" },
        { LinkType.Loop, "00000002" },
        { LinkType.Raw, "" },
        { LinkType.IPv4, "" },
        { LinkType.LinuxCooked, "0000000100060202020202020000" + "0800" },
        { LinkType.LinuxCooked2, "0800" + "0000000000010001000602020202020200" + "00" },
        { LinkType.Ethernet, "0200000000020200000000010800" },
        { LinkType.Ethernet, "020000000002020000000001" + "8100" + "0064" + "0800" },
        { LinkType.Ethernet, "020000000002020000000001" + "88A8" + "0064" + "8100" + "0065" + "0800" },
        { LinkType.Ethernet, "020000000002020000000001" + "9100" + "0064" + "8100" + "0065" + "0800" },
        { LinkType.LinuxCooked, "0000000100060202020202020000" + "8100" + "0064" + "0800" },
    };

    [Theory, MemberData(nameof(Headers))]
    public void Takes_the_link_layer_off(LinkType link, string header)
    {
        byte[] packet = [.. Convert.FromHexString(header), .. Ip(FromClient(1, Text))];

        Traffic traffic = Read(Pcap(link, bigEndian: false, nanoseconds: false, packet));

        Assert.Equal([$"ClientToServer {Text} Stopped"], Streams(traffic));
        Assert.Equal("10.0.0.1:40000-10.0.0.2:5000/tcp", traffic.Streams[0].Flow.Name);
    }

    [Theory]
    [InlineData("")] // TCP at once
    [InlineData("00:0600000000000000")] // hop-by-hop, 8 bytes
    // hop-by-hop of 16 bytes, then destination options
    [InlineData("00:3C01000000000000" + "0000000000000000|3C:0600000000000000")]
    [InlineData("2B:0600000000000000")] // routing
    [InlineData("33:0604000000000000" + "000000000000000000000000" + "00000000")] // authentication, in units of 4
    [InlineData("2C:0600000000000001")] // an atomic fragment
    public void Passes_IPv6_extension_headers(string chain)
    {
        byte[] ip = Ip(Tcp(ClientV6, ServerV6, 1, Ack, Bytes(Text)));
        string[] links = chain.Split('|', StringSplitOptions.RemoveEmptyEntries);
        byte[] extensions = [.. links.SelectMany(l => Convert.FromHexString(l.Split(':')[1]))];
        byte[] packet = [.. ip[..40], .. extensions, .. ip[40..]];
        if (links.Length > 0) packet[6] = Convert.FromHexString(links[0].Split(':')[0])[0];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - 40));

        Traffic traffic = Read(Pcap(LinkType.Raw, bigEndian: false, nanoseconds: false, packet));

        Assert.Equal([$"ClientToServer {Text} Stopped"], Streams(traffic));
        Assert.Equal("[2001:db8::1]:40000-[2001:db8::2]:5000/tcp", traffic.Streams[0].Flow.Name);
    }

    [Fact]
    public void Padding_after_a_short_packet_is_not_payload()
    {
        byte[] packet = [.. FromClient(1, "x"), 0, 0, 0, 0, 0];
        Assert.Equal(["ClientToServer x Stopped"], Streams(Read(Pcap(packet))));
    }

    [Fact]
    public void Fragments_in_any_order_make_one_datagram()
    {
        byte[] payload = Bytes(new string('a', 1000) + new string('b', 1000) + "end");
        byte[][] fragments = Fragments(Ip(EthernetFrame.Udp(Client, Server, payload)), 512);
        int[][] orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [0, 0, 1, 2, 2, 3]];
        Assert.Equal(4, fragments.Length);
        Assert.All(orders, order =>
        {
            Traffic traffic = Read(RawPcap([.. order.Select(i => fragments[i])]));

            Datagram datagram = Assert.Single(traffic.Datagrams);
            Assert.Equal(payload, datagram.Bytes.ToArray());
            Assert.Empty(traffic.Warnings);
        });
    }

    [Fact]
    public void A_missing_fragment_is_reported()
    {
        byte[][] fragments = Fragments(Ip(EthernetFrame.Udp(Client, Server, new byte[2000])), 512);

        Traffic traffic = Read(RawPcap(fragments[0], fragments[1], fragments[3]));

        Assert.Empty(traffic.Datagrams);
        Assert.Equal("Ip.Incomplete", Assert.Single(traffic.Warnings).Code);
    }

    [Fact]
    public void Where_fragments_overlap_the_first_copy_wins_and_is_reported()
    {
        byte[] payload = Bytes(new string('a', 1200));
        byte[][] fragments = Fragments(Ip(EthernetFrame.Udp(Client, Server, payload)), 512);
        byte[] forged = [.. fragments[1]];
        forged.AsSpan(20).Fill((byte)'X');

        Traffic traffic = Read(RawPcap(fragments[0], fragments[1], forged, fragments[2]));

        Assert.Equal(payload, Assert.Single(traffic.Datagrams).Bytes.ToArray());
        Assert.Equal("Ip.Overlap", Assert.Single(traffic.Warnings).Code);
    }

    [Fact]
    public void Fragments_beyond_the_declared_end_give_no_datagram()
    {
        byte[][] fragments = Fragments(Ip(EthernetFrame.Udp(Client, Server, new byte[1200])), 512);
        byte[] beyond = [.. fragments[1]];
        BinaryPrimitives.WriteUInt16BigEndian(beyond.AsSpan(6), 0x2000 | (4096 / 8));

        Traffic traffic = Read(RawPcap(fragments[0], beyond, fragments[2]));

        Assert.Empty(traffic.Datagrams);
        Assert.Equal(1, traffic.WarningCounts["Ip.Incomplete"]);
    }

    [Fact]
    public void A_flood_of_first_fragments_keeps_only_so_many()
    {
        byte[][] flood = [.. Enumerable.Range(0, 2000).Select(i =>
        {
            byte[] fragment = Fragments(Ip(EthernetFrame.Udp(Client, Server, new byte[1200])), 512)[0];
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(4), (ushort)i);
            return fragment;
        })];

        Traffic traffic = Read(RawPcap(flood), new CaptureLimits { MaxFragmentedDatagrams = 16, MaxWarnings = 5 });

        Assert.Equal(2000, traffic.WarningCounts["Ip.Incomplete"]);
        Assert.Equal(5, traffic.Warnings.Count);
    }

    [Fact]
    public void Datagrams_keep_their_flow_and_direction()
    {
        Traffic traffic = Read(Pcap(EthernetFrame.Udp(Client, Server, Bytes("ask")),
            EthernetFrame.Udp(Server, Client, Bytes("answer"))));

        Assert.Equal(
            [("10.0.0.1:40000-10.0.0.2:5000/udp", FlowDirection.ClientToServer),
                ("10.0.0.1:40000-10.0.0.2:5000/udp", FlowDirection.ServerToClient)],
            traffic.Datagrams.Select(d => (d.Flow.Name, d.Direction)));
    }

    private static byte[] RawPcap(params byte[][] packets) =>
        Pcap(LinkType.Raw, bigEndian: true, nanoseconds: false, packets);

    private static byte[][] Fragments(byte[] ip, int size)
    {
        byte[] payload = ip[20..];
        return [.. payload.Chunk(size).Select((chunk, i) =>
        {
            byte[] fragment = [.. ip[..20], .. chunk];
            bool last = (i + 1) * size >= payload.Length;
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(2), (ushort)fragment.Length);
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(6), (ushort)((last ? 0 : 0x2000) | (i * size / 8)));
            return fragment;
        })];
    }
}
