namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>What an entry is for: known once its addenda are.</summary>
internal enum NachaCategory
{
    Forward,
    Return,
    DishonoredReturn,
    ContestedReturn,
    Change,
}

/// <summary>One entry with its addenda: kept until the next record ends it, since a return is known by its
/// addenda.</summary>
internal sealed class NachaEntryCheck(NachaFindings findings, NachaLimits limits)
{
    private const int AllIatAddenda = 0b111_1111; // types 10 to 16

    private readonly byte[] _record = new byte[NachaLayout.RecordLength];
    private NachaPlace _place;
    private NachaLayout _layout = NachaLayout.Entry;
    private NachaBatchCheck _batch = null!;
    private bool _isTraceRead;
    private int _indicator;
    private int _ordinaryAddenda;
    private int _wrongAddenda;
    private int _iatAddenda;
    private int _remittance;
    private int _correspondents;
    private int _returns;
    private long _lastSequence;
    private int _lastSequenceType;

    /// <summary>Whether an entry has begun that no other record has ended.</summary>
    public bool IsOpen { get; private set; }

    public NachaLayout Layout => _layout;

    public NachaCategory Category { get; private set; }

    public int Code { get; private set; }

    /// <summary>In cents; 0 where it cannot be read.</summary>
    public long Amount { get; private set; }

    public long Trace { get; private set; }

    public long Addenda { get; private set; }

    /// <summary>An entry that balances a batch of returns has no return of its own.</summary>
    public bool IsOffset => _layout.Find("name") is { } name
        && name.Of(_record).TrimEnd((byte)' ').SequenceEqual("OFFSET"u8);

    public void Begin(ReadOnlySpan<byte> record, in NachaPlace place, NachaBatchCheck batch)
    {
        record.CopyTo(_record);
        _place = place;
        _batch = batch;
        _layout = batch.EntryLayout;
        NachaFieldCheck.Run(_layout, record, place, findings);

        IsOpen = true;
        Category = NachaCategory.Forward;
        Code = Ascii.TwoDigits(record, 1);
        Amount = Math.Max(NachaNumber.Read(_layout.Amount!.Of(record)), 0);
        _isTraceRead = _layout.Trace is not null && Ascii.IsDigits(_layout.Trace.Of(record));
        Trace = _isTraceRead ? NachaNumber.Read(_layout.Trace!.Of(record)) : -1;
        _indicator = record[78] - '0';
        Addenda = _ordinaryAddenda = _wrongAddenda = _iatAddenda = _remittance = _correspondents = _returns = 0;
        (_lastSequence, _lastSequenceType) = (0, 0);
        CheckReceivingBank(record, place);
    }

    public void Add(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        Addenda++;
        if (Addenda == 1 && _indicator == 0)
        {
            Report("Nacha.AddendaIndicator", "addenda follow an entry that announces none", "addendaIndicator", "1");
        }

        if (NachaLayout.OfAddenda(record) is not { } layout)
        {
            _wrongAddenda++;
            findings.Report("Nacha.AddendaType", Severity.Error, "there is no such type of addenda", place,
                NachaLayout.Of("addenda05")["addendaType"], record, "02, 05, 10 to 18, 98 or 99");
            return;
        }

        NachaFieldCheck.Run(layout, record, place, findings);
        int type = Ascii.TwoDigits(record, 1);
        bool isAllowed = type switch
        {
            98 => (_batch.Class?.IsChange ?? true) && _returns == 0,
            99 => !(_batch.Class?.IsChange ?? false) && _returns == 0,
            >= 10 and <= 18 => _batch.IsIat && (type >= 17 || (_iatAddenda & (1 << (type - 10))) == 0),
            _ => _batch.Class is null || (type == _batch.Class.AddendaType && !_batch.IsIat),
        };
        if (!isAllowed)
        {
            _wrongAddenda++;
            findings.Report("Nacha.AddendaType", Severity.Error,
                "the entry class does not have this type of addenda, or not again", place, layout["addendaType"],
                record, _batch.Class?.AddendaExpected);
        }

        switch (type)
        {
            case 98:
                _returns++;
                Category = NachaCategory.Change;
                break;
            case 99:
                _returns++;
                Category = NachaLayout.IsDishonored(record.Slice(3, 3)) ? NachaCategory.DishonoredReturn
                    : NachaLayout.IsContested(record.Slice(3, 3)) ? NachaCategory.ContestedReturn
                    : NachaCategory.Return;
                CheckDateOfDeath(layout, record, place);
                break;
            case 17: _remittance++; break;
            case 18: _correspondents++; break;
            case >= 10 and <= 16: _iatAddenda |= 1 << (type - 10); break;
            case 2: _ordinaryAddenda++; CheckTerminalDate(layout, record, place); break;
            default: _ordinaryAddenda++; break;
        }

        CheckSequence(layout, type, record, place);
    }

    /// <summary>What can be said once the addenda are known.</summary>
    public void Finish()
    {
        if (!IsOpen) return;

        IsOpen = false;
        if (_batch.Class is not { } entryClass) return;

        bool isForward = Category == NachaCategory.Forward;
        CheckCode(entryClass, isForward);
        CheckAmount(entryClass, isForward);
        CheckAddenda(entryClass, isForward);
        if (entryClass.Needed is { } needed && isForward
            && _layout[needed].Of(_record).IndexOfAnyExcept((byte)' ', (byte)'0') < 0)
        {
            Report("Nacha.MandatoryField", "entries of this class fill the field", needed, "neither blanks nor zeros");
        }

        if (entryClass.IsAdv) CheckAdvice();

        if (_layout.Find("cardExpiry") is { } expiry && Ascii.TwoDigits(_record, expiry.Start) is not (>= 1 and <= 12))
        {
            Report("Nacha.Date", "a card expires in no such month", "cardExpiry", "MMYY");
        }

        if (!_isTraceRead || entryClass.IsAdv) return;

        if (Trace <= _batch.LastTrace)
        {
            findings.Report("Nacha.TraceOrder", Severity.Error, "trace numbers do not ascend in the batch", _place,
                _layout.Trace, _record, number: _batch.LastTrace + 1);
        }

        _batch.LastTrace = Math.Max(_batch.LastTrace, Trace);
        if (isForward && _batch.OriginatingBank >= 0 && Trace / 10_000_000 != _batch.OriginatingBank)
        {
            Report("Nacha.TraceBank", "the trace number does not begin with the batch's originating bank", "trace",
                "the eight digits of the bank and seven more");
        }
    }

    private void CheckReceivingBank(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        int digit = NachaNumber.CheckDigit(record.Slice(3, 8));
        if (digit >= 0 && record[11] != '0' + digit)
        {
            findings.Report("Nacha.CheckDigit", Severity.Error, "the check digit is not the routing number's", place,
                _layout["checkDigit"], record, number: digit);
        }
    }

    private void CheckAdvice()
    {
        if (NachaNumber.Read(_layout["julianDay"].Of(_record)) is 0 or > 366)
        {
            Report("Nacha.Date", "a year has no such day", "julianDay", "1 to 366");
        }

        if (NachaNumber.Read(_layout["sequence"].Of(_record)) == 0)
        {
            Report("Nacha.MandatoryField", "advices are numbered", "sequence", "1 to 9999");
        }
    }

    private void CheckCode(NachaClass entryClass, bool isForward)
    {
        if (!NachaTransaction.IsKnown(Code)) return;

        if (NachaTransaction.IsAccounting(Code) != entryClass.IsAdv)
        {
            Report("Nacha.TransactionCode", "81 to 88 are for accounting advices, and nothing else is",
                "transactionCode", entryClass.IsAdv ? "81 to 88" : "21 to 56");
            return;
        }

        if (entryClass.IsAdv) return;

        bool isReturnCode = NachaTransaction.IsReturn(Code);
        if (isForward && isReturnCode)
        {
            Report("Nacha.TransactionCode", "the code is for returns and notifications of change", "transactionCode",
                "the code of a forward entry");
        }
        else if (Category == NachaCategory.Change && !isReturnCode)
        {
            Report("Nacha.TransactionCode", "a notification of change has a code of its own", "transactionCode",
                "21, 26, 31, 36, 41, 46, 51 or 56");
        }
        else if (!isForward && !isReturnCode)
        {
            findings.Report("Nacha.ReturnTransactionCode", findings.Deviation,
                "a return carries the code of a forward entry", _place, _layout["transactionCode"], _record,
                "21, 26, 31, 36, 41, 46, 51 or 56");
        }
        else if (isForward && entryClass.TransactionCodes is { } allowed && !allowed.Contains(Code))
        {
            Report("Nacha.TransactionCode", "the entry class does not have this code", "transactionCode",
                "another code");
        }

        bool isCredit = NachaTransaction.IsCredit(Code);
        if (entryClass.Direction == 'D' && isCredit && !_batch.IsReversal)
        {
            Report("Nacha.DebitOnly", "the entry class has debits only", "transactionCode", "the code of a debit");
        }
        else if (entryClass.Direction == 'C' && !isCredit && !_batch.IsReversal)
        {
            Report("Nacha.CreditOnly", "the entry class has credits only", "transactionCode", "the code of a credit");
        }

        if ((_batch.ServiceClass == 220 && !isCredit) || (_batch.ServiceClass == 225 && isCredit))
        {
            // Published international files mix them, and nobody refuses those.
            findings.Report("Nacha.ServiceClassMismatch", _batch.IsIat ? findings.Deviation : Severity.Error,
                "the batch's service class does not have such entries", _place, _layout["transactionCode"], _record,
                _batch.ServiceClass == 220 ? "the code of a credit" : "the code of a debit");
        }

        if (entryClass.Code == "DNE" && isForward && _batch.OriginatorStatus != 2)
        {
            Report("Nacha.OriginatorStatus", "only a federal agency notifies of a death", "transactionCode",
                "originator status 2 in the batch header");
        }
    }

    private void CheckAmount(NachaClass entryClass, bool isForward)
    {
        bool isZeroCode = NachaTransaction.IsPrenote(Code) || NachaTransaction.IsZeroDollar(Code);
        if (Amount > 0 && (isZeroCode || entryClass.IsZeroAmount || Category == NachaCategory.Change
            || (_batch.IsPrenote && isForward)))
        {
            // Published notifications of change to international entries repeat the amount.
            bool isTolerated = _batch.IsIat && Category == NachaCategory.Change;
            findings.Report("Nacha.NonZeroAmount", isTolerated ? findings.Deviation : Severity.Error,
                "prenotes, zero-dollar entries and notifications have no amount", _place, _layout.Amount, _record, "0");
        }
        else if (Amount == 0 && !isZeroCode && isForward && !entryClass.MayBeZero && !_batch.IsPrenote
            && NachaTransaction.IsKnown(Code) && !NachaTransaction.IsReturn(Code) && !_layout.Amount!.IsBlank(_record))
        {
            Report("Nacha.ZeroAmount", "only prenotes, zero-dollar entries and notifications have no amount",
                _layout.Amount!.Name, "more than 0");
        }

        if (Amount > limits.Of(entryClass))
        {
            findings.Report("Nacha.AmountLimit", Severity.Error, "the amount is above the limit", _place,
                _layout.Amount, _record, number: limits.Of(entryClass));
        }
    }

    private void CheckAddenda(NachaClass entryClass, bool isForward)
    {
        if (_indicator == 1 && Addenda == 0)
        {
            Report("Nacha.AddendaIndicator", "the entry announces addenda, and none follow", "addendaIndicator", "0");
        }

        if (entryClass.IsChange && Category != NachaCategory.Change)
        {
            Report("Nacha.AddendaCount", "an entry of this class has one notification of change", null, "addenda 98");
            return;
        }

        if (_batch.IsIat)
        {
            if (Category != NachaCategory.Change && _iatAddenda != AllIatAddenda)
            {
                Report("Nacha.AddendaCount", "an international entry has each of the addenda 10 to 16", null,
                    "addenda 10 to 16");
            }

            if (_remittance > 2 || _correspondents > 5)
            {
                Report("Nacha.AddendaCount", "an international entry has more addenda than it may", null,
                    "at most two addenda 17 and five addenda 18");
            }

            long counted = NachaNumber.Read(_layout["addendaCount"].Of(_record));
            if (counted != Addenda)
            {
                findings.Report("Nacha.AddendaCount", counted == 0 ? Severity.Error : findings.Deviation,
                    "the entry counts other addenda than follow", _place, _layout["addendaCount"], _record,
                    number: Addenda);
            }

            return;
        }

        if (!isForward)
        {
            // A returned corporate entry may come back with its remittance.
            if (_ordinaryAddenda > 0 && entryClass.Code != "CTX")
            {
                Report("Nacha.AddendaCount", "a return has no addenda but its own", null, "addenda 99 alone");
            }
        }
        else if (_wrongAddenda == 0
            && (_ordinaryAddenda < entryClass.MinimumAddenda || _ordinaryAddenda > entryClass.MaximumAddenda))
        {
            Report("Nacha.AddendaCount", "the entry class has another number of addenda", null,
                entryClass.AddendaExpected);
        }

        if (entryClass.CountsAddenda && NachaNumber.Read(_layout["addendaCount"].Of(_record)) is var said && said >= 0
            && said != Addenda)
        {
            // Addenda of a return are not always counted with the others.
            findings.Report("Nacha.AddendaCount", isForward || said != _ordinaryAddenda ? Severity.Error
                : Severity.Warning,
                "the entry counts other addenda than follow", _place, _layout["addendaCount"], _record,
                number: Addenda);
        }
    }

    private void CheckSequence(NachaLayout layout, int type, ReadOnlySpan<byte> record, in NachaPlace place)
    {
        if (layout.Sequence is { } field && NachaNumber.Read(field.Of(record)) is var sequence && sequence >= 0)
        {
            long last = type == _lastSequenceType ? _lastSequence : 0;
            if (sequence <= last)
            {
                findings.Report("Nacha.AddendaSequence", Severity.Error, "sequence numbers of addenda do not ascend",
                    place, field, record, number: last + 1);
            }
            else if (sequence != last + 1)
            {
                findings.Report("Nacha.AddendaSequence", findings.Deviation,
                    "a sequence number of addenda is left out", place,
                    field, record, number: last + 1);
            }

            (_lastSequence, _lastSequenceType) = (sequence, type);
        }

        if (layout.EntrySequence is { } own && _isTraceRead && NachaNumber.Read(own.Of(record)) is var entry
            && entry >= 0
            && entry != Trace % 10_000_000)
        {
            findings.Report("Nacha.AddendaTrace", Severity.Error, "the addenda are those of another entry", place, own,
                record, number: Trace % 10_000_000);
        }
        else if (layout.Trace is { } trace && _isTraceRead && NachaNumber.Read(trace.Of(record)) is var whole
            && whole != Trace)
        {
            findings.Report("Nacha.AddendaTrace", Severity.Warning,
                "the addenda carry another trace number than the entry",
                place, trace, record, number: Trace);
        }
    }

    private void CheckTerminalDate(NachaLayout layout, ReadOnlySpan<byte> record, in NachaPlace place)
    {
        NachaField field = layout["transactionDate"];
        int month = Ascii.TwoDigits(record, field.Start);
        int day = Ascii.TwoDigits(record, field.Start + 2);
        if (month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(2000, month)) return;
        findings.Report("Nacha.Date", Severity.Error, "this is no day of the calendar", place, field, record, "MMDD");
    }

    private void CheckDateOfDeath(NachaLayout layout, ReadOnlySpan<byte> record, in NachaPlace place)
    {
        if (layout.Find("dateOfDeath") is not { } field || !field.IsBlank(record)) return;
        if (!record.Slice(3, 3).SequenceEqual("R14"u8) && !record.Slice(3, 3).SequenceEqual("R15"u8)) return;
        findings.Report("Nacha.DateOfDeath", Severity.Warning, "a return for a death says when it was", place, field,
            record,
            "YYMMDD");
    }

    private void Report(string code, string message, string? field, string expected) =>
        findings.Report(code, Severity.Error, message, _place, field is null ? null : _layout[field], _record,
            expected);
}
