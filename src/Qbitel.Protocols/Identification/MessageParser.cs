namespace Qbitel.Protocols.Identification;

/// <summary>Reads an input of any protocol known and reports what it holds and what is wrong with it.</summary>
public static class MessageParser
{
    /// <param name="bytes">The whole input.</param>
    /// <param name="protocol">One of <see cref="MessageIdentifier.Protocols"/>; null to find out, or where the options
    /// name a layout.</param>
    /// <param name="options">How to judge; null for <see cref="ParseOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">The protocol, or its profile, is not known.</exception>
    public static ParseReport Parse(ReadOnlySpan<byte> bytes, string? protocol = null, ParseOptions? options = null)
    {
        options ??= ParseOptions.Default;
        if (options.Layout is { } layout) return Parse(new LayoutFormat(layout), bytes, options);
        if (protocol is not null) return Parse(MessageIdentifier.Format(protocol), bytes, options);
        if (MessageIdentifier.Identify(bytes) is { Protocol: { } name })
        {
            return Parse(MessageIdentifier.Format(name), bytes, options);
        }

        // What claims to be a message and is not one is told where it fails; anything else is unknown.
        foreach (MessageFormat format in MessageFormat.All)
        {
            if (format.Claims(bytes)) return Parse(format, bytes, options);
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

    /// <summary>The profiles of a protocol.</summary>
    /// <param name="protocol">One of <see cref="MessageIdentifier.Protocols"/>.</param>
    public static IReadOnlyList<MessageProfile> Profiles(string protocol) =>
        MessageIdentifier.Format(protocol).Profiles;

    private static ParseReport Parse(MessageFormat format, ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (options.Profile is { } profile && !format.HasProfile(profile))
        {
            string known = format.Profiles.Count == 0
                ? "it has none" : $"it has {string.Join(", ", format.Profiles.Select(each => each.Name))}";
            throw new ArgumentException($"{format.Name} has no profile {profile}; {known}", nameof(options));
        }

        if (!options.OwnProfile.IsEmpty && !format.TakesOwnProfile)
            throw new ArgumentException($"{format.Name} has no profiles of operators' own", nameof(options));

        return format.Parse(bytes, options);
    }
}
