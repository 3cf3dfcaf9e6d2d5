using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Swift.Messages;
using Qbitel.Protocols.Swift.Xml;

namespace Qbitel.Protocols.Identification;

/// <summary>SWIFT FIN: proved by its blocks, closed to the last brace, and the form of its headers.</summary>
internal sealed class SwiftMtFormat : MessageFormat
{
    public override string Name => "swift-mt";

    public override ReadOnlySpan<byte> Anchor => "{1:"u8;

    public override bool Claims(ReadOnlySpan<byte> bytes) =>
        bytes[SwiftFrame.SkipFiller(bytes)..].StartsWith("{1:"u8) || SwiftXml.Claims(bytes);

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (SwiftXml.Claims(bytes)) return IdentifyXml(bytes);
        if (SwiftMessage.TryRead(bytes, out SwiftMessage message, out int consumed, out _) != FrameStatus.Complete)
        {
            return null;
        }

        return Identified(message, consumed);
    }

    private IdentifiedMessage? IdentifyXml(ReadOnlySpan<byte> bytes)
    {
        if (SwiftXml.TryFrame(bytes, out int consumed, out _) != FrameStatus.Complete) return null;
        return SwiftXml.Read(bytes[..consumed].ToArray(), out _)
            is { Error: null, Messages: [{ Message: { } first }, ..] }
            ? Identified(first, consumed) : null;
    }

    private IdentifiedMessage? Identified(SwiftMessage message, int consumed)
    {
        if (message.BasicHeader is null) return null;

        // Braces and names of blocks, the digits of block 1, and the colons of tags at the start of lines; in XML the
        // names of elements are more than that.
        int fields = message.Text.Count + message.UserHeader.Count;
        double bits = 40 + (24 * message.Blocks.Count) + (16 * (fields - message.Findings.Count));
        return new IdentifiedMessage(Name, null, TypeOf(message), consumed,
            IdentifiedMessage.ConfidenceOf(Math.Max(bits, 8)));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        if (SwiftXml.Claims(stream)) return SwiftXml.TryFrame(stream, out consumed, out error);

        Span<SwiftBlock> blocks = stackalloc SwiftBlock[SwiftFrame.MaximumBlocks];
        FrameStatus status = SwiftFrame.TryRead(stream, blocks, out _, out consumed, out error);
        if (status == FrameStatus.Incomplete) consumed = 0;
        if (status == FrameStatus.Invalid) consumed = SwiftFrame.Resynchronise(stream);
        return status;
    }

    public override bool TellsAllFields => true;

    public override void Cover(ReportField field, Span<byte> value)
    {
        if (field.Redaction is Redaction.None or Redaction.Secret)
        {
            base.Cover(field, value);
            return;
        }

        // Of a statement line the dates, the mark, the amount and the type stay.
        int open = field.Tag == "61" ? SwiftRedaction.OpenLength(value) : 0;
        for (int at = open; at < value.Length;)
        {
            int end = value[at..].IndexOfAny((byte)'\r', (byte)'\n');
            Span<byte> line = end < 0 ? value[at..] : value.Slice(at, end);
            CoverLine(field, line);
            at += line.Length + 1;
        }
    }

    // Accounts stay accounts, a BIC where the option has one stays, and lines of option F keep their number and
    // country.
    private static void CoverLine(ReportField field, Span<byte> line)
    {
        if (line.IsEmpty) return;
        if (line[0] == ':')
        {
            // The qualifier of ISO 15022 and what names the kind of what follows.
            int qualifier = line.IndexOf("//"u8);
            int begin = qualifier >= 0 ? qualifier + 2 : line.IndexOf((byte)'/') + 1;
            if (begin > 0) CoverLine(field, line[begin..]);
            else Covering.CoverText(line);
            return;
        }

        if (line[0] == '/')
        {
            Covering.CoverAccount(line);
            return;
        }

        if (field.Tag[^1] is 'A' or 'C' or 'G' or 'P' && Bic.TryParse(Encoding.Latin1.GetString(line), out _)) return;
        bool isNumbered = field.Tag.EndsWith('F') && line.Length > 2 && char.IsAsciiDigit((char)line[0])
            && line[1] == '/';
        int kept = !isNumbered ? 0 : line[0] is (byte)'3' or (byte)'5' or (byte)'6' or (byte)'7'
            ? Math.Min(4, line.Length) : 2;
        Covering.CoverText(line[kept..]);
    }

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => SwiftSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => SwiftSettings.Build(type, settings, wrong);

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        if (SwiftXml.Claims(bytes)) return ParseXml(bytes, options);

        DiagnosticList found = new();
        List<ReportField> fields = [];
        List<SwiftMessage> messages = [];
        LineCounter lines = new();
        for (int at = 0; at < bytes.Length && !found.IsFull;)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (messages.Count > 0 && SwiftFrame.SkipFiller(rest) == rest.Length) break;

            if (messages.Count > 0 && rest.IndexOf("{1:"u8) < 0)
            {
                Severity severity = options.Mode == ParseMode.Strict ? Severity.Error : Severity.Warning;
                found.Add(Place(new Diagnostic("Mt.TrailingBytes", severity, "text follows the last message")
                {
                    Offset = SwiftFrame.SkipFiller(rest),
                    Expected = "the end of the input",
                }, bytes, lines, at, messages.Count));
                break;
            }

            FrameStatus status = SwiftMessage.TryRead(rest, out SwiftMessage message, out int consumed,
                out ParseError? error);
            if (status != FrameStatus.Complete)
            {
                found.Add(Place(error!.Diagnostic, bytes, lines, at, messages.Count + 1));
                if (status == FrameStatus.Incomplete) break;
                at += SwiftFrame.Resynchronise(rest);
                continue;
            }

            messages.Add(message);
            foreach (Diagnostic finding in message.Validate(options))
            {
                found.Add(Place(finding, bytes, lines, at, messages.Count));
            }
            MtReport.AddFields(message, new SwiftPlaces(at), bytes, fields, options.FieldLimit);
            at += consumed;
        }

        return Report(messages, found, fields);
    }

    // A message of another library's XML: written as FIN, judged as that, and told of where it stands in the XML.
    private ParseReport ParseXml(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (SwiftXml.Read(bytes.ToArray(), out ParseError error) is not { } xml) return Unreadable(error);

        DiagnosticList found = new();
        List<ReportField> fields = [];
        List<SwiftMessage> messages = [];
        LineCounter lines = new();
        for (int i = 0; i < xml.Messages.Count && !found.IsFull; i++)
        {
            SwiftXmlMessage item = xml.Messages[i];
            IEnumerable<Diagnostic> findings = options.Mode != ParseMode.Strict ? item.Findings
                : item.Findings.Select(finding => finding with { Severity = Severity.Error });
            if (item.Message is { } message)
            {
                messages.Add(message);
                findings = findings.Concat(message.Validate(options).Select(item.Places.Place));
                MtReport.AddFields(message, item.Places, bytes, fields, options.FieldLimit);
            }

            foreach (Diagnostic finding in findings.OrderBy(finding => finding.Offset))
            {
                Diagnostic placed = Place(finding, bytes, lines, 0, 1);
                found.Add(xml.Messages.Count == 1 ? placed : placed with { Record = i + 1 });
            }
        }

        if (xml.Error is not null) found.Add(Place(xml.Error.Diagnostic, bytes, lines, 0, 1));
        return Report(messages, found, fields);
    }

    private ParseReport Report(List<SwiftMessage> messages, DiagnosticList found, List<ReportField> fields)
    {
        SwiftMessage? first = messages.FirstOrDefault(message => !message.IsAcknowledgement)
            ?? messages.FirstOrDefault();
        List<KeyValuePair<string, string>> summary = first is null ? [] : MtSummary.Of(first);
        if (messages.FirstOrDefault(message => message.IsAcknowledgement) is { } answer)
        {
            summary.Add(new("acknowledgement",
                answer.IsAccepted switch { true => "accepted", false => "refused", _ => "unclear" }));
        }

        if (messages.Count > 1) summary.Add(new("messages", messages.Count.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, null, first is null ? null : TypeOf(first), found.Found, summary, fields);
    }

    private static string? TypeOf(SwiftMessage message) =>
        message.IsAcknowledgement ? message.IsAccepted == false ? "NAK" : "ACK"
        : message.MessageType.Length > 0 ? "MT" + message.MessageType : null;

    private static Diagnostic Place(Diagnostic finding, ReadOnlySpan<byte> bytes, LineCounter lines, int at, int record)
    {
        if (finding.Offset is not { } offset) return finding;
        TextPosition position = lines.Of(bytes, (int)offset + at);
        return Place(finding, at, record) with { Line = position.Line, Column = position.Column };
    }
}
