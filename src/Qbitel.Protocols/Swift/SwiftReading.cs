using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift;

/// <summary>
/// One pass over the blocks of a message: a table of its fields, and what is wrong with their form.
/// </summary>
internal ref struct SwiftReading
{
    private const int MaximumFields = 10_000;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<SwiftBlock> _blocks;
    private LineCounter? _lines;

    public SwiftReading(ReadOnlySpan<byte> bytes, ReadOnlySpan<SwiftBlock> blocks)
    {
        _bytes = bytes;
        _blocks = blocks;
    }

    public int UserHeaderCount { get; private set; }

    public int TextCount { get; private set; }

    /// <summary>Where block 4 begins, the first if there are more; 0 where there is none.</summary>
    public int TextOffset { get; private set; }

    public int TrailerCount { get; private set; }

    public DiagnosticList? Findings { get; private set; }

    /// <summary>Reads all there is: fields of block 3, of block 4 and of block 5, in this order.</summary>
    public void Run(ref SlotList slots)
    {
        CheckBlocks();
        int index = IndexOf('3');
        if (index >= 0)
        {
            ReadTags(_blocks[index], ref slots);
            UserHeaderCount = slots.Count;
            for (int i = 0; i < slots.Count; i++) CheckUserHeader(slots[i]);
        }

        int before = slots.Count;
        index = IndexOf('4');
        if (index >= 0)
        {
            SwiftBlock block = _blocks[index];
            if (block.ContentLength > 0 && _bytes[block.ContentOffset] == '{') ReadTags(block, ref slots);
            else ReadText(block, ref slots);
            TextCount = slots.Count - before;
            before = slots.Count;
        }

        index = IndexOf('5');
        if (index >= 0)
        {
            ReadTags(_blocks[index], ref slots);
            TrailerCount = slots.Count - before;
        }

        int end = _blocks[^1].End;
        if (_bytes[end..].Contains((byte)'}'))
        {
            Warn("Mt.StrayBrace", "a closing brace belongs to no block", _bytes.Length - 1, "the end of the message");
        }
    }

    private readonly int IndexOf(char id)
    {
        for (int i = _blocks.Length - 1; i >= 0; i--) if (_blocks[i].Id == id) return i;
        return -1;
    }

    private void CheckBlocks()
    {
        char last = '\0';
        for (int i = 0; i < _blocks.Length; i++)
        {
            SwiftBlock block = _blocks[i];
            if (block.Id == '4' && TextOffset == 0) TextOffset = block.Offset;
            bool seen = false;
            for (int j = 0; j < i; j++) seen |= _blocks[j].Id == block.Id;
            if (seen)
            {
                Report("Mt.BlockOrder", "the block stands twice", block.Offset, block.Length, $"{block.Id}", null,
                    null);
            }
            else if (block.Id < last)
            {
                Warn("Mt.BlockOrder", "the blocks are not in order", block.Offset, "1 2 3 4 5");
            }

            last = block.Id;
            ReadOnlySpan<byte> content = _bytes.Slice(block.ContentOffset, block.ContentLength);
            if (block.Id == '1')
            {
                int address = SwiftBasicHeader.IsWellFormed(content) ? 3 : 0;
                if (address > 0) CheckAddress(content.Slice(address, 12), block.ContentOffset + address, "1");
                else ReportHeader("Mt.BasicHeader", block, "F01, 12 characters and 10 digits");
            }
            else if (block.Id == '2')
            {
                int address = SwiftApplicationHeader.AddressOffset(content);
                if (address > 0) CheckAddress(content.Slice(address, 12), block.ContentOffset + address, "2");
                else ReportHeader("Mt.ApplicationHeader", block, "I or O with type, address and priority");
            }
            else if (block.Id is not ('3' or '4' or '5' or 'S')) // S is the network operator's own
            {
                Warn("Mt.BlockForm", "the block is not one of the standard", block.Offset, "1 to 5 or S");
            }
        }
    }

    private void ReadTags(SwiftBlock block, ref SlotList slots)
    {
        int at = block.ContentOffset, end = block.ContentOffset + block.ContentLength;
        while (at < end)
        {
            if (IsFull(ref slots, at)) return;

            ReadOnlySpan<byte> rest = _bytes[at..end];
            int close = rest.IndexOf((byte)'}'), colon = rest.IndexOf((byte)':');
            if (rest[0] != '{' || close < 0 || colon < 0 || colon > close)
            {
                // Line ends between tags, as in files that people have laid out, are seen and allowed.
                if (rest[0] is (byte)'\r' or (byte)'\n')
                {
                    at++;
                    continue;
                }

                Report("Mt.TagForm", "the block holds something other than tags", at, 1, $"{block.Id}", "{tag:value}",
                    null);
                return;
            }

            slots.Add(new FieldSlot(SwiftTag.Pack(rest[1..colon]), at + colon + 1, close - colon - 1));
            at += close + 1;
        }
    }

    private void ReadText(SwiftBlock block, ref SlotList slots)
    {
        ReadOnlySpan<byte> text = _bytes.Slice(block.ContentOffset, block.ContentLength);
        int from = block.ContentOffset, before = slots.Count;
        if (text.IsEmpty || text[0] is not ((byte)'\r' or (byte)'\n'))
        {
            Report("Mt.TextStart", "the text does not begin on a line of its own", from, 1, "4", "CRLF", null);
            return;
        }

        bool warned = false;
        uint tag = 0;
        int valueStart = -1, position = 0, previousBreak = 0, returns = 0;
        while (position < text.Length)
        {
            int lf = text[position..].IndexOf((byte)'\n');
            int line = lf < 0 ? text.Length : position + lf, breakLength = lf < 0 ? 0 : 1;
            if (lf > 0 && text[line - 1] == '\r')
            {
                line--;
                breakLength = 2;
                returns++;
            }

            if (breakLength == 1 && !warned)
            {
                Warn("Mt.LineEnd", "lines end with LF alone", from + line, "CRLF");
                warned = true;
            }

            int colon = position == 0 ? 0 : TagEnd(text[position..line]);
            if (colon > 0)
            {
                if (valueStart >= 0) AddField(ref slots, tag, from, valueStart, position - previousBreak);
                if (IsFull(ref slots, from + position)) return;
                tag = SwiftTag.Pack(text.Slice(position + 1, colon - 1));
                valueStart = position + colon + 1;
                if (!SwiftTag.IsStandard(tag))
                {
                    Warn("Mt.TagForm", "the tag is not of the standard's form: two digits and a letter",
                        from + position, ":nna:");
                }
            }
            else if (valueStart < 0 && position > 0)
            {
                Report("Mt.TextStart", "a line stands before the first field", from + position, line - position, "4",
                    ":tag:", null);
            }

            position = line + breakLength;
            previousBreak = breakLength;
        }

        if (valueStart >= 0) AddField(ref slots, tag, from, valueStart, text.Length - previousBreak);
        if (text[^1] != '\n')
        {
            Report("Mt.TextEnd", "the text does not end on a line of its own", block.End - 2, 2, "4", "CRLF before -}",
                null);
        }

        if (slots.Count == before)
        {
            Report("Mt.TextStart", "the text has no field", from, 1, "4", ":tag:", null);
        }

        // One look at the whole: only a text with a stray character is looked through field by field.
        if (!text.ContainsAnyExcept(CharacterSets.Any) && text.Count((byte)'\r') == returns) return;
        for (int i = before; i < slots.Count; i++) CheckCharacters(slots[i]);
    }

    private static void AddField(ref SlotList slots, uint tag, int from, int start, int end) =>
        slots.Add(new FieldSlot(tag, from + start, Math.Max(0, end - start)));

    private bool IsFull(ref SlotList slots, int at)
    {
        if (slots.Count < MaximumFields) return false;
        Report("Mt.TooManyFields", "the message has more fields than are read", at, 1, "4",
            $"at most {MaximumFields}", null);
        return true;
    }

    /// <summary>The colon that ends a tag at the start of a line; 0 where there is none.</summary>
    private static int TagEnd(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || line[0] != ':') return 0;
        int colon = line.Length > 3 && line[3] == ':' ? 2
            : line.Length > 4 && line[4] == ':' ? 3
            : line[1..Math.Min(line.Length, 35)].IndexOf((byte)':');
        if (colon is < 2 or > 32) return 0;
        foreach (byte c in line.Slice(1, colon)) if (!char.IsAsciiLetterOrDigit((char)c) && c != '_') return 0;
        return colon + 1;
    }

    private void CheckCharacters(FieldSlot slot)
    {
        ReadOnlySpan<byte> value = slot.Value(_bytes);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] is (>= 0x20 and < 0x7F) or (byte)'\n'
                || (value[i] == '\r' && i + 1 < value.Length && value[i + 1] == '\n'))
            {
                continue;
            }

            Report("Mt.Charset", "the character is in no set of the standard", slot.ValueOffset + i, 1,
                slot.TagText(_bytes), "printable ASCII", $"0x{value[i]:X2}");
            return;
        }
    }

    private void CheckUserHeader(FieldSlot slot)
    {
        ReadOnlySpan<byte> value = slot.Value(_bytes);
        (bool fits, string expected) = SwiftTag.ThreeDigits(slot.Tag) switch
        {
            121 => (IsUetr(value), "a version 4 UUID in lower case"),
            108 => (value.Length is > 0 and <= 16, "16x"),
            119 => (value.Length is > 0 and <= 8, "8c"),
            103 => (value.Length == 3, "3!a"),
            113 => (value.Length == 4, "4!x"),
            111 => (value.Length == 3 && Ascii.IsDigits(value), "3!n"),
            _ => (true, ""),
        };
        if (fits) return;

        string tag = slot.TagText(_bytes);
        Report(tag == "121" ? "Mt.Uetr" : "Mt.FieldFormat", "the field of block 3 does not have its form",
            slot.ValueOffset, slot.ValueLength, tag, expected, Redaction.None.Mask(value));
    }

    private static bool IsUetr(ReadOnlySpan<byte> value)
    {
        if (value.Length != 36) return false;
        Span<char> text = stackalloc char[36];
        Encoding.Latin1.GetChars(value, text);
        return Uetr.IsValid(text);
    }

    // A logical terminal's first eight characters are those of a BIC.
    private void CheckAddress(ReadOnlySpan<byte> address, int offset, string block)
    {
        bool fits = !address[..6].ContainsAnyExceptInRange((byte)'A', (byte)'Z')
            && !address.Slice(6, 2).ContainsAnyExcept(CharacterSets.Of('c')) && CodeTables.IsCountry(address[4..]);
        if (fits) return;
        Report("Mt.Address", "the address is not that of a party: T27", offset, 12, block,
            "a BIC with an existing country", Redaction.None.Mask(address));
    }

    private void ReportHeader(string code, SwiftBlock block, string expected) =>
        Report(code, "the header does not have its form", block.ContentOffset, block.ContentLength, $"{block.Id}",
            expected, Redaction.None.Mask(_bytes.Slice(block.ContentOffset, block.ContentLength)));

    private void Report(string code, string message, int offset, int length, string tag, string? expected,
        string? actual) =>
        Add(code, Severity.Error, message, offset, length, tag, expected, actual);

    private void Warn(string code, string message, int offset, string expected) =>
        Add(code, Severity.Warning, message, offset, null, null, expected, null);

    private void Add(string code, Severity severity, string message, int offset, int? length, string? tag,
        string? expected, string? actual)
    {
        Findings ??= new DiagnosticList();
        if (Findings.IsFull) return;

        _lines ??= new LineCounter();
        TextPosition position = _lines.Of(_bytes, offset);
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
