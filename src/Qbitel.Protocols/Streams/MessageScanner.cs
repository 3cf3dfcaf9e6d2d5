using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Streams;

/// <summary>
/// Reads messages of any protocols, one after the other, from a stream of any length in constant memory: give it the
/// bytes in pieces, cut anywhere, then ask what was there.
/// </summary>
/// <remarks>
/// Not thread-safe. The protocol is found out at the start and again wherever reading it stops to work. What does not
/// read as a message is counted once for each such place, and reading goes on behind it.
/// </remarks>
public sealed class MessageScanner
{
    private readonly CountedStream _stream;

    /// <param name="protocol">One of <see cref="MessageIdentifier.Protocols"/>; null to find out.</param>
    /// <param name="options">How to judge; a profile is asked of the protocols that have it.</param>
    /// <exception cref="ArgumentException">The protocol is not known, or none has the profile.</exception>
    public MessageScanner(string? protocol = null, ParseOptions? options = null)
    {
        options ??= ParseOptions.Default;
        IReadOnlyList<MessageFormat> formats =
            protocol is null ? MessageFormat.All : [MessageIdentifier.Format(protocol)];
        if (options.Profile is { } profile && !formats.Any(format => format.HasProfile(profile)))
        {
            throw new ArgumentException($"{protocol ?? "no protocol"} has {(protocol is null ? "a" : "no")} profile "
                + profile, nameof(options));
        }

        _stream = new CountedStream(formats, usesOwnScans: true, options, MessageStream.MessageLimit);
    }

    public void Append(ReadOnlySpan<byte> bytes) => _stream.Append(bytes);

    /// <summary>Ends the input; nothing may be appended after it.</summary>
    public StreamSummary Complete() => _stream.Complete();
}
