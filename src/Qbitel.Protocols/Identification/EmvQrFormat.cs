using System.Globalization;
using System.Text;
using Qbitel.Protocols.EmvQr;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Identification;

/// <summary>EMV QR codes: proved by a checksum over all objects, or by their format within Base64.</summary>
internal sealed class EmvQrFormat : MessageFormat
{
    // The whole of a consumer's code, whose data objects are reported after it.
    private const string Wrapping = "base64";

    public override string Name => "emv-qr";

    /// <summary>Outside its values a code has numbers and lengths.</summary>
    public override bool TellsAllFields => true;

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => EmvQrSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => EmvQrSettings.Build(type, settings, wrong);

    public override string SettingOf(string place) => place.TrimStart('/');

    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> code = bytes[SkipGap(bytes)..];
        return code.StartsWith(EmvQrChip.Beginning) || (code.StartsWith("000201"u8) && code.Length > 8
            && Ascii.IsDigits(code[6..8]) && EmvQrCode.Read(code, out EmvQrCode? read, out _) is var error
            && (read is not null || error is { IsIncomplete: true }));
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        int start = SkipGap(bytes);
        if (!bytes[start..].StartsWith("00"u8) && !bytes[start..].StartsWith(EmvQrChip.Beginning)) return null;
        if (EmvQrCode.Read(bytes[start..], out EmvQrCode? code, out int length) is not null) return null;
        bool isMerchant = code!.Mode == EmvQrMode.MerchantPresented;
        if (isMerchant && code.Validate().Any(finding => finding.Code == "EmvQr.Checksum")) return null;

        // Sixteen bits of checksum and a number and a length for each object; or the format and as much.
        return new IdentifiedMessage(Name, VersionOf(code), TypeOf(code), start + length,
            IdentifiedMessage.ConfidenceOf(32 + (16 * code.Objects.Count)));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        int start = SkipGap(stream);
        error = EmvQrCode.Read(stream[start..], out _, out int length);
        if (error is null)
        {
            consumed = start + length;
            return FrameStatus.Complete;
        }

        error = error with { Diagnostic = error.Diagnostic with { Offset = start + error.Diagnostic.Offset } };
        if (error.IsIncomplete) return FrameStatus.Incomplete;
        int line = stream[start..].IndexOfAny((byte)'\r', (byte)'\n'); // a line each, as they are listed
        consumed = line < 0 ? stream.Length : start + line + 1;
        return FrameStatus.Invalid;
    }

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        DiagnosticList found = new();
        List<ReportField> fields = [];
        LineCounter lines = new();
        EmvQrCode? first = null;
        int codes = 0;
        for (int at = 0; at < bytes.Length && !found.IsFull;)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            int start = SkipGap(rest);
            if (codes > 0 && start == rest.Length) break;

            ParseError? error = EmvQrCode.Read(rest[start..], out EmvQrCode? code, out int length);
            if (code is null)
            {
                AddPlaced(error!.Diagnostic, bytes, at + start);
                if (error.IsIncomplete) break;
                TryReadMessage(rest, out int dropped, out _);
                at += Math.Max(1, dropped);
                continue;
            }

            codes++;
            first ??= code;
            foreach (Diagnostic finding in code.Validate(options.Mode)) AddPlaced(finding, bytes, at + start);
            AddFields(code, at + start, fields, options.FieldLimit);
            at += start + length;
        }

        List<KeyValuePair<string, string>> summary = first is null ? [] : Summarise(first);
        if (codes > 1) summary.Add(new("messages", codes.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, first is null ? null : VersionOf(first), first is null ? null : TypeOf(first),
            found.Found, summary, fields);

        void AddPlaced(Diagnostic finding, ReadOnlySpan<byte> all, int at)
        {
            Diagnostic placed = Place(finding, at, codes);
            TextPosition position = lines.Of(all, (int)(placed.Offset ?? 0));
            found.Add(placed with { Line = position.Line, Column = position.Column });
        }
    }

    public override void Cover(ReportField field, Span<byte> value)
    {
        if (value.IsEmpty) return;
        if (field.Tag == Wrapping) CoverConsumer(value);
        else Covering.Cover(field.Redaction, value);
    }

    public override void Reseal(Span<byte> message)
    {
        int start = SkipGap(message);
        Span<byte> own = message[start..];
        if (EmvQrCode.Read(own, out EmvQrCode? code, out _) is not null
            || code is not
            {
                Mode: EmvQrMode.MerchantPresented,
                Objects: [.., { Path: "63", ValueLength: 4 } checksum]
            })
        {
            return;
        }

        Encoding.ASCII.GetBytes(Crc16.Text(own[..checksum.ValueOffset]), own[checksum.ValueOffset..]);
    }

    private static void CoverConsumer(Span<byte> text)
    {
        if (EmvQrChip.Decode(text) is not { } payload)
        {
            Covering.CoverText(text);
            return;
        }

        List<EmvQrObject> objects = [];
        EmvQrChip.Read(payload, objects);
        foreach (EmvQrObject item in objects.Where(item => item.Redaction != Redaction.None))
        {
            Span<byte> value = payload.AsSpan(item.ValueOffset, item.ValueLength);
            if (item.Redaction is Redaction.Secret) value.Clear();
            else Covering.CoverText(value);
        }

        Encoding.ASCII.GetBytes(Convert.ToBase64String(payload), text);
    }

    private static void AddFields(EmvQrCode code, int at, List<ReportField> fields, int limit)
    {
        bool isConsumer = code.Mode == EmvQrMode.ConsumerPresented;
        if (isConsumer && fields.Count < limit)
        {
            fields.Add(new ReportField(Wrapping, "Data objects in Base64", at, code.RawContent.Length,
                Redaction.Text.Mask(code.RawContent.Span))
            { Path = "/", Redaction = Redaction.Text });
        }

        foreach (EmvQrObject item in code.Objects)
        {
            if (fields.Count == limit) return;
            // Of a template its number and length, of a consumer's code where in the Base64 it stands.
            int length = isConsumer ? 0 : item.IsTemplate ? item.ValueOffset - item.Offset : item.End - item.Offset;
            fields.Add(new ReportField(item.Id, item.Name, at + code.Place(item.Offset), length,
                item.IsTemplate ? "" : code.Shown(item))
            {
                Path = "/" + item.Path,
                Meaning = MeaningOf(code, item),
                ValueOffset = at + code.Place(isConsumer ? item.Offset : item.ValueOffset),
                ValueLength = isConsumer || item.IsTemplate ? 0 : item.ValueLength,
                Redaction = item.Redaction,
            });
        }
    }

    private static string? MeaningOf(EmvQrCode code, EmvQrObject item)
    {
        if (item.Redaction != Redaction.None || item.IsTemplate) return null;
        if (code.Mode == EmvQrMode.ConsumerPresented) return null;
        string value = code.ValueOf(item);
        return (item.Path, value) switch
        {
            ("01", "11") => "one code for many payments",
            ("01", "12") => "a code for one payment",
            ("55", "01") => "the consumer is asked for a tip",
            ("55", "02") => "a fixed fee",
            ("55", "03") => "a fee in percent",
            ("53", { Length: 3 }) when Ascii.IsDigits(value) && Currency.TryFind(
                int.Parse(value, CultureInfo.InvariantCulture), out Currency currency) => currency.Code,
            _ when item.Path.EndsWith("/00", StringComparison.Ordinal) => EmvQrTable.UseOf(value),
            _ when value == "***" => "the consumer is asked for it, or there is none",
            _ => null,
        };
    }

    private static List<KeyValuePair<string, string>> Summarise(EmvQrCode code)
    {
        List<KeyValuePair<string, string>> summary = [];
        Add("use", code.Use);
        if (code.Mode == EmvQrMode.ConsumerPresented)
        {
            Add("application", code["61/4F"]);
            return summary;
        }

        Add("initiation",
            code["01"] switch { "11" => "one code for many payments", "12" => "a code for one payment", _ => null });
        string? currency = code["53"] is { Length: 3 } number && Ascii.IsDigits(number)
            && Currency.TryFind(int.Parse(number, CultureInfo.InvariantCulture), out Currency known) ? known.Code
            : null;
        Add("amount", code["54"] is { } amount ? $"{currency ?? "?"} {amount}" : null);
        Add("currency", currency);
        Add("category", code["52"]);
        Add("country", code["58"]);
        Add("city", code["60"]);
        Add("reference", code["62/05"]);
        return summary;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) summary.Add(new(name, Redaction.None.Mask(value)));
        }
    }

    private static string TypeOf(EmvQrCode code) =>
        code.Mode == EmvQrMode.MerchantPresented ? EmvQrSettings.Merchant : EmvQrSettings.Consumer;

    private static string? VersionOf(EmvQrCode code) => code.Mode == EmvQrMode.ConsumerPresented ? "CPV01"
        : code["00"] is { Length: 2 } version && Ascii.IsDigits(version) ? version : null;

    private static int SkipGap(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExcept(" \t\r\n"u8) is >= 0 and int start ? start : bytes.Length;
}
