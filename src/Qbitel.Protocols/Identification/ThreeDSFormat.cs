using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.ThreeDS;
using Qbitel.Protocols.ThreeDS.Jose;
using Qbitel.Protocols.ThreeDS.Json;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.Identification;

/// <summary>EMV 3-D Secure: proved by a JSON object that says which of its messages it is.</summary>
internal sealed class ThreeDSFormat : MessageFormat
{
    private const string NonPayment = "non-payment";

    // The whole of a text in Base64url, whose own values are reported after it.
    private const string Wrapping = "base64url";

    public override string Name => "3ds";

    public override IReadOnlyList<MessageProfile> Profiles { get; } =
        [new(NonPayment, "answers to requests that are no payments, which need no authentication value")];

    /// <summary>Every value of the JSON text is in the report.</summary>
    public override bool TellsAllFields => true;

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => ThreeDSSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => ThreeDSSettings.Build(type, settings, now, wrong);

    public override string SettingOf(string place) => place.TrimStart('/');

    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        int start = SkipGap(bytes);
        if (start == bytes.Length) return false;
        if (bytes[start] == '{') return HasMark(bytes);
        return WrappedText.TryFind(bytes[start..], out int at, out int length)
            && WrappedText.Decode(bytes.Slice(start + at, length / 4 * 4), out _) is { } json && HasMark(json);
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (!Claims(bytes) || TryReadMessage(bytes, out int consumed, out _) != FrameStatus.Complete) return null;
        if (!ThreeDSMessage.TryParse(bytes[..consumed], out ThreeDSMessage message, out _)) return null;
        if (message.Kind is null) return null;

        // A type and its name are nine letters and more, and as many each field that the table knows.
        int known = message.Parts.Count - message.Findings.Count;
        return new IdentifiedMessage(Name, message.Version is null ? null : Redaction.None.Mask(message.Version),
            TypeOf(message), consumed, IdentifiedMessage.ConfidenceOf(80 + (8 * Math.Clamp(known, 0, 30))));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        int start = SkipGap(stream);
        if (start == stream.Length)
        {
            error = Empty;
            return FrameStatus.Incomplete;
        }

        if (stream[start] == '{')
        {
            error = JsonParts.FindEnd(stream[start..], out int length);
            if (error is { IsIncomplete: true }) return FrameStatus.Incomplete;
            int next = stream[(start + 1)..].IndexOf((byte)'{');
            consumed = error is null ? start + length : next < 0 ? stream.Length : start + 1 + next;
            return error is null ? FrameStatus.Complete : FrameStatus.Invalid;
        }

        if (WrappedText.TryFind(stream[start..], out int at, out int size))
        {
            int end = start + at + size;
            consumed = end;
            error = WrappedText.Decode(stream[(start + at)..end], out _) is { } json ? JsonParts.FindEnd(json, out _)
                : NotOne(start);
            if (error is null) return FrameStatus.Complete;
            if (end < stream.Length) return FrameStatus.Invalid;
            consumed = 0;
            error = error with { IsIncomplete = true };
            return FrameStatus.Incomplete;
        }

        error = NotOne(start);
        int other = stream[(start + 1)..].IndexOf((byte)'{');
        consumed = other < 0 ? stream.Length : start + 1 + other;
        return FrameStatus.Invalid;
    }

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        if (Jose(bytes) is { } jose) return jose;

        DiagnosticList found = new();
        List<ReportField> fields = [];
        LineCounter lines = new();
        ThreeDSMessage? first = null;
        int messages = 0;
        for (int at = 0; at < bytes.Length && !found.IsFull;)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (messages > 0 && SkipGap(rest) == rest.Length) break;

            FrameStatus status = TryReadMessage(rest, out int length, out ParseError? error);
            ReadOnlySpan<byte> one = status == FrameStatus.Complete ? rest[..length] : rest;
            if (status != FrameStatus.Complete || !ThreeDSMessage.TryParse(one, out ThreeDSMessage message, out error))
            {
                AddPlaced(error!.Diagnostic with { Offset = Math.Min(error.Offset ?? 0, rest.Length) }, bytes, at);
                if (status == FrameStatus.Incomplete) break;
                at += length;
                continue;
            }

            messages++;
            first ??= message;
            foreach (Diagnostic finding in message.Judge(options.Mode, null, options.Profile != NonPayment))
                AddPlaced(finding, bytes, at);
            AddFields(message, at, fields, options.FieldLimit);
            at += length;
        }

        List<KeyValuePair<string, string>> summary = first is null ? [] : Summarise(first);
        if (messages > 1) summary.Add(new("messages", messages.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, first?.Version is { } version ? Redaction.None.Mask(version) : null,
            first is null ? null : TypeOf(first), found.Found, summary, fields);

        void AddPlaced(Diagnostic finding, ReadOnlySpan<byte> all, int at)
        {
            Diagnostic placed = Place(finding, at, messages);
            TextPosition position = lines.Of(all, (int)(placed.Offset ?? 0));
            found.Add(placed with { Line = position.Line, Column = position.Column });
        }
    }

    public override void Cover(ReportField field, Span<byte> value)
    {
        if (value.IsEmpty) return;
        if (field.Tag == Wrapping) CoverWrapped(value);
        else CoveredJson.Cover(field, value);
    }

    private void CoverWrapped(Span<byte> encoded)
    {
        if (WrappedText.Decode(encoded, out _) is not { } json)
        {
            Covering.CoverText(encoded);
            return;
        }

        foreach (ReportField inside in Parse(json, new ParseOptions { FieldLimit = int.MaxValue }).Fields)
        {
            int at = (int)Math.Clamp(inside.ValueOffset, 0, json.Length);
            Cover(inside, json.AsSpan(at, Math.Clamp(inside.ValueLength, 0, json.Length - at)));
        }

        WrappedText.Encode(json, encoded);
    }

    private static void AddFields(ThreeDSMessage message, int at, List<ReportField> fields, int limit)
    {
        if (message.IsWrapped && fields.Count < limit)
        {
            string shown = Redaction.Text.Mask(message.RawContent.Span.Slice(message.WrappedAt, message.WrappedLength));
            fields.Add(new ReportField(Wrapping, "JSON in Base64url", at + message.WrappedAt, message.WrappedLength,
                shown)
            {
                Path = "/",
                Redaction = Redaction.Text,
            });
        }

        foreach (ThreeDSField field in ThreeDSFields.Of(message, limit - fields.Count))
        {
            string tag = field.Path[(field.Path.LastIndexOf('/') + 1)..];
            // Of a wrapped message the bytes of a value are not those of a whole number of letters.
            int offset = message.IsWrapped ? message.Place(field.Offset) : field.Start;
            int length = message.IsWrapped ? 0 : field.End - field.Start;
            fields.Add(new ReportField(tag, field.Label, at + offset, length, field.Redaction.Mask(field.Value))
            {
                Path = field.Path,
                ValueOffset = at + (message.IsWrapped ? offset : field.Offset),
                ValueLength = message.IsWrapped ? 0 : field.Length,
                Meaning = MeaningOf(tag, field),
                Redaction = field.Redaction,
            });
        }
    }

    private static string? MeaningOf(string tag, ThreeDSField field)
    {
        if (field.Redaction != Redaction.None) return null;
        // The entry of a list is named by its number.
        string name = ThreeDSDraft.IsNumber(tag) ? field.Path.Split('/')[^2] : tag;
        switch (name)
        {
            case "eci":
                return string.Join("; ", Enum.GetValues<ThreeDSScheme>()
                    .Select(scheme => (Scheme: scheme, Words: EciTable.Describe(scheme, field.Value)))
                    .Where(each => each.Words is not null).GroupBy(each => each.Words)
                    .Select(group => $"{string.Join(", ", group.Select(each => each.Scheme))}: {group.Key}"))
                    is { Length: > 0 } words ? words : null;
            case "purchaseCurrency" or "recurringCurrency" or "giftCardCurr":
                return field.Value.Length == 3 && Ascii.IsDigits(field.Value)
                    && Currency.TryFind(int.Parse(field.Value, CultureInfo.InvariantCulture), out Currency currency)
                    ? currency.Code : null;
            case "sdkEncData":
                return JweMessage.TryParse(Encoding.UTF8.GetBytes(field.Value), out JweMessage jwe, out _)
                    ? jwe.ToString() : null;
            case "acsSignedContent" or "sdkServerSignedContent":
                return JwsMessage.TryParse(Encoding.UTF8.GetBytes(field.Value), out JwsMessage jws, out _)
                    ? jws.ToString() : null;
            default:
                return FieldTable.MeaningOf(name, field.Value);
        }
    }

    // One signed or encrypted object by itself: what it says of itself, and no more.
    private ParseReport? Jose(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> text = bytes.Trim(" \t\r\n"u8);
        if (!text.StartsWith("e"u8) || !text.Contains((byte)'.')) return null;

        bool isJwe = JweMessage.TryParse(text, out JweMessage jwe, out _);
        JwsMessage jws = null!;
        if (!isJwe && !JwsMessage.TryParse(text, out jws, out _)) return null;

        JoseHeader header = isJwe ? jwe.Header : jws.Headers[0];
        List<KeyValuePair<string, string>> summary = [new("algorithm", Redaction.None.Mask(header.Algorithm))];
        if (header.Encryption is { } encryption) summary.Add(new("encryption", Redaction.None.Mask(encryption)));
        if (header.KeyId is { } id) summary.Add(new("key", Redaction.None.Mask(id)));
        if (header.Certificates.Count > 0)
            summary.Add(new("certificates", header.Certificates.Count.ToString(CultureInfo.InvariantCulture)));
        int size = isJwe ? jwe.ContentLength : jws.Payload.Length;
        summary.Add(new("contentBytes", size.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, null, isJwe ? "JWE" : "JWS", [], summary, []);
    }

    private static List<KeyValuePair<string, string>> Summarise(ThreeDSMessage message)
    {
        List<KeyValuePair<string, string>> summary = [];
        Add("transaction", message["threeDSServerTransID"]);
        Add("category", Words("messageCategory"));
        Add("channel", Words("deviceChannel"));
        Add("merchant", message["merchantName"]);
        if (message["purchaseAmount"] is { Length: > 0 and <= 15 } amount && Ascii.IsDigits(amount)
            && message["purchaseCurrency"] is { Length: 3 } code && Ascii.IsDigits(code)
            && Currency.TryFind(int.Parse(code, CultureInfo.InvariantCulture), out Currency currency)
            && currency.Exponent is not null)
        {
            Add("amount", Money.FromMinorUnits(long.Parse(amount, CultureInfo.InvariantCulture), currency).ToString());
        }

        Add("status", message["transStatus"]);
        Add("meaning", Words("transStatus"));
        Add("reason", Words("transStatusReason"));
        Add("eci", message["eci"]);
        Add("error", message["errorCode"]);
        Add("errorMeaning", Words("errorCode"));
        return summary;

        string? Words(string field) => message[field] is { } value ? FieldTable.MeaningOf(field, value) : null;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) summary.Add(new(name, Redaction.None.Mask(value)));
        }
    }

    private static string? TypeOf(ThreeDSMessage message) => message.IsMethodData ? "Method"
        : message.MessageType is { } type ? Redaction.None.Mask(type) : null;

    private static bool HasMark(ReadOnlySpan<byte> json) =>
        json.IndexOf("\"messageType\""u8) >= 0 && (json.IndexOf("\"messageVersion\""u8) >= 0 || IsTyped(json))
        || json.IndexOf("\"threeDSServerTransID\""u8) >= 0;

    private static bool IsTyped(ReadOnlySpan<byte> json)
    {
        for (MessageKind kind = MessageKind.AReq; kind <= MessageKind.Erro; kind++)
            if (json.IndexOf(Encoding.ASCII.GetBytes($"\"{kind}\"")) >= 0) return true;

        return false;
    }

    private static int SkipGap(ReadOnlySpan<byte> bytes)
    {
        int mark = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
        int start = bytes[mark..].IndexOfAnyExcept(" \t\r\n"u8);
        return start < 0 ? bytes.Length : mark + start;
    }

    private static ParseError NotOne(int offset) =>
        new(new Diagnostic("ThreeDS.NotAMessage", Severity.Error, "the bytes are not one message of 3-D Secure")
        {
            Offset = offset,
            Expected = "a JSON object, or one in Base64url",
            Actual = "something else",
        });
}
