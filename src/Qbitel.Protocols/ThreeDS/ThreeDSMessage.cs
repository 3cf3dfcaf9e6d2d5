using System.Buffers;
using System.Text;
using System.Text.Json;
using Qbitel.Protocols.ThreeDS.Json;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>
/// One message of EMV 3-D Secure, or the data of its 3DS Method, with its bytes as they came: JSON, or JSON in
/// Base64url as browsers post it. Immutable.
/// </summary>
public sealed class ThreeDSMessage
{
    private readonly byte[] _bytes;
    private readonly DiagnosticList _findings = new();

    private ThreeDSMessage(byte[] bytes, JsonParts parts, int wrappedAt, int wrappedLength)
    {
        _bytes = bytes;
        Parts = parts;
        WrappedAt = wrappedAt;
        WrappedLength = wrappedLength;
        MessageType = this["messageType"];
        Version = this["messageVersion"];
        Kind = KindOf();
    }

    /// <summary><c>AReq</c> and its kin as the message says it, also where it is unknown; null where it says
    /// nothing.</summary>
    public string? MessageType { get; }

    /// <summary>As the message says it; null where it says nothing.</summary>
    public string? Version { get; }

    /// <summary>Whether it came in Base64url.</summary>
    public bool IsWrapped => WrappedAt >= 0;

    /// <summary>Whether it is the data of the 3DS Method, which has no type and version.</summary>
    public bool IsMethodData => Kind == MessageKind.Method;

    /// <summary>What is odd about its form. Rules are <see cref="Validate"/>'s to tell.</summary>
    public IReadOnlyList<Diagnostic> Findings => _findings.Found;

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>The JSON text, decoded where it came in Base64url.</summary>
    public ReadOnlyMemory<byte> JsonText => Parts.Text.ToArray();

    /// <summary>Values in the order of the text, unknown ones too.</summary>
    public IReadOnlyList<ThreeDSField> Fields => ThreeDSFields.Of(this);

    internal JsonParts Parts { get; }

    internal MessageKind? Kind { get; }

    /// <summary>The number of the version; -1 where its rules are not here.</summary>
    internal int VersionNumber => IsMethodData ? VersionRange.Known.Count - 1 : VersionRange.Find(Version);

    internal int WrappedAt { get; }

    internal int WrappedLength { get; }

    /// <summary>A value by its path, <c>acctInfo/chAccDate</c> or <c>messageExtension/0/id</c>; null where it is
    /// absent.</summary>
    public string? this[string path]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(path);
            int part = Parts.FindPath(path.AsSpan().TrimStart('/'));
            return part < 0 || Parts[part].Kind == JsonTokenType.Null ? null : Parts.ValueOf(Parts[part]);
        }
    }

    /// <summary>Reads exactly one message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ThreeDSMessage message, out ParseError error)
    {
        message = null!;
        byte[] own = bytes.ToArray();
        ParseError? wrong = Read(own, out ThreeDSMessage? read);
        if (read is not null) message = read;
        error = wrong!;
        return wrong is null;
    }

    /// <exception cref="MessageFormatException">The bytes are not one message.</exception>
    public static ThreeDSMessage Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out ThreeDSMessage message, out ParseError error) ? message
            : throw new MessageFormatException(error);

    /// <summary>The findings of form, and those of the rules of its type and version.</summary>
    /// <param name="mode">How strict; an archive may hold messages of version 2.1.0.</param>
    /// <param name="request">The AReq that came before, which says what its answers do not: category, channel, scheme.
    /// Without it an answer is taken for that of a payment.</param>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient, ThreeDSMessage? request = null) =>
        Judge(mode, request, isPayment: true);

    /// <summary>The message with one text or truth value changed; every other byte stays.</summary>
    /// <exception cref="ArgumentException">There is no such value, or the new one is not of its kind.</exception>
    public ThreeDSMessage With(string path, string value)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(value);
        int part = Parts.FindPath(path.AsSpan().TrimStart('/'));
        if (part < 0) throw new ArgumentException($"the message has no {path}", nameof(path));

        JsonPart old = Parts[part];
        bool isTruth = old.Kind is JsonTokenType.True or JsonTokenType.False;
        if (isTruth ? value is not ("true" or "false") : !old.IsString)
            throw new ArgumentException($"{path} is neither text nor true or false", nameof(value));

        byte[] written = isTruth ? Encoding.UTF8.GetBytes(value) : ThreeDSWriter.Quoted(value);
        byte[] json = [.. Parts.Text[..old.Offset], .. written, .. Parts.Text[(old.Offset + old.Length)..]];
        if (!IsWrapped) return Parse(json);
        byte[] text = new byte[System.Buffers.Text.Base64Url.GetEncodedLength(json.Length)];
        System.Buffers.Text.Base64Url.EncodeToUtf8(json, text);
        return Parse([.. _bytes.AsSpan(0, WrappedAt), .. text, .. _bytes.AsSpan(WrappedAt + WrappedLength)]);
    }

    /// <summary>
    /// The message written anew: no white space, fields in the order of the table, unknown ones after them in their
    /// own.
    /// </summary>
    public byte[] ToCanonical() => ThreeDSWriter.Canonical(this);

    public void WriteTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Type, version and transaction: nothing personal.</summary>
    public override string ToString() =>
        $"{Redaction.None.Mask(MessageType ?? (IsMethodData ? "3DS Method" : "3DS"))} {Redaction.None.Mask(Version)} "
        + Redaction.None.Mask(this["threeDSServerTransID"]);

    internal IReadOnlyList<Diagnostic> Judge(ParseMode mode, ThreeDSMessage? request, bool isPayment)
    {
        DiagnosticList found = new();
        found.AddRange(_findings.Found);
        new ThreeDSValidation(this, mode, request, isPayment, found).Run();
        if (mode == ParseMode.Strict) found.Harden();

        LineCounter lines = new();
        List<Diagnostic> placed = [];
        foreach (Diagnostic finding in found.Found.OrderBy(each => each.Offset))
        {
            int offset = Place((int)(finding.Offset ?? 0));
            TextPosition position = lines.Of(_bytes, offset);
            placed.Add(finding with { Offset = offset, Line = position.Line, Column = position.Column });
        }

        return placed;
    }

    /// <summary>Where a byte of the JSON text stands in the bytes that came.</summary>
    internal int Place(int offset) => IsWrapped ? WrappedAt + Math.Min(WrappedLength, offset / 3 * 4) : offset;

    private static ParseError? Read(byte[] bytes, out ThreeDSMessage? message)
    {
        message = null;
        int mark = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        int start = bytes.AsSpan(mark).IndexOfAnyExcept(" \t\r\n"u8) + mark;
        if (start < mark || bytes.Length == 0) return Wrong("Incomplete", bytes.Length, "a message", "the end", true);

        byte[] json = bytes;
        int wrappedAt = -1, wrappedLength = 0;
        bool isLax = false;
        if (bytes[start] != '{')
        {
            if (!WrappedText.TryFind(bytes, out wrappedAt, out wrappedLength))
                return Wrong("NotAMessage", start, "a JSON object, or one in Base64url", "something else");
            if (WrappedText.Decode(bytes.AsSpan(wrappedAt, wrappedLength), out isLax) is not { } decoded)
            {
                return Wrong("NotAMessage", wrappedAt, "a JSON object in Base64url",
                    "text that is cut or not Base64url");
            }

            json = decoded;
        }
        else if (mark > 0)
        {
            json = [.. " "u8, .. " "u8, .. " "u8, .. bytes.AsSpan(3)]; // offsets stay
        }

        ParseError? error = JsonParts.Read(json, out JsonParts parts, out int end);
        if (error is not null)
        {
            int at = (int)(error.Offset ?? 0);
            if (wrappedAt >= 0) at = wrappedAt + Math.Min(wrappedLength, at / 3 * 4);
            return error with { Diagnostic = error.Diagnostic with { Offset = at } };
        }

        if (!parts[0].IsObject) return Wrong("NotAMessage", Math.Max(0, wrappedAt), "a JSON object", "another value");
        int last = wrappedAt < 0 ? end : wrappedAt + wrappedLength;
        bool isWhole = !bytes.AsSpan(last).ContainsAnyExcept(" \t\r\n"u8)
            && (wrappedAt < 0 || !json.AsSpan(end).ContainsAnyExcept(" \t\r\n"u8));
        if (!isWhole) return Wrong("TrailingBytes", last, "the end of the input", "more");

        message = new ThreeDSMessage(bytes, parts, wrappedAt, wrappedLength);
        message.Look(mark > 0, isLax);
        return null;
    }

    // Findings of form: a mark in front, letters of Base64 that are not Base64url's, names that come twice.
    private void Look(bool hasMark, bool isLax)
    {
        if (hasMark)
        {
            _findings.Add(new Diagnostic("ThreeDS.ByteOrderMark", Severity.Warning,
                "a byte order mark is before the text")
            {
                Offset = 0,
                Length = 3,
                Expected = "an opening brace",
            });
        }

        if (isLax)
        {
            _findings.Add(new Diagnostic("ThreeDS.Base64", Severity.Warning, "the text is Base64, not Base64url")
            {
                Offset = 0,
                Expected = "Base64url without padding",
            });
        }

        Duplicates.Find(Parts, _findings);
    }

    private MessageKind? KindOf()
    {
        if (MessageType is { } type)
        {
            for (MessageKind kind = MessageKind.AReq; kind <= MessageKind.Erro; kind++)
                if (string.Equals(kind.ToString(), type, StringComparison.Ordinal)) return kind;

            return null;
        }

        return Version is null && this["threeDSServerTransID"] is not null
            && (this["threeDSMethodNotificationURL"] is not null || Parts[1].End == Parts.Count)
            ? MessageKind.Method : null;
    }

    private static ParseError Wrong(string rule, int offset, string expected, string found,
        bool isIncomplete = false) =>
        new(new Diagnostic("ThreeDS." + rule, Severity.Error, isIncomplete ? "the message is cut"
            : "the bytes are not one message of 3-D Secure")
        {
            Offset = offset,
            Expected = expected,
            Actual = found,
        }, isIncomplete);
}
