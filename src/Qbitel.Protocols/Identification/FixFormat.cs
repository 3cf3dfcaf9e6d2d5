using System.Globalization;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Settings;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Identification;

/// <summary>FIX tag=value: proved by BodyLength and CheckSum.</summary>
internal sealed class FixFormat : MessageFormat
{
    public override string Name => "fix";

    public override ReadOnlySpan<byte> Anchor => "8=FIX"u8;

    public override bool Claims(ReadOnlySpan<byte> bytes) => bytes.StartsWith("8=FIX"u8);

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (FixFrame.TryRead(bytes, out FixFrame frame, out _) != FrameStatus.Complete) return null;

        // The fixed bytes of 8, 9, 35 and 10, the three digits of the sum, and a digit, '=' and SOH for each field.
        FixReader reader = new(bytes[..frame.Length]);
        int fields = 0, faults = 0;
        string? type = null;
        while (reader.Read())
        {
            fields++;
            if (reader.Fault != FixFieldFault.None) faults++;
            if (reader.Tag == 35 && type is null) type = Redaction.None.Mask(reader.Value);
        }

        return new IdentifiedMessage(Name, frame.Version.ToString(), type, frame.Length,
            IdentifiedMessage.ConfidenceOf(128 + (16 * (fields - (2 * faults)))));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        FrameStatus status = FixFrame.TryRead(stream, out FixFrame frame, out error);
        consumed = status switch
        {
            FrameStatus.Complete => frame.Length,
            FrameStatus.Invalid => FixFrame.Resynchronise(stream),
            _ => 0,
        };
        return status;
    }

    public override bool TellsAllFields => true;

    public override void CoverUnread(Span<byte> bytes)
    {
        // A wrong length or sum leaves fields where they are: what the dictionary knows as public may be seen.
        FixReader reader = new(bytes);
        while (reader.Read())
        {
            Span<byte> value = bytes.Slice(reader.ValueOffset, reader.Value.Length);
            bool isPublic = reader.Fault == FixFieldFault.None && FixRedaction.Of(reader.Tag) == Redaction.None
                && !value.Contains((byte)'=') // a field that has swallowed the next
                && FixDictionary.Of("FIX.4.4").Field(reader.Tag) is not null;
            if (isPublic) Covering.CoverStrayPans(value);
            else Covering.CoverText(reader.Fault == FixFieldFault.None ? value : bytes[reader.FieldOffset..]);
        }
    }

    public override void Reseal(Span<byte> message)
    {
        // 10=nnn and SOH end the message.
        if (message.Length < 8) return;
        byte sum = FixFrame.CheckSum(message[..^7]);
        sum.TryFormat(message[^4..^1], out _, "D3", CultureInfo.InvariantCulture);
    }

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => FixSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => FixSettings.Build(type, settings, now, wrong);

    /// <summary>Each says which version's table judges; under FIXT.1.1, the application version to assume.</summary>
    public override IReadOnlyList<MessageProfile> Profiles { get; } =
    [
        new("fix-4.2", "FIX 4.2"),
        new("fix-4.4", "FIX 4.4"),
        new("fix-5.0", "FIX 5.0 over FIXT.1.1"),
        new("fix-5.0sp1", "FIX 5.0 SP1 over FIXT.1.1"),
        new("fix-5.0sp2", "FIX 5.0 SP2 over FIXT.1.1"),
    ];

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        DiagnosticList found = new();
        List<ReportField> fields = [];
        FixMessage? first = null;
        FixParser version = new(options.Profile?.ToUpperInvariant().Replace("FIX-", "FIX.", StringComparison.Ordinal));
        FixProfile profile = version.Profile, ofFirst = profile;
        int messages = 0;
        for (int at = 0; at < bytes.Length && !found.IsFull;)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (messages > 0 && !rest.ContainsAnyExcept("\r\n"u8)) break; // the line end of a log

            FrameStatus status = FixFrame.TryRead(rest, out FixFrame frame, out ParseError? error);
            if (status != FrameStatus.Complete)
            {
                found.Add(Place(error!.Diagnostic, at, messages + 1));
                if (status == FrameStatus.Incomplete) break;
                at += FixFrame.Resynchronise(rest);
                continue;
            }

            if (!FixMessage.TryParse(rest[..frame.Length], out FixMessage message, out error)) return Unreadable(error);
            messages++;
            if (options.Profile is not null && !version.TryParse(rest[..frame.Length], out _, out error))
            {
                found.Add(Place(error.Diagnostic, at, messages));
            }

            // A Logon says what the messages after it are that do not say so themselves.
            if (message.MessageType == "A" && message.Find(1137) is { } named
                && Ascii.TryReadNumber(message.ValueOf(named), 1, out int application))
            {
                profile = profile.WithApplication((FixApplication)application);
            }

            if (first is null) (first, ofFirst) = (message, profile);
            foreach (Diagnostic finding in message.Validate(profile, options.Mode))
            {
                found.Add(Place(finding, at, messages));
            }

            if (fields.Count < options.FieldLimit) AddFields(message, profile, at, fields, options.FieldLimit);
            at += frame.Length;
        }

        if (bytes.IsEmpty) return Unreadable(Empty);
        List<KeyValuePair<string, string>> summary = first is null ? [] : Summarise(first, ofFirst);
        if (messages > 1) summary.Add(new("messages", messages.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, first?.Version.ToString(), first?.MessageType, found.Found, summary, fields);
    }

    private static void AddFields(FixMessage message, FixProfile profile, int at, List<ReportField> fields, int limit)
    {
        FixDictionary? dictionary = profile.DictionaryOf(message.Version, message.Application);
        FixPaths paths = new(dictionary, message.MessageType);
        foreach (FixField field in message.Fields)
        {
            if (fields.Count == limit) return;
            ReadOnlySpan<byte> value = message.ValueOf(field);
            FixFieldRule? rule = dictionary?.Field(field.Tag);
            Redaction redaction = FixRedaction.Of(field.Tag, value);
            fields.Add(new ReportField(field.Tag.ToString(CultureInfo.InvariantCulture), rule?.Name, at + field.Offset,
                field.End - field.Offset, redaction.Mask(value))
            {
                Path = paths.Next(field.Tag),
                Depth = paths.Depth,
                Meaning = redaction != Redaction.None ? null : field.Tag == 35
                    ? dictionary?.Message(value)?.Name : rule?.Meaning(value),
                ValueOffset = at + field.ValueOffset,
                ValueLength = value.Length,
                Redaction = redaction,
            });
        }
    }

    private static List<KeyValuePair<string, string>> Summarise(FixMessage message, FixProfile profile)
    {
        List<KeyValuePair<string, string>> summary = [];
        if (profile.DictionaryOf(message.Version, message.Application)?.Message(message.MessageType) is { } rule)
        {
            summary.Add(new("name", rule.Name));
        }

        if (message.Version == FixVersion.Fixt11)
        {
            summary.Add(new("application", FixVersion.NameOf(message.Application ?? profile.Application)));
            if (message.Find(1129) is { } custom)
            {
                summary.Add(new("customApplication", Redaction.None.Mask(message.ValueOf(custom))));
            }
        }

        foreach ((int tag, string name) in SummaryTags)
        {
            if (message.Find(tag) is { } field)
            {
                summary.Add(new(name, FixRedaction.Of(tag, message.ValueOf(field)).Mask(message.ValueOf(field))));
            }
        }

        return summary;
    }

    private static readonly (int Tag, string Name)[] SummaryTags =
    [
        (49, "sender"), (56, "target"), (34, "sequence"), (52, "sent"), (11, "clientOrder"), (37, "order"),
        (17, "execution"), (55, "symbol"), (54, "side"), (38, "quantity"), (44, "price"), (15, "currency"),
    ];
}
