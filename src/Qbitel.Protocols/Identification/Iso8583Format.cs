using System.Buffers;
using System.Globalization;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Building;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Detection;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// ISO 8583: proved by fields that the bitmap announces, that fit their types, and that end where the message does.
/// </summary>
internal sealed class Iso8583Format : MessageFormat
{
    private const double MinimumBits = 64;
    private const int MaximumLength = 16 * 1024;

    private static readonly SearchValues<byte> Printed =
        SearchValues.Create([.. Enumerable.Range(' ', 95).Select(each => (byte)each), (byte)'\r', (byte)'\n']);

    // Read before anything is found out, one for each version.
    private static readonly Lazy<Iso8583Profile[]> Written = new(() =>
        [Iso8583Profile.Ascii1987, Iso8583Profile.Shipped("1993-ascii"), Iso8583Profile.Shipped("2003-ascii")]);

    public override string Name => "iso8583";

    /// <remarks>
    /// Digits alone look like a message type and a bitmap: files of card records begin so. To be claimed an input must
    /// not be longer than a message can be, and either end inside an announced field or give several fields that hold
    /// together.
    /// </remarks>
    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaximumLength || !Iso8583Detector.CanBegin(bytes)) return false;

        Iso8583Profile profile = Iso8583Profile.Ascii1987;
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
        foreach (Iso8583Encoding encoding in Iso8583Encoding.Candidates(bytes, profile))
        {
            if (encoding.Bitmap != Iso8583Bitmap.Hex || bytes.Length < encoding.LengthSize + 20) continue;
            FrameStatus header = Iso8583Reader.TryReadLength(bytes, encoding, out int whole, out _);
            if (header == FrameStatus.Invalid || whole < bytes.Length) continue;

            ReadOnlySpan<byte> message = bytes[encoding.LengthSize..];
            FrameStatus status = Iso8583Reader.TryLocate(
                message, profile, default, slices, out int fields, out _, out _);
            if (status == FrameStatus.Incomplete ? fields > 0 : HoldTogether(message, profile, slices[..fields]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HoldTogether(ReadOnlySpan<byte> message, Iso8583Profile profile,
        ReadOnlySpan<Iso8583Slice> slices)
    {
        int proved = 0;
        foreach (Iso8583Slice slice in slices)
        {
            Iso8583FieldRule rule = profile.Field(slice.Number)!;
            string value = System.Text.Encoding.Latin1.GetString(message.Slice(slice.ValueOffset, slice.ValueLength));
            if (FieldCharacters.FirstMisfit(rule.Type, value) >= 0) return false;
            if (rule.Form is null) continue;
            if (!Iso8583Forms.Has(rule.Form, value)) return false;
            proved++;
        }

        return proved >= 2;
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        // Streams of other protocols are asked at every place.
        if (!Iso8583Detector.CanBegin(bytes)) return null;

        ReadOnlySpan<byte> rest = WithoutLineEnd(bytes, null);
        if (Read(rest, null, out Iso8583Message message, out int consumed, out double bits) is not null)
        {
            if (Detect(rest) is not { } found) return null;
            (message, consumed, bits) = (found.Message, rest.Length, found.Bits);
        }

        return bits < MinimumBits ? null : new IdentifiedMessage(Name, message.Profile.Version, message.Mti.ToString(),
            consumed, IdentifiedMessage.ConfidenceOf(bits));
    }

    // The same at every byte of a stream that is none of ours.
    private static readonly ParseError NoType =
        new(new Diagnostic("Iso8583.Mti", Severity.Error, "no message type follows the length")
        {
            Offset = 2,
            Expected = "a message type",
        });

    /// <remarks>A stream needs a header that tells the end: two bytes of length, as on the wire of most
    /// switches.</remarks>
    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        // The message type is looked at before the length is believed, or noise would wait for 64 KiB that never come.
        Iso8583Encoding encoding = Iso8583Encoding.Candidates(stream, Iso8583Profile.Ascii1987)
            .FirstOrDefault(candidate => candidate.Header == Iso8583Header.TwoByteLength);
        if (encoding.Header == Iso8583Header.None && stream.Length >= 6)
        {
            error = NoType;
            consumed = 1;
            return FrameStatus.Invalid;
        }

        encoding = encoding with { Header = Iso8583Header.TwoByteLength };
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
        FrameStatus status = Iso8583Reader.TryLocate(stream, Iso8583Profile.Ascii1987, encoding, slices, out _,
            out consumed, out error);
        if (status != FrameStatus.Complete) consumed = status == FrameStatus.Invalid ? Math.Min(1, stream.Length) : 0;
        return status;
    }

    public override IReadOnlyList<MessageProfile> Profiles { get; } =
        [.. Iso8583Profile.ShippedNames.Select(name =>
            new MessageProfile(name, Iso8583Profile.Shipped(name).Description))];

    public override bool TakesOwnProfile => true;

    public override bool TellsAllFields => true;

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => Iso8583Settings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        ParseOptions options, List<Diagnostic> wrong) =>
        Iso8583Settings.Build(type, settings, Stated(options), wrong);

    public override void Cover(ReportField field, Span<byte> value) =>
        Iso8583Covering.Cover(field.Coding, field.Redaction, value);

    // In bytes that are no text, digits may be packed anywhere.
    public override void CoverUnread(Span<byte> bytes)
    {
        if (bytes.ContainsAnyExcept(Printed)) bytes.Clear();
        else Covering.CoverText(bytes);
    }

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);

        Iso8583Profile? profile = Stated(options);
        DiagnosticList found = new();
        ReadOnlySpan<byte> rest = WithoutLineEnd(bytes, profile);
        if (rest.Length < bytes.Length)
        {
            Severity severity = options.Mode == ParseMode.Strict ? Severity.Error : Severity.Warning;
            found.Add(new Diagnostic("Iso8583.LineEnd", severity, "a line end follows the message")
            {
                Offset = rest.Length,
                Length = bytes.Length - rest.Length,
                Expected = "the end of the input",
            });
        }

        List<ReportField> fields = [];
        Iso8583Message? first = null;
        int messages = 0;
        for (int at = 0; at < rest.Length;)
        {
            if (Read(rest[at..], profile, out Iso8583Message message, out int consumed, out _) is { } failures)
            {
                if (profile is null && Detect(rest[at..]) is { } detected)
                {
                    (message, consumed) = (detected.Message, rest.Length - at);
                }
                else
                {
                    foreach (ParseError failure in failures) found.Add(Place(failure.Diagnostic, at, messages + 1));
                    break;
                }
            }

            messages++;
            first ??= message;
            foreach (Diagnostic finding in message.Validate(options.Mode)) found.Add(Place(finding, at, messages));
            Iso8583Report.AddFields(message, at, fields, options.FieldLimit);
            at += consumed;
        }

        List<KeyValuePair<string, string>> summary = first is null ? [] : Iso8583Report.Summarise(first);
        if (messages > 1) summary.Add(new("messages", messages.ToString(CultureInfo.InvariantCulture)));
        return new ParseReport(Name, first?.Profile.Version, first?.Mti.ToString(), found.Found, summary, fields);
    }

    // The profile that was asked for; null to find out.
    private static Iso8583Profile? Stated(ParseOptions options)
    {
        if (options.OwnProfile.IsEmpty) return options.Profile is { } name ? Iso8583Profile.Shipped(name) : null;
        return Iso8583Profile.TryLoad(options.OwnProfile.Span, out Iso8583Profile own,
            out IReadOnlyList<Diagnostic> wrong)
                ? own : throw new ArgumentException(wrong[0].ToString(), nameof(options));
    }

    // What is not in ASCII has its message type and its fields in other forms; it is found out by reading them.
    private static (Iso8583Message Message, double Bits)? Detect(ReadOnlySpan<byte> bytes)
    {
        if (!Iso8583Detector.CanBe(bytes)
            || Iso8583Detector.Detect(bytes).Winner is not { } winner
            || !Iso8583Message.TryParse(bytes, winner.Profile, winner.Encoding, out Iso8583Message message, out _))
        {
            return null;
        }

        // Between variants the absence of rare fields tells; that zeros are a message at all, it does not.
        return (message, winner.Bits - winner.AbsenceBits);
    }

    /// <summary>
    /// Reads the first message in the encoding that verifies most; null, or why each encoding failed, the furthest
    /// first.
    /// </summary>
    private static List<ParseError>? Read(ReadOnlySpan<byte> bytes, Iso8583Profile? stated, out Iso8583Message best,
        out int consumed, out double bits)
    {
        best = null!;
        bits = 0;
        consumed = 0;
        List<(Iso8583Encoding Encoding, ParseError Error)> failures = [];
        foreach (Iso8583Profile profile in stated is null ? Written.Value : [stated])
        {
            bool isFirst = profile == stated || profile == Iso8583Profile.Ascii1987;
            foreach (Iso8583Encoding encoding in Iso8583Encoding.Candidates(bytes, profile, isFirst))
            {
                ReadOnlySpan<byte> own = bytes;
                FrameStatus status = Iso8583Reader.TryReadLength(bytes, encoding, out int whole, out ParseError? error);
                if (status == FrameStatus.Complete) own = bytes[..whole];
                Iso8583Message message = null!;
                if (status == FrameStatus.Complete
                    && Iso8583Message.TryRead(own, profile, encoding, out message, out error))
                {
                    double verified = VerifiedBits(message);
                    if (best is not null && verified <= bits) continue;
                    (best, bits, consumed) = (message, verified, own.Length);
                }
                else
                {
                    failures.Add((encoding, error!));
                }
            }
        }

        if (best is not null) return null;
        failures.Sort((one, other) => Nullable.Compare(other.Error.Offset, one.Error.Offset));
        return [failures[0].Error, .. failures.Skip(1).Select(failure => failure.Error with
        {
            Diagnostic = failure.Error.Diagnostic with
            {
                Severity = Severity.Info,
                Message = $"as {failure.Encoding}: {failure.Error.Message}",
            },
        })];
    }

    // What chance would have had to hit: digits are 10 of 256 values, printable characters 95, a hexadecimal digit 16.
    private static double VerifiedBits(Iso8583Message message)
    {
        bool isHex = message.Encoding.Bitmap != Iso8583Bitmap.Binary;
        double bits = 24 + (message.Encoding.LengthSize * 8) + (isHex ? 64 : 0);
        foreach (Iso8583Slice slice in message.Fields)
        {
            Iso8583FieldRule rule = message.Profile.Field(slice.Number)!;
            double each = rule.Type switch
            {
                Iso8583Type.Numeric or Iso8583Type.SignedNumeric or Iso8583Type.Track => 4.6,
                Iso8583Type.Binary => 0,
                Iso8583Type.Alphanumeric or Iso8583Type.Alphabetic => 2,
                _ => 1.4,
            };
            bool fits = FieldCharacters.FirstMisfit(rule.Type, message.Text(slice)) < 0;
            bits += ((slice.ValueOffset - slice.Offset) * 4.6) + (fits ? each * slice.ValueLength : -32);
        }

        return bits;
    }

    // A file may end with a line end; a binary field may as well, so it is only taken off where the input does not read
    // with it.
    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> bytes, Iso8583Profile? profile)
    {
        ReadOnlySpan<byte> trimmed = bytes.TrimEnd("\r\n"u8);
        return trimmed.Length < bytes.Length && Read(bytes, profile, out _, out _, out _) is not null
            && (profile is not null || Detect(bytes) is null) ? trimmed : bytes;
    }
}
