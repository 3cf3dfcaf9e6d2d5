namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>What a record was, once it has been looked at.</summary>
internal enum NachaStep
{
    FileHeader,
    BatchHeader,
    Entry,
    Addenda,
    BatchControl,
    FileControl,
    Filler,

    /// <summary>Of no known type, or blank.</summary>
    Other,
}

/// <summary>Judges the records of a file one after the other, in constant memory.</summary>
internal sealed class NachaValidator
{
    private readonly NachaFindings _findings;
    private readonly ParseOptions _options;
    private readonly NachaEntryCheck _entry;
    private readonly NachaFramer _framer;
    private NachaSums _sums;
    private NachaSums _controls;
    private long _records;
    private long _bank;
    private long _lastNumber;
    private bool _hasHeader;
    private bool _hasControl;
    private bool _saidMissingHeader;
    private bool _isFirst;
    private DateOnly? _day;

    public NachaValidator(NachaFramer framer, NachaFindings findings, ParseOptions options)
    {
        _framer = framer;
        _findings = findings;
        _options = options;
        _entry = new NachaEntryCheck(findings, options.Profile == "same-day" ? NachaLimits.SameDay
            : NachaLimits.General);
        Batch = new NachaBatchCheck(findings);
        _day = options.AsOf;
    }

    public NachaBatchCheck Batch { get; }

    public NachaEntryCheck Entry => _entry;

    /// <summary>The layout of the record that was accepted last.</summary>
    public NachaLayout Layout { get; private set; } = NachaLayout.Unknown;

    public NachaPlace Place { get; private set; }

    public long Batches { get; private set; }

    public long IatBatches { get; private set; }

    public long AdvBatches { get; private set; }

    public long Entries { get; private set; }

    public long Addenda { get; private set; }

    public long Returns { get; private set; }

    /// <summary>Debits and credits of accounting advices, which move no money.</summary>
    public NachaSums Advices;

    /// <summary>Debits and credits of all other entries.</summary>
    public NachaSums Money;

    public long Files { get; private set; }

    public SortedDictionary<string, long> Classes { get; } = new(StringComparer.Ordinal);

    /// <summary>Ends the entry that is open, where this record does; what is said of it then comes before the
    /// record.</summary>
    public void EndEntryBefore(ReadOnlySpan<byte> record)
    {
        if (record[0] != '7' && !_framer.IsExcess && record.ContainsAnyExcept((byte)' ')) EndEntry();
    }

    public NachaStep Accept(ReadOnlySpan<byte> record)
    {
        NachaPlace place = _framer.Place;
        if (record[0] == ' ' && !record.ContainsAnyExcept((byte)' '))
        {
            if (_framer.IsExcess)
            {
                _findings.Report("Nacha.LongLine", _findings.Deviation, "blanks follow the record on its line", place,
                    expected: "94 characters");
            }

            Layout = NachaLayout.Unknown;
            Place = place;
            return NachaStep.Other;
        }

        if (_framer.IsExcess)
        {
            _findings.Report("Nacha.RecordLength", Severity.Error, "a line is longer than a record", place,
                expected: "94 characters");
            return Other(place);
        }

        _records++;
        if (IsFiller(record)) return AcceptFiller(place);

        _isFirst = _records == 1;
        if (_hasControl)
        {
            string code = record[0] == '9' ? "Nacha.DuplicateFileControl" : "Nacha.RecordAfterFileControl";
            _findings.Report(code, Severity.Error, "a record follows the file control", place,
                expected: "filler, or the end");
        }

        if (!_hasHeader && record[0] != '1' && !_saidMissingHeader)
        {
            _saidMissingHeader = true;
            _findings.Report("Nacha.MissingFileHeader", Severity.Error, "the file does not begin with a file header",
                place, expected: "a record of type 1");
        }

        return record[0] switch
        {
            (byte)'1' => AcceptFileHeader(record, place),
            (byte)'5' => AcceptBatchHeader(record, place),
            (byte)'6' => AcceptEntry(record, place),
            (byte)'7' => AcceptAddenda(record, place),
            (byte)'8' => AcceptBatchControl(record, place),
            (byte)'9' => AcceptFileControl(record, place),
            _ => AcceptUnknown(place),
        };
    }

    /// <summary>Ends the input.</summary>
    public void Finish()
    {
        EndEntry();
        NachaPlace end = new(_framer.Position, 0, Place.Line, 1, Place.Record + 1);
        if (!_hasHeader && !_saidMissingHeader)
        {
            _findings.Report("Nacha.MissingFileHeader", Severity.Error, "the file does not begin with a file header",
                end, expected: "a record of type 1");
        }

        if (Batch.IsOpen) ReportOpenBatch(end);
        if (!_hasControl)
        {
            _findings.Report("Nacha.MissingFileControl", Severity.Error, "the file does not end with a file control",
                end, expected: "a record of type 9");
        }
        else if (_records % NachaLayout.BlockingFactor != 0)
        {
            _findings.Report("Nacha.BlockFiller", Severity.Warning, "the last block is not filled", end,
                expected: "records of nines up to a multiple of ten");
        }
    }

    private static bool IsFiller(ReadOnlySpan<byte> record) => record[0] == '9' && record[1] == '9'
        && !record.TrimEnd((byte)' ').ContainsAnyExcept((byte)'9');

    private NachaStep AcceptFiller(in NachaPlace place)
    {
        EndEntry();
        Enter(NachaLayout.Filler, place);
        if (_framer.Characters < NachaLayout.RecordLength)
        {
            _findings.Report("Nacha.ShortLine", _findings.Deviation, "a line of filler is cut", place,
                expected: "94 nines");
        }

        if (!_hasControl)
        {
            _findings.Report("Nacha.BlockFiller", _findings.Deviation, "filler comes before the file control", place,
                expected: "filler at the end");
        }

        return NachaStep.Filler;
    }

    private NachaStep AcceptFileHeader(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        EndEntry();
        Enter(NachaLayout.FileHeader, place with { Part = "header" });
        if (_hasHeader || !_isFirst)
        {
            _findings.Report(_hasHeader ? "Nacha.DuplicateFileHeader" : "Nacha.MisplacedFileHeader", Severity.Error,
                "a file has one header, at its beginning", place);
        }

        _hasHeader = true;
        CheckForm(record);
        NachaFieldCheck.Run(Layout, record, Place, _findings);
        foreach ((string name, string value) in ((string, string)[])[("priority", "01"), ("recordSize", "094"),
            ("blockingFactor", "10"), ("format", "1")])
        {
            if (System.Text.Ascii.Equals(Layout[name].Of(record), value)) continue;
            Report("Nacha.FileHeader", "the field has one value in this format", name, record, value);
        }

        if (!char.IsAsciiDigit((char)record[33]) && !char.IsAsciiLetterUpper((char)record[33]))
        {
            Report("Nacha.FileHeader", "files of one day are told apart by a letter or digit", "modifier", record,
                "A to Z or 0 to 9");
        }

        CheckRouting("destination", record, Severity.Error);
        ReadOnlySpan<byte> origin = Layout["origin"].Of(record).Trim((byte)' ');
        if (origin.Length > 0 && !origin.ContainsAnyExcept((byte)'0'))
        {
            _findings.Report("Nacha.MandatoryField", origin.Length == 10 ? Severity.Error : Severity.Warning,
                "a mandatory field is nothing but zeros", Place, Layout["origin"], record, "who made the file");
        }
        else if (record[13] == ' ' && Ascii.IsDigits(origin))
        {
            CheckRouting("origin", record, Severity.Warning); // an identification agreed with the bank may stand here
        }

        if (_options.AsOf is null && _options.Mode == ParseMode.Archive
            && NachaNumber.TryReadDate(Layout["date"].Of(record), out DateOnly day))
        {
            _day = day;
        }

        return NachaStep.FileHeader;
    }

    private NachaStep AcceptBatchHeader(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        EndEntry();
        if (Batch.IsOpen) ReportOpenBatch(place);
        Batches++;
        Enter(NachaBatchCheck.IsInternational(record) ? NachaLayout.IatBatchHeader : NachaLayout.BatchHeader,
            place with { Batch = Batches, Part = "header" });
        CheckForm(record);
        Batch.Begin(record, Place);
        if (Batch.IsIat) IatBatches++;
        if (Batch.Class is { } entryClass)
        {
            if (entryClass.IsAdv) AdvBatches++;
            Classes[entryClass.Code] = Classes.GetValueOrDefault(entryClass.Code) + 1;
        }

        if (AdvBatches > 0 && AdvBatches < Batches)
        {
            Report("Nacha.MixedFile", "accounting advices are alone in their file", "entryClass", record,
                "ADV in every batch");
        }

        if (Batch.Number >= 0 && Batch.Number <= _lastNumber)
        {
            _findings.Report("Nacha.BatchNumberOrder", Severity.Error, "batch numbers do not ascend", Place,
                Layout["batchNumber"], record, number: _lastNumber + 1);
        }

        _lastNumber = Math.Max(Batch.Number, _lastNumber);
        return NachaStep.BatchHeader;
    }

    private NachaStep AcceptEntry(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        EndEntry();
        Entries++;
        if (!Batch.IsOpen)
        {
            Enter(NachaLayout.Entry, place);
            ReportOutside();
            CheckForm(record);
            return NachaStep.Entry;
        }

        Enter(Batch.EntryLayout, place with { Batch = Batches, Entry = Batch.Entries + 1 });
        CheckForm(record);
        _entry.Begin(record, Place, Batch);
        _bank = NachaNumber.Read(record.Slice(3, 8));
        return NachaStep.Entry;
    }

    private NachaStep AcceptAddenda(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        Addenda++;
        NachaLayout layout = NachaLayout.OfAddenda(record) ?? NachaLayout.Unknown;
        if (!_entry.IsOpen)
        {
            Enter(layout, place with { Batch = Batch.IsOpen ? Batches : 0 });
            ReportOutside();
            CheckForm(record);
            return NachaStep.Addenda;
        }

        Enter(layout, place with { Batch = Batches, Entry = Batch.Entries + 1, Addenda = _entry.Addenda + 1 });
        CheckForm(record);
        _entry.Add(record, Place);
        return NachaStep.Addenda;
    }

    private NachaStep AcceptBatchControl(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        EndEntry();
        Enter(Batch.IsOpen ? Batch.ControlLayout : NachaLayout.BatchControl,
            place with { Batch = Batch.IsOpen ? Batches : 0, Part = "control" });
        CheckForm(record);
        if (!Batch.IsOpen)
        {
            ReportOutside();
            return NachaStep.BatchControl;
        }

        Batch.End(record, Place, _day);
        _sums.Add(Batch.Sums);
        NachaSums said = NachaSums.Of(Layout, record);
        _controls.Add(new NachaSums
        {
            Count = Math.Max(said.Count, 0),
            Hash = Math.Max(said.Hash, 0),
            Debit = Int128.Max(said.Debit, 0),
            Credit = Int128.Max(said.Credit, 0),
        });
        if (Batch.Class is { IsAdv: true }) Advices.Add(Batch.Sums);
        else Money.Add(Batch.Sums);
        Returns += Batch.Returns;
        return NachaStep.BatchControl;
    }

    private NachaStep AcceptFileControl(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        EndEntry();
        if (Batch.IsOpen) ReportOpenBatch(place);
        Enter(AdvBatches > 0 ? NachaLayout.AdvFileControl : NachaLayout.FileControl, place with { Part = "control" });
        CheckForm(record);
        NachaFieldCheck.Run(Layout, record, Place, _findings);
        if (_hasControl) return NachaStep.FileControl;

        _hasControl = true;
        Files++;
        if (Batches == 0)
        {
            _findings.Report("Nacha.NoBatches", _findings.Deviation, "the file has no batches", Place,
                expected: "a batch");
        }

        NachaSums said = NachaSums.Of(Layout, record);
        Compare("Nacha.BatchCountMismatch", "batchCount", NachaNumber.Read(Layout["batchCount"].Of(record)), Batches,
            Batches, record);
        // Of more than 999,999 blocks, which the field cannot say, the rightmost digits stand for all, as in the hash.
        long blocks = (((_records - 1) / NachaLayout.BlockingFactor) + 1) % 1_000_000;
        Compare("Nacha.BlockCount", "blockCount", NachaNumber.Read(Layout["blockCount"].Of(record)), blocks, blocks,
            record);
        Compare("Nacha.EntryAddendaCountMismatch", "entryAddendaCount", said.Count, _sums.Count, _controls.Count,
            record);
        Compare("Nacha.EntryHashMismatch", "entryHash", said.Hash, _sums.Hash, _controls.Hash, record);
        Compare("Nacha.TotalMismatch", "totalDebit", said.Debit, _sums.Debit, _controls.Debit, record);
        Compare("Nacha.TotalMismatch", "totalCredit", said.Credit, _sums.Credit, _controls.Credit, record);
        return NachaStep.FileControl;
    }

    private NachaStep AcceptUnknown(in NachaPlace place)
    {
        EndEntry();
        _findings.Report("Nacha.UnknownRecordType", Severity.Error, "there is no such type of record", place,
            expected: "1, 5, 6, 7, 8 or 9");
        return Other(place);
    }

    private NachaStep Other(in NachaPlace place)
    {
        Enter(NachaLayout.Unknown, place);
        return NachaStep.Other;
    }

    private void Enter(NachaLayout layout, in NachaPlace place)
    {
        Layout = layout;
        Place = place;
    }

    public void EndEntry()
    {
        if (!_entry.IsOpen) return;
        _entry.Finish();
        Batch.Add(_entry, _bank);
    }

    // Lines whose blanks at the end were cut are read everywhere; a number that is cut is not known.
    private void CheckForm(ReadOnlySpan<byte> record)
    {
        if (_framer.Characters < NachaLayout.RecordLength)
        {
            bool isCut = _framer.Characters < Layout.MinimumLength;
            _findings.Report(isCut ? "Nacha.RecordLength" : "Nacha.ShortLine", isCut ? Severity.Error
                : _findings.Deviation,
                isCut ? "a record is cut within its numbers" : "the blanks at the end of a line are cut", Place,
                expected: "94 characters");
        }

        if (_framer.ForeignColumn < 0) return;

        NachaField? field = Array.Find(Layout.Fields, each => _framer.ForeignColumn < each.End);
        _findings.Report("Nacha.CharacterSet", Severity.Error, "a character is not printable ASCII", Place, field,
            record, "characters from space to ~");
    }

    private void CheckRouting(string name, ReadOnlySpan<byte> record, Severity severity)
    {
        ReadOnlySpan<byte> number = Layout[name].Of(record).Trim((byte)' ');
        if (number.Length == 10 && number[0] == '0') number = number[1..];
        if (number.IsEmpty) return;

        bool holds = number.Length == 9 && NachaNumber.CheckDigit(number) is var digit && digit >= 0
            && number[8] == '0' + digit && number.ContainsAnyExcept((byte)'0');
        if (holds) return;
        _findings.Report("Nacha.CheckDigit", severity, "this is no routing number with its check digit", Place,
            Layout[name], record, "a blank and nine digits");
    }

    // A file control that repeats what the batches' controls say is not wrong a second time.
    private void Compare(string code, string name, Int128 said, Int128 summed, Int128 controls,
        ReadOnlySpan<byte> record)
    {
        if (said < 0 || said == summed || said == controls) return;
        _findings.Report(code, Severity.Error, "the control is not what the file adds up to", Place, Layout[name],
            record, number: summed);
    }

    private void ReportOutside() =>
        _findings.Report("Nacha.RecordOutsideBatch", Severity.Error,
            "a record of a batch stands where no batch, or no entry, is open", Place,
            expected: "a batch header before it");

    private void ReportOpenBatch(in NachaPlace place)
    {
        _findings.Report("Nacha.MissingBatchControl", Severity.Error, "a batch is not closed by a batch control",
            place with { Batch = Batches, Part = null }, expected: "a record of type 8");
        _sums.Add(Batch.Sums);
        _controls.Add(Batch.Sums);
        if (Batch.Class is { IsAdv: true }) Advices.Add(Batch.Sums);
        else Money.Add(Batch.Sums);
        Returns += Batch.Returns;
        Batch.Abandon();
    }

    private void Report(string code, string message, string name, ReadOnlySpan<byte> record, string expected) =>
        _findings.Report(code, Severity.Error, message, Place, Layout[name], record, expected);
}
