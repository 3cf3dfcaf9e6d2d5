using System.Text;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>One pass over the tags of one message: fields, elements, and what is wrong with their form.</summary>
internal sealed class FaimReading
{
    private const int MaximumFields = 1_000;

    private readonly LineCounter _lines = new();

    public FaimReading(ReadOnlySpan<byte> bytes)
    {
        FaimTagReader reader = new(bytes);
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (Fields.Count < MaximumFields && !Findings.IsFull && reader.Read())
        {
            string tag = Encoding.ASCII.GetString(reader.Tag);
            FaimTagRule? rule = FaimTable.Tag(tag);
            List<FaimElement> elements = rule is null ? Unknown(bytes, tag, reader)
                : Split(bytes, rule, reader.ContentOffset, reader.Content);
            Fields.Add(new FaimField(tag, rule?.Name, elements, reader.Offset,
                FaimTagReader.TagLength + reader.ContentLength));
            if (!seen.Add(tag))
            {
                Report(bytes, "Faim.DuplicateTag", Severity.Error, "the tag stands twice", reader.Offset,
                    FaimTagReader.TagLength, tag, null, "once");
            }
        }

        if (Fields.Count == MaximumFields)
        {
            Report(bytes, "Faim.TooManyTags", Severity.Error, "the message has more tags than the format", reader.End,
                null, null, null, $"at most {MaximumFields} tags");
        }
        else if (reader.End + FaimTagReader.SkipGap(bytes[reader.End..]) is int rest && rest < bytes.Length)
        {
            Report(bytes, "Faim.TagForm", Severity.Error, "what stands here is no tag", rest, null, null, null,
                "{nnnn}");
        }
    }

    public List<FaimField> Fields { get; } = [];

    public DiagnosticList Findings { get; } = new();

    /// <summary>Whether the last tag breaks off, so that more bytes could complete it.</summary>
    public bool BreaksOff { get; private set; }

    private List<FaimElement> Unknown(ReadOnlySpan<byte> bytes, string tag, FaimTagReader reader)
    {
        Report(bytes, "Faim.UnknownTag", Severity.Error, "the format has no such tag; it is kept", reader.Offset,
            FaimTagReader.TagLength, tag, null, "a tag of FAIM 3.0");
        if (reader.ContentLength == 0) return [];
        return [new FaimElement(1, null, Encoding.Latin1.GetString(reader.Content), reader.ContentOffset,
            reader.ContentLength) { Redaction = Redaction.Text }];
    }

    private List<FaimElement> Split(ReadOnlySpan<byte> bytes, FaimTagRule rule, int offset, ReadOnlySpan<byte> content)
    {
        List<FaimElement> elements = new(rule.Elements.Count);
        bool isDelimited = content.Contains((byte)'*');
        int at = 0, counted = 0;
        foreach (FaimElementRule element in rule.Elements)
        {
            ReadOnlySpan<byte> rest = content[at..];
            if (rest.IsEmpty) break;

            int length = element.Form == FaimForm.Fixed ? Math.Min(element.Length, rest.Length)
                : element.Form == FaimForm.Counted ? Math.Min(counted, rest.Length) : rest.IndexOf((byte)'*');
            int taken = length;
            int index = elements.Count + 1;
            if (element.Form == FaimForm.Fixed && rest[..length].Contains((byte)'*'))
            {
                taken = length = rest.IndexOf((byte)'*');
                if (length > 0 || element.IsMandatory || rest.Length > 1)
                    Wrong(bytes, rule, element, index, offset + at, length, rest[..length]);
                taken++;
            }
            else if (element.Form == FaimForm.Fixed && length < element.Length)
            {
                Wrong(bytes, rule, element, index, offset + at, length, rest);
                BreaksOff = true;
            }
            else if (element.Form == FaimForm.Counted && length < counted)
            {
                Wrong(bytes, rule, element, index, offset + at, length, rest);
                BreaksOff = true;
            }
            else if (element.Form is FaimForm.Delimited or FaimForm.DelimitedCode)
            {
                taken = length + 1;
                if (length > element.Length && element.Form == FaimForm.DelimitedCode)
                {
                    taken = length = element.Length; // a code that is whole may go without its delimiter
                }
                else if (length > element.Length)
                {
                    Wrong(bytes, rule, element, index, offset + at, length, rest[..length]);
                }
                else if (length < 0 && rest.Length >= element.Length && (!isDelimited || rest.Length == element.Length))
                {
                    taken = length = element.Length; // a message laid out in columns has no delimiters
                }
                else if (length < 0)
                {
                    taken = length = rest.Length;
                    BreaksOff = length <= element.Length;
                    Report(bytes, length > element.Length ? "Faim.ElementLength" : "Faim.Delimiter", Severity.Error,
                        length > element.Length ? "the element is too long" : "the element is not ended", offset + at,
                        length, rule.Tag, element, element.Expected, element.Redaction.Mask(rest), index);
                }
            }

            string value = Encoding.Latin1.GetString(rest[..length]);
            if (element.Checks.Contains("digits", StringComparer.Ordinal) && element.Name == "Length")
                _ = Ascii.TryReadNumber(rest[..length], 4, out counted);
            elements.Add(new FaimElement(index, element.Name, value, offset + at, length)
            {
                Redaction = element.Redaction,
            });
            at += taken;
        }

        if (at < content.Length)
        {
            ReadOnlySpan<byte> more = content[at..];
            bool isOnlyDelimiters = !more.ContainsAnyExcept("* "u8);
            Report(bytes, "Faim.ElementCount", isOnlyDelimiters ? Severity.Warning : Severity.Error,
                isOnlyDelimiters ? "a delimiter ends nothing" : "the tag has more elements than the format gives it",
                offset + at, more.Length, rule.Tag, null, $"{rule.Elements.Count} elements",
                isOnlyDelimiters ? null : Redaction.Text.Mask(more), elements.Count + 1);
            elements.Add(new FaimElement(elements.Count + 1, null, Encoding.Latin1.GetString(more), offset + at,
                more.Length)
            { Redaction = Redaction.Text });
        }

        return elements;
    }

    private void Wrong(ReadOnlySpan<byte> bytes, FaimTagRule rule, FaimElementRule element, int index, int offset,
        int length, ReadOnlySpan<byte> value) =>
        Report(bytes, "Faim.ElementLength", Severity.Error, "the element has another length", offset, length, rule.Tag,
            element, element.Expected, element.Redaction.Mask(value), index);

    private void Report(ReadOnlySpan<byte> bytes, string code, Severity severity, string message, int offset,
        int? length, string? tag, FaimElementRule? element, string? expected, string? actual = null, int? index = null)
    {
        if (Findings.IsFull) return;

        TextPosition position = _lines.Of(bytes, offset);
        Findings.Add(new Diagnostic(code, severity, message)
        {
            Offset = offset,
            Length = length,
            Line = position.Line,
            Column = position.Column,
            Tag = tag,
            Field = element?.Name,
            Path = tag is null ? null : index is null ? $"/{tag}" : $"/{tag}/{index}",
            Expected = expected,
            Actual = actual,
        });
    }
}
