using System.Text;
using Qbitel.Discovery.Tests.Traces;

namespace Qbitel.Discovery.Tests.Analysis;

/// <summary>
/// Mistakes seen elsewhere that must not come back: names by signature, constant confidence, verdicts that hang on
/// order.
/// </summary>
public sealed class TrapTests
{
    // D3: a signature database called card messages and payments "mqtt", and never recognised Modbus.
    [Fact]
    public void A_protocol_is_named_only_by_messages_that_read_to_their_end()
    {
        byte[] modbus = Discoveries.Lines(Enumerable.Range(0, 50)
            .Select(i => ((byte[])[(byte)(i >> 8), (byte)i, 0, 0, 0, 6, 1, 3, 0, (byte)(i * 3), 0, 10], "m")));
        byte[] mqtt = Discoveries.Lines(Enumerable.Range(0, 50)
            .Select(i => ((byte[])[0x30, 14, 0, 4, .. "temp"u8, .. Encoding.ASCII.GetBytes($"{i:00000000}")], "q")));
        byte[] almostFix = Discoveries.Lines(Enumerable.Range(0, 50).Select(i =>
        {
            byte[] message = Samples.Fix(i);
            message[^2] = (byte)(message[^2] == '9' ? '0' : message[^2] + 1);
            return (message, "f");
        }));

        Assert.Equal(["unknown-1 50/1"], Discoveries.Summary(Discoveries.Of(modbus)));
        Assert.Equal(["unknown-1 50/1"], Discoveries.Summary(Discoveries.Of(mqtt)));
        DiscoveryDocument broken = Discoveries.Of(almostFix);
        Assert.Empty(broken.Protocols);
        Assert.Equal(50, broken.Summary.Invalid.Count);
    }

    // D4: only the first message was classified, and the first three were the cache key.
    [Fact]
    public void Every_message_is_classified_and_their_order_changes_nothing()
    {
        List<(byte[] Message, string Flow)> messages =
            [.. Enumerable.Range(0, 60)
                .Select(i => i % 3 == 0 ? (Samples.Fix(i), "a") : i % 3 == 1 ? (Samples.Proprietary(i), "b")
                : (Samples.Mt103(i), "c"))];
        string[] expected = ["fix 20/1", "swift-mt 20/1", "unknown-1 20/1"];

        Assert.Equal(expected, Discoveries.Summary(Discoveries.Of(Discoveries.Lines(messages))));
        for (int rotation = 1; rotation < 60; rotation += 7)
        {
            IEnumerable<(byte[], string)> shuffled = messages.Select((m, i) => messages[((i * 7) + rotation) % 60]);
            Assert.Equal(expected, Discoveries.Summary(Discoveries.Of(Discoveries.Lines(shuffled))));
        }
    }

    // D4: confidence was a constant.
    [Fact]
    public void Confidence_follows_what_holds()
    {
        double Confidence(int damaged) => Discoveries.Of(Discoveries.Lines(Enumerable.Range(0, 100).Select(i =>
        {
            byte[] message = Samples.Fix(i);
            if (i < damaged) message[25] ^= 0x40;
            return (message, "f");
        }))).Protocols.Single(p => p.Name == "fix").Confidence;

        Assert.InRange(Confidence(0), 0.99, 1);
        Assert.InRange(Confidence(10), 0.88, 0.901);
        Assert.InRange(Confidence(50), 0.48, 0.501);
    }

    [Fact]
    public void Confidence_in_an_unknown_group_grows_with_its_size()
    {
        double[] confidence = [.. ((int[])[3, 10, 100]).Select(count =>
            Discoveries.Of(Discoveries.Lines(Enumerable.Range(0, count).Select(i => (Samples.Proprietary(i), "p"))))
                .Protocols[0].Confidence)];

        Assert.True(confidence[0] < confidence[1] && confidence[1] < confidence[2]);
        Assert.InRange(confidence[0], 0.2, 0.81);
        Assert.InRange(confidence[2], 0.95, 0.995);
    }

    // D9: there was no capture reader; and sessions on changing ports must still be one protocol.
    [Fact]
    public void Ports_neither_join_nor_split_protocols()
    {
        byte[] Spoken(Func<int, ushort> port) => CaptureDiscoveryTests.Capture((writer, ethernet) =>
        {
            for (int session = 0; session < 6; session++)
            {
                Endpoint server = new(Packets.Server.Address, port(session));
                Discovery.Traces.TcpConversation conversation = new(writer, ethernet,
                    CaptureDiscoveryTests.Client(session), server, Packets.Time);
                for (int i = 0; i < 10; i++)
                {
                    conversation.Send(FlowDirection.ClientToServer, session < 3
                        ? Samples.Proprietary((session * 10) + i) : Samples.Fix(i), Packets.Time);
                }

                conversation.Close(Packets.Time);
            }
        });

        string[] expected = ["fix 30/3", "unknown-1 30/3"];
        Assert.Equal(expected, Discoveries.Summary(Discoveries.Of(Spoken(_ => 9_000))));
        Assert.Equal(expected, Discoveries.Summary(Discoveries.Of(Spoken(session => (ushort)(9_000 + (session % 3))))));
        Assert.Equal(expected, Discoveries.Summary(Discoveries.Of(Spoken(session => (ushort)(9_000 + session)))));
    }

    [Fact]
    public void Random_messages_stay_unassigned()
    {
        DiscoveryDocument document = Discoveries.Of(
            Discoveries.Lines(Enumerable.Range(0, 300).Select(i => (Samples.Noise(i, 8 + (i * 7 % 120)), "r"))));

        Assert.Empty(document.Protocols);
        Assert.Equal(300, document.Unassigned.Count);
    }

    [Fact]
    public void Random_messages_beside_a_protocol_do_not_join_it()
    {
        DiscoveryDocument document = Discoveries.Of(Discoveries.Lines(
            Enumerable.Range(0, 200)
                .Select(i => i % 2 == 0 ? (Samples.Proprietary(i), "p") : (Samples.Noise(i, 40), "r"))));

        Assert.Equal(["unknown-1 100/1"], Discoveries.Summary(document));
    }

    [Fact]
    public void Too_few_messages_are_no_protocol()
    {
        DiscoveryDocument document = Discoveries.Of(
            Discoveries.Lines([(Samples.Proprietary(1), "p"), (Samples.Proprietary(2), "p")]));
        Assert.Equal([0, 1], document.Unassigned);
    }
}
