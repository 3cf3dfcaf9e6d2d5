using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// One ISO 8583 message with its bytes as they came; fields are located at once and decoded when asked for.
/// </summary>
public sealed class Iso8583Message
{
    private readonly byte[] _bytes;
    private readonly Iso8583Slice[] _fields;

    private Iso8583Message(byte[] bytes, Iso8583Plan plan, Iso8583Layout layout, Iso8583Slice[] fields)
    {
        _bytes = bytes;
        _fields = fields;
        Plan = plan;
        Layout = layout;
        Iso8583Reader.TryReadMti(bytes.AsSpan(layout.MtiOffset), plan.Encoding.Mti, out Mti mti);
        Mti = mti;
    }

    public Iso8583Profile Profile => Plan.Profile;

    public Iso8583Encoding Encoding => Plan.Encoding;

    public Mti Mti { get; }

    public IReadOnlyList<Iso8583Slice> Fields => _fields;

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>What stands between the length and the message type.</summary>
    public ReadOnlyMemory<byte> HeaderContent => _bytes.AsMemory(Encoding.LengthSize..Layout.MtiOffset);

    /// <summary>Field 2, where it is a card number with the right check digit.</summary>
    public Pan? Pan => this[2] is { } text && Pan.TryParse(text, out Pan pan) ? pan : null;

    /// <summary>Fields 4 and 49, where both stand and the currency is known.</summary>
    public Money? Amount =>
        this[4] is { Length: 12 } minor
        && long.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out long units)
        && int.TryParse(this[49], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && Currency.TryFind(number, out Currency currency) && currency.Exponent is not null
            ? Money.FromMinorUnits(units, currency) : null;

    internal Iso8583Plan Plan { get; }

    internal Iso8583Layout Layout { get; }

    /// <summary>The value of a field as text, binary as hexadecimal; null where the message does not have it.</summary>
    public string? this[int number] => Find(number) is { } slice ? Text(slice) : null;

    /// <summary>Reads exactly one message of the general profile, finding out its header and bitmap.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Iso8583Message message, out ParseError error) =>
        TryParse(bytes, Iso8583Profile.Ascii1987, null, out message, out error);

    /// <summary>Reads exactly one message.</summary>
    /// <param name="bytes">The message with its header.</param>
    /// <param name="profile">The field table.</param>
    /// <param name="encoding">How it is written; null for what the profile says, its length and bitmap found out where
    /// the profile does not say them.</param>
    /// <param name="message">The message.</param>
    /// <param name="error">The failure that came furthest, where several encodings were tried.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, Iso8583Profile profile, Iso8583Encoding? encoding, out Iso8583Message message,
            out ParseError error)
    {
        ArgumentNullException.ThrowIfNull(profile);
        message = null!;
        error = null!;
        List<Iso8583Encoding> candidates = encoding is { } only ? [only] : Iso8583Encoding.Candidates(bytes, profile);
        foreach (Iso8583Encoding candidate in candidates)
        {
            if (TryRead(bytes, profile, candidate, out message, out ParseError? wrong)) return true;
            if (error is null || wrong!.Offset > error.Offset) error = wrong!;
        }

        return false;
    }

    /// <exception cref="MessageFormatException">The bytes are not one message.</exception>
    public static Iso8583Message Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out Iso8583Message message, out ParseError error)
            ? message : throw new MessageFormatException(error);

    public Iso8583Slice? Find(int number)
    {
        foreach (Iso8583Slice slice in _fields) if (slice.Number == number) return slice;
        return null;
    }

    public ReadOnlySpan<byte> ValueOf(Iso8583Slice slice) => _bytes.AsSpan(slice.ValueOffset, slice.ValueLength);

    /// <summary>The parts of a field that the profile divides, up to the first fault; empty for others.</summary>
    /// <remarks>Their places are those of <see cref="ContentOf"/>.</remarks>
    public IReadOnlyList<Iso8583Subfield> SubfieldsOf(int number)
    {
        List<Iso8583Subfield> parts = [];
        if (Find(number) is { } slice && Profile.Field(number)!.Subfields is { } layout)
            SubfieldReader.Read(Content(slice, layout), layout, parts);
        return parts;
    }

    /// <summary>The content of a field as its parts see it: text in Latin-1, bytes as they are.</summary>
    public byte[] ContentOf(int number) =>
        Find(number) is { } slice ? Content(slice, Profile.Field(number)!.Subfields) : [];

    /// <summary>What is wrong with the contents of fields.</summary>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient)
    {
        DiagnosticList found = new();
        Iso8583Validation.Run(this, mode, found);
        return found.Found;
    }

    /// <summary>What is wrong with this message as the answer to another: the fields an answer repeats.</summary>
    public IReadOnlyList<Diagnostic> ValidateResponse(Iso8583Message request)
    {
        ArgumentNullException.ThrowIfNull(request);
        DiagnosticList found = new();
        Iso8583Validation.RunResponse(request, this, found);
        return found.Found;
    }

    /// <summary>The bytes that a message authentication code covers: from the message type to the field of the code,
    /// which is 128, or 64 in a message of one bitmap.</summary>
    /// <param name="mac">The field of the code.</param>
    /// <param name="covered">What it is computed over.</param>
    public bool TryFindMac(out Iso8583Slice mac, out ReadOnlyMemory<byte> covered)
    {
        mac = Find(128) ?? Find(64) ?? default;
        covered = mac.Number == 0 ? default : _bytes.AsMemory(Layout.MtiOffset..mac.Offset);
        return mac.Number != 0;
    }

    /// <summary>
    /// The message with one field set; its length, its bit and the header follow, every other byte stays.
    /// </summary>
    /// <exception cref="MessageFormatException">The profile does not have the field, or the value does not fit
    /// it.</exception>
    public Iso8583Message With(int number, string value) =>
        Iso8583Edit.Set(this, number, Iso8583Values.Encode(Profile, Plan, number, value, out int characters),
            characters);

    /// <summary>The message without a field; its bit and the header follow, every other byte stays.</summary>
    public Iso8583Message Without(int number) => Find(number) is null ? this : Iso8583Edit.Remove(this, number);

    /// <summary>The message with one part of a field set; lengths follow, every other byte stays.</summary>
    /// <param name="number">A field that the profile divides.</param>
    /// <param name="path">The part, as <see cref="Iso8583Subfield.Path"/> names it.</param>
    /// <param name="value">Text in Latin-1, or bytes as they are.</param>
    /// <exception cref="MessageFormatException">The field has no such part, or the value does not fit.</exception>
    public Iso8583Message WithSubfield(int number, string path, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Find(number) is not { } slice || Profile.Field(number)!.Subfields is not { } layout
            || SubfieldWriter.Set(Content(slice, layout), layout, path, value) is not { } content)
        {
            throw Iso8583Values.Refuse(number, Profile.FieldOrNone(number), "Iso8583.Subfield",
                "the field has no such part, or the value does not fit it", "a part that can be set");
        }

        WireForm form = Plan.Shape(number).Form;
        if (form is WireForm.Raw or WireForm.Hex or WireForm.EbcdicHex || (layout.IsOfBytes && IsHexText(slice)))
            return With(number, Convert.ToHexString(content));
        return layout.IsOfBytes && form == WireForm.Ascii ? Iso8583Edit.Set(this, number, content, content.Length)
            : With(number, System.Text.Encoding.Latin1.GetString(content));
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Zeroes its bytes, for its owner who is done with a card's number; whoever reads it after that reads
    /// zeros.</summary>
    public void Erase() => CryptographicOperations.ZeroMemory(_bytes);

    /// <summary>Every field in a line of its own, with card numbers, tracks and PINs masked.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Mti} {Mti.Description}, {Mti.OriginDescription}\n");
        foreach (Iso8583Slice slice in _fields)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{slice.Number,3} {Profile.Field(slice.Number)!.Name}: {Shown(slice)}");
            if (Meaning(slice) is { } meaning)
                text.Append(CultureInfo.InvariantCulture, $" ({meaning})");
            text.Append('\n');
            foreach ((Iso8583Subfield part, string shown) in ShownSubfields(slice))
                text.Append(CultureInfo.InvariantCulture, $"      {part.Path} {part.Name ?? "unknown"}: {shown}\n");
        }

        return text.ToString();
    }

    public override string ToString() => $"ISO 8583 {Mti} ({_bytes.Length} bytes)";

    internal string Text(Iso8583Slice slice)
    {
        FieldShape shape = Plan.Shape(slice.Number);
        ReadOnlySpan<byte> value = ValueOf(slice);
        int length = shape.TextLength(value.Length, slice.Characters);
        char[]? rented = length > 256 ? ArrayPool<char>.Shared.Rent(length) : null;
        Span<char> text = rented ?? stackalloc char[256];
        int written = shape.Decode(value, slice.Characters, text);
        string decoded = new(text[..written]);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented, clearArray: true);
        return decoded;
    }

    internal string Shown(Iso8583Slice slice)
    {
        Iso8583FieldRule rule = Profile.Field(slice.Number)!;
        string text = Text(slice);
        if (Plan.Shape(slice.Number).Form == WireForm.Raw && rule.Redaction == Redaction.None)
            return text.Length <= 128 ? text : string.Concat(text.AsSpan(0, 128), "\u2026");
        return rule.Redaction.Mask(text);
    }

    /// <summary>What a code says in words; null for other fields.</summary>
    internal string? Meaning(Iso8583Slice slice) =>
        slice.Number == 39 ? ResponseCodes.Meaning(Profile.Version, Text(slice)) : null;

    /// <summary>The parts of a field as they may be shown: less than the field shows where it shows less.</summary>
    internal IEnumerable<(Iso8583Subfield Part, string Shown)> ShownSubfields(Iso8583Slice slice)
    {
        Iso8583FieldRule rule = Profile.Field(slice.Number)!;
        if (rule.Subfields is not { } layout || rule.Redaction is Redaction.Secret or Redaction.Pan) yield break;

        byte[] content = Content(slice, layout);
        List<Iso8583Subfield> parts = [];
        SubfieldReader.Read(content, layout, parts);
        foreach (Iso8583Subfield part in parts)
        {
            if (part.IsConstructed) continue;
            string text = layout.IsOfBytes ? Convert.ToHexString(content, part.ValueOffset, part.ValueLength)
                : System.Text.Encoding.Latin1.GetString(content, part.ValueOffset, part.ValueLength);
            Redaction redaction = part.Redaction == Redaction.None && rule.Redaction == Redaction.Name
                ? Redaction.Name : part.Redaction;
            yield return (part, redaction == Redaction.Pan && layout.IsOfBytes
                ? redaction.Mask(text.TrimEnd('F')) : redaction.Mask(text));
        }
    }

    internal byte[] Content(Iso8583Slice slice, SubfieldLayout? layout)
    {
        switch (Plan.Shape(slice.Number).Form)
        {
            case WireForm.Raw:
                return ValueOf(slice).ToArray();
            case WireForm.Hex or WireForm.EbcdicHex:
                string hex = Text(slice);
                return IsHex(hex) ? Convert.FromHexString(hex) : [];
            default:
                string text = Text(slice);
                return layout is { IsOfBytes: true } && IsHex(text) ? Convert.FromHexString(text)
                    : System.Text.Encoding.Latin1.GetBytes(text);
        }
    }

    /// <summary>The byte of the message that holds a byte of a field's content.</summary>
    internal int PlaceOf(Iso8583Slice slice, SubfieldLayout layout, long contentOffset)
    {
        FieldShape shape = Plan.Shape(slice.Number);
        int at = (int)contentOffset;
        int place = shape.Form switch
        {
            WireForm.Hex or WireForm.EbcdicHex => 2 * at,
            WireForm.Packed => shape.ByteOf(at, slice.Characters),
            WireForm.Raw => at,
            _ => layout.IsOfBytes && IsHexText(slice) ? 2 * at : at,
        };
        return slice.ValueOffset + Math.Min(place, slice.ValueLength);
    }

    internal static bool TryRead(
        ReadOnlySpan<byte> bytes, Iso8583Profile profile, Iso8583Encoding encoding, out Iso8583Message message,
            out ParseError? error) => TryRead(bytes, profile.PlanFor(encoding), out message, out error);

    internal static bool TryRead(ReadOnlySpan<byte> bytes, Iso8583Plan plan, out Iso8583Message message,
        out ParseError? error)
    {
        message = null!;
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
        FrameStatus status = Iso8583Reader.TryLocate(bytes, plan, slices, Iso8583Profile.MostFields,
            out Iso8583Layout layout, out int fields, out int consumed, out error);
        if (status != FrameStatus.Complete) return false;

        if (consumed != bytes.Length)
        {
            error = new ParseError(new Diagnostic("Iso8583.TrailingBytes", Severity.Error, "bytes follow the message")
            {
                Offset = consumed,
                Length = bytes.Length - consumed,
                Expected = "the end of the input",
                Actual = $"{bytes.Length - consumed} more bytes",
            });
            return false;
        }

        message = new Iso8583Message(bytes.ToArray(), plan, layout, slices[..fields].ToArray());
        return true;
    }

    private bool IsHexText(Iso8583Slice slice) => IsHex(Text(slice));

    private static bool IsHex(string text)
    {
        if (text.Length % 2 != 0) return false;
        foreach (char c in text) if (!char.IsAsciiHexDigit(c)) return false;
        return true;
    }
}
