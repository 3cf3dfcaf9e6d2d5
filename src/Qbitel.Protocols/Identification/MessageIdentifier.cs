namespace Qbitel.Protocols.Identification;

/// <summary>
/// Says what bytes are by reading them to the end as each protocol known; what reads as none is unknown.
/// </summary>
public static class MessageIdentifier
{
    /// <summary>The canonical names of the protocols known.</summary>
    public static IReadOnlyList<string> Protocols { get; } = [.. MessageFormat.All.Select(format => format.Name)];

    /// <summary>Identifies the message the bytes begin with.</summary>
    public static IdentifiedMessage Identify(ReadOnlySpan<byte> bytes)
    {
        IdentifiedMessage best = IdentifiedMessage.Unknown;
        foreach (MessageFormat format in MessageFormat.All)
        {
            if (format.Identify(bytes) is { } found && found.Confidence > best.Confidence) best = found;
        }

        return best;
    }

    /// <summary>Finds the end of the message a stream begins with, as one protocol.</summary>
    /// <param name="protocol">One of <see cref="Protocols"/>.</param>
    /// <param name="stream">Bytes from the start of a message on.</param>
    /// <param name="consumed">
    /// Complete: bytes of the message. Invalid: bytes to drop so that the next message may begin, at least one unless
    /// the stream is empty. Incomplete: 0.
    /// </param>
    /// <param name="error">Why the status is not Complete.</param>
    public static FrameStatus TryReadMessage(string protocol, ReadOnlySpan<byte> stream, out int consumed,
        out ParseError? error) =>
        Format(protocol).TryReadMessage(stream, out consumed, out error);

    internal static MessageFormat Format(string protocol) =>
        MessageFormat.All.FirstOrDefault(format => format.Name == protocol)
        ?? throw new ArgumentException($"{protocol} is not one of {string.Join(", ", Protocols)}", nameof(protocol));
}
