using System.Buffers;

namespace Qbitel.Protocols.Emv;

/// <summary>Data objects as a card, a terminal or a message carries them, in their order and with all they
/// hold.</summary>
/// <remarks>The bytes are kept as they came and written back as they came. It prints without values.</remarks>
public sealed class EmvTlvMessage
{
    /// <summary>More data objects than this are not read.</summary>
    public const int MaxObjects = 10_000;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly BerTlv[] _objects;
    private readonly ParseMode _mode; // FF is padding or a tag by it, so an edit is read as the message was

    private EmvTlvMessage(ReadOnlyMemory<byte> bytes, BerTlv[] objects, ParseMode mode)
    {
        _bytes = bytes;
        _objects = objects;
        _mode = mode;
    }

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>In the order of their bytes, those within others after what holds them.</summary>
    public IReadOnlyList<BerTlv> Objects => _objects;

    /// <summary>What is odd about the form, though it can be read.</summary>
    public IReadOnlyList<Diagnostic> Findings => Validate(ParseMode.Lenient, formOnly: true);

    /// <summary>Whose application it is, as far as the data say.</summary>
    public EmvScheme Scheme => EmvTlvReading.SchemeOf(_bytes.Span, _objects);

    /// <summary>The value of the first object of a tag; null where there is none.</summary>
    public ReadOnlyMemory<byte>? this[uint tag]
    {
        get
        {
            foreach (BerTlv item in _objects)
                if (item.Tag == tag) return ValueOf(item);

            return null;
        }
    }

    public ReadOnlyMemory<byte> ValueOf(BerTlv item) => _bytes.Slice(item.ValueOffset, item.ValueLength);

    /// <exception cref="MessageFormatException">The bytes are no data objects.</exception>
    public static EmvTlvMessage Parse(ReadOnlyMemory<byte> bytes, ParseMode mode = ParseMode.Lenient) =>
        TryParse(bytes, mode, out EmvTlvMessage message, out ParseError error) ? message
            : throw new MessageFormatException(error);

    /// <param name="bytes">Kept, not copied.</param>
    /// <param name="mode">How strict.</param>
    /// <param name="message">The data objects.</param>
    /// <param name="error">What is wrong, and where.</param>
    /// <param name="allowLongLengths">Whether lengths of three and four bytes are read.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, ParseMode mode, out EmvTlvMessage message,
        out ParseError error, bool allowLongLengths = false)
    {
        message = null!;
        error = null!;
        if (bytes.IsEmpty)
        {
            error = new ParseError(new Diagnostic("Common.Empty", Severity.Error, "the input is empty")
            {
                Offset = 0,
                Expected = "a data object",
            }, IsIncomplete: true);
            return false;
        }

        List<BerTlv> objects = [];
        BerTlvReader reader = new(bytes.Span, mode) { AllowLongLengths = allowLongLengths };
        while (reader.TryRead(out BerTlv item))
        {
            if (objects.Count == MaxObjects)
            {
                error = new ParseError(EmvTlvReading.TooMany(item));
                return false;
            }

            objects.Add(item);
        }

        error = reader.Error!;
        if (error is not null) return false;
        message = new EmvTlvMessage(bytes, [.. objects], mode);
        return true;
    }

    /// <summary>
    /// What is odd: longer lengths than needed, tags that come again, values of other lengths or characters than their
    /// tag has, tags that are unknown. All of it is read everywhere, so these are warnings and notes, and errors where
    /// strict.
    /// </summary>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient) => Validate(mode, formOnly: false);

    /// <summary>
    /// The data objects with another value for the first object of a tag: what holds it has another length, and nothing
    /// else is different.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such object, or the value does not fit into its tag.</exception>
    public EmvTlvMessage With(uint tag, ReadOnlySpan<byte> value)
    {
        int index = Array.FindIndex(_objects, item => item.Tag == tag);
        if (index < 0) throw new ArgumentException($"there is no data object {EmvTag.Show(tag)}", nameof(tag));

        // From the inside to the outside: each holder is written anew around what it holds.
        BerTlv item = _objects[index];
        ArrayBufferWriter<byte> inner = new(value.Length + 8);
        BerTlv.Write(inner, tag, value);
        for (int depth = item.Depth - 1, at = index - 1; depth >= 0; at--)
        {
            if (_objects[at].Depth != depth) continue;
            BerTlv holder = _objects[at];
            ArrayBufferWriter<byte> content = new(holder.ValueLength + value.Length + 8);
            content.Write(_bytes.Span[holder.ValueOffset..item.Offset]);
            content.Write(inner.WrittenSpan);
            content.Write(_bytes.Span[item.End..holder.End]);
            inner = new ArrayBufferWriter<byte>(content.WrittenCount + 8);
            BerTlv.Write(inner, holder.Tag, content.WrittenSpan);
            item = holder;
            depth--;
        }

        byte[] whole = [.. _bytes.Span[..item.Offset], .. inner.WrittenSpan, .. _bytes.Span[item.End..]];
        return TryParse(whole, _mode, out EmvTlvMessage edited, out ParseError error, true) ? edited
            : throw new ArgumentException($"the value does not fit: {error}", nameof(value));
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes.Span);
    }

    public byte[] ToBytes() => _bytes.ToArray();

    public override string ToString() => $"{_objects.Length} EMV data objects ({_bytes.Length} bytes)";

    private IReadOnlyList<Diagnostic> Validate(ParseMode mode, bool formOnly)
    {
        DiagnosticList found = new();
        EmvTlvReading.Judge(_bytes.Span, _objects, Scheme, found, formOnly);
        if (mode == ParseMode.Strict) found.Harden();
        return found.Found;
    }
}
