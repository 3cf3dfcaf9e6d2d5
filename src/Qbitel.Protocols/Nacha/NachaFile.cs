using System.Buffers;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>
/// An ACH file with its bytes as they came, line ends, filler and code page included; records are read when asked for.
/// </summary>
public sealed class NachaFile
{
    // What keeps bytes from being a file of batches at all; everything else is a finding about one.
    private static readonly string[] Structural =
    [
        "Nacha.MissingFileHeader", "Nacha.MissingFileControl", "Nacha.MissingBatchControl", "Nacha.RecordOutsideBatch",
        "Nacha.UnknownRecordType", "Nacha.DuplicateFileHeader", "Nacha.MisplacedFileHeader",
        "Nacha.DuplicateFileControl",
        "Nacha.RecordAfterFileControl", "Nacha.RecordLength",
    ];

    private readonly byte[] _bytes;
    private readonly NachaSlice[] _records;

    private NachaFile(byte[] bytes, NachaSlice[] records)
    {
        _bytes = bytes;
        _records = records;
        Header = Record(0);
        Control = Record(Array.FindIndex(records, slice => slice.Layout.Name is "fileControl" or "advFileControl"));
        Batches = ReadBatches();
    }

    public NachaRecord Header { get; }

    public NachaRecord Control { get; }

    public IReadOnlyList<NachaBatch> Batches { get; }

    public ReadOnlyMemory<byte> RawContent => _bytes;

    internal NachaSlice[] Records => _records;

    /// <summary>Reads exactly one file.</summary>
    /// <remarks>A file that is read may still break rules: see <see cref="Validate"/>.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out NachaFile file, out ParseError error)
    {
        file = null!;
        error = null!;
        NachaFramer framer = new();
        NachaFindings findings = new(ParseMode.Lenient);
        NachaValidator validator = new(framer, findings, ParseOptions.Default);
        List<NachaSlice> records = [];
        ReadOnlySpan<byte> rest = bytes;
        while (framer.TryRead(ref rest, out ReadOnlySpan<byte> record) || framer.TryFinish(out record))
        {
            if (validator.Accept(record) is NachaStep.Filler or NachaStep.Other) continue;
            records.Add(new NachaSlice((int)framer.Place.Offset, framer.Place.Length, validator.Layout));
        }

        validator.Finish();
        Diagnostic? wrong = findings.Kept.FirstOrDefault(finding =>
            finding.Severity == Severity.Error && Structural.Contains(finding.Code));
        if (wrong is null && findings.Kept.Any(finding => finding.Code == "Common.TooManyErrors"))
        {
            wrong = findings.Kept.FirstError();
        }

        if (wrong is not null)
        {
            error = new ParseError(wrong, EndsTheInput(wrong, bytes.Length));
            return false;
        }

        file = new NachaFile(bytes.ToArray(), [.. records]);
        return true;
    }

    /// <exception cref="MessageFormatException">The bytes are not one file.</exception>
    public static NachaFile Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out NachaFile file, out ParseError error) ? file : throw new MessageFormatException(error);

    /// <summary>Everything the rules say about the file.</summary>
    public IReadOnlyList<Diagnostic> Validate(ParseOptions? options = null)
    {
        NachaScan scan = new(options);
        scan.Append(_bytes);
        return scan.Complete().Findings;
    }

    /// <summary>
    /// The file with one field set. What depends on it follows: check digits, hashes, totals, and what controls and
    /// addenda repeat; every other byte stays.
    /// </summary>
    /// <param name="record">A record of this file.</param>
    /// <param name="field">Its name.</param>
    /// <param name="value">Without filling.</param>
    /// <exception cref="ArgumentException">The record is another file's, or does not have the field.</exception>
    /// <exception cref="MessageFormatException">The value, or a total that follows from it, does not fit its
    /// field.</exception>
    public NachaFile With(NachaRecord record, string field, string value)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(value);
        if (record.Index < 0 || record.Index >= _records.Length
            || !ReferenceEquals(record.Layout, _records[record.Index].Layout)
            || record.Offset != _records[record.Index].Offset)
        {
            throw new ArgumentException("the record is not one of this file", nameof(record));
        }

        return Parse(NachaEdit.Apply(this, record, field, value));
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    public override string ToString() => $"ACH file of {Batches.Count} batches ({_bytes.Length} bytes)";

    internal NachaRecord Record(int index)
    {
        NachaSlice slice = _records[index];
        ReadOnlyMemory<byte> text = _bytes.AsMemory(slice.Offset, slice.Length);
        if (slice.Length != NachaLayout.RecordLength || text.Span.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            NachaFramer framer = new(); // in EBCDIC, cut, or with characters that are none of ASCII's
            ReadOnlySpan<byte> bytes = text.Span;
            byte[] read = new byte[NachaLayout.RecordLength];
            bool isRead = framer.TryRead(ref bytes, out ReadOnlySpan<byte> record) || framer.TryFinish(out record);
            if (isRead) record.CopyTo(read);
            text = read;
        }

        return new NachaRecord(text, slice.Layout, slice.Offset, index);
    }

    // What is missing at the end may still come.
    private static bool EndsTheInput(Diagnostic wrong, int length) => wrong.Code switch
    {
        "Nacha.MissingFileControl" or "Nacha.MissingBatchControl" or "Nacha.MissingFileHeader" =>
            wrong.Offset >= length,
        "Nacha.RecordLength" => wrong.Offset + wrong.Length >= length,
        _ => false,
    };

    private List<NachaBatch> ReadBatches()
    {
        List<NachaBatch> batches = [];
        int start = -1;
        for (int i = 0; i < _records.Length; i++)
        {
            string name = _records[i].Layout.Name;
            if (name is "batchHeader" or "iatBatchHeader") start = i;
            if (name is not ("batchControl" or "advBatchControl")) continue;

            int from = start + 1;
            int to = i;
            batches.Add(new NachaBatch(Record(start), Record(i), () => ReadEntries(from, to)));
        }

        return batches;
    }

    private List<NachaEntry> ReadEntries(int from, int to)
    {
        List<NachaEntry> entries = [];
        for (int i = from; i < to;)
        {
            int entry = i++;
            List<NachaAddenda> addenda = [];
            while (i < to && _records[i].IsAddenda) addenda.Add(new NachaAddenda(Record(i++)));
            entries.Add(new NachaEntry(Record(entry), addenda));
        }

        return entries;
    }
}
