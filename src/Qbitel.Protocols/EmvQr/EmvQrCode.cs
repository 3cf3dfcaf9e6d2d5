using System.Buffers;
using System.Text;

namespace Qbitel.Protocols.EmvQr;

/// <summary>The content of one EMV QR code, with its bytes as they came. Immutable.</summary>
public sealed class EmvQrCode
{
    /// <summary>More than the largest QR code holds.</summary>
    internal const int SizeLimit = 8 * 1024;

    private readonly byte[] _bytes;
    private readonly byte[] _payload;

    private EmvQrCode(EmvQrMode mode, byte[] bytes, byte[] payload, IReadOnlyList<EmvQrObject> objects,
        IReadOnlyList<Diagnostic> findings)
    {
        Mode = mode;
        _bytes = bytes;
        _payload = payload;
        Objects = objects;
        Findings = findings;
    }

    public EmvQrMode Mode { get; }

    /// <summary>In the order of the code, those within others after what holds them; unknown ones too.</summary>
    public IReadOnlyList<EmvQrObject> Objects { get; }

    /// <summary>What is odd about the form. Rules are <see cref="Validate"/>'s to tell.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>What objects are read from: the text itself, or the data objects within Base64.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>A value by its path: of a merchant's code its text, of a consumer's hexadecimal digits; null where it
    /// is absent.</summary>
    public string? this[string path] =>
        Objects.FirstOrDefault(item => item.Path == path) is { } found ? ValueOf(found) : null;

    /// <summary>What the first merchant account is for, such as Pix; null where that is not known.</summary>
    public string? Use =>
        Objects.Where(item => item.Path.Length == 5 && item.Path.EndsWith("/00", StringComparison.Ordinal))
        .Select(item => EmvQrTable.UseOf(ValueOf(item))).FirstOrDefault(use => use is not null);

    /// <summary>Reads exactly one code; line ends after it are let pass.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EmvQrCode code, out ParseError error)
    {
        error = Read(bytes, out EmvQrCode? read, out int consumed)!;
        code = read!;
        if (read is null) return false;
        if (!bytes[consumed..].ContainsAnyExcept(" \t\r\n"u8))
        {
            code = new EmvQrCode(read.Mode, bytes.ToArray(), read._payload, read.Objects, read.Findings);
            return true;
        }

        code = null!;
        error = Wrong("TrailingBytes", consumed, "the end of the code", "more");
        return false;
    }

    /// <exception cref="MessageFormatException">The bytes are not one code.</exception>
    public static EmvQrCode Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out EmvQrCode code, out ParseError error) ? code : throw new MessageFormatException(error);

    /// <summary>The findings of form, and those of the rules.</summary>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient)
    {
        DiagnosticList found = new();
        found.AddRange(Findings);
        EmvQrValidation validation = new(this, found);
        if (Mode == EmvQrMode.MerchantPresented) validation.RunMerchant();
        else validation.RunConsumer();
        if (mode == ParseMode.Strict) found.Harden();
        return [.. found.Found.Select(finding => finding with { Offset = Place((int)(finding.Offset ?? 0)) })
            .OrderBy(finding => finding.Offset)];
    }

    /// <summary>The code with one value changed: its length, those of what holds it and the checksum follow.</summary>
    /// <exception cref="ArgumentException">There is no such value, or the new one does not fit.</exception>
    public EmvQrCode With(string path, string value)
    {
        EmvQrDraft draft = new();
        bool isThere = false;
        foreach (EmvQrObject item in Objects.Where(item => !item.IsTemplate && item.Path != "63"))
        {
            isThere |= item.Path == path;
            draft.Add(item.Path, item.Path == path ? value : ValueOf(item));
        }

        if (!isThere) throw new ArgumentException($"the code has no value {path}", nameof(path));
        return Parse(draft.ToBytes(Mode) ?? throw new ArgumentException("the value does not fit", nameof(value)));
    }

    public void WriteTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Mode and use: nothing personal.</summary>
    public override string ToString() => $"EMV QR {Mode} {Use}".TrimEnd();

    internal string ValueOf(EmvQrObject item)
    {
        ReadOnlySpan<byte> value = _payload.AsSpan(item.ValueOffset, item.ValueLength);
        return Mode == EmvQrMode.MerchantPresented ? Encoding.UTF8.GetString(value) : Convert.ToHexString(value);
    }

    /// <summary>The value as it may be shown.</summary>
    internal string Shown(EmvQrObject item)
    {
        ReadOnlySpan<byte> value = _payload.AsSpan(item.ValueOffset, item.ValueLength);
        bool isText = Mode == EmvQrMode.MerchantPresented || (value.Length > 0 && item.Id is "50" or "5F2D" or "85");
        return isText && !value.ContainsAnyInRange((byte)0, (byte)0x1F)
            ? item.Redaction.Mask(Encoding.UTF8.GetString(value))
            : item.Redaction.Mask(Convert.ToHexString(value));
    }

    /// <summary>Where a byte of the payload stands in the bytes that came.</summary>
    internal int Place(int offset) => Mode == EmvQrMode.MerchantPresented ? offset : offset / 3 * 4;

    /// <summary>Reads the code that the bytes begin with.</summary>
    internal static ParseError? Read(ReadOnlySpan<byte> bytes, out EmvQrCode? code, out int consumed)
    {
        code = null;
        consumed = 0;
        ReadOnlySpan<byte> beginning = EmvQrChip.Beginning[..Math.Min(bytes.Length, EmvQrChip.Beginning.Length)];
        if (bytes.IsEmpty || (bytes.Length < 6 && !bytes.StartsWith(beginning) && "000201"u8.StartsWith(bytes)))
            return Wrong("Incomplete", bytes.Length, "a code", "the end of the input", isIncomplete: true);
        return bytes.StartsWith(beginning) ? ReadConsumer(bytes, out code, out consumed)
            : ReadMerchant(bytes[..Math.Min(bytes.Length, SizeLimit)], out code, out consumed);
    }

    private static ParseError? ReadMerchant(ReadOnlySpan<byte> bytes, out EmvQrCode? code, out int consumed)
    {
        code = null;
        consumed = 0;
        if (!bytes.StartsWith("00"u8)) return Wrong("NotACode", 0, "object 00, the payload format", "something else");

        DiagnosticList findings = new();
        List<EmvQrObject> objects = [];
        ParseError? error = EmvQrText.Read(bytes, inBytes: false, objects, findings, out int end);
        if (bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF))
        {
            // Some count bytes where the lengths are of characters: only one of the two ends in a right checksum.
            DiagnosticList others = new();
            List<EmvQrObject> bytewise = [];
            bool isBytewise = EmvQrText.Read(bytes, inBytes: true, bytewise, others, out int last) is null
                && HasChecksum(bytes, bytewise) && (error is not null || !HasChecksum(bytes, objects));
            if (isBytewise)
            {
                (objects, findings, end, error) = (bytewise, others, last, null);
                findings.Add(new Diagnostic("EmvQr.LengthInBytes", Severity.Warning,
                    "lengths count bytes, not characters")
                {
                    Offset = 0,
                    Expected = "lengths in characters",
                });
            }
        }

        if (error is not null)
        {
            return bytes.Length < SizeLimit || !error.IsIncomplete ? error
                : Wrong("TooLong", SizeLimit, $"at most {SizeLimit} bytes", "more");
        }

        consumed = end;
        byte[] own = bytes[..end].ToArray();
        code = new EmvQrCode(EmvQrMode.MerchantPresented, own, own, objects, findings.Found);
        return null;
    }

    private static ParseError? ReadConsumer(ReadOnlySpan<byte> bytes, out EmvQrCode? code, out int consumed)
    {
        code = null;
        int length = EmvQrChip.TextLength(bytes);
        consumed = length;
        if (length > SizeLimit) return Wrong("TooLong", SizeLimit, $"at most {SizeLimit} characters", "more");

        bool mayGoOn = length == bytes.Length && (length % 4 != 0 || bytes[length - 1] != '=');
        if (EmvQrChip.Decode(bytes[..length]) is not { } payload)
            return Wrong("Base64", length, "whole groups of Base64", "text that is cut or not Base64", mayGoOn);

        List<EmvQrObject> objects = [];
        if (EmvQrChip.Read(payload, objects) is { } wrong)
        {
            int at = Math.Min(length, (int)(wrong.Diagnostic.Offset ?? 0) / 3 * 4);
            return wrong with
            {
                Diagnostic = wrong.Diagnostic with { Offset = at },
                IsIncomplete = wrong.IsIncomplete && mayGoOn,
            };
        }

        code = new EmvQrCode(EmvQrMode.ConsumerPresented, bytes[..length].ToArray(), payload, objects, []);
        return null;
    }

    private static bool HasChecksum(ReadOnlySpan<byte> text, List<EmvQrObject> objects) =>
        objects is [.., { Path: "63", ValueLength: 4 } last]
            && Encoding.Latin1.GetString(text.Slice(last.ValueOffset, 4)).Equals(Crc16.Text(text[..last.ValueOffset]),
                StringComparison.OrdinalIgnoreCase);

    private static ParseError Wrong(string rule, int offset, string expected, string found,
        bool isIncomplete = false) =>
        new(new Diagnostic("EmvQr." + rule, Severity.Error, isIncomplete ? "the code is cut"
            : "the bytes are not one EMV QR code")
        {
            Offset = offset,
            Expected = expected,
            Actual = found,
        }, isIncomplete);
}
