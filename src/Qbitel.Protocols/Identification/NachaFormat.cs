using System.Globalization;
using Qbitel.Protocols.Nacha;
using Qbitel.Protocols.Nacha.Building;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// ACH files: proved by the constants of the file header and by records of 94 characters to the end, in ASCII or
/// EBCDIC.
/// </summary>
internal sealed class NachaFormat : MessageFormat
{
    private const int RecordLength = NachaLayout.RecordLength;
    private const int ResynchroniseWithin = 4096;

    public override string Name => "nacha";

    /// <remarks>Its priority code, and the blank before the routing number that nearly all files have.</remarks>
    public override ReadOnlySpan<byte> Anchor => "101 "u8;

    public override IReadOnlyList<MessageProfile> Profiles => NachaProfiles.All;

    public override void Cover(ReportField field, Span<byte> value)
    {
        if (!value.ContainsAnyInRange((byte)0x80, (byte)0xFF)) base.Cover(field, value);
        else if (field.Redaction != Redaction.None) Covering.CoverEbcdic(value);
    }

    /// <remarks>A file whose header is lost is claimed by its first record: a batch header, or an entry whose routing
    /// number has the right check digit.</remarks>
    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        if (!MayBegin(bytes)) return false;
        bool isRead = TryReadFirst(bytes, out Span<byte> record, stackalloc byte[RecordLength], out int characters);
        if (isRead && IsHeader(record)) return true;
        if (characters < RecordLength) return false;
        return record[0] switch
        {
            (byte)'5' => NachaClass.Find(record.Slice(50, 3)) is not null && NachaNumber.Read(record.Slice(1, 3)) >= 0,
            (byte)'6' => NachaTransaction.IsKnown(Ascii.TwoDigits(record, 1)) && Ascii.IsDigits(record[79..])
                && NachaNumber.CheckDigit(record.Slice(3, 8)) == record[11] - '0',
            _ => false,
        };
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (!MayBegin(bytes)) return null;
        bool isRead = TryReadFirst(bytes, out Span<byte> first, stackalloc byte[RecordLength], out _);
        if (!isRead || !IsHeader(first)) return null;
        if (Measure(bytes, out int consumed, out int records, out string? type) != FrameStatus.Complete) return null;

        // The header's constants, and a known type of record every 94 characters.
        return new IdentifiedMessage(Name, null, type, consumed, IdentifiedMessage.ConfidenceOf(46 + (4 * records)));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        error = null;
        if (stream.IsEmpty || MayBegin(stream))
        {
            bool isRead = TryReadFirst(stream, out Span<byte> first, stackalloc byte[RecordLength], out int characters);
            if (isRead && IsHeader(first)) return Measure(stream, out consumed, out error);
            if (characters == stream.Length && characters < 40 && MayBecomeHeader(first[..characters]))
            {
                error = Wrong("Nacha.MissingFileHeader", "the file header has not ended yet", 0, true);
                return FrameStatus.Incomplete;
            }
        }

        // To where the next file may begin, not looking far: the caller asks again.
        error = Wrong("Nacha.MissingFileHeader", "this is no file header", 0, false);
        ReadOnlySpan<byte> tail = stream[1..Math.Min(stream.Length, ResynchroniseWithin)];
        int next = tail.IndexOf("101"u8);
        int ebcdic = tail.IndexOf((ReadOnlySpan<byte>)[0xF1, 0xF0, 0xF1]);
        if (ebcdic >= 0 && (next < 0 || ebcdic < next)) next = ebcdic;
        consumed = next >= 0 ? next + 1 : Math.Max(tail.Length - 1, 1); // 101 may be cut at the end
        return FrameStatus.Invalid;
    }

    private static FrameStatus Measure(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        FrameStatus status = Measure(stream, out consumed, out _, out _);
        error = status switch
        {
            FrameStatus.Incomplete => Wrong("Nacha.MissingFileControl", "the file has not ended yet", 0, true),
            FrameStatus.Invalid => Wrong("Nacha.UnknownRecordType", "there is no such type of record", consumed, false),
            _ => null,
        };
        if (status == FrameStatus.Invalid) consumed = Math.Max(consumed, 1);
        return status;
    }

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => NachaSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => NachaSettings.Build(type, settings, now, wrong);

    public override string SettingOf(string place) => NachaSettings.PathOf(place);

    public override MessageScan CreateScan(ParseOptions options) => new NachaScan(options);

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);

        NachaFramer framer = new();
        NachaFindings findings = new(options.Mode);
        NachaValidator validator = new(framer, findings, options);
        List<ReportField> fields = [];
        List<string> classes = [];
        NachaHeaderSummary header = default;
        ReadOnlySpan<byte> rest = bytes;
        while (framer.TryRead(ref rest, out ReadOnlySpan<byte> record) || framer.TryFinish(out record))
        {
            NachaStep step = validator.Accept(record);
            if (step == NachaStep.FileHeader && header.Date is null) header = NachaHeaderSummary.Of(record);
            if (step == NachaStep.BatchHeader && validator.Batch.Class is { } entryClass
                && !classes.Contains(entryClass.Code))
            {
                classes.Add(entryClass.Code);
            }

            if (step is not (NachaStep.Filler or NachaStep.Other) && fields.Count < options.FieldLimit)
            {
                AddFields(validator.Layout, record, validator.Place, framer, fields, options.FieldLimit);
            }
        }

        validator.Finish();
        return new ParseReport(Name, null, classes.Count == 0 ? null : string.Join(',', classes), findings.Kept,
            Summarise(validator, header), fields);
    }

    private static void AddFields(NachaLayout layout, ReadOnlySpan<byte> record, in NachaPlace place,
        NachaFramer framer, List<ReportField> fields, int limit)
    {
        foreach (NachaField field in layout.Fields)
        {
            if (fields.Count == limit) return;
            if (field.Kind == NachaKind.Reserved && field.IsBlank(record)) continue;

            int characters = Math.Clamp(framer.Characters - field.Start, 0, field.Length);
            long offset = place.OffsetOf(field.Start);
            int length = (int)(place.OffsetOf(field.Start + characters) - offset);
            fields.Add(new ReportField($"{(char)record[0]}:{field.Positions}", field.Title, offset, length,
                field.Redaction.Mask(field.Of(record).TrimEnd((byte)' ')))
            {
                Path = $"{place.Path.TrimEnd('/')}/{field.Name}",
                Meaning = NachaMeaning.Of(field, record),
                Redaction = field.Redaction,
            });
        }
    }

    private static List<KeyValuePair<string, string>> Summarise(NachaValidator validator, in NachaHeaderSummary header)
    {
        List<KeyValuePair<string, string>> summary = [];
        void Add(string name, string? value)
        {
            if (value is not null) summary.Add(new(name, value));
        }

        void Count(string name, Int128 value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

        Add("destination", header.Destination);
        Add("origin", header.Origin);
        Add("date", header.Date);
        Count("batches", validator.Batches - validator.IatBatches);
        Count("iatBatches", validator.IatBatches);
        Count("entries", validator.Entries);
        Count("addenda", validator.Addenda);
        if (validator.Returns > 0) Count("returns", validator.Returns);
        Count("totalDebit", validator.Money.Debit);
        Count("totalCredit", validator.Money.Credit);
        if (validator.AdvBatches == 0) return summary;

        Count("adviceDebit", validator.Advices.Debit);
        Count("adviceCredit", validator.Advices.Credit);
        return summary;
    }

    // Reads as far as records are of known types; complete after the file control and the filler that follows it.
    private static FrameStatus Measure(ReadOnlySpan<byte> bytes, out int consumed, out int records, out string? type)
    {
        NachaFramer framer = new();
        ReadOnlySpan<byte> rest = bytes;
        type = null;
        consumed = records = 0;
        bool hasControl = false;
        while (framer.TryRead(ref rest, out ReadOnlySpan<byte> record) || (hasControl && framer.TryFinish(out record)))
        {
            bool isFiller = !record.TrimEnd((byte)' ').ContainsAnyExcept((byte)'9');
            if (hasControl && !isFiller) return FrameStatus.Complete;

            long start = framer.Place.Offset;
            if (record[0] is not ((byte)'1' or >= (byte)'5' and <= (byte)'9' or (byte)' '))
            {
                consumed = (int)start;
                return FrameStatus.Invalid;
            }

            records++;
            if (record[0] == '5') type ??= NachaClass.Find(record.Slice(50, 3))?.Code;
            if (record[0] == '9' && !isFiller) hasControl = true;
            if (!hasControl) continue;

            consumed = (int)(start + framer.Place.Length);
            consumed += LineEnd(bytes[consumed..]);
        }

        // A file control without filler may end a stream, as many files do.
        if (!hasControl && framer.TryFinish(out ReadOnlySpan<byte> last) && last[0] == '9' && framer.Characters >= 55)
        {
            consumed = bytes.Length;
            return FrameStatus.Complete;
        }

        return hasControl ? FrameStatus.Complete : FrameStatus.Incomplete;
    }

    private static int LineEnd(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("\r\n"u8) ? 2 : !rest.IsEmpty && rest[0] is (byte)'\r' or (byte)'\n' or 0x15 or 0x25 ? 1 : 0;

    private static bool TryReadFirst(ReadOnlySpan<byte> bytes, out Span<byte> record, Span<byte> space,
        out int characters)
    {
        NachaFramer framer = new();
        bool isRead = framer.TryRead(ref bytes, out ReadOnlySpan<byte> first) || framer.TryFinish(out first);
        characters = isRead ? framer.Characters : 0;
        first.CopyTo(space);
        record = space;
        return isRead;
    }

    // What asks at every place of a stream is answered by one byte nearly everywhere: a header, a batch header or an
    // entry in ASCII or EBCDIC, or what may stand before one.
    private static bool MayBegin(ReadOnlySpan<byte> bytes) =>
        !bytes.IsEmpty && (bytes[0] is (byte)'1' or (byte)'5' or (byte)'6' or 0xF1 or 0xF5 or 0xF6 or 0xEF or 0x15
            || bytes[0] is (byte)'\r' or (byte)'\n' or (byte)' ' or 0x25 or 0x40);

    // 101, and the record size, blocking factor and format code behind the file ID modifier.
    private static bool IsHeader(ReadOnlySpan<byte> record) =>
        record.StartsWith("101"u8) && record.Slice(34, 6).SequenceEqual("094101"u8);

    private static bool MayBecomeHeader(ReadOnlySpan<byte> record) =>
        record.Length <= 3 ? "101"u8.StartsWith(record) : record.StartsWith("101"u8)
            && (record.Length < 34 || "094101"u8.StartsWith(record[34..Math.Min(record.Length, 40)]));

    private static ParseError Wrong(string code, string message, int offset, bool isIncomplete) =>
        new(new Diagnostic(code, Severity.Error, message) { Offset = offset }, isIncomplete);
}
