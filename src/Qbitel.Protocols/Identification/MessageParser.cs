namespace Qbitel.Protocols.Identification;

/// <summary>Reads an input of any protocol known and reports what it holds and what is wrong with it.</summary>
public static class MessageParser
{
    /// <param name="bytes">The whole input.</param>
    /// <param name="protocol">One of <see cref="MessageIdentifier.Protocols"/>; null to find out.</param>
    /// <param name="profile">A profile of the protocol; null for its general one.</param>
    /// <param name="mode">Strict makes errors of what is otherwise tolerated with a warning.</param>
    /// <exception cref="ArgumentException">The protocol or the profile is not known.</exception>
    public static ParseReport Parse(
        ReadOnlySpan<byte> bytes, string? protocol = null, string? profile = null, ParseMode mode = ParseMode.Lenient)
    {
        if (protocol is not null) return MessageIdentifier.Format(protocol).Parse(bytes, profile, mode);
        if (MessageIdentifier.Identify(bytes) is { Protocol: { } name })
        {
            return MessageIdentifier.Format(name).Parse(bytes, profile, mode);
        }

        // What claims to be a message and is not one is told where it fails; anything else is unknown.
        foreach (MessageFormat format in MessageFormat.All)
        {
            if (format.Claims(bytes)) return format.Parse(bytes, profile, mode);
        }

        Diagnostic unknown = new("Common.UnknownProtocol", Severity.Error,
            "the input reads as none of the protocols known; name one to see why it is not that")
        {
            Offset = 0,
            Length = bytes.Length,
            Expected = string.Join(", ", MessageIdentifier.Protocols),
        };
        return new ParseReport(null, null, null, [unknown], [], []);
    }
}
