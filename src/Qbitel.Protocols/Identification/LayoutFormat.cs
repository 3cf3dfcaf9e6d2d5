using System.Globalization;
using System.Text;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Protocols.Identification;

/// <summary>A protocol that a layout describes. Its inputs are one message each: a layout does not say how messages
/// follow each other.</summary>
/// <remarks>What a field means says how much of it is shown. Of a field without a meaning, of bytes and of text nothing
/// is: whoever knows that they are harmless says so in the layout.</remarks>
internal sealed class LayoutFormat(Layout layout) : MessageFormat
{
    public override string Name => layout.Name;

    public override bool Claims(ReadOnlySpan<byte> bytes) => LayoutParser.Parse(layout, bytes.ToArray()).IsValid;

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes) =>
        LayoutParser.Parse(layout, bytes.ToArray()) is { IsValid: true } parsed
            ? new IdentifiedMessage(Name, null, parsed.Type?.Name, bytes.Length, 1) : null;

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = stream.Length;
        error = stream.IsEmpty ? Empty : null;
        return stream.IsEmpty ? FrameStatus.Incomplete : FrameStatus.Complete;
    }

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        ParsedMessage parsed = LayoutParser.Parse(layout, bytes.ToArray());
        List<ReportField> fields = [];
        foreach ((string path, ParsedPart part) in parsed.Fields().Take(options.FieldLimit))
            fields.Add(Field(path, (LayoutField)part.Part, part, bytes.Slice(part.Start, part.Length)));

        List<KeyValuePair<string, string>> summary = [];
        if (parsed.Type is { } type) summary.Add(new("type", type.Name));
        summary.Add(new("bytes", bytes.Length.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, null, parsed.Type?.Name, [.. parsed.Findings.Select(Finding)], summary, fields);
    }

    public override void Cover(ReportField field, Span<byte> value)
    {
        if (field.Redaction != Redaction.None && field.Coding == ValueCoding.Ebcdic) Covering.CoverEbcdic(value);
        else base.Cover(field, value);
    }

    private static Diagnostic Finding(LayoutFinding finding) =>
        new(finding.Code, Severity.Error,
            finding.IsIncomplete ? "the message ends too early" : "the layout does not hold here")
        {
            Offset = finding.Offset,
            Path = finding.Path,
            Expected = finding.Expected,
            Actual = finding.Found,
        };

    private static ReportField Field(string path, LayoutField field, ParsedPart part, ReadOnlySpan<byte> bytes)
    {
        Redaction redaction = RedactionOf(field);
        bool isEbcdic = field.Type.StartsWith("ebcdic", StringComparison.Ordinal);
        string value = redaction == Redaction.Text
            ? $"*** ({bytes.Length.ToString(CultureInfo.InvariantCulture)} characters)"
            : redaction.Mask(Shown(field, bytes));
        string? meaning = field.Semantic == "unknown" ? null : field.Semantic;
        return new ReportField(field.Name, meaning, part.Start, part.Length, value)
        {
            Path = path,
            Depth = path.Count(c => c == '['),
            Redaction = redaction,
            Coding = isEbcdic ? ValueCoding.Ebcdic
                : field.Type is "bcd" or "packed" ? ValueCoding.Packed
                : field.Type is "ascii" or "digits" or "hex-digits" ? ValueCoding.Text : ValueCoding.Bytes,
        };
    }

    private static Redaction RedactionOf(LayoutField field) => field.IsDerived ? Redaction.None : field.Semantic switch
    {
        "amount" or "bic" or "bitmap" or "checksum" or "const" or "count" or "currency" or "date" or "delimiter"
            or "flags" or "float" or "id" or "integer" or "length" or "magic" or "msgtype" or "padding" or "sequence"
            or "time" or "timestamp" or "version" => Redaction.None,
        "pan" => Redaction.Pan,
        "account" or "iban" => Redaction.Account,
        "name" => Redaction.Name,
        "address" or "string" or "text" => Redaction.Text,
        _ => Redaction.Secret,
    };

    // Digits as they stand, with their zeros; numbers as numbers; other bytes in hexadecimal.
    private static string Shown(LayoutField field, ReadOnlySpan<byte> bytes)
    {
        switch (field.Type)
        {
            case "ascii" or "digits" or "hex-digits":
                return Encoding.Latin1.GetString(bytes);
            case "ebcdic" or "ebcdic-digits":
                return string.Create(bytes.Length, bytes, static (text, from) =>
                {
                    for (int i = 0; i < text.Length; i++) text[i] = Ebcdic.Character(TextCoding.Ebcdic037, from[i]);
                });
            default:
                return NumberCoding.WidthOf(field.Type) is not null
                    && NumberCoding.TryRead(field.Type, bytes, out long number)
                    ? number.ToString(CultureInfo.InvariantCulture) : Convert.ToHexStringLower(bytes);
        }
    }
}
