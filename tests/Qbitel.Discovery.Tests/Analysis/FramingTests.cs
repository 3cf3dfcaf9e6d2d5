using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Framing;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Analysis;

public sealed class FramingTests(ITestOutputHelper output)
{
    public static readonly TheoryData<string> Forms =
    [
        "be1@0", "be1@2 whole", "be2@0", "be2@0 whole", "le2@1", "le2@4 whole", "be4@0", "be4@8", "le4@4 whole",
            "le4@3", "ascii4@0", "ascii4@2 whole",
        "bcd2@0", "be2@2 plus7", "le4@0 minus4",
    ];

    [Theory, MemberData(nameof(Forms))]
    public void Finds_every_frame_of_a_length_field(string form)
    {
        byte[][] messages = [.. Enumerable.Range(0, 60).Select(i => WithLength(form, i))];
        IReadOnlyList<StreamSection> streams = Streams(messages, perConnection: 20, perSegment: 3);

        FramingFit fit = Assert.Single(FramingSearch.Find(streams));

        Assert.Equal(messages.Select(Convert.ToHexString).Order(StringComparer.Ordinal), Frames(fit));
        Assert.IsType<LengthFraming>(fit.Rule);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("\u0003")]
    public void Finds_every_line_of_a_delimiter(string delimiter)
    {
        byte[][] messages = [.. Enumerable.Range(0, 40)
            .Select(i => Encoding.ASCII.GetBytes($"TXN|{i:0000}|{new string('x', 3 + (i * 7 % 19))}|END{delimiter}"))];

        FramingFit fit = Assert.Single(FramingSearch.Find(Streams(messages, perConnection: 10, perSegment: 2)));

        Assert.Equal(messages.Select(Convert.ToHexString).Order(StringComparer.Ordinal), Frames(fit));
    }

    [Fact]
    public void Finds_records_of_one_length()
    {
        byte[][] messages = [.. Enumerable.Range(0, 60)
            .Select(i => Encoding.ASCII.GetBytes($"REC{i:00000}ACCOUNT   {i * 7919 % 99991:00000}{"ABC"[i % 3]} EUR"))];

        FramingFit fit = Assert.Single(FramingSearch.Find(Streams(messages, perConnection: 20, perSegment: 20)));

        Assert.Equal(new FixedFraming(messages[0].Length), fit.Rule);
        Assert.Equal(60, fit.Streams.Sum(s => s.Count));
    }

    [Fact]
    public void Streams_of_two_rules_are_told_apart()
    {
        byte[][] first = [.. Enumerable.Range(0, 30).Select(i => WithLength("be2@0", i))];
        byte[][] second = [.. Enumerable.Range(0, 30).Select(i => WithLength("le4@4 whole", i))];

        IReadOnlyList<FramingFit> fits = FramingSearch.Find([.. Streams(first, 10, 1), .. Streams(second, 10, 1)]);

        Assert.Equal(2, fits.Count);
        Assert.Equal([30, 30], fits.Select(f => f.Streams.Sum(s => s.Count)));
    }

    [Fact]
    public void A_capture_that_begins_and_ends_in_mid_message_loses_only_those()
    {
        byte[][] messages = [.. Enumerable.Range(0, 40).Select(i => WithLength("be2@0", i))];
        using MemoryStream file = new();
        PcapNgWriter writer = new(file);
        int ethernet = writer.AddInterface(LinkType.Ethernet);
        uint sequence = 5_000;
        for (int i = 0; i < messages.Length; i++)
        {
            byte[] part = i == 0 ? messages[i][5..] : i == messages.Length - 1 ? messages[i][..^3] : messages[i];
            writer.WritePacket(ethernet, Packets.Time,
                Packets.Tcp(Packets.Client, Packets.Server, sequence, Packets.Ack, part));
            sequence += (uint)part.Length;
        }

        FramingFit fit = Assert.Single(FramingSearch.Find(Packets.Read(file.ToArray()).Streams));

        Assert.Equal(messages[1..^1].Select(Convert.ToHexString).Order(StringComparer.Ordinal), Frames(fit));
    }

    [Fact, Trait("Soak", "framing")]
    public void Noise_is_never_framed()
    {
        int trials = Soak.Times(40, 2_000);
        for (int trial = 0; trial < trials; trial++)
        {
            byte[][] noise = [.. Enumerable.Range(0, 6).Select(i => Samples.Noise((trial * 10) + i, 200 + (i * 137)))];
            Assert.Empty(FramingSearch.Find(Streams(noise, perConnection: 2, perSegment: 1)));
        }

        output.WriteLine($"{trials} captures of noise, none framed");
    }

    private static byte[] WithLength(string form, int number)
    {
        string[] words = form.Split(' ');
        string[] place = words[0].Split('@');
        int width = place[0][^1] - '0', offset = int.Parse(place[1], CultureInfo.InvariantCulture);
        byte[] body = [.. Encoding.ASCII.GetBytes($"ID{number % 7}="),
            .. Samples.Noise(number, 8 + (number * 13 % 40))];
        byte[] message = [.. new byte[] { 0xA5, 0x5A, 0x01, 0x02, 0x10, 0x20, 0x30, 0x40 }[..offset],
            .. new byte[width], .. body];
        int value = words is [_, var rule]
            ? message.Length - (rule == "whole" ? 0 : rule == "plus7" ? 7 : -4)
            : message.Length - offset - width;

        Span<byte> field = message.AsSpan(offset, width);
        switch (place[0])
        {
            case "be1": field[0] = (byte)value; break;
            case "be2": BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)value); break;
            case "le2": BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)value); break;
            case "be4": BinaryPrimitives.WriteInt32BigEndian(field, value); break;
            case "le4": BinaryPrimitives.WriteInt32LittleEndian(field, value); break;
            case "bcd2":
                Convert.FromHexString(value.ToString("0000", CultureInfo.InvariantCulture))
                .CopyTo(field); break;
            default: Encoding.ASCII.GetBytes(value.ToString("0000", CultureInfo.InvariantCulture)).CopyTo(field); break;
        }

        return message;
    }

    private static IReadOnlyList<StreamSection> Streams(byte[][] messages, int perConnection, int perSegment)
    {
        using MemoryStream file = new();
        PcapNgWriter writer = new(file);
        int ethernet = writer.AddInterface(LinkType.Ethernet);
        ushort port = 41_000;
        foreach (byte[][] session in messages.Chunk(perConnection))
        {
            TcpConversation conversation = new(writer, ethernet, new Endpoint(Packets.Client.Address, port++),
                Packets.Server, Packets.Time);
            foreach (byte[][] segment in session.Chunk(perSegment))
                conversation.Send(FlowDirection.ClientToServer, [.. segment.SelectMany(b => b)], Packets.Time);
            conversation.Close(Packets.Time);
        }

        return Packets.Read(file.ToArray()).Streams;
    }

    private static IEnumerable<string> Frames(FramingFit fit) =>
        fit.Streams.SelectMany(s => Enumerable.Range(0, s.Count).Select(i => Convert.ToHexString(s[i].Span)))
            .Order(StringComparer.Ordinal);
}
