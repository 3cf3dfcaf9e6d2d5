using System.Buffers.Binary;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Analysis.Surveys;

/// <summary>Names a flow by its first messages: one that reads to its end as a known protocol is enough.</summary>
internal static class FlowNames
{
    private const int MaxDatagrams = 4;
    private const int MaxSegments = 8; // of a stream met in its middle

    public static string? Of(IReadOnlyList<StreamSection> sections, IReadOnlyList<Datagram> datagrams)
    {
        foreach (StreamSection section in sections)
        {
            if (section.Bytes.Length > 0 && Of(section) is { } name) return name;
        }

        return datagrams.Where(d => d.Bytes.Length > 0).Take(MaxDatagrams)
            .Select(d => KnownProtocols.Whole(d.Bytes.Span, null)?.Protocol).FirstOrDefault(name => name is not null);
    }

    private static string? Of(StreamSection section)
    {
        if (TlsRecords.TryCut(section) is not null) return "tls";

        ReadOnlySpan<byte> bytes = section.Bytes.Span;
        foreach (StreamSegment segment in section.Segments.Take(section.StartsAtBeginning ? 1 : MaxSegments))
        {
            ReadOnlySpan<byte> rest = bytes[segment.Start..];
            if ((KnownProtocols.First(rest)?.Reading ?? BehindLength(rest)) is { } known) return known.Protocol;
        }

        return null;
    }

    // A length of two or four bytes in either order, or four digits, that counts the rest or the whole.
    private static KnownReading? BehindLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 5) return null;
        Span<long> lengths =
        [
            2L + BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes),
            2L + BinaryPrimitives.ReadUInt16LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4L + BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes),
            4L + Digits(bytes[..4]), Digits(bytes[..4]),
        ];
        foreach (long length in lengths)
        {
            if (length > 5 && length <= bytes.Length
                && KnownProtocols.Whole(bytes[..(int)length], null) is { HeaderSize: > 0 } known)
            {
                return known;
            }
        }

        return null;
    }

    private static int Digits(ReadOnlySpan<byte> four) =>
        four.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? 0
        : int.Parse(four, System.Globalization.CultureInfo.InvariantCulture);
}
