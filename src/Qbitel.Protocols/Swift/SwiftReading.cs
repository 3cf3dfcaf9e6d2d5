using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift;

/// <summary>One pass over the blocks of a message: headers and fields, and what is wrong with their form.</summary>
internal sealed class SwiftReading
{
    private const int MaximumFields = 10_000;

    private readonly LineCounter _lines = new();

    public SwiftReading(ReadOnlySpan<byte> bytes, List<SwiftBlock> blocks)
    {
        Blocks = blocks;
        HashSet<char> seen = [];
        char last = '\0';
        foreach (SwiftBlock block in blocks)
        {
            string content = Encoding.Latin1.GetString(bytes.Slice(block.ContentOffset, block.ContentLength));
            if (!seen.Add(block.Id))
            {
                Report(bytes, "Mt.BlockOrder", "the block stands twice", block.Offset, block.Length, $"{block.Id}",
                    null, null);
            }
            else if (block.Id < last)
            {
                Warn(bytes, "Mt.BlockOrder", "the blocks are not in order", block.Offset, "1 2 3 4 5");
            }

            last = block.Id;
            switch (block.Id)
            {
                case '1':
                    BasicHeader = SwiftBasicHeader.Read(content);
                    if (BasicHeader is null)
                    {
                        ReportHeader(bytes, "Mt.BasicHeader", block, "F01, 12 characters and 10 digits", content);
                        break;
                    }

                    CheckAddress(bytes, BasicHeader.LogicalTerminal, block.ContentOffset + 3, "1");
                    break;
                case '2':
                    ApplicationHeader = SwiftApplicationHeader.Read(content, out bool wellFormed);
                    if (!wellFormed)
                    {
                        ReportHeader(bytes, "Mt.ApplicationHeader", block, "I or O with type, address and priority",
                            content);
                        break;
                    }

                    int address = block.ContentOffset + (ApplicationHeader!.IsInput ? 4 : 14);
                    CheckAddress(bytes, ApplicationHeader.Address, address, "2");
                    break;
                case '3':
                    UserHeader = ReadTags(bytes, block);
                    CheckUserHeader(bytes);
                    break;
                case '4' when block.ContentLength > 0 && bytes[block.ContentOffset] == '{':
                    Text = ReadTags(bytes, block);
                    break;
                case '4':
                    Text = ReadText(bytes, block);
                    break;
                case '5':
                    Trailer = ReadTags(bytes, block);
                    break;
                case 'S':
                    break; // the network operator's own
                default:
                    Warn(bytes, "Mt.BlockForm", "the block is not one of the standard", block.Offset, "1 to 5 or S");
                    break;
            }
        }

        SwiftBlock end = blocks[^1];
        if (bytes[end.End..].Contains((byte)'}'))
        {
            Warn(bytes, "Mt.StrayBrace", "a closing brace belongs to no block", bytes.Length - 1,
                "the end of the message");
        }
    }

    public List<SwiftBlock> Blocks { get; }

    public SwiftBasicHeader? BasicHeader { get; }

    public SwiftApplicationHeader? ApplicationHeader { get; }

    public IReadOnlyList<SwiftField> UserHeader { get; } = [];

    public IReadOnlyList<SwiftField> Text { get; } = [];

    public IReadOnlyList<SwiftField> Trailer { get; } = [];

    public DiagnosticList Findings { get; } = new();

    private List<SwiftField> ReadTags(ReadOnlySpan<byte> bytes, SwiftBlock block)
    {
        List<SwiftField> fields = [];
        int at = block.ContentOffset, end = block.ContentOffset + block.ContentLength;
        while (at < end && fields.Count < MaximumFields)
        {
            ReadOnlySpan<byte> rest = bytes[at..end];
            int close = rest.IndexOf((byte)'}'), colon = rest.IndexOf((byte)':');
            if (rest[0] != '{' || close < 0 || colon < 0 || colon > close)
            {
                Report(bytes, "Mt.TagForm", "the block holds something other than tags", at, 1, $"{block.Id}",
                    "{tag:value}", null);
                break;
            }

            ReadOnlySpan<byte> tag = rest[1..colon], value = rest[(colon + 1)..close];
            fields.Add(new SwiftField(Encoding.Latin1.GetString(tag), Encoding.Latin1.GetString(value), at,
                at + colon + 1, value.Length));
            at += close + 1;
        }

        return fields;
    }

    private List<SwiftField> ReadText(ReadOnlySpan<byte> bytes, SwiftBlock block)
    {
        List<SwiftField> fields = [];
        ReadOnlySpan<byte> text = bytes.Slice(block.ContentOffset, block.ContentLength);
        if (text.IsEmpty || text[0] is not ((byte)'\r' or (byte)'\n'))
        {
            Report(bytes, "Mt.TextStart", "the text does not begin on a line of its own", block.ContentOffset, 1, "4",
                "CRLF", null);
            return fields;
        }

        bool warned = false;
        int fieldStart = -1, valueStart = 0, position = 0;
        while (position < text.Length)
        {
            int line = position + LineEnd(text[position..], out int breakLength);
            if (breakLength == 1 && !warned)
            {
                Warn(bytes, "Mt.LineEnd", "lines end with LF alone", block.ContentOffset + line, "CRLF");
                warned = true;
            }

            int colon = position == 0 ? -1 : TagEnd(text[position..line]);
            if (colon > 0)
            {
                AddField(bytes, block, fields, fieldStart, valueStart, position);
                (fieldStart, valueStart) = (position, position + colon + 1);
            }
            else if (fieldStart < 0 && position > 0)
            {
                Report(bytes, "Mt.TextStart", "a line stands before the first field", block.ContentOffset + position,
                    line - position, "4", ":tag:", null);
            }

            position = line + breakLength;
        }

        AddField(bytes, block, fields, fieldStart, valueStart, text.Length);
        if (text[^1] != '\n')
        {
            Report(bytes, "Mt.TextEnd", "the text does not end on a line of its own", block.End - 2, 2, "4",
                "CRLF before -}", null);
        }

        if (fields.Count == 0)
        {
            Report(bytes, "Mt.TextStart", "the text has no field", block.ContentOffset, 1, "4", ":tag:", null);
        }

        return fields;
    }

    private void AddField(ReadOnlySpan<byte> bytes, SwiftBlock block, List<SwiftField> fields, int start,
        int valueStart, int end)
    {
        if (start < 0 || fields.Count == MaximumFields) return;

        ReadOnlySpan<byte> text = bytes.Slice(block.ContentOffset, end);
        int last = Math.Max(valueStart, end - (text.EndsWith("\r\n"u8) ? 2 : text.EndsWith("\n"u8) ? 1 : 0));
        string tag = Encoding.Latin1.GetString(text[(start + 1)..(valueStart - 1)]);
        string value = Encoding.Latin1.GetString(text[valueStart..last]).Replace("\r\n", "\n",
            StringComparison.Ordinal);
        SwiftField field = new(tag, value, block.ContentOffset + start, block.ContentOffset + valueStart,
            last - valueStart);
        fields.Add(field);
        CheckCharacters(bytes, field);
    }

    private static int LineEnd(ReadOnlySpan<byte> text, out int breakLength)
    {
        int lf = text.IndexOf((byte)'\n');
        if (lf < 0)
        {
            breakLength = 0;
            return text.Length;
        }

        bool crlf = lf > 0 && text[lf - 1] == '\r';
        breakLength = crlf ? 2 : 1;
        return crlf ? lf - 1 : lf;
    }

    /// <summary>The colon that ends a tag at the start of a line; 0 where there is none.</summary>
    private static int TagEnd(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || line[0] != ':') return 0;
        int colon = line[1..].IndexOf((byte)':');
        if (colon is < 2 or > 32) return 0;
        foreach (byte c in line.Slice(1, colon)) if (!char.IsAsciiLetterOrDigit((char)c) && c != '_') return 0;
        return colon + 1;
    }

    private void CheckCharacters(ReadOnlySpan<byte> bytes, SwiftField field)
    {
        string tag = field.Tag;
        bool standard = tag.Length is 2 or 3 && char.IsAsciiDigit(tag[0]) && char.IsAsciiDigit(tag[1])
            && (tag.Length == 2 || char.IsAsciiLetterUpper(tag[2]));
        if (!standard)
        {
            Warn(bytes, "Mt.TagForm", "the tag is not of the standard's form: two digits and a letter", field.Offset,
                ":nna:");
        }

        ReadOnlySpan<byte> value = bytes.Slice(field.ValueOffset, field.ValueLength);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] is (>= 0x20 and < 0x7F) or (byte)'\n'
                || (value[i] == '\r' && i + 1 < value.Length && value[i + 1] == '\n'))
            {
                continue;
            }

            Report(bytes, "Mt.Charset", "the character is in no set of the standard", field.ValueOffset + i, 1, tag,
                "printable ASCII", $"0x{value[i]:X2}");
            return;
        }
    }

    private void CheckUserHeader(ReadOnlySpan<byte> bytes)
    {
        foreach (SwiftField field in UserHeader)
        {
            bool fits = field.Tag switch
            {
                "121" => Uetr.TryParse(field.Value, out _),
                "108" => field.Value.Length is > 0 and <= 16,
                "119" => field.Value.Length is > 0 and <= 8,
                "103" => field.Value.Length == 3,
                _ => true,
            };
            if (fits) continue;

            string expected = field.Tag switch
            {
                "121" => "a version 4 UUID in lower case",
                "108" => "16x",
                "119" => "8c",
                _ => "3!a"
            };
            Report(bytes, field.Tag == "121"
                ? "Mt.Uetr" : "Mt.FieldFormat", "the field of block 3 does not have its form", field.ValueOffset,
                    field.ValueLength,
                field.Tag, expected, Redaction.None.Mask(field.Value));
        }
    }

    private void CheckAddress(ReadOnlySpan<byte> bytes, string address, int offset, string block)
    {
        if (Bic.TryParse(address.AsSpan(0, 8), out _)) return;
        Report(bytes, "Mt.Address", "the address is not that of a party: T27", offset, 12, block,
            "a BIC with an existing country", Redaction.None.Mask(address));
    }

    private void ReportHeader(ReadOnlySpan<byte> bytes, string code, SwiftBlock block, string expected,
        string content) =>
        Report(bytes, code, "the header does not have its form", block.ContentOffset, block.ContentLength,
            $"{block.Id}", expected, Redaction.None.Mask(content));

    private void Report(ReadOnlySpan<byte> bytes, string code, string message, int offset, int length, string tag,
        string? expected, string? actual) =>
        Add(bytes, code, Severity.Error, message, offset, length, tag, expected, actual);

    private void Warn(ReadOnlySpan<byte> bytes, string code, string message, int offset, string expected) =>
        Add(bytes, code, Severity.Warning, message, offset, null, null, expected, null);

    private void Add(ReadOnlySpan<byte> bytes, string code, Severity severity, string message, int offset, int? length,
        string? tag, string? expected, string? actual)
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
            Expected = expected,
            Actual = actual,
        });
    }
}
