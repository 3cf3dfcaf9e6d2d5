using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// One FIX message with its bytes as they came: order, unknown fields and odd forms are kept and written back.
/// </summary>
public sealed class FixMessage
{
    private const int MaximumFields = 100_000;

    private readonly byte[] _bytes;
    private readonly FixField[] _fields;

    private FixMessage(byte[] bytes, FixVersion version, FixField[] fields, IReadOnlyList<Diagnostic> findings)
    {
        _bytes = bytes;
        _fields = fields;
        Version = version;
        Findings = findings;
        MessageType = GetField(35) ?? "";
    }

    public FixVersion Version { get; }

    /// <summary>Field 35, such as <c>D</c> for a new single order.</summary>
    public string MessageType { get; }

    public IReadOnlyList<FixField> Fields => _fields;

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>
    /// What is wrong with the form of fields. What the dictionary says is <see cref="Validate(ParseMode)"/>'s to tell.
    /// </summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>Reads exactly one message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out FixMessage message, out ParseError error)
    {
        message = null!;
        if (FixFrame.TryRead(bytes, out FixFrame frame, out ParseError? wrong) != FrameStatus.Complete)
        {
            error = wrong!;
            return false;
        }

        if (frame.Length != bytes.Length)
        {
            error = new ParseError(new Diagnostic("Fix.TrailingBytes", Severity.Error, "bytes follow the message")
            {
                Offset = frame.Length,
                Length = bytes.Length - frame.Length,
                Expected = "the end of the input",
                Actual = $"{bytes.Length - frame.Length} more bytes",
            });
            return false;
        }

        if (bytes.Count(FixReader.Soh) > MaximumFields)
        {
            error = new ParseError(TooManyFields(MaximumFields));
            return false;
        }

        DiagnosticList findings = new();
        FixField[] fields = ReadFields(bytes, findings);
        message = new FixMessage(bytes.ToArray(), frame.Version, fields, findings.Found);
        error = null!;
        return true;
    }

    /// <exception cref="MessageFormatException">The bytes are not one FIX message.</exception>
    public static FixMessage Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out FixMessage message, out ParseError error)
            ? message : throw new MessageFormatException(error);

    /// <summary>The value of the first field with this tag, as Latin-1 text; null where there is none.</summary>
    public string? GetField(int tag) => Find(tag) is { } field ? Encoding.Latin1.GetString(ValueOf(field)) : null;

    public ReadOnlySpan<byte> ValueOf(FixField field) => _bytes.AsSpan(field.ValueOffset, field.ValueLength);

    /// <summary>The first field with this tag.</summary>
    public FixField? Find(int tag)
    {
        foreach (FixField field in _fields) if (field.Tag == tag) return field;
        return null;
    }

    /// <summary>
    /// The version of the application message: that of the session, or what ApplVerID (1128) says under FIXT.1.1; null
    /// where it says nothing, and the session's DefaultApplVerID (1137) applies.
    /// </summary>
    public FixApplication? Application => Version != FixVersion.Fixt11 ? FixVersion.ApplicationOf(Version)
        : FixValidation.ApplicationOf(_bytes, _fields) is { } named and <= FixApplication.Fix50SP2 ? named : null;

    /// <summary>The group that a field of the message counts; null where there is none, or no table to know it by.
    /// </summary>
    /// <param name="countTag">Such as 453 for NoPartyIDs.</param>
    /// <param name="profile">What the parties have agreed on; the standard tables unless given.</param>
    public FixGroup? Group(int countTag, FixProfile? profile = null) =>
        (profile ?? FixProfile.Standard).DictionaryOf(Version, Application) is { } dictionary
            ? FixGroup.Find(this, dictionary, (dictionary.Message(MessageType) ?? dictionary.Frame).Members, countTag,
                0, _fields.Length)
            : null;

    /// <summary>The findings of form and those of the version's dictionary, where the product carries it.</summary>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient) =>
        Validate(FixProfile.Standard, mode);

    /// <summary>The findings of form and those of the table that the profile names.</summary>
    public IReadOnlyList<Diagnostic> Validate(FixProfile profile, ParseMode mode = ParseMode.Lenient)
    {
        ArgumentNullException.ThrowIfNull(profile);
        DiagnosticList found = new();
        found.AddRange(Findings);
        FixValidation validation = new(_bytes, _fields, Version, profile, mode, found);
        validation.Run();
        return found.Found;
    }

    /// <summary>
    /// The message with one value changed; BodyLength, CheckSum and a data field's length follow, every other byte
    /// stays.
    /// </summary>
    /// <remarks>The first field with the tag; <see cref="With(FixField, ReadOnlySpan{byte})"/> reaches those in groups.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no such field, it is computed, or the value is empty or holds SOH
    /// where it may not.</exception>
    public FixMessage With(int tag, ReadOnlySpan<byte> value) =>
        With(Find(tag) ?? throw new ArgumentException($"the message has no field {tag}", nameof(tag)), value);

    /// <inheritdoc cref="With(int, ReadOnlySpan{byte})"/>
    public FixMessage With(FixField field, ReadOnlySpan<byte> value)
    {
        int tag = field.Tag;
        if (tag is 8 or 9 or 10) throw new ArgumentException("fields 8, 9 and 10 belong to the frame", nameof(field));
        if (FixDataFields.DataTagOf(tag) != 0)
        {
            throw new ArgumentException("a length follows its data field: change that", nameof(field));
        }

        int index = Array.IndexOf(_fields, field);
        if (index < 0) throw new ArgumentException("the field is not one of this message", nameof(field));

        FixField before = _fields[index - 1];
        bool isData = FixDataFields.DataTagOf(before.Tag) == tag;
        if (value.IsEmpty || (!isData && value.Contains(FixReader.Soh)))
        {
            throw new ArgumentException("a value is not empty and holds no SOH unless it is data with a length",
                nameof(value));
        }

        ArrayBufferWriter<byte> body = new(_bytes.Length + value.Length);
        if (isData)
        {
            body.Write(_bytes.AsSpan(_fields[2].Offset..before.ValueOffset));
            body.Write(Encoding.ASCII.GetBytes(value.Length.ToString(CultureInfo.InvariantCulture)));
            body.Write(_bytes.AsSpan((before.End - 1)..field.ValueOffset));
        }
        else
        {
            body.Write(_bytes.AsSpan(_fields[2].Offset..field.ValueOffset));
        }

        body.Write(value);
        body.Write(_bytes.AsSpan((field.End - 1).._fields[^1].Offset));
        return Parse(Frame(Version, body.WrittenSpan));
    }

    /// <summary>
    /// The message with a signature in SignatureLength (93) and Signature (89) over its bytes from field 35 on; one it
    /// had gives way.
    /// </summary>
    /// <param name="key">The sender's key; ML-DSA-44 signs in the least time.</param>
    public FixMessage Sign(MLDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int end = _fields.Length >= 6 && _fields[^2].Tag == 89 && _fields[^3].Tag == 93
            ? _fields[^3].Offset : _fields[^1].Offset;
        return Parse(Frame(Version, FixSignature.Sign(Version, _bytes.AsSpan(_fields[2].Offset..end), key)));
    }

    /// <summary>Whether the message is signed by this key; false for any other reason too.</summary>
    public bool Verify(MLDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return FixFrame.TryRead(_bytes, out FixFrame frame, out _) == FrameStatus.Complete
            && FixSignature.Find(_bytes, frame, key.Algorithm.SignatureSizeInBytes) is > 0 and int start
            && _fields[^3].Offset == start && _fields[^2].Tag == 89 && FixSignature.Verify(_bytes, frame, start, key);
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Version, type and size; never a value.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Version} {MessageType} ({_bytes.Length} bytes)");

    /// <summary>Puts fields 8, 9 and 10 around a body.</summary>
    internal static byte[] Frame(FixVersion version, ReadOnlySpan<byte> body)
    {
        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"8={version}\u00019={body.Length}\u0001"));
        byte[] whole = new byte[head.Length + body.Length + 7];
        head.CopyTo(whole, 0);
        body.CopyTo(whole.AsSpan(head.Length));
        byte sum = FixFrame.CheckSum(whole.AsSpan(0, head.Length + body.Length));
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"10={sum:D3}\u0001"),
            whole.AsSpan(head.Length + body.Length));
        return whole;
    }

    internal static Diagnostic TooManyFields(int limit) =>
        new("Fix.TooManyFields", Severity.Error, "the message has more fields than are read")
        {
            Offset = 0,
            Expected = $"at most {limit}",
        };

    private static FixField[] ReadFields(ReadOnlySpan<byte> bytes, DiagnosticList findings)
    {
        FixField[] fields = new FixField[bytes.Count(FixReader.Soh)];
        int count = FixIndex.Read(bytes, fields, out bool isFaulty);
        FixReader reader = new(bytes);
        while (isFaulty && reader.Read() && !findings.IsFull)
        {
            if (reader.Fault != FixFieldFault.None) findings.Add(Explain(ref reader, bytes));
        }

        if (count < fields.Length) Array.Resize(ref fields, count); // data fields held SOH
        return fields;
    }

    private static Diagnostic Explain(ref FixReader reader, ReadOnlySpan<byte> bytes)
    {
        (FixRejectReason reason, string message, string expected) = reader.Fault switch
        {
            FixFieldFault.InvalidTag => (FixRejectReason.InvalidTagNumber, "the tag is not a number",
                "1 to 7 digits without a leading zero"),
            FixFieldFault.NoSeparator => (FixRejectReason.SohInValue, "the field has no '=': SOH stands inside a value",
                "tag=value"),
            FixFieldFault.EmptyValue => (FixRejectReason.EmptyValue, "the tag has no value", "a value"),
            _ => (FixRejectReason.DataFormat, "the data is not as long as the length field before it says",
                "SOH after the data"),
        };

        ReadOnlySpan<byte> tag = bytes[reader.FieldOffset..reader.ValueOffset].TrimEnd((byte)'=');
        if (reader.Tag == 0) tag = reader.Value[..Math.Max(0, Math.Min(reader.Value.IndexOf((byte)'='), 16))];
        return new Diagnostic("Fix." + reason, Severity.Error, $"{message}: reject reason {(int)reason}")
        {
            Offset = reader.FieldOffset,
            Length = reader.ValueOffset - reader.FieldOffset + reader.Value.Length,
            Tag = tag.IsEmpty ? null : Redaction.None.Mask(tag),
            Expected = expected,
        };
    }
}
