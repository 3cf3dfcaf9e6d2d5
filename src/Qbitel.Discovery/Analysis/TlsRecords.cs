using System.Buffers.Binary;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Analysis;

/// <summary>
/// TLS in captured streams: cut into records, and what the plain part of the handshake says (RFC 8446, RFC 5246).
/// </summary>
internal static class TlsRecords
{
    public const int HeaderSize = 5;

    private const int MaxRecordSize = (1 << 14) + 2_048; // RFC 5246 lets compression add that much
    private const byte ChangeCipherSpec = 20, Handshake = 22, Heartbeat = 24;
    private const byte ClientHello = 1, ServerHello = 2, ServerKeyExchange = 12;
    private const int SupportedVersions = 43, KeyShare = 51;

    // RFC 8446, section 4.1.3: a ServerHello with this random is a HelloRetryRequest.
    private static readonly byte[] RetryRandom = Convert.FromHexString(
        "CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");

    /// <summary>Where the records begin, with the end of the last one; null where the stream is not TLS.</summary>
    public static List<int>? TryCut(StreamSection section)
    {
        ReadOnlySpan<byte> bytes = section.Bytes.Span;
        if (bytes.Length < HeaderSize + 4 || bytes[0] != Handshake
            || bytes[HeaderSize] is not (ClientHello or ServerHello))
        {
            return null;
        }

        List<int> starts = [0];
        while (starts[^1] < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[starts[^1]..];
            if (rest.Length < HeaderSize) return CutShort();
            if (rest[0] is < ChangeCipherSpec or > Heartbeat || rest[1] != 3 || rest[2] > 4) return null;
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            if (length is 0 or > MaxRecordSize) return null;
            if (rest.Length < HeaderSize + length) return CutShort();
            starts.Add(starts[^1] + HeaderSize + length);
        }

        return starts;

        List<int>? CutShort() => section.End != SectionEnd.Finished && starts.Count > 1 ? starts : null;
    }

    public static string TypeOf(ReadOnlySpan<byte> record) => record[0] switch
    {
        ChangeCipherSpec => "change_cipher_spec",
        21 => "alert",
        Handshake => "handshake",
        23 => "application_data",
        _ => "heartbeat",
    };

    public static IReadOnlyList<DiscoveredField> Fields(int recordSize) =>
    [
        new(0, 1, "type", "uint8", "msgtype", 1),
        new(1, 2, "version", "uint16be", "version", 1),
        new(3, 2, "length", "uint16be", "length", 1),
        .. recordSize > HeaderSize
            ? (DiscoveredField[])[new(HeaderSize, recordSize - HeaderSize, "fragment", "bytes", "bytes", 1)] : [],
    ];

    /// <summary>
    /// The version, cipher suite and named group a server chose, as far as its plain handshake messages tell.
    /// </summary>
    public static (int? Version, int? CipherSuite, int? Group) Choice(ReadOnlySpan<byte> stream)
    {
        (int? Version, int? CipherSuite, int? Group) choice = default;
        ReadOnlySpan<byte> messages = PlainHandshake(stream);
        while (messages.Length >= 4)
        {
            int length = (messages[1] << 16) | (messages[2] << 8) | messages[3];
            if (length > messages.Length - 4) break;
            ReadOnlySpan<byte> body = messages.Slice(4, length);
            if (messages[0] == ServerHello && !(body.Length >= 34 && body.Slice(2, 32).SequenceEqual(RetryRandom)))
                choice = OfServerHello(body);
            // RFC 8422: a named curve
            if (messages[0] == ServerKeyExchange && body is [3, var high, var low, ..])
                choice.Group ??= (high << 8) | low;
            messages = messages[(4 + length)..];
        }

        return choice;
    }

    private static byte[] PlainHandshake(ReadOnlySpan<byte> stream)
    {
        List<byte> plain = [];
        while (stream.Length >= HeaderSize)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(stream[3..]), stream.Length - HeaderSize);
            if (stream[0] == Handshake) plain.AddRange(stream.Slice(HeaderSize, length));
            else if (stream[0] != ChangeCipherSpec || !IsRetryOnly(plain)) break; // what follows is encrypted
            stream = stream[(HeaderSize + length)..];
        }

        return [.. plain];

        // After a HelloRetryRequest a change_cipher_spec may stand before the real ServerHello (RFC 8446, appendix
        // D.4).
        static bool IsRetryOnly(List<byte> plain) => plain.Count >= 38 && plain[0] == ServerHello
            && plain[6..38].SequenceEqual(RetryRandom);
    }

    private static (int? Version, int? CipherSuite, int? Group) OfServerHello(ReadOnlySpan<byte> body)
    {
        if (body.Length < 35 || body.Length < 38 + body[34]) return default;

        int version = BinaryPrimitives.ReadUInt16BigEndian(body);
        int suite = BinaryPrimitives.ReadUInt16BigEndian(body[(35 + body[34])..]);
        int? group = null;
        ReadOnlySpan<byte> rest = body[(38 + body[34])..];
        if (rest.Length >= 2) rest = rest[2..];
        while (rest.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(rest),
                length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length > rest.Length - 4) break;
            ReadOnlySpan<byte> value = rest.Slice(4, length);
            if (type == SupportedVersions && length == 2) version = BinaryPrimitives.ReadUInt16BigEndian(value);
            if (type == KeyShare && length >= 2) group = BinaryPrimitives.ReadUInt16BigEndian(value);
            rest = rest[(4 + length)..];
        }

        return (version, suite, group);
    }
}
