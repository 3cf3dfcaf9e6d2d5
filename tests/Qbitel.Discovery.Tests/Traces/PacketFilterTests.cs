using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Filters;
using Qbitel.Discovery.Traces.Packets;
using Qbitel.Testing;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

public sealed class PacketFilterTests
{
    private static readonly Dictionary<string, byte[]> Frames = new(StringComparer.Ordinal)
    {
        ["tcp4"] = FromClient(1, "x"), // 10.0.0.1:40000 to 10.0.0.2:5000
        ["udp4"] = EthernetFrame.Udp(Client, Server, "x"u8),
        ["tcp6"] = Tcp(ClientV6, ServerV6, 1, Ack, "x"u8),
        ["vlan"] = [.. FromClient(1, "x")[..12], 0x81, 0, 0x20, 100, .. FromClient(1, "x")[12..]],
        ["arp"] = [.. new byte[12], 8, 6, .. new byte[28]],
    };

    [Theory]
    [InlineData("tcp", "tcp4 tcp6 vlan")]
    [InlineData("udp", "udp4")]
    [InlineData("ip", "tcp4 udp4 vlan")]
    [InlineData("ip6", "tcp6")]
    [InlineData("port 5000", "tcp4 udp4 tcp6 vlan")]
    [InlineData("tcp port 5000", "tcp4 tcp6 vlan")]
    [InlineData("src port 5000", "")]
    [InlineData("tcp dst port 5000", "tcp4 tcp6 vlan")]
    [InlineData("udp portrange 4999-5001", "udp4")]
    [InlineData("portrange 1-4999", "")]
    [InlineData("host 10.0.0.1", "tcp4 udp4 vlan")]
    [InlineData("dst host 10.0.0.1", "")]
    [InlineData("host 2001:db8::2", "tcp6")]
    [InlineData("net 10.0.0.0/8", "tcp4 udp4 vlan")]
    [InlineData("src net 10.0.0.2/31", "")]
    [InlineData("dst net 10.0.0.2/31", "tcp4 udp4 vlan")]
    [InlineData("net 2001:db8::/33", "tcp6")]
    [InlineData("net 0.0.0.0/0", "tcp4 udp4 vlan")]
    [InlineData("vlan", "vlan")]
    [InlineData("vlan 100", "vlan")]
    [InlineData("vlan 101", "")]
    [InlineData("not vlan", "tcp4 udp4 tcp6 arp")]
    [InlineData("not ip and not ip6", "arp")]
    [InlineData("udp or ip6 and port 5000", "udp4 tcp6")]
    [InlineData("udp or (ip6 and port 1)", "udp4")]
    [InlineData("!(tcp||udp)", "arp")]
    [InlineData("tcp && !vlan", "tcp4 tcp6")]
    public void Chooses(string filter, string expected)
    {
        var parsed = PacketFilter.Parse(filter);

        Assert.Equal(expected, string.Join(' ', Frames.Where(f => parsed.Matches(LinkType.Ethernet, f.Value))
            .Select(f => f.Key)));
        Assert.Equal(filter, parsed.ToString());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("tcp port", 8)]
    [InlineData("tcp port x", 9)]
    [InlineData("port 65536", 5)]
    [InlineData("portrange 9-8", 10)]
    [InlineData("tcp host 10.0.0.1", 4)]
    [InlineData("host 10.1", 5)]
    [InlineData("host fe80::1%eth0", 5)]
    [InlineData("net 10.0.0.0", 4)]
    [InlineData("net 10.0.0.0/33", 4)]
    [InlineData("(tcp", 4)]
    [InlineData("tcp)", 3)]
    [InlineData("tcp udp", 4)]
    [InlineData("tcp & udp", 4)]
    [InlineData("not", 3)]
    [InlineData("ether proto 5", 0)]
    public void What_is_no_filter_is_refused_where_it_fails(string filter, long offset) =>
        Assert.Equal(offset, Assert.Throws<InputFormatException>(() => PacketFilter.Parse(filter)).Offset);

    [Fact]
    public void Brackets_without_end_are_refused() =>
        Assert.Throws<InputFormatException>(() => PacketFilter.Parse(new string('(', 100_000)));

    [Fact]
    public void Words_without_end_are_refused() => Assert.Throws<InputFormatException>(
        () => PacketFilter.Parse(string.Join(" or ", Enumerable.Repeat("tcp", 100_000))));

    [Fact]
    public void A_later_fragment_has_no_ports()
    {
        byte[] fragment = [.. Frames["udp4"]];
        fragment[21] = 8;
        Assert.False(PacketFilter.Parse("port 5000").Matches(LinkType.Ethernet, fragment));
        Assert.True(PacketFilter.Parse("udp and host 10.0.0.2").Matches(LinkType.Ethernet, fragment));
    }

    [Fact]
    [Trait("Soak", "captures")]
    public void Any_words_and_any_packet_end_in_an_answer_or_a_located_error()
    {
        string[] words = ["tcp", "udp", "ip", "ip6", "vlan", "host", "net", "port", "portrange", "src", "dst", "and",
            "or", "not", "(", ")",
            "!", "&&", "||", "&", "10.0.0.1", "10.0.0.0/8", "::1", "::/0", "1", "1-2", "99999999999", "x"];
        Gen<string> filters = Gen.Elements(words).ArrayOf().Select(chosen => string.Join(' ', chosen));
        Prop.ForAll(filters.ToArbitrary(), ArbMap.Default.ArbFor<byte[]>(), (text, packet) =>
        {
            PacketFilter filter;
            try
            {
                filter = PacketFilter.Parse(text);
            }
            catch (InputFormatException error)
            {
                Assert.InRange(error.Offset, 0, text.Length);
                return;
            }

            foreach (LinkType link in Enum.GetValues<LinkType>()) filter.Matches(link, packet);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(2_000, 300_000)).WithEndSize(60));
    }
}
