using System.Buffers.Binary;
using Qbitel.Discovery.Captures;
using Qbitel.Protocols.Fix;

namespace Qbitel.Demo;

/// <summary>
/// A capture of the demo bank's network: card, trading and payment traffic, and one protocol that nobody documented.
/// </summary>
internal static class DemoTraffic
{
    public const int CardMessages = 40, TradingMessages = 20, PaymentMessages = 3, ProprietaryMessages = 48;

    public static byte[] Capture()
    {
        using MemoryStream file = new();
        PcapNgWriter writer = new(file);
        Wire wire = new(writer, writer.AddInterface(LinkType.Raw));

        // ISO 8583 behind a length of two bytes, as switches carry it.
        Conversation cards = wire.Open(client: 11, server: 21, port: 8583);
        for (int i = 1; i <= CardMessages / 2; i++)
        {
            cards.ToServer(WithLength(DemoMessages.Iso8583(i, response: false)));
            cards.ToClient(WithLength(DemoMessages.Iso8583(i, response: true)));
        }

        FixedClock clock = new(DemoMessages.BusinessDay);
        FixBuilder desk = new("FIX.4.4", "QBITDESK", "EXCHANGE", clock),
            exchange = new("FIX.4.4", "EXCHANGE", "QBITDESK", clock);
        Conversation trading = wire.Open(client: 12, server: 22, port: 9878);
        for (int i = 1; i <= TradingMessages / 2; i++)
        {
            trading.ToServer(DemoMessages.FixOrder(desk, i));
            trading.ToClient(DemoMessages.FixExecution(exchange, i));
        }

        Conversation payments = wire.Open(client: 13, server: 23, port: 3001);
        for (int i = 0; i < PaymentMessages; i++) payments.ToServer(DemoMessages.Mt103());

        Conversation branch = wire.Open(client: 14, server: 24, port: 7700);
        for (int i = 1; i <= ProprietaryMessages / 2; i++)
        {
            branch.ToServer(Proprietary(0x10, i, 12 + (i % 5)));
            branch.ToClient(Proprietary(0x11, i, 6 + (i % 3)));
        }

        return file.ToArray();
    }

    // Magic, total length, type, sequence, then opaque content that repeats from run to run.
    private static byte[] Proprietary(byte type, int sequence, int size)
    {
        byte[] message = new byte[10 + size];
        message[0] = 0xB7;
        message[1] = 0x52;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)message.Length);
        message[4] = type;
        message[5] = 1;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(6), sequence);
        for (int i = 0; i < size; i++) message[10 + i] = (byte)(((i * 37) + (sequence * 11) + type) & 0xFF);
        return message;
    }

    private static byte[] WithLength(byte[] message)
    {
        byte[] framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        return framed;
    }

    /// <summary>Writes TCP segments as a tap would see them, one packet a millisecond.</summary>
    private sealed class Wire(PcapNgWriter writer, int tap)
    {
        private DateTimeOffset _now = DemoMessages.BusinessDay;

        public Conversation Open(byte client, byte server, ushort port)
        {
            Conversation conversation = new(this, client, server, (ushort)(40_000 + client), port);
            conversation.Handshake();
            return conversation;
        }

        public void Send(ReadOnlySpan<byte> packet)
        {
            _now += TimeSpan.FromMilliseconds(1);
            writer.WritePacket(tap, _now, packet);
        }
    }

    private sealed class Conversation(Wire wire, byte client, byte server, ushort clientPort, ushort serverPort)
    {
        private const byte Syn = 0x02, Ack = 0x10, Push = 0x18;

        private uint _fromClient = 1_000, _fromServer = 2_000;

        public void Handshake()
        {
            Segment(toServer: true, Syn, []);
            _fromClient++;
            Segment(toServer: false, Syn | Ack, []);
            _fromServer++;
            Segment(toServer: true, Ack, []);
        }

        public void ToServer(byte[] data)
        {
            Segment(toServer: true, Push, data);
            _fromClient += (uint)data.Length;
        }

        public void ToClient(byte[] data)
        {
            Segment(toServer: false, Push, data);
            _fromServer += (uint)data.Length;
        }

        // RFC 791 and RFC 9293: headers of 20 bytes, no options.
        private void Segment(bool toServer, byte flags, byte[] data)
        {
            byte[] packet = new byte[40 + data.Length];
            Span<byte> ip = packet.AsSpan(0, 20), tcp = packet.AsSpan(20);
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)packet.Length);
            ip[8] = 64;
            ip[9] = 6;
            ((ReadOnlySpan<byte>)[10, 20, 0, toServer ? client : server]).CopyTo(ip[12..]);
            ((ReadOnlySpan<byte>)[10, 20, 0, toServer ? server : client]).CopyTo(ip[16..]);
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip, 0));

            BinaryPrimitives.WriteUInt16BigEndian(tcp, toServer ? clientPort : serverPort);
            BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], toServer ? serverPort : clientPort);
            BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], toServer ? _fromClient : _fromServer);
            BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], toServer ? _fromServer : _fromClient);
            tcp[12] = 0x50;
            tcp[13] = flags;
            BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 65_000);
            data.CopyTo(tcp[20..]);
            uint pseudo = (uint)(6 + tcp.Length);
            for (int i = 12; i < 20; i += 2) pseudo += BinaryPrimitives.ReadUInt16BigEndian(ip[i..]);
            BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(tcp, pseudo));
            wire.Send(packet);
        }

        // RFC 1071.
        private static ushort Checksum(ReadOnlySpan<byte> bytes, uint sum)
        {
            for (int i = 0; i + 1 < bytes.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
            if (bytes.Length % 2 == 1) sum += (uint)bytes[^1] << 8;
            while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
            return unchecked((ushort)~sum);
        }
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
