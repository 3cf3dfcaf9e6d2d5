using System.Net;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Tests.Analysis;

public sealed class CaptureDiscoveryTests
{
    [Fact]
    public void Known_and_unknown_protocols_on_one_port_are_told_apart_and_counted()
    {
        DiscoveryDocument document = Discoveries.Of(MixedCapture());

        Assert.Equal(["fix 40/4", "iso8583 36/3", "swift-mt 20/2", "unknown-1 90/5"], Discoveries.Summary(document));
        Assert.Empty(document.Unassigned);
        Assert.Equal(14, document.Summary.FlowCount);
        DiscoveredProtocol unknown = document.Protocols[^1];
        Assert.Contains(new KeyValuePair<string, string>("lengthOffset", "4"), unknown.Variant);
        Assert.InRange(unknown.Confidence, 0.9, 0.999);
        Assert.All(unknown.Messages, message => Assert.Contains(8, message.Boundaries)); // behind the length
        Assert.All(document.Protocols[0].Messages, message => Assert.NotEmpty(message.Fields));
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes() =>
        Assert.Equal(Discoveries.Json(Discoveries.Of(MixedCapture())),
            Discoveries.Json(Discoveries.Of(MixedCapture())));

    [Fact]
    public void Indexes_follow_the_order_in_which_messages_began()
    {
        byte[] capture = Capture(conversation: (writer, ethernet) =>
        {
            TcpConversation first = new(writer, ethernet, Client(1), Packets.Server, Packets.Time);
            TcpConversation second = new(writer, ethernet, Client(2), Packets.Server, Packets.Time);
            for (int i = 0; i < 3; i++)
            {
                first.Send(FlowDirection.ClientToServer, Samples.Fix(i), Packets.Time);
                second.Send(FlowDirection.ServerToClient, Samples.Mt103(i), Packets.Time);
            }
        });

        DiscoveryDocument document = Discoveries.Of(capture);

        Assert.Equal([0, 2, 4], document.Protocols[0].Messages.Select(m => m.Index));
        Assert.Equal([1, 3, 5], document.Protocols[1].Messages.Select(m => m.Index));
    }

    [Fact]
    public void A_damaged_message_in_a_stream_costs_only_itself_and_is_located()
    {
        byte[][] messages = [.. Enumerable.Range(0, 10).Select(Samples.Fix)];
        messages[4][30] ^= 1;
        byte[] capture = Capture((writer, ethernet) =>
        {
            TcpConversation conversation = new(writer, ethernet, Client(1), Packets.Server, Packets.Time);
            conversation.Send(FlowDirection.ClientToServer, [.. messages.SelectMany(m => m)], Packets.Time);
            conversation.Close(Packets.Time);
        });

        DiscoveryDocument document = Discoveries.Of(capture);

        DiscoveredProtocol fix = Assert.Single(document.Protocols);
        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9], fix.Messages.Select(m => m.Index));
        Assert.Equal([4], document.Unassigned);
        InvalidMessage invalid = Assert.Single(document.Summary.Invalid);
        Assert.Equal((4, "fix", "Fix.CheckSum"), (invalid.Index, invalid.Protocol, invalid.Error.Code));
        Assert.InRange(fix.Confidence, 0.85, 0.91); // nine of ten that claim it hold
    }

    [Fact]
    public void A_known_message_behind_a_length_header_is_found()
    {
        byte[] capture = Capture((writer, ethernet) =>
        {
            TcpConversation conversation = new(writer, ethernet, Client(1), Packets.Server, Packets.Time);
            for (int i = 0; i < 12; i++)
            {
                byte[] message = Samples.Fix(i);
                conversation.Send(FlowDirection.ClientToServer,
                    [(byte)(message.Length >> 8), (byte)(message.Length & 0xFF), .. message], Packets.Time);
            }
        });

        DiscoveredProtocol fix = Assert.Single(Discoveries.Of(capture).Protocols);

        Assert.Equal("fix", fix.Name);
        Assert.Equal(12, fix.Messages.Count);
        Assert.Contains(new KeyValuePair<string, string>("header", "2 bytes"), fix.Variant);
        Assert.Equal((0, 2, "length"),
            (fix.Messages[0].Fields[0].Start, fix.Messages[0].Fields[0].Length, fix.Messages[0].Fields[0].Semantic));
    }

    [Fact]
    public void Both_directions_of_a_connection_are_one_protocol()
    {
        byte[] capture = Capture((writer, ethernet) =>
        {
            TcpConversation conversation = new(writer, ethernet, Client(1), Packets.Server, Packets.Time);
            for (int i = 0; i < 20; i++)
            {
                conversation.Send(FlowDirection.ClientToServer, [0, 14, .. "QUERY "u8, .. Samples.Noise(i, 8)],
                    Packets.Time);
                conversation.Send(FlowDirection.ServerToClient, [0, 12, 0xF0, 0xF1, 0, 0, .. Samples.Noise(i + 99, 8)],
                    Packets.Time);
            }
        });

        Assert.Equal(["unknown-1 40/1"], Discoveries.Summary(Discoveries.Of(capture)));
    }

    [Fact]
    public void Random_streams_give_no_boundary()
    {
        byte[] capture = Capture((writer, ethernet) =>
        {
            for (int i = 0; i < 8; i++)
            {
                TcpConversation conversation = new(writer, ethernet, Client(i), Packets.Server, Packets.Time);
                for (int j = 0; j < 10; j++)
                {
                    conversation.Send(FlowDirection.ClientToServer, Samples.Noise((i * 100) + j, 60 + (j * 31)),
                        Packets.Time);
                }

                conversation.Close(Packets.Time);
            }
        });

        DiscoveryDocument document = Discoveries.Of(capture);

        Assert.Empty(document.Protocols);
        Assert.Equal(80, document.Unassigned.Count);
    }

    [Fact]
    public void No_more_messages_than_asked_for_are_looked_at()
    {
        DiscoveryDocument document = Discoveries.Of(MixedCapture(), new DiscoveryConfig { MaxMessages = 17 });
        Assert.Equal(17, document.Summary.MessageCount);
    }

    /// <summary>
    /// FIX, MT, ISO 8583 and a proprietary protocol, each in sessions of its own, on the same server port.
    /// </summary>
    internal static byte[] MixedCapture() => Capture((writer, ethernet) =>
    {
        int client = 0;
        foreach ((Func<int, byte[]> make, int sessions, int each) in ((Func<int, byte[]>, int, int)[])
            [(Samples.Fix, 4, 10), (Samples.Mt103, 2, 10), (Samples.Iso8583OnTheWire, 3, 12),
                (Samples.Proprietary, 5, 18)])
        {
            for (int session = 0; session < sessions; session++)
            {
                TcpConversation conversation = new(writer, ethernet, Client(client++), Packets.Server,
                    Packets.Time.AddSeconds(client));
                for (int i = 0; i < each; i++)
                {
                    FlowDirection direction = i % 2 == 0 ? FlowDirection.ClientToServer : FlowDirection.ServerToClient;
                    conversation.Send(direction, make((session * each) + i),
                        Packets.Time.AddSeconds(client).AddMilliseconds(i));
                }

                conversation.Close(Packets.Time.AddSeconds(client + 1));
            }
        }
    });

    internal static byte[] Capture(Action<PcapNgWriter, int> conversation)
    {
        using MemoryStream file = new();
        PcapNgWriter writer = new(file);
        conversation(writer, writer.AddInterface(LinkType.Ethernet));
        return file.ToArray();
    }

    internal static Endpoint Client(int number) => new(IPAddress.Parse("10.0.0.1"), (ushort)(40_000 + number));
}
