using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// One ISO 8583 message with its bytes as they came; fields are located at once and decoded when asked for.
/// </summary>
public sealed class Iso8583Message
{
    private readonly byte[] _bytes;
    private readonly Iso8583Slice[] _fields;

    private Iso8583Message(byte[] bytes, Iso8583Profile profile, Iso8583Encoding encoding, Iso8583Slice[] fields)
    {
        _bytes = bytes;
        _fields = fields;
        Profile = profile;
        Encoding = encoding;
        Mti = Mti.TryParse(bytes.AsSpan(encoding.HeaderLength, 4), out Mti mti) ? mti : default;
    }

    public Iso8583Profile Profile { get; }

    public Iso8583Encoding Encoding { get; }

    public Mti Mti { get; }

    public IReadOnlyList<Iso8583Slice> Fields => _fields;

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>Field 2, where it is a card number with the right check digit.</summary>
    public Pan? Pan => this[2] is { } text && Pan.TryParse(text, out Pan pan) ? pan : null;

    /// <summary>Fields 4 and 49, where both stand and the currency is known.</summary>
    public Money? Amount =>
        this[4] is { } minor && long.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out long units)
        && int.TryParse(this[49], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && Currency.TryFind(number, out Currency currency) && currency.Exponent is not null
            ? Money.FromMinorUnits(units, currency) : null;

    /// <summary>The value of a field as text, binary as hexadecimal; null where the message does not have it.</summary>
    public string? this[int number] => Find(number) is { } slice
        ? Profile.Field(number)!.Type == Iso8583Type.Binary && Encoding.Bitmap == Iso8583Bitmap.Binary
            ? Convert.ToHexString(ValueOf(slice)) : System.Text.Encoding.Latin1.GetString(ValueOf(slice))
        : null;

    /// <summary>Reads exactly one message of the general profile, finding out its header and bitmap.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Iso8583Message message, out ParseError error) =>
        TryParse(bytes, Iso8583Profile.Ascii1987, null, out message, out error);

    /// <summary>Reads exactly one message.</summary>
    /// <param name="bytes">The message with its header.</param>
    /// <param name="profile">The field table.</param>
    /// <param name="encoding">Header and bitmap; null to find out.</param>
    /// <param name="message">The message.</param>
    /// <param name="error">The failure that came furthest, where several encodings were tried.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, Iso8583Profile profile, Iso8583Encoding? encoding, out Iso8583Message message,
            out ParseError error)
    {
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

    /// <summary>
    /// The message with one field set; its length, the bitmaps and the header follow, every other field stays.
    /// </summary>
    /// <exception cref="MessageFormatException">The profile does not have the field, or the value does not fit
    /// it.</exception>
    public Iso8583Message With(int number, string value)
    {
        Iso8583Builder builder = new(Mti, Profile, Encoding);
        foreach (Iso8583Slice slice in _fields)
        {
            if (slice.Number != number) builder.SetRaw(slice.Number, ValueOf(slice));
        }

        return builder.Set(number, value).Build(allowInvalid: true);
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Every field in a line of its own, with card numbers, tracks and PINs masked.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Mti} {Mti.Description}\n");
        foreach (Iso8583Slice slice in _fields)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{slice.Number,3} {Profile.Field(slice.Number)!.Name}: {Shown(slice)}\n");
        }

        return text.ToString();
    }

    public override string ToString() => $"ISO 8583 {Mti} ({_bytes.Length} bytes)";

    internal string Shown(Iso8583Slice slice)
    {
        Iso8583FieldRule rule = Profile.Field(slice.Number)!;
        return rule.Type == Iso8583Type.Binary && rule.Redaction == Redaction.None
            && Encoding.Bitmap == Iso8583Bitmap.Binary
            ? Convert.ToHexString(ValueOf(slice)) : rule.Redaction.Mask(ValueOf(slice));
    }

    internal static bool TryRead(
        ReadOnlySpan<byte> bytes, Iso8583Profile profile, Iso8583Encoding encoding, out Iso8583Message message,
            out ParseError? error)
    {
        message = null!;
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
        FrameStatus status = Iso8583Reader.TryLocate(
            bytes, profile, encoding, slices, out int fields, out int consumed, out error);
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

        message = new Iso8583Message(bytes.ToArray(), profile, encoding, slices[..fields].ToArray());
        return true;
    }

    /// <summary>Puts the length of a message before it.</summary>
    internal static void WriteHeader(Span<byte> message, Iso8583Encoding encoding)
    {
        int length = message.Length - encoding.HeaderLength;
        if (encoding.Header == Iso8583Header.TwoByteLength)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)length);
        }

        if (encoding.Header == Iso8583Header.FourDigitLength)
        {
            length.TryFormat(message, out _, "D4", CultureInfo.InvariantCulture);
        }
    }
}
