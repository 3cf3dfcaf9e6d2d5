using System.Buffers.Binary;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>Labels and tunnels, built byte by byte around a TCP segment.</summary>
public sealed class TunnelTests
{
    private const string Text = "payload";
    private const string Ethernet = "020000000002020000000001";

    // The fields in order: what is before the inner packet, and whether that begins with Ethernet.
    public static readonly TheoryData<string, string, bool> Labels = new()
    {
        { "one label", "8847" + "00064140", false },
        { "three labels", "8847" + "00064040" + "00065040" + "00066140", false },
        { "multicast", "8848" + "00064140", false },
        { "inside VLANs", "88A8" + "0064" + "8100" + "0065" + "8847" + "00064140", false },
        { "a pseudowire with control word", "8847" + "00064140" + "00000000", true },
    };

    public static readonly TheoryData<string, string, bool> GreHeaders = new()
    {
        { "bare", "0000" + "0800", false },
        { "checksum", "8000" + "0800" + "12340000", false },
        { "key", "2000" + "0800" + "0000002A", false },
        { "checksum, key and sequence", "B000" + "0800" + "12340000" + "0000002A" + "00000007", false },
        { "bridged Ethernet", "2000" + "6558" + "0000002A", true },
        { "MPLS", "0000" + "8847" + "00064140", false },
        { "ERSPAN type I", "0000" + "88BE", true },
        { "ERSPAN type II", "1000" + "88BE" + "00000001" + "1001000100000000", true },
        { "ERSPAN type III", "1000" + "22EB" + "00000001" + "200100010000000000000000", true },
        { "ERSPAN type III with platform header", "1000" + "22EB" + "00000001" + "200100010000000000000001"
            + "0000000000000000", true },
    };

    [Theory, MemberData(nameof(Labels))]
    public void Takes_labels_off(string name, string header, bool hasEthernet)
    {
        byte[] inner = FromClient(1, Text);
        Holds(name, [.. Convert.FromHexString(Ethernet + header), .. hasEthernet ? inner : Ip(inner)]);
    }

    [Theory, MemberData(nameof(GreHeaders))]
    public void Takes_GRE_off(string name, string header, bool hasEthernet)
    {
        byte[] inner = FromClient(1, Text);
        Holds(name, InIp(IpHeader.Gre, [.. Convert.FromHexString(header), .. hasEthernet ? inner : Ip(inner)]));
    }

    [Theory]
    [InlineData(IpHeader.V4InIp, false)]
    [InlineData(IpHeader.V6InIp, true)]
    public void Takes_IP_off_IP(byte protocol, bool isV6)
    {
        byte[] inner = isV6 ? Ip(Tcp(ClientV6, ServerV6, 1, Ack, Bytes(Text))) : Ip(FromClient(1, Text));
        Holds("IP in IP", InIp(protocol, inner));
    }

    [Fact]
    public void Tunnels_in_tunnels_have_an_end()
    {
        byte[] packet = Ip(FromClient(1, Text));
        for (int i = 0; i < 8; i++) packet = InIp(IpHeader.V4InIp, packet)[14..];
        Holds("eight", [.. Convert.FromHexString(Ethernet + "0800"), .. packet]);

        Traffic ninth = Read(Pcap(InIp(IpHeader.V4InIp, packet)));

        Assert.Empty(ninth.Streams);
        Assert.Equal(1, ninth.WarningCounts["Ip.Tunnels"]);
    }

    [Theory]
    [InlineData("4000" + "0800" + "00000000")] // source routing of RFC 1701
    [InlineData("3001" + "880B" + "00000000" + "00000000")] // PPTP
    [InlineData("2000" + "0800")] // the key is missing
    [InlineData("00")]
    public void A_GRE_header_that_is_not_read_is_reported(string header)
    {
        Traffic traffic = Read(Pcap(InIp(IpHeader.Gre, Convert.FromHexString(header))));

        Assert.Empty(traffic.Streams);
        Assert.Equal(1, traffic.WarningCounts["Gre.Header"]);
    }

    [Fact]
    public void A_stack_without_a_last_label_is_no_packet()
    {
        byte[] packet = Convert.FromHexString(Ethernet + "8847" + string.Concat(Enumerable.Repeat("00064040", 40)));
        Traffic traffic = Read(Pcap(packet));
        Assert.Equal((1, 0), (traffic.PacketCount, traffic.Streams.Count));
    }

    [Fact]
    public void Fragments_of_a_tunnel_are_put_together_before_it_is_taken_off()
    {
        byte[] tunnel = InIp(IpHeader.Gre, [0, 0, 8, 0, .. Ip(FromClient(1, new string('x', 600)))])[14..];
        byte[] first = [.. tunnel[..(20 + 400)]], second = [.. tunnel[..20], .. tunnel[(20 + 400)..]];
        foreach ((byte[] fragment, int flags) in ((byte[], int)[])[(first, 0x2000), (second, 400 / 8)])
        {
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(2), (ushort)fragment.Length);
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(6), (ushort)flags);
        }

        Traffic traffic = Read(Pcap(LinkType.Raw, bigEndian: false, nanoseconds: false, second, first));

        Assert.Equal(600, Assert.Single(traffic.Streams).Bytes.Length);
        Assert.Empty(traffic.Warnings);
    }

    private static void Holds(string name, byte[] packet)
    {
        Traffic traffic = Read(Pcap(packet));

        Assert.True(traffic.Streams.Count == 1, name);
        Assert.Equal([$"ClientToServer {Text} Stopped"], Streams(traffic));
        Assert.Empty(traffic.Warnings);
    }

    // Ethernet and IPv4 between two routers, around a payload.
    private static byte[] InIp(byte protocol, byte[] payload)
    {
        byte[] ip = new byte[20 + payload.Length];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)ip.Length);
        ip[8] = 64;
        ip[9] = protocol;
        (ip[12], ip[15], ip[16], ip[19]) = (192, 1, 192, 2);
        payload.CopyTo(ip, 20);
        return [.. Convert.FromHexString(Ethernet + "0800"), .. ip];
    }
}
