using System.Buffers.Binary;
using System.Net;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>Packets and capture files for tests, byte by byte.</summary>
internal static class Packets
{
    public const byte Fin = 0x01, Syn = 0x02, Rst = 0x04, Psh = 0x08, Ack = 0x10;

    public static readonly Endpoint Client = new(IPAddress.Parse("10.0.0.1"), 40_000);
    public static readonly Endpoint Server = new(IPAddress.Parse("10.0.0.2"), 5_000);
    public static readonly Endpoint ClientV6 = new(IPAddress.Parse("2001:db8::1"), 40_000);
    public static readonly Endpoint ServerV6 = new(IPAddress.Parse("2001:db8::2"), 5_000);
    public static readonly DateTimeOffset Time = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    public static byte[] Tcp(Endpoint from, Endpoint to, uint sequence, byte flags,
        ReadOnlySpan<byte> payload = default)
    {
        byte[] segment = new byte[20 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        segment[12] = 0x50;
        segment[13] = flags;
        payload.CopyTo(segment.AsSpan(20));
        return EthernetFrame.Tcp(from, to, segment);
    }

    public static byte[] FromClient(uint sequence, string text, byte flags = Ack) =>
        Tcp(Client, Server, sequence, flags, Bytes(text));

    public static byte[] FromServer(uint sequence, string text, byte flags = Ack) =>
        Tcp(Server, Client, sequence, flags, Bytes(text));

    /// <summary>The IP packet inside an Ethernet frame.</summary>
    public static byte[] Ip(byte[] frame) => frame[14..];

    public static byte[] Bytes(string text) => System.Text.Encoding.Latin1.GetBytes(text);

    public static byte[] Pcap(params byte[][] packets) =>
        Pcap(LinkType.Ethernet, bigEndian: false, nanoseconds: false, packets);

    public static byte[] Pcap(LinkType link, bool bigEndian, bool nanoseconds, params byte[][] packets)
    {
        using MemoryStream file = new();
        void Write(uint value)
        {
            byte[] bytes = new byte[4];
            if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            file.Write(bytes);
        }

        Write(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4);
        file.Write(bigEndian ? [0, 2, 0, 4] : [2, 0, 4, 0]);
        Write(0);
        Write(0);
        Write(262_144);
        Write((uint)link);
        uint second = 0;
        foreach (byte[] packet in packets)
        {
            Write((uint)Time.ToUnixTimeSeconds() + second++);
            Write(nanoseconds ? 500_000_000u : 500_000u);
            Write((uint)packet.Length);
            Write((uint)packet.Length);
            file.Write(packet);
        }

        return file.ToArray();
    }

    public static Traffic Read(byte[] input, CaptureLimits? limits = null)
    {
        using MemoryStream stream = new(input);
        ValueTask<Traffic> read = TrafficReader.ReadAsync(stream, limits, TestContext.Current.CancellationToken);
        return read.AsTask().GetAwaiter().GetResult(); // a memory stream completes at once
    }

    public static List<CapturedPacket> ReadPackets(byte[] input, out IReadOnlyList<InputWarning> warnings)
    {
        using MemoryStream stream = new(input);
        CaptureReader reader = CaptureReader.OpenAsync(stream).AsTask().GetAwaiter().GetResult();
        List<CapturedPacket> packets = [];
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
            packets.Add(reader.Current with { Data = reader.Current.Data.ToArray() });
        warnings = reader.Warnings;
        return packets;
    }

    /// <summary>The streams as text, with why each ends: <c>"abc" Finished</c>.</summary>
    public static string[] Streams(Traffic traffic) =>
        [.. traffic.Streams.Select(s =>
            $"{s.Direction} {System.Text.Encoding.Latin1.GetString(s.Bytes.Span)} {s.End}")];
}
