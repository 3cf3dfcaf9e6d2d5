using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

public sealed class TcpTests
{
    private const uint Isn = 999; // so that stream bytes begin at 1000

    private static readonly byte[] Open = FromClient(Isn, "", Syn);

    [Fact]
    public void Puts_a_conversation_together_per_direction()
    {
        Traffic traffic = Read(Pcap(
            Open, FromServer(4999, "", Syn | Ack),
            FromClient(1000, "hello "), FromServer(5000, "hi"), FromClient(1006, "world"),
            FromClient(1011, "", Fin | Ack), FromServer(5002, "", Fin | Ack)));

        Assert.Equal(["ClientToServer hello world Finished", "ServerToClient hi Finished"], Streams(traffic));
        Assert.All(traffic.Streams, s => Assert.True(s.StartsAtBeginning));
        Assert.Equal([0, 6], traffic.Streams[0].Segments.Select(s => s.Start));
        Assert.Empty(traffic.Warnings);
    }

    [Fact]
    public void Every_order_of_five_segments_gives_the_same_stream()
    {
        string[] parts = ["alpha", "b", "gamma", "delta", "e"];
        byte[][] segments = new byte[parts.Length][];
        uint at = 1000;
        for (int i = 0; i < parts.Length; i++)
        {
            segments[i] = FromClient(at, parts[i]);
            at += (uint)parts[i].Length;
        }

        foreach (int[] order in Permutations([0, 1, 2, 3, 4]))
        {
            byte[][] handshake = [Open, .. order.Select(i => segments[i])];
            byte[][] midStream = [.. order.Select(i => segments[i])];

            Assert.Equal(["ClientToServer alphabgammadeltae Stopped"], Streams(Read(Pcap(handshake))));
            Assert.Equal(["ClientToServer alphabgammadeltae Stopped"], Streams(Read(Pcap(midStream))));
        }
    }

    [Fact]
    public void Retransmissions_are_dropped_and_counted()
    {
        Traffic traffic = Read(Pcap(Open, FromClient(1000, "abcd"), FromClient(1000, "abcd"), FromClient(1002, "cdef"),
            Open, FromClient(1006, "g")));

        Assert.Equal(["ClientToServer abcdefg Stopped"], Streams(traffic));
        Assert.Equal(2, traffic.WarningCounts["Tcp.Retransmission"]);
        Assert.DoesNotContain("Tcp.Overlap", traffic.WarningCounts.Keys);
    }

    [Theory]
    [InlineData(1002, "XXXX", "abcdXX")] // over bytes already in order
    [InlineData(998, "XXXXXX", "abcd")] // before the beginning too
    public void Where_segments_overlap_the_first_copy_wins_and_is_reported(uint sequence, string text, string expected)
    {
        Traffic traffic = Read(Pcap(Open, FromClient(1000, "abcd"), FromClient(sequence, text)));

        Assert.Equal([$"ClientToServer {expected} Stopped"], Streams(traffic));
        Assert.Equal(1, traffic.WarningCounts["Tcp.Overlap"]);
    }

    [Fact]
    public void Overlap_among_waiting_segments_is_settled_the_same_way()
    {
        Traffic traffic = Read(Pcap(Open, FromClient(1004, "efgh"), FromClient(1002, "cdXXXXij"),
            FromClient(1000, "ab")));

        Assert.Equal(["ClientToServer abcdefghij Stopped"], Streams(traffic));
        Assert.Equal(1, traffic.WarningCounts["Tcp.Overlap"]);
    }

    [Fact]
    public void A_gap_cuts_the_stream_and_is_reported()
    {
        Traffic traffic = Read(Pcap(Open, FromClient(1000, "abc"), FromClient(1010, "klm"),
            FromClient(1013, "", Fin | Ack)));

        Assert.Equal(["ClientToServer abc Gap", "ClientToServer klm Finished"], Streams(traffic));
        Assert.Equal([true, false], traffic.Streams.Select(s => s.StartsAtBeginning));
        Assert.Contains("7 bytes were not captured", Assert.Single(traffic.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tail_is_a_gap()
    {
        Traffic traffic = Read(Pcap(Open, FromClient(1000, "abc"), FromClient(1010, "", Fin | Ack)));
        Assert.Equal(["ClientToServer abc Gap"], Streams(traffic));
    }

    [Fact]
    public void A_segment_cut_by_the_snap_length_leaves_a_gap()
    {
        byte[] cut = FromClient(1000, "abcdef")[..^3];
        Traffic traffic = Read(Pcap(Open, cut, FromClient(1006, "ghi")));

        Assert.Equal(["ClientToServer abc Gap", "ClientToServer ghi Stopped"], Streams(traffic));
        Assert.Equal(1, traffic.WarningCounts["Capture.ShortPacket"]);
    }

    [Fact]
    public void Sequence_numbers_wrap()
    {
        Traffic traffic = Read(Pcap(
            FromClient(0xFFFFFFFA, "", Syn), FromClient(2, "ghi"), FromClient(0xFFFFFFFB, "abcde"),
                FromClient(0, "f!"), FromClient(5, "", Fin | Ack)));

        Assert.Equal(["ClientToServer abcdef!ghi Finished"], Streams(traffic));
    }

    [Fact]
    public void A_keep_alive_is_no_overlap()
    {
        Traffic traffic = Read(Pcap(Open, FromClient(1000, "abc"), FromClient(1002, "\0"), FromClient(1003, "d")));

        Assert.Equal(["ClientToServer abcd Stopped"], Streams(traffic));
        Assert.Empty(traffic.Warnings);
    }

    [Fact]
    public void A_reused_pair_of_ports_is_a_new_connection()
    {
        Traffic traffic = Read(Pcap(
            Open, FromClient(1000, "first"), FromClient(1005, "", Fin | Ack), FromClient(77_000, "", Syn),
                FromClient(77_001, "second")));

        Assert.Equal(["ClientToServer first Finished", "ClientToServer second Stopped"], Streams(traffic));
        Assert.Equal(["10.0.0.1:40000-10.0.0.2:5000/tcp", "10.0.0.1:40000-10.0.0.2:5000/tcp#2"],
            traffic.Streams.Select(s => s.Flow.Name));
    }

    [Fact]
    public void The_one_who_answers_a_SYN_is_the_server()
    {
        Traffic traffic = Read(Pcap(FromServer(4999, "", Syn | Ack), FromServer(5000, "banner"),
            FromClient(1000, "reply")));

        Assert.Equal(["ServerToClient banner Stopped", "ClientToServer reply Stopped"], Streams(traffic));
    }

    [Fact]
    public void A_far_away_segment_and_the_words_of_a_reset_are_ignored()
    {
        Traffic traffic = Read(Pcap(Open, FromClient(1000, "abc"), FromClient(1000 + (1u << 30) + 10, "far"),
            FromClient(1003, "go away", Rst)));

        Assert.Equal(["ClientToServer abc Stopped"], Streams(traffic));
        Assert.Equal(1, traffic.WarningCounts["Tcp.OutOfWindow"]);
    }

    [Fact]
    public void Waiting_for_a_missing_segment_has_an_end()
    {
        byte[][] packets = [Open, FromClient(1000, "a"),
            .. Enumerable.Range(0, 50).Select(i => FromClient((uint)(1100 + (2 * i)), "x")),
            FromClient(1001, "late")];

        Traffic traffic = Read(Pcap(packets), new CaptureLimits { MaxReorderSegments = 10 });

        Assert.Equal("ClientToServer a Gap", Streams(traffic)[0]);
        Assert.Equal(51, traffic.Streams.Count);
        Assert.Equal(50, traffic.WarningCounts["Tcp.Gap"]);
    }

    [Fact]
    public void Reading_stops_at_the_payload_limit_with_a_warning()
    {
        byte[][] packets = [Open,
            .. Enumerable.Range(0, 100).Select(i => FromClient((uint)(1000 + (10 * i)), "0123456789"))];

        Traffic traffic = Read(Pcap(packets), new CaptureLimits { MaxPayloadSize = 200 });

        Assert.Equal(210, Assert.Single(traffic.Streams).Bytes.Length);
        Assert.Equal(1, traffic.WarningCounts["Capture.Limit"]);
    }

    [Fact]
    public void Own_conversations_read_back_as_sent()
    {
        using MemoryStream file = new();
        PcapNgWriter writer = new(file);
        TcpConversation conversation = new(writer, writer.AddInterface(LinkType.Ethernet), ClientV6, ServerV6, Time,
            initialSequence: uint.MaxValue - 3);
        byte[] request = new byte[5_000];
        for (int i = 0; i < request.Length; i++) request[i] = (byte)(i % 251);
        conversation.Send(FlowDirection.ClientToServer, request, Time.AddMilliseconds(1));
        conversation.Send(FlowDirection.ServerToClient, Bytes("ok"), Time.AddMilliseconds(2));
        conversation.Close(Time.AddMilliseconds(3));

        Traffic traffic = Read(file.ToArray());

        Assert.Empty(traffic.Warnings);
        Assert.Equal([SectionEnd.Finished, SectionEnd.Finished], traffic.Streams.Select(s => s.End));
        Assert.Equal(request, traffic.Streams[0].Bytes.ToArray());
        Assert.Equal(Time.AddMilliseconds(2), traffic.Streams[1].Segments[0].Time);
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany(first =>
            Permutations([.. items.Where(i => i != first)]).Select(rest => (int[])[first, .. rest]));
}
