using System.Buffers.Binary;
using System.Net;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Tests.Traces;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Tests.Analysis.Surveys;

/// <summary>Captures for surveys: a small one of everything, and ones of any size of protocols that are
/// known.</summary>
internal static class SurveyCaptures
{
    private const int Flows = 48; // at a time
    private const int Pool = 64; // messages made beforehand
    private const int FrameHeader = 14 + 20 + 20;
    private const int BatchSize = 1_400;
    private const int ConnectionSize = 1 << 20;

    /// <summary>Interleaved flows, one late segment, one lost, fragments that wait, an odd packet, IPv6, and
    /// datagrams.</summary>
    public static byte[] Mixed()
    {
        using MemoryStream file = new();
        PcapNgWriter writer = new(file);
        int ethernet = writer.AddInterface(LinkType.Ethernet);
        Func<int, byte[]>[] kinds = [Samples.Fix, Samples.Iso8583OnTheWire, Samples.Mt103, Samples.Proprietary];
        DateTimeOffset time = Packets.Time;
        List<(TcpConversation Conversation, Func<int, byte[]> Kind)> open = [];
        for (int i = 0; i < 10; i++)
        {
            open.Add((new TcpConversation(writer, ethernet,
                new Endpoint(IPAddress.Parse($"10.0.1.{i}"), (ushort)(40_000 + i)),
                Packets.Server, time, (uint)(i * 7_000)), kinds[i % 4]));
        }

        byte[][] fragments = [.. Fragments()];
        for (int round = 0; round < 12; round++)
        {
            time = time.AddSeconds(1);
            for (int i = 0; i < open.Count; i++)
            {
                open[i].Conversation.Send(round % 3 == 2 ? FlowDirection.ServerToClient : FlowDirection.ClientToServer,
                    open[i].Kind((round * 10) + i), time);
            }

            for (int i = 0; i < 14; i++)
            {
                Endpoint client = new(IPAddress.Parse($"10.0.2.{i}"), 50_000);
                byte[] datagram = i == 0 ? Samples.Proprietary(round * 20) : Samples.Fix((round * 20) + i);
                writer.WritePacket(ethernet, time, EthernetFrame.Udp(client, Packets.Server, datagram));
            }

            // A connection met in its middle, whose third segment comes late and whose seventh never.
            int[] places = [0, 1, 3, 2, 4, 5, 7, 8, 9, 10, 11, 12];
            writer.WritePacket(ethernet, time, Packets.Tcp(Packets.ClientV6, Packets.ServerV6,
                (uint)(1_000 + (places[round] * Samples.Fix(1).Length)), Packets.Ack, Samples.Fix(1)));
            if (round is 3 or 9) writer.WritePacket(ethernet, time, fragments[round / 6]);
            if (round == 5) writer.WritePacket(ethernet, time, [.. new byte[12], 8, 0, 0x45, 0]); // no IP header
        }

        foreach ((TcpConversation conversation, _) in open.Take(6)) conversation.Close(time);
        return file.ToArray();

        IEnumerable<byte[]> Fragments()
        {
            byte[] whole = EthernetFrame.Udp(Packets.Client, Packets.Server, Samples.Proprietary(999));
            byte[] first = whole[..(34 + 24)], second = [.. whole[..34], .. whole[(34 + 24)..]];
            foreach ((byte[] fragment, int flags) in ((byte[], int)[])[(second, 3), (first, 0x2000)])
            {
                BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(16), (ushort)(fragment.Length - 14));
                BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(20), (ushort)flags);
                yield return fragment;
            }
        }
    }

    public static byte[] Known(long size, int seed)
    {
        using MemoryStream file = new();
        WriteKnown(file, size, seed);
        return file.ToArray();
    }

    /// <summary>
    /// A pcap of connections of a mebibyte, 48 at a time: FIX, ISO 8583 behind a length, and SWIFT MT; half of them one
    /// message a segment, the others in full segments.
    /// </summary>
    public static void WriteKnown(Stream file, long size, int seed)
    {
        Func<int, byte[]>[] kinds = [Samples.Fix, Samples.Iso8583OnTheWire, Samples.Mt103];
        byte[][][] pools = [.. kinds.Select(kind => Enumerable.Range(seed * 1_000, Pool).Select(kind).ToArray())];
        byte[][][] batches = [.. pools.Select(pool => Batches(pool).ToArray())];
        byte[] header = Packets.Pcap();
        file.Write(header);

        byte[] record = new byte[16 + FrameHeader + BatchSize + 700];
        (int Connection, long Sent, uint Sequence)[] flows = new (int, long, uint)[Flows];
        int connections = 0;
        for (int i = 0; i < Flows; i++) flows[i] = (connections++, -1, 0);
        uint microseconds = 0;
        for (long written = header.Length; written < size;)
        {
            for (int i = 0; i < Flows && written < size; i++)
            {
                ref (int Connection, long Sent, uint Sequence) flow = ref flows[i];
                int kind = flow.Connection % 3;
                bool isBatched = flow.Connection / 3 % 2 == 1;
                byte[][] source = isBatched ? batches[kind] : pools[kind];
                byte flags = flow.Sent < 0 ? Packets.Syn : flow.Sent >= ConnectionSize ? Packets.Fin : Packets.Ack;
                ReadOnlySpan<byte> payload = flags == Packets.Ack
                    ? source[(int)(unchecked((uint)flow.Sent * 2654435761) % (uint)source.Length)] : [];
                int length = Frame(record.AsSpan(16), flow.Connection, flow.Sequence, flags, payload);
                microseconds += 3;
                BinaryPrimitives.WriteUInt32LittleEndian(record, 1_795_507_200 + (microseconds / 1_000_000));
                BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), microseconds % 1_000_000);
                BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), (uint)length);
                BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12), (uint)length);
                file.Write(record, 0, 16 + length);
                written += 16 + length;
                if (flags == Packets.Fin)
                {
                    flow = (connections++, -1, 0);
                }
                else
                {
                    flow = (flow.Connection, Math.Max(0, flow.Sent) + payload.Length,
                        unchecked(flow.Sequence + (uint)Math.Max(1, payload.Length)));
                }
            }
        }
    }

    private static IEnumerable<byte[]> Batches(byte[][] pool)
    {
        for (int start = 0; start < pool.Length; start++)
        {
            List<byte> batch = [];
            for (int i = start; batch.Count + pool[i % Pool].Length <= BatchSize; i++) batch.AddRange(pool[i % Pool]);
            yield return [.. batch];
        }
    }

    // Checksums are left out: a reader of captures must not mind, since cards fill them in after the capture.
    private static int Frame(Span<byte> frame, int connection, uint sequence, byte flags, ReadOnlySpan<byte> payload)
    {
        frame[..FrameHeader].Clear();
        frame[0] = frame[6] = 2;
        frame[12] = 8;
        Span<byte> ip = frame[14..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(40 + payload.Length));
        ip[8] = 64;
        ip[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], 0x0A010000u + (uint)(connection / 20_000));
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], 0x0A000002u);
        Span<byte> tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)(20_000 + (connection % 20_000)));
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 5_000);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        tcp[12] = 5 << 4;
        tcp[13] = flags;
        payload.CopyTo(tcp[20..]);
        return FrameHeader + payload.Length;
    }
}
