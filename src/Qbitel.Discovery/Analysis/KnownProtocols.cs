using System.Buffers.Binary;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;

namespace Qbitel.Discovery.Analysis;

/// <summary>Reads messages as the protocols we know, to their end; nothing less counts.</summary>
internal static class KnownProtocols
{
    private const int MaxMessageSize = 1 << 20;

    /// <summary>The message a stream begins with.</summary>
    public static (KnownReading Reading, int Length)? First(ReadOnlySpan<byte> stream)
    {
        IdentifiedMessage found = MessageIdentifier.Identify(stream[..Math.Min(stream.Length, MaxMessageSize)]);
        return found.IsKnown && found.Consumed > 0
            ? (new KnownReading(found.Protocol!, found.Version, found.MessageType, found.Confidence, 0), found.Consumed)
            : null;
    }

    /// <summary>How many bytes to drop from a stream that does not begin with a message, so that it may.</summary>
    public static bool TryResynchronise(string protocol, ReadOnlySpan<byte> stream, out int skip) =>
        MessageIdentifier.TryReadMessage(protocol, stream[..Math.Min(stream.Length, MaxMessageSize)], out skip,
            out _) == FrameStatus.Invalid
        && skip > 0;

    /// <summary>A message whose ends are known, with or without a length header before it.</summary>
    /// <param name="message">All its bytes.</param>
    /// <param name="headerSize">The header that the rule which cut it says it has; null where no rule did, so that any
    /// that fits may be there.</param>
    public static KnownReading? Whole(ReadOnlySpan<byte> message, int? headerSize)
    {
        if (ToTheEnd(message) is { } bare) return bare;
        ReadOnlySpan<int> sizes = headerSize is { } given ? [given] : HeaderSizes(message);
        foreach (int size in sizes)
        {
            if (size > 0 && size < message.Length && ToTheEnd(message[size..]) is { } reading)
                return reading with { HeaderSize = size };
        }

        return null;
    }

    /// <summary>What a message that holds as none claims to be, and where it fails.</summary>
    public static (string Protocol, Diagnostic Error)? Claim(ReadOnlySpan<byte> message)
    {
        ParseReport report = MessageParser.Parse(message[..Math.Min(message.Length, MaxMessageSize)]);
        return report.Protocol is { } protocol && report.Errors.FirstOrDefault() is { } error
            ? (protocol, error) : null;
    }

    // Some programs put several messages into one datagram, and some end a message with a line end of their own.
    private static KnownReading? ToTheEnd(ReadOnlySpan<byte> bytes)
    {
        KnownReading? first = null;
        while (First(bytes) is { } next && (first is null || next.Reading.Protocol == first.Protocol))
        {
            first ??= next.Reading;
            bytes = bytes[Math.Min(next.Length, bytes.Length)..];
            if (!bytes.ContainsAnyExcept("\r\n"u8)) return first;
        }

        return null;
    }

    private static int[] HeaderSizes(ReadOnlySpan<byte> message)
    {
        List<int> sizes = [];
        int length = message.Length;
        if (length > 2 && (Fits(BinaryPrimitives.ReadUInt16BigEndian(message), 2)
            || Fits(BinaryPrimitives.ReadUInt16LittleEndian(message), 2)))
        {
            sizes.Add(2);
        }

        if (length > 4 && (Fits(BinaryPrimitives.ReadUInt32BigEndian(message), 4)
            || Fits(BinaryPrimitives.ReadUInt32LittleEndian(message), 4)))
        {
            sizes.Add(4);
        }

        if (length > 4 && uint.TryParse(message[..4], System.Globalization.CultureInfo.InvariantCulture,
            out uint digits) && Fits(digits, 4))
        {
            sizes.Add(4);
        }

        return [.. sizes];

        bool Fits(uint value, int size) => value == length || value == length - size;
    }
}
