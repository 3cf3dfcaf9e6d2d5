namespace Qbitel.Protocols.Identification;

/// <summary>Makes messages of any protocol that can be made of settings.</summary>
public static class MessageMaker
{
    /// <summary>The protocols whose messages can be made.</summary>
    public static IReadOnlyList<string> Protocols { get; } =
        [.. MessageFormat.All.Where(format => format.CanBuild).Select(format => format.Name)];

    /// <summary>The places of a type, in their order; empty where the type is not known.</summary>
    /// <param name="protocol">One of <see cref="Protocols"/>.</param>
    /// <param name="type">As the protocol writes it: <c>D</c>, <c>103</c>, <c>pacs.008.001.08</c>, <c>0200</c>,
    /// <c>PPD</c>, <c>CTR</c>.</param>
    public static IReadOnlyList<MessageSlot> Slots(string protocol, string type) => Format(protocol).Slots(type);

    /// <summary>Makes a message and reads it: what is wrong with the settings or with it is told, several at once.
    /// </summary>
    /// <param name="protocol">One of <see cref="Protocols"/>.</param>
    /// <param name="type">As the protocol writes it.</param>
    /// <param name="settings">In the order in which the message shall have them, where the protocol does not
    /// say.</param>
    /// <param name="now">The time of messages that say when they were sent and are not told it.</param>
    /// <param name="options">How the message is judged.</param>
    public static BuiltMessage Build(string protocol, string type, IReadOnlyList<MessageSetting> settings,
        DateTimeOffset now, ParseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(settings);
        MessageFormat format = Format(protocol);
        List<Diagnostic> wrong = [];
        byte[]? bytes = format.Build(type, settings, now, options ?? ParseOptions.Default, wrong);
        if (bytes is null || wrong.Count > 0) return new BuiltMessage(null, wrong);
        return new BuiltMessage(bytes, [.. MessageParser.Parse(bytes, protocol, options).Findings.Select(finding =>
            finding.Path is { } place ? finding with { Path = format.SettingOf(place) } : finding)]);
    }

    private static MessageFormat Format(string protocol)
    {
        MessageFormat format = MessageIdentifier.Format(protocol);
        return format.CanBuild ? format
            : throw new ArgumentException($"{protocol} is not one of {string.Join(", ", Protocols)}", nameof(protocol));
    }
}
