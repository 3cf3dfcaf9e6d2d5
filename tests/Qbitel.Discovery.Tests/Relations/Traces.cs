using System.Buffers.Binary;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Tests.Analysis;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>Samples of our own making.</summary>
internal static class Traces
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static List<Sample> Of(IEnumerable<byte[]> messages, bool hasReplies = false) =>
    [
        .. messages.Select((bytes, i) => new Sample(i, bytes, new Flow("a"),
            hasReplies && i % 2 == 1 ? FlowDirection.ServerToClient : FlowDirection.ClientToServer,
            Start.AddSeconds(i * 3))),
    ];

    public static List<Sample> Random(int seed, int count, int least, int most) => Of(Enumerable.Range(0, count)
        .Select(i => Samples.Noise((seed * 100_003) + i, least + (i * 7919 % (most - least + 1)))));

    /// <summary>Type, length of all (big-endian), counter, time, body, and a checksum made by the caller.</summary>
    public static byte[] Framed(int number, Func<byte[], byte[]> seal)
    {
        byte[] body = Samples.Noise(number, 5 + (number * 13 % 40));
        byte[] message = new byte[16 + body.Length];
        message[0] = 0xA7;
        message[1] = (byte)(1 + (number % 3));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)(3_000 + number));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8),
            (uint)Start.AddSeconds(number * 3).ToUnixTimeSeconds());
        body.CopyTo(message, 16);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length + seal(message).Length));
        return [.. message, .. seal(message)];
    }

    public static IReadOnlyList<IReadOnlyList<Hint>> Hints(List<Sample> samples) =>
        Discovery.Relations.Recognisers.Find(samples, new int[samples.Count]);
}
