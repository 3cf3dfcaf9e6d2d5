using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Iso20022;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// ISO 20022 in XML: proved by a namespace of the standard and a text that is well-formed to its end.
/// </summary>
internal sealed class Iso20022Format : MessageFormat
{
    private const string NamespacePrefix = "urn:iso:std:iso:20022:tech:xsd:";

    // How far into an envelope the namespace may be for bytes to claim to be such a message.
    private const int ClaimWindow = 8 * 1024;

    private static readonly SearchValues<byte> Gap = SearchValues.Create((byte[])[.. " \t\r\n"u8, 0xEF, 0xBB, 0xBF]);

    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n/>"u8);

    public override string Name => "iso20022";

    public override ReadOnlySpan<byte> Anchor => "<"u8;

    public override bool Claims(ReadOnlySpan<byte> bytes) =>
        bytes[..Math.Min(bytes.Length, ClaimWindow)].IndexOf("urn:iso:std:iso:20022:"u8) > 0
        && FirstMark(bytes) == (byte)'<';

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (!Claims(bytes) || TryReadMessage(bytes, out int consumed, out _) != FrameStatus.Complete) return null;
        if (MxDocument.MessageTypeOf(bytes[..consumed].ToArray()) is not { } type) return null;

        // The namespace is the proof: nothing else carries it.
        return new IdentifiedMessage(Name, type[(type.LastIndexOf('.') + 1)..], type, consumed,
            IdentifiedMessage.ConfidenceOf(8 * NamespacePrefix.Length));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        int at = 0;
        while (true)
        {
            FrameStatus status = ElementEnd(stream, at, out int end, out bool isHeader, out error);
            if (status == FrameStatus.Invalid)
                consumed = Math.Max(1, stream.Length > 1 ? stream[1..].IndexOf((byte)'<') + 1 : 1);
            if (status != FrameStatus.Complete) return status;

            at = end;
            if (isHeader) continue; // the header stands beside the document it belongs to

            consumed = end;
            return status;
        }
    }

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);

        byte[] source = bytes.ToArray();
        string? type = MxDocument.MessageTypeOf(source);
        if (type is not null && type != Pacs008.MessageType) return WithoutRules(type);
        if (!Pacs008.TryParse(source, out Pacs008 message, out ParseError error)) return Unreadable(error);

        List<ReportField> fields = [];
        MxOffsets offsets = new(bytes);
        foreach (MxElement element in message.Root.All())
        {
            if (element.Value is not { } value || fields.Count == options.FieldLimit) continue;

            (int start, int length) = offsets.Of(element);
            string shown = MxRedaction.Of(element).Mask(value);
            fields.Add(new ReportField(element.Name, element.Name, start, length, element.Currency is { } currency
                ? $"{currency} {shown}" : shown)
            { Path = element.Path, Redaction = MxRedaction.Of(element) });
        }

        return new ParseReport(Name, "08", Pacs008.MessageType, message.Findings, Summarise(message), fields);
    }

    private ParseReport WithoutRules(string type) => new(Name, type[(type.LastIndexOf('.') + 1)..], type,
    [
        new Diagnostic("Mx.NoRuleSet", Severity.Info,
            "the text is well-formed; this version has no rules for this message type")
        {
            Path = "/Document", Expected = Pacs008.MessageType, Actual = type,
        },
    ], [], []);

    private static List<KeyValuePair<string, string>> Summarise(Pacs008 message)
    {
        List<KeyValuePair<string, string>> summary = [];
        Add("messageId", message.MessageId);
        Add("created", message.CreatedAt);
        Add("settlementMethod", message.SettlementMethod);
        Add("transactions", message.Transactions.Count.ToString(CultureInfo.InvariantCulture));
        if (message.Transactions is [var first, ..])
        {
            Add("endToEndId", first.EndToEndId);
            Add("uetr", first.Uetr);
            Add("amount", first.Amount?.ToString());
            Add("settlementDate", first.SettlementDate);
            Add("debtorAgent", first.DebtorAgent);
            Add("creditorAgent", first.CreditorAgent);
        }

        return summary;

        void Add(string name, string? value)
        {
            if (value is not null) summary.Add(new(name, Redaction.None.Mask(value)));
        }
    }

    private static byte FirstMark(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        int first = text.IndexOfAnyExcept(" \t\r\n"u8);
        return first < 0 ? (byte)0 : text[first];
    }

    // From a place on: past declaration, comments and white space, to the end of the first element.
    private static FrameStatus ElementEnd(ReadOnlySpan<byte> stream, int at, out int end, out bool isHeader,
        out ParseError? error)
    {
        end = 0;
        isHeader = false;
        error = null;
        while (true)
        {
            int mark = stream[at..].IndexOf((byte)'<');
            bool isGap = !(mark < 0 ? stream[at..] : stream.Slice(at, mark)).ContainsAnyExcept(Gap);
            if (!isGap) return Fault(FrameStatus.Invalid, at, "text stands before the message", out error);
            if (mark < 0 || at + mark + 1 >= stream.Length)
                return Fault(FrameStatus.Incomplete, stream.Length, "the text breaks off", out error);

            at += mark;
            if (stream[at + 1] is not ((byte)'?' or (byte)'!')) break;

            int close = stream[at..].IndexOf((byte)'>');
            if (close < 0) return Fault(FrameStatus.Incomplete, stream.Length, "the text breaks off", out error);
            at += close + 1;
        }

        ReadOnlySpan<byte> name = stream[(at + 1)..];
        int nameEnd = name.IndexOfAny(NameEnds);
        if (nameEnd < 0) return Fault(FrameStatus.Incomplete, stream.Length, "the text breaks off", out error);
        name = name[..nameEnd];
        if (name.IsEmpty || nameEnd > 200) return Fault(FrameStatus.Invalid, at, "no element stands here", out error);

        byte[] closing = [.. "</"u8, .. name];
        int last = stream[at..].IndexOf(closing);
        int bracket = last < 0 ? -1 : stream[(at + last)..].IndexOf((byte)'>');
        if (bracket < 0)
        {
            return stream.Length > MxReader.MaxSize
                ? Fault(FrameStatus.Invalid, at, "the message is too large", out error)
                : Fault(FrameStatus.Incomplete, stream.Length, "the text breaks off", out error);
        }

        end = at + last + bracket + 1;
        isHeader = name.EndsWith("AppHdr"u8);
        return FrameStatus.Complete;
    }

    private static FrameStatus Fault(FrameStatus status, int offset, string what, out ParseError? error)
    {
        error = new ParseError(new Diagnostic(status == FrameStatus.Incomplete ? "Mx.Incomplete" : "Mx.NotWellFormed",
            Severity.Error, what)
        {
            Offset = offset,
            Expected = "an element of an ISO 20022 message",
            Actual = status == FrameStatus.Incomplete ? "the end of the bytes" : "something else",
        }, status == FrameStatus.Incomplete);
        return status;
    }
}
