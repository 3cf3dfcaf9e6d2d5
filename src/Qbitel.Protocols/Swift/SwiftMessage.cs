using System.Buffers;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;
using Qbitel.Protocols.Swift.Rules;

namespace Qbitel.Protocols.Swift;

/// <summary>One FIN message of any type, with its bytes as they came.</summary>
/// <remarks>
/// Reading makes a table of where the fields lie and no text; headers, fields and their values are made when they are
/// asked for. Immutable, and safe to read from many threads.
/// </remarks>
public sealed class SwiftMessage
{
    private const int SlotsOnStack = 96;

    private static readonly ParseOptions[] OptionsOf =
        [.. Enum.GetValues<ParseMode>().Select(mode => new ParseOptions { Mode = mode })];

    private readonly byte[] _bytes;
    private readonly FieldSlot[] _slots;
    private readonly int _textStart;
    private readonly int _textCount;
    private readonly int _textOffset;
    private readonly DiagnosticList? _findings;
    private IReadOnlyList<SwiftBlock>? _blocks;
    private SwiftField[]? _fields;

    private SwiftMessage(byte[] bytes, FieldSlot[] slots, SwiftReading reading)
    {
        _bytes = bytes;
        _slots = slots;
        _textStart = reading.UserHeaderCount;
        _textCount = reading.TextCount;
        _textOffset = reading.TextOffset;
        _findings = reading.Findings;
    }

    public IReadOnlyList<SwiftBlock> Blocks => _blocks ??= ReadBlocks();

    /// <summary>Block 1; null where it is malformed.</summary>
    public SwiftBasicHeader? BasicHeader => SwiftBasicHeader.Read(Content('1'));

    /// <summary>Block 2; null where it is absent, as in an acknowledgement, or malformed.</summary>
    public SwiftApplicationHeader? ApplicationHeader => SwiftApplicationHeader.Read(Content('2'));

    /// <summary>Block 3.</summary>
    public IReadOnlyList<SwiftField> UserHeader => new ArraySegment<SwiftField>(Fields(), 0, _textStart);

    /// <summary>Block 4.</summary>
    public IReadOnlyList<SwiftField> Text => new ArraySegment<SwiftField>(Fields(), _textStart, _textCount);

    /// <summary>Block 5.</summary>
    public IReadOnlyList<SwiftField> Trailer =>
        new ArraySegment<SwiftField>(Fields(), _textStart + _textCount, _slots.Length - _textStart - _textCount);

    /// <summary>
    /// What is wrong with the form of blocks and fields. Rules of the type are <see cref="Validate(ParseMode)"/>'s to
    /// tell.
    /// </summary>
    public IReadOnlyList<Diagnostic> Findings => _findings is null ? [] : _findings.Found;

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>The three digits of block 2, such as 103; empty where there is none.</summary>
    public string MessageType => TypeNumber >= 0 ? $"{TypeNumber:000}" : "";

    /// <summary>Field 119 of block 3, such as STP.</summary>
    public string? ValidationFlag => Header("119");

    /// <summary>The end-to-end reference, field 121 of block 3.</summary>
    public Uetr? Uetr =>
        Identifiers.Uetr.TryParse(Header("121") ?? "", out Uetr uetr) ? uetr : null;

    /// <summary>Whether this is the network's answer to another message.</summary>
    public bool IsAcknowledgement => Content('1') is [_, (byte)'2', (byte)'1', ..];

    /// <summary>Field 451 of an acknowledgement: accepted or refused.</summary>
    public bool? IsAccepted => IsAcknowledgement && GetField("451") is { } answer ? answer == "0" : null;

    internal ReadOnlySpan<FieldSlot> TextSlots => _slots.AsSpan(_textStart, _textCount);

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The message type as a number; -1 where there is none.</summary>
    internal int TypeNumber => Content('2') is [(byte)'I' or (byte)'O', var a, var b, var c, ..] && IsDigit(a)
        && IsDigit(b) && IsDigit(c) ? ((a - '0') * 100) + ((b - '0') * 10) + (c - '0') : -1;

    /// <summary>Reads exactly one message; filler after it is allowed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SwiftMessage message, out ParseError error)
    {
        if (TryRead(bytes, out message, out int consumed, out ParseError? wrong) != FrameStatus.Complete)
        {
            error = wrong!;
            return false;
        }

        error = null!;
        int rest = consumed + SwiftFrame.SkipFiller(bytes[consumed..]);
        if (rest == bytes.Length) return true;

        error = new ParseError(new Diagnostic("Mt.TrailingBytes", Severity.Error, "bytes follow the message")
        {
            Offset = rest,
            Length = bytes.Length - rest,
            Expected = "the end of the input",
            Actual = $"{bytes.Length - rest} more bytes",
        });
        message = null!;
        return false;
    }

    /// <exception cref="MessageFormatException">The bytes are not one message.</exception>
    public static SwiftMessage Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out SwiftMessage message, out ParseError error)
            ? message : throw new MessageFormatException(error);

    /// <summary>The value of the first field of the text with this tag.</summary>
    public string? GetField(string tag)
    {
        int index = IndexOf(TextSlots, tag);
        return index < 0 ? null : SwiftField.Decode(TextSlots[index].Value(_bytes));
    }

    /// <summary>The findings of form and those of the type's rules, where the product carries them.</summary>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient) =>
        Validate(OptionsOf[(int)mode]);

    /// <inheritdoc cref="Validate(ParseMode)"/>
    public IReadOnlyList<Diagnostic> Validate(ParseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        DiagnosticList found = new();
        Validate(options, found);
        return found.Found;
    }

    internal void Validate(ParseOptions options, DiagnosticList found)
    {
        if (_findings is not null) found.AddRange(_findings.Found);
        int type = TypeNumber;
        if (!IsAcknowledgement)
        {
            LineCounter? lines = null;
            MtValidation check = new(_bytes, TextSlots, type, Flag(), _textOffset, options, found, ref lines);
            check.Run(IndexOfBlock('2') >= 0);
        }

        // What is tolerated is tolerated by choice.
        if (options.Mode == ParseMode.Strict) found.Harden();
    }

    /// <summary>The message with the value of one field of its text changed; every other byte stays.</summary>
    /// <remarks>A checksum or authentication code in the trailer is the network's to make anew.</remarks>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    /// <exception cref="MessageFormatException">With the value the bytes are no message.</exception>
    public SwiftMessage With(string tag, string value)
    {
        int index = IndexOf(TextSlots, tag);
        if (index < 0) throw new ArgumentException($"the text has no field {tag}", nameof(tag));
        if (!SwiftValue.IsOneField(value))
        {
            throw new ArgumentException("no line of a value begins with ':' or '-'", nameof(value));
        }

        FieldSlot slot = TextSlots[index];
        string lineEnd = _bytes.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        string lines = value.Replace("\r\n", "\n", StringComparison.Ordinal);
        byte[] changed = Encoding.Latin1.GetBytes(lines.Replace("\n", lineEnd, StringComparison.Ordinal));
        return Parse([.. _bytes.AsSpan(0, slot.ValueOffset), .. changed, .. _bytes.AsSpan(slot.End)]);
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Type and size; never a value.</summary>
    public override string ToString() => $"MT{MessageType} ({_bytes.Length} bytes)";

    /// <summary>Reads the message some bytes begin with.</summary>
    internal static FrameStatus TryRead(ReadOnlySpan<byte> stream, out SwiftMessage message, out int consumed,
        out ParseError? error)
    {
        message = null!;
        Span<SwiftBlock> blocks = stackalloc SwiftBlock[SwiftFrame.MaximumBlocks];
        FrameStatus status = SwiftFrame.TryRead(stream, blocks, out int count, out consumed, out error);
        if (status != FrameStatus.Complete) return status;

        SlotList slots = new(stackalloc FieldSlot[SlotsOnStack]);
        SwiftReading reading = new(stream[..consumed], blocks[..count]);
        reading.Run(ref slots);
        message = new SwiftMessage(stream[..consumed].ToArray(), slots.ToArray(), reading);
        slots.Dispose();
        return status;
    }

    private static bool IsDigit(byte c) => char.IsAsciiDigit((char)c);

    private SwiftField[] Fields()
    {
        if (_fields is { } known) return known;
        SwiftField[] fields = new SwiftField[_slots.Length];
        for (int i = 0; i < fields.Length; i++) fields[i] = new SwiftField(_bytes, _slots[i]);
        return Interlocked.CompareExchange(ref _fields, fields, null) ?? fields;
    }

    private SwiftBlock[] ReadBlocks()
    {
        Span<SwiftBlock> blocks = stackalloc SwiftBlock[SwiftFrame.MaximumBlocks];
        _ = SwiftFrame.TryRead(_bytes, blocks, out int count, out _, out _);
        return blocks[..count].ToArray();
    }

    // The headers come first, so that the blocks need not be kept: their places are found again in a few steps.
    private int IndexOfBlock(char id)
    {
        int at = SwiftFrame.SkipFiller(_bytes);
        while (at + 3 <= _bytes.Length && _bytes[at] == '{')
        {
            if (_bytes[at + 1] == id) return at + 3;
            if (_bytes[at + 1] == '4') break;
            int depth = 1, next = at + 3;
            while (depth > 0)
            {
                int brace = _bytes.AsSpan(next).IndexOfAny((byte)'{', (byte)'}');
                if (brace < 0) return -1;
                next += brace + 1;
                depth += _bytes[next - 1] == '{' ? 1 : -1;
            }

            while (next < _bytes.Length && _bytes[next] is (byte)'\r' or (byte)'\n' or (byte)' ') next++;
            at = next;
        }

        return -1;
    }

    private ReadOnlySpan<byte> Content(char id)
    {
        int begin = IndexOfBlock(id);
        if (begin < 0) return [];
        ReadOnlySpan<byte> rest = _bytes.AsSpan(begin);
        int end = rest.IndexOf((byte)'}');
        return end < 0 ? [] : rest[..end];
    }

    private ReadOnlySpan<byte> Flag()
    {
        int index = IndexOf(_slots.AsSpan(0, _textStart), "119");
        return index < 0 ? [] : _slots[index].Value(_bytes);
    }

    private string? Header(string tag)
    {
        int index = IndexOf(_slots.AsSpan(0, _textStart), tag);
        return index < 0 ? null : SwiftField.Decode(_slots[index].Value(_bytes));
    }

    private int IndexOf(ReadOnlySpan<FieldSlot> slots, string tag)
    {
        uint packed = SwiftTag.Pack(tag);
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i].Tag == packed && (packed != 0 || slots[i].TagText(_bytes) == tag)) return i;
        }

        return -1;
    }
}
