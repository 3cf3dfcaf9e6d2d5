using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Filters;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>The program for the kernel never drops what the filter wants, and drops all else where it can
/// judge.</summary>
public sealed class KernelFilterTests
{
    private const int AttachFilter = 26, SocketLevel = 1;

    private static readonly Gen<string> Filters = Sized(4);

    // A plain packet is one the program can judge; the first tag is what the kernel takes off, or null.
    private sealed record Packet(byte[] Bytes, bool IsPlain, LinkType Link)
    {
        public int? Stripped { get; init; }

        public byte[] InKernel => Stripped is null ? Bytes : [.. Bytes[..12], .. Bytes[16..]];
    }

    [Fact]
    [Trait("Soak", "captures")]
    public void The_program_lets_through_what_the_filter_wants_and_nothing_else_of_plain_packets() =>
        Prop.ForAll(Filters.ToArbitrary(), Packets(1).ArrayOf(8).ToArbitrary(), (text, packets) =>
        {
            var filter = PacketFilter.Parse(text);
            foreach (Packet packet in packets)
            {
                IReadOnlyList<KernelInstruction> program = filter.Compile(packet.Link)!;
                bool wanted = filter.Matches(packet.Link, packet.Bytes);
                bool passes = KernelMachine.Run(program, packet.InKernel, packet.Stripped) != 0;
                Assert.True(passes || !wanted, $"'{text}' wants {Convert.ToHexString(packet.Bytes)}, which is dropped");
                if (packet.IsPlain)
                    Assert.True(passes == wanted, $"'{text}' does not want {Convert.ToHexString(packet.Bytes)}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(2_000, 500_000)).WithEndSize(60));

    [Fact]
    public void Every_filter_of_the_guide_tells_plain_packets_apart()
    {
        // What the property cannot show by itself: that the packets it makes are wanted as well as not.
        foreach (string text in (string[])["tcp port 5000 and not host 10.0.0.1", "vlan 7", "udp", "ip6 and port 5000",
            "net 10.0.0.0/9"])
        {
            var filter = PacketFilter.Parse(text);
            IEnumerable<bool> verdicts = Packets(0).Sample(2_000).Where(p => p.IsPlain)
                .Select(p => KernelMachine.Run(filter.Compile(p.Link)!, p.InKernel, p.Stripped) != 0);
            Assert.Equal([false, true], verdicts.Distinct().Order());
        }
    }

    [Fact]
    public void The_kernel_takes_the_programs_and_runs_them_to_the_same_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SKIPPED: the programs are for Linux");
        string path = Path.Combine(Path.GetTempPath(), $"qbitel-filter-{Environment.ProcessId}");
        try
        {
            foreach (string text in Filters.Sample(60).Append(LongOne(40)))
            {
                using Socket hears = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
                using Socket says = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
                File.Delete(path);
                hears.Bind(new UnixDomainSocketEndPoint(path));
                says.Connect(new UnixDomainSocketEndPoint(path));
                IReadOnlyList<KernelInstruction> program = PacketFilter.Parse(text).Compile(LinkType.Ethernet)!;
                Attach(hears, program);
                byte[] buffer = new byte[4_096];
                foreach (Packet packet in Packets(1).Sample(30)
                    .Where(p => p is { Link: LinkType.Ethernet, Bytes.Length: > 0 }))
                {
                    says.Send(packet.Bytes);
                    bool passes = hears.Available > 0;
                    if (passes) hears.Receive(buffer);
                    Assert.True(passes == (KernelMachine.Run(program, packet.Bytes, null) != 0),
                        $"'{text}' on {Convert.ToHexString(packet.Bytes)} passes in the kernel: {passes}");
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_filter_too_long_for_a_program_has_none()
    {
        Assert.NotNull(PacketFilter.Parse(LongOne(40)).Compile(LinkType.Ethernet));
        Assert.Null(PacketFilter.Parse(LongOne(300)).Compile(LinkType.Ethernet));
        Assert.Throws<NotSupportedException>(() => PacketFilter.Parse("tcp").Compile(LinkType.Null));
    }

    private static string LongOne(int count) =>
        string.Join(" or ", Enumerable.Range(1, count).Select(i => $"host 2001:db8::{i:x}"));

    private static void Attach(Socket socket, IReadOnlyList<KernelInstruction> program)
    {
        KernelInstruction[] pinned = GC.AllocateArray<KernelInstruction>(program.Count, pinned: true);
        for (int i = 0; i < pinned.Length; i++) pinned[i] = program[i];
        byte[] described = new byte[16]; // struct sock_fprog
        MemoryMarshal.Write(described, (ushort)pinned.Length);
        MemoryMarshal.Write(described.AsSpan(8), Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0));
        socket.SetRawSocketOption(SocketLevel, AttachFilter, described);
        GC.KeepAlive(pinned);
    }

    private static Gen<string> Sized(int depth)
    {
        Gen<string> direction = Gen.Elements("", "src ", "dst ");
        Gen<string> leaf = Gen.OneOf(
            Gen.Elements("tcp", "udp", "ip", "ip6", "vlan", "vlan 7", "vlan 100"),
            direction.Zip(Gen.Elements("port 5000", "port 53", "portrange 40000-40001", "portrange 0-65535"),
                (d, p) => d + p),
            Gen.Elements("tcp ", "udp ").Zip(direction, (t, d) => $"{t}{d}port 5000"),
            direction.Zip(Gen.Elements("host 10.0.0.1", "net 10.0.0.0/9", "net 10.0.0.2/31", "net 0.0.0.0/0",
                "host 2001:db8::2",
                "net 2001:db8::/33", "net 2001:db8::/127", "net ::/0"), (d, a) => d + a));
        if (depth == 0) return leaf;
        Gen<string> inner = Sized(depth - 1);
        return Gen.Frequency((2, leaf), (1, inner.Select(i => $"not ({i})")),
            (2, inner.Zip(Gen.Elements("and", "or"), (i, w) => $"{i} {w} ").Zip(inner, (i, j) => $"{i}({j})")));
    }

    private static Gen<Packet> Packets(int least) =>
        from isRaw in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from tags in Gen.Frequency((4, Gen.Constant(0)), (3, Gen.Constant(1)), (2, Gen.Constant(2)),
            (1, Gen.Choose(3, 9)))
        from isStripped in Gen.Elements(true, false)
        from tagTypes in Gen.Elements(0x8100, 0x88A8, 0x9100).ArrayOf(10)
        from tagNumbers in Gen.Elements(7, 100, 0x2007, 0xFFF).ArrayOf(10)
        from ip in Gen.Frequency((5, V4), (4, V6), (1, Odd))
        from cut in Gen.Frequency((5, Gen.Constant(-1)), (1, Gen.Choose(least, 80)))
        select Frame(isRaw, isRaw ? 0 : tags, isStripped, tagTypes, tagNumbers, ip, cut);

    private static Packet Frame(bool isRaw, int tags, bool isStripped, int[] types, int[] numbers,
        (int EtherType, byte[] Bytes, bool IsPlain) ip, int cut)
    {
        List<byte> frame = [];
        if (!isRaw)
        {
            frame.AddRange(new byte[12]);
            for (int i = 0; i < tags; i++) frame.AddRange([.. Half(types[i]), .. Half(numbers[i])]);
            frame.AddRange(Half(ip.EtherType));
        }

        frame.AddRange(ip.Bytes);
        byte[] bytes = cut >= 0 && cut < frame.Count ? [.. frame[..cut]] : [.. frame];
        isStripped &= tags > 0 && types[0] != 0x9100 && bytes.Length >= 16; // the old tag is none to the kernel
        return new Packet(bytes, ip.IsPlain && tags <= (isStripped ? 3 : 2) && bytes.Length == frame.Count,
            isRaw ? LinkType.Raw : LinkType.Ethernet)
        {
            Stripped = isStripped ? numbers[0] : null,
        };
    }

    private static Gen<(int, byte[], bool)> V4 =>
        from words in Gen.Frequency((4, Gen.Constant(5)), (1, Gen.Choose(6, 15)), (1, Gen.Choose(0, 4)))
        from protocol in Protocols
        from fragment in Gen.Frequency((4, Gen.Elements(0, 0x4000, 0x2000)), (1, Gen.Choose(0, 0xFFFF)))
        from source in Gen.Elements<byte>(1, 2, 3, 129)
        from destination in Gen.Elements<byte>(1, 2, 3, 129)
        from ports in Ports
        from payload in Gen.Choose(0, 12)
        from length in Gen.Frequency((5, Gen.Constant(-1)), (1, Gen.Constant(0)), (2, Gen.Choose(1, 90)))
        from padding in Gen.Elements(0, 0, 6, 30)
        select ((int, byte[], bool))(0x0800, MakeV4(
            words, protocol, fragment, source, destination, ports, payload, length, padding), true);

    private static Gen<(int, byte[], bool)> V6 =>
        from next in Gen.Frequency((6, Protocols), (1, Gen.Elements(0, 43, 44, 51, 60)))
        from source in Gen.Elements<byte>(1, 2, 3)
        from destination in Gen.Elements<byte>(1, 2, 3)
        from high in Gen.Elements<byte>(0, 0x80)
        from ports in Ports
        from payload in Gen.Choose(0, 12)
        from length in Gen.Frequency((5, Gen.Constant(-1)), (1, Gen.Constant(0)), (2, Gen.Choose(1, 20)))
        select (0x86DD, MakeV6(next, source, destination, high, ports, payload, length),
            next is not (0 or 43 or 44 or 51 or 60));

    private static Gen<(int, byte[], bool)> Odd => Gen.OneOf(
        Gen.Constant<(int, byte[], bool)>((0x0806, new byte[46], true)),
        from ip in V4 select (0x8847, (byte[])[0, 1, 1, 64, .. ip.Item2], false), // a label
        from ip in V4 select (0x86DD, ip.Item2, true), // the version decides, not the EtherType
        from version in Gen.Choose(0, 15) // zeros are options of IPv6
        select (0x0800, (byte[])[(byte)(version << 4), .. new byte[60]], version != 6),
        from bytes in ArbMap.Default.GeneratorFor<byte[]>() select (0x0800, bytes, false));

    private static Gen<int> Protocols => Gen.Frequency((5, Gen.Elements(6, 17)), (1, Gen.Elements(1, 47, 58)));

    private static Gen<(int, int)> Ports => Gen.Elements(
        (40_000, 5_000), (5_000, 40_001), (53, 53), (0, 65_535), (40_000, 53));

    private static byte[] MakeV4(int words, int protocol, int fragment, byte source, byte destination, (int, int) ports,
        int payload,
        int length, int padding)
    {
        int header = Math.Max(5, words) * 4;
        byte[] ip = new byte[header + payload + padding];
        ip[0] = (byte)(0x40 | words);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(length < 0 ? header + payload : length));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(6), (ushort)fragment);
        ip[9] = (byte)protocol;
        (byte, byte) sourceNet = source > 128 ? ((byte)10, (byte)200) : ((byte)10, (byte)0);
        (ip[12], ip[13], ip[15]) = (sourceNet.Item1, sourceNet.Item2, source);
        (ip[16], ip[19]) = (10, destination);
        WritePorts(ip.AsSpan(header), ports);
        return ip;
    }

    private static byte[] MakeV6(int next, byte source, byte destination, byte high, (int, int) ports, int payload,
        int length)
    {
        byte[] ip = new byte[40 + payload];
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)(length < 0 ? payload : length));
        ip[6] = (byte)next;
        new byte[] { 0x20, 1, 0x0D, 0xB8, high }.CopyTo(ip.AsSpan(8));
        ip[23] = source;
        new byte[] { 0x20, 1, 0x0D, 0xB8 }.CopyTo(ip.AsSpan(24));
        ip[39] = destination;
        WritePorts(ip.AsSpan(40), ports);
        return ip;
    }

    private static void WritePorts(Span<byte> payload, (int Source, int Destination) ports)
    {
        byte[] both = [.. Half(ports.Source), .. Half(ports.Destination)];
        both.AsSpan(0, Math.Min(4, payload.Length)).CopyTo(payload);
    }

    private static byte[] Half(int value) => [(byte)(value >> 8), (byte)(value & 0xFF)];
}
