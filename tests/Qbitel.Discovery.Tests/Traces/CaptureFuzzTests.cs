using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;
using Qbitel.Testing;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>Whatever the bytes are, reading ends in traffic or a located error, soon and in little memory.</summary>
[Trait("Soak", "captures")]
public sealed class CaptureFuzzTests
{
    private static readonly CaptureLimits Small = new()
    {
        MaxRecordSize = 1 << 16,
        MaxPayloadSize = 1 << 20,
        MaxReorderSegments = 16
    };
    private static readonly byte[][] Seeds = [SeedPcap(), SeedPcapNg(),
        Bytes("{\"hex\":\"0011\",\"flow\":\"f\",\"dir\":\"c2s\",\"ts\":1}\n{\"hex\":\"22\"}\n"),
        Bytes("0800 82 20\r\n\n08:00:82:aF:00:11:22\n0800-8220\n"), SeedTunnels()];
    private static readonly string[] Forms = ["lrecl=7", "rdw", "bdw", "lines", "length-prefix", "length-prefix=1+",
        "length-prefix=2le", "length-prefix=4", "length-prefix=4le+"];
    private static readonly byte[] Records =
    [
        0, 37, 0, 0, 0, 9, 0, 0, 1, 2, 3, 4, 5, 0, 6, 1, 0, 6, 7, 0, 6, 3, 0, 8, 9, 0, 6, 2, 0, 10, 11,
        0, 6, 0, 0, 12, 13, 0, 14, 0, 0, 0, 5, 0, 0, 14, 0, 5, 0, 0, 15,
    ];

    [Fact]
    public void Random_bytes_behind_each_magic_end_in_traffic_or_a_located_error()
    {
        byte[][] magics = [[0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0], [0xA1, 0xB2, 0x3C, 0x4D, 0, 2, 0, 4], Seeds[1][..28],
            Bytes("{\"hex\":")];
        Prop.ForAll<byte[]>(bytes =>
        {
            foreach (byte[] magic in magics)
                ReadAnything([.. magic, .. bytes]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(300, 50_000)).WithEndSize(2_000));
    }

    [Fact]
    public void Mutated_captures_end_in_traffic_or_a_located_error()
    {
        var mutations = ArbMap.Default.GeneratorFor<(int Seed, (int At, byte Value)[] Changes, int Cut)>()
            .ToArbitrary();
        Prop.ForAll(mutations, mutation =>
        {
            byte[] input = [.. Seeds[(mutation.Seed & int.MaxValue) % Seeds.Length]];
            foreach ((int at, byte value) in mutation.Changes) input[(at & int.MaxValue) % input.Length] = value;
            ReadAnything(mutation.Cut % 3 == 0 ? input[..((mutation.Cut & int.MaxValue) % input.Length)] : input);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(2_000, 1_000_000)));
    }

    [Fact]
    public void Random_and_mutated_records_end_in_records_or_a_located_error()
    {
        var mutations = ArbMap.Default.GeneratorFor<(byte[] Random, int Form, (int At, byte Value)[] Changes)>()
            .ToArbitrary();
        Prop.ForAll(mutations, mutation =>
        {
            byte[] mutated = [.. Records];
            foreach ((int at, byte value) in mutation.Changes) mutated[(at & int.MaxValue) % mutated.Length] = value;
            Assert.True(RecordForm.TryParse(Forms[(mutation.Form & int.MaxValue) % Forms.Length],
                out RecordForm? form));
            foreach (byte[] input in (byte[][])[mutation.Random, mutated])
            {
                ReadAnything(input, InputKind.Raw, form);
                ReadAnything(input, InputKind.Raw, null);
                ReadAnything(input, InputKind.HexLines, null);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(500, 100_000)).WithEndSize(200));
    }

    [Fact]
    public void Every_single_byte_change_of_a_capture_ends_in_traffic_or_a_located_error()
    {
        foreach (byte[] seed in (byte[][])[Seeds[1], Seeds[4]]) ChangeEveryByte(seed);
    }

    private static void ChangeEveryByte(byte[] seed)
    {
        for (int i = 0; i < seed.Length; i++)
        {
            foreach (byte flip in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] input = [.. seed];
                input[i] ^= flip;
                ReadAnything(input);
            }
        }
    }

    [Fact]
    public void Backward_segments_of_one_byte_take_linear_time()
    {
        Endpoint client = Client, server = Server;
        byte[][] packets = [.. Enumerable.Range(0, 20_000)
            .Select(i => Tcp(client, server, (uint)(1_000_000 - i), Ack, "x"u8))];
        var watch = Stopwatch.StartNew();

        Traffic traffic = Read(Pcap(packets));

        Assert.Equal(20_000, traffic.PacketCount);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    private static void ReadAnything(byte[] input, InputKind kind = InputKind.Recognised, RecordForm? records = null)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using MemoryStream stream = new(input);
            ValueTask<Traffic> read = TrafficReader.ReadAsync(stream, kind, records, Small,
                TestContext.Current.CancellationToken);
            read.AsTask().GetAwaiter().GetResult(); // a memory stream completes at once
        }
        catch (InputFormatException e)
        {
            Assert.InRange(e.Offset, 0, input.Length);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (1 << 20) + (200L * input.Length));
    }

    private static byte[] SeedPcap() => Pcap(
        FromClient(999, "", Syn), FromServer(4999, "", Syn | Ack), FromClient(1000, "hello"),
            FromClient(1010, "later"), FromClient(1005, "again"),
        EthernetFrame.Udp(ClientV6, ServerV6, Bytes("datagram")));

    // Labels, GRE with all its fields, mirrored traffic, and IP in IP.
    private static byte[] SeedTunnels()
    {
        byte[] frame = FromClient(1, "inner"), ip = Ip(frame);
        return Pcap(
            [.. new byte[12], 0x88, 0x47, 0, 6, 0x40, 64, 0, 6, 0x51, 64, .. ip],
            InIp(47, [0xB0, 0, 8, 0, 1, 2, 0, 0, 0, 0, 0, 42, 0, 0, 0, 7, .. ip]),
            InIp(47, [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1, 0x10, 1, 0, 1, 0, 0, 0, 0, .. frame]),
            InIp(47, [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1, 0x20, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, .. new byte[8],
                .. frame]),
            InIp(4, ip));

        static byte[] InIp(byte protocol, byte[] payload) =>
            [.. new byte[12], 8, 0, 0x45, 0, 0, (byte)(20 + payload.Length), 0, 0, 0, 0,
            64, protocol, 0, 0, 192, 0, 0, 1, 192, 0, 0, 2, .. payload];
    }

    private static byte[] SeedPcapNg()
    {
        using MemoryStream file = new();
        PcapNgWriter writer = new(file);
        int ethernet = writer.AddInterface(LinkType.Ethernet);
        TcpConversation conversation = new(writer, ethernet, Client, Server, Time);
        conversation.Send(FlowDirection.ClientToServer, Bytes("question"), Time);
        conversation.Send(FlowDirection.ServerToClient, Bytes("answer"), Time);
        conversation.Close(Time);
        writer.WritePacket(ethernet, Time, EthernetFrame.Udp(ClientV6, ServerV6, Bytes("datagram")));
        return file.ToArray();
    }
}
