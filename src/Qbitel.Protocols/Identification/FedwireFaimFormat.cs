using System.Globalization;
using System.Text;
using Qbitel.Protocols.FedwireFaim;

namespace Qbitel.Protocols.Identification;

/// <summary>Fedwire's tag format: proved by tags of the format that stand where tags may.</summary>
internal sealed class FedwireFaimFormat : MessageFormat
{
    // Tags without which bytes are not taken for such a message, however many braces they have.
    private static readonly string[] Anchors = ["1500", "1100", "1510", "1520", "2000", "3100", "3400", "3600"];

    public override string Name => "fedwire-faim";

    public override ReadOnlySpan<byte> Anchor => "{1500}"u8;

    /// <summary>Every byte of a tag's content is in one of its elements.</summary>
    public override bool TellsAllFields => true;

    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        if (FaimObjects.Claims(bytes)) return true;
        int at = FaimTagReader.SkipGap(bytes);
        if (!FaimTagReader.IsTag(bytes[at..])) return false;
        return Count(bytes, out int anchors) > 0 && (anchors > 1 || IsAnchor(bytes.Slice(at + 1, 4)));
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (FaimObjects.Claims(bytes)) return IdentifyObjects(bytes);
        if (!Claims(bytes)) return null;

        FaimFrame.FindEnd(bytes, out int length);
        ReadOnlySpan<byte> message = bytes[..length];
        if (!FaimFrame.HasMandatory(message)) return null;

        // A tag's braces are 16 bits, and of ten thousand numbers the format has sixty: 7 bits more.
        int known = Count(message, out _);
        return new IdentifiedMessage(Name, "3.0", TypeOf(FaimMessage.Read(message)), length,
            IdentifiedMessage.ConfidenceOf(23 * known));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        if (FaimObjects.Claims(stream))
        {
            bool isRead = FaimObjects.Read(stream, out ParseError wrong) is not null;
            (consumed, error) = (isRead || !wrong.IsIncomplete ? stream.Length : 0, isRead ? null : wrong);
            return isRead ? FrameStatus.Complete : wrong.IsIncomplete ? FrameStatus.Incomplete : FrameStatus.Invalid;
        }

        error = FaimMessage.NotOne(stream);
        if (error is { IsIncomplete: true }) return FrameStatus.Incomplete;
        if (error is not null)
        {
            consumed = FaimFrame.Resynchronise(stream);
            return FrameStatus.Invalid;
        }

        bool more = FaimFrame.FindEnd(stream, out int length);
        bool isWhole = more || (FaimFrame.HasMandatory(stream) && !new FaimReading(stream).BreaksOff);
        if (isWhole)
        {
            consumed = length;
            return FrameStatus.Complete;
        }

        error = new ParseError(new Diagnostic("Faim.Incomplete", Severity.Error, "the message is cut")
        {
            Offset = stream.Length,
            Expected = "the tags every message has",
            Actual = "the end of the input",
        }, IsIncomplete: true);
        return FrameStatus.Incomplete;
    }

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => FaimSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => FaimSettings.Build(type, settings, wrong);

    public override string SettingOf(string place) => FaimSettings.PathOf(place);

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        if (FaimObjects.Claims(bytes)) return ParseObjects(bytes, options);
        if (FaimMessage.NotOne(bytes) is { } wrong) return Unreadable(wrong);

        DiagnosticList found = new();
        List<ReportField> fields = [];
        LineCounter lines = new();
        FaimMessage? first = null;
        int messages = 0;
        for (int at = 0; at < bytes.Length && !found.IsFull;)
        {
            FaimFrame.FindEnd(bytes[at..], out int length);
            FaimMessage message = FaimMessage.Read(bytes.Slice(at, length));
            first ??= message;
            messages++;
            foreach (Diagnostic finding in message.Validate(options.Mode))
            {
                TextPosition position = lines.Of(bytes, at + (int)(finding.Offset ?? 0));
                found.Add(Place(finding, at, messages) with { Line = position.Line, Column = position.Column });
            }

            AddFields(message, at, fields, options.FieldLimit);
            at += length;
        }

        List<KeyValuePair<string, string>> summary = Summarise(first!);
        if (messages > 1) summary.Add(new("messages", messages.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, "3.0", TypeOf(first!), found.Found, summary, fields);
    }

    // The names of the objects are the proof: nothing else has them.
    private IdentifiedMessage? IdentifyObjects(ReadOnlySpan<byte> bytes)
    {
        if (FaimObjects.Read(bytes, out _) is not { Messages: [var first, ..] }) return null;
        return FaimFrame.HasMandatory(first.Message.RawContent.Span) ? new IdentifiedMessage(Name, "3.0",
            TypeOf(first.Message), bytes.Length, IdentifiedMessage.ConfidenceOf(23 * first.Tags.Count)) : null;
    }

    private ParseReport ParseObjects(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (FaimObjects.Read(bytes, out ParseError error) is not { } objects) return Unreadable(error);

        DiagnosticList found = new();
        List<ReportField> fields = [];
        LineCounter lines = new();
        for (int i = 0; i < objects.Messages.Count && !found.IsFull; i++)
        {
            FaimObjectMessage item = objects.Messages[i];
            IEnumerable<Diagnostic> unknown = item.Unknown.Select(name => new Diagnostic("Faim.UnknownObject",
                options.Mode == ParseMode.Strict ? Severity.Error : Severity.Warning,
                "no tag and no element has this name")
            {
                Offset = name.Offset,
                Field = Redaction.None.Mask(name.Name),
            });
            foreach (Diagnostic finding in item.Message.Validate(options.Mode).Select(item.Place).Concat(unknown))
            {
                TextPosition position = lines.Of(bytes, (int)(finding.Offset ?? 0));
                found.Add(finding with { Line = position.Line, Column = position.Column, Record = i + 1 });
            }

            AddFields(item.Message, 0, fields, options.FieldLimit, item.Tags);
        }

        FaimMessage first = objects.Messages[0].Message;
        List<KeyValuePair<string, string>> summary = Summarise(first);
        if (objects.Messages.Count > 1)
            summary.Add(new("messages", objects.Messages.Count.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, "3.0", TypeOf(first), found.Found, summary, fields);
    }

    private static string? TypeOf(FaimMessage message) =>
        message.BusinessFunction is { } function && FaimTable.Functions.ContainsKey(function) ? function : null;

    private static bool IsAnchor(ReadOnlySpan<byte> tag)
    {
        foreach (string anchor in Anchors) if (FaimFrame.Is(tag, anchor)) return true;
        return false;
    }

    private static int Count(ReadOnlySpan<byte> bytes, out int anchors)
    {
        FaimTagReader reader = new(bytes);
        int known = anchors = 0;
        while (reader.Read())
        {
            if (IsAnchor(reader.Tag)) anchors++;
            if (FaimTable.Tag(Encoding.ASCII.GetString(reader.Tag)) is not null) known++;
        }

        return known;
    }

    private static void AddFields(FaimMessage message, int at, List<ReportField> fields, int limit,
        IReadOnlyDictionary<string, int>? objects = null)
    {
        foreach (FaimField field in message.Fields)
        {
            FaimTagRule? rule = FaimTable.Tag(field.Tag);
            foreach (FaimElement element in field.Elements)
            {
                if (fields.Count == limit) return;
                FaimElementRule? own = rule is not null && element.Index <= rule.Elements.Count
                    ? rule.Elements[element.Index - 1] : null;
                // Of a message kept as objects the place is that of the tag's object.
                (int offset, int length) = objects is null ? (at + element.Offset, element.Length)
                    : (objects.GetValueOrDefault(field.Tag), 0);
                fields.Add(new ReportField(field.Tag, own is null ? rule?.Name : $"{rule!.Name}.{own.Name}", offset,
                    length, element.Redaction.Mask(element.Text))
                {
                    Path = $"/{field.Tag}/{element.Index}",
                    Meaning = own?.MeaningOf(element.Value) ?? own?.MeaningOf(element.Text),
                    Redaction = element.Redaction,
                });
            }
        }
    }

    private static List<KeyValuePair<string, string>> Summarise(FaimMessage message)
    {
        List<KeyValuePair<string, string>> summary = [];
        Add("imad", message.Imad?.Value);
        Add("amount", message.Amount?.ToString());
        Add("businessFunction", message.BusinessFunction);
        Add("meaning", Meaning("3600", message.BusinessFunction));
        Add("typeSubtype", message.TypeSubtype);
        Add("subtype", FaimTable.Tag("1510")!.Elements[1].MeaningOf(message.Find("1510")?[2] ?? ""));
        Add("sender", message.Sender);
        Add("senderName", message.Find("3100")?[2]);
        Add("receiver", message.Receiver);
        Add("receiverName", message.Find("3400")?[2]);
        Add("sendersReference", message.SenderReference);
        Add("previousMessage", message.Find("3500")?[1]);
        Add("environment", message.Find("1500") is null && message.Find("1100") is null ? null
            : message.IsTest ? "test" : "production");
        return summary;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) summary.Add(new(name, Redaction.None.Mask(value)));
        }

        static string? Meaning(string tag, string? value) =>
            value is null ? null : FaimTable.Tag(tag)!.Elements[0].MeaningOf(value);
    }
}
