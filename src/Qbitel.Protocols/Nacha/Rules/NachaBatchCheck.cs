namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>One batch: its header, what its entries add up to, and its control.</summary>
internal sealed class NachaBatchCheck(NachaFindings findings)
{
    // NACHA supplement 2026: the descriptions PAYROLL and PURCHASE.
    private static readonly DateOnly Descriptions2026 = new(2026, 3, 20);
    private static readonly byte[][] WageWords =
        [.. NachaCodes.WageWords.All.Select(System.Text.Encoding.ASCII.GetBytes)];

    private readonly byte[] _header = new byte[NachaLayout.RecordLength];
    private NachaPlace _place;
    private bool _hasForward;
    private bool _hasReturns;
    private bool _hasPayments; // forward credits of PPD, forward debits of WEB

    public NachaSums Sums;

    public bool IsOpen { get; private set; }

    public NachaLayout Layout { get; private set; } = NachaLayout.BatchHeader;

    /// <summary>Null where the header's class is not known.</summary>
    public NachaClass? Class { get; private set; }

    public NachaLayout EntryLayout { get; private set; } = NachaLayout.Entry;

    /// <summary>Of class IAT, or a notification of change in its layout.</summary>
    public bool IsIat { get; private set; }

    public int ServiceClass { get; private set; }

    public int OriginatorStatus { get; private set; }

    public bool IsReversal { get; private set; }

    public bool IsPrenote { get; private set; }

    /// <summary>-1 where it cannot be read.</summary>
    public long OriginatingBank { get; private set; }

    public long Number { get; private set; }

    public long LastTrace { get; set; }

    public long Entries { get; private set; }

    public long Returns { get; private set; }

    public ReadOnlySpan<byte> Header => _header;

    public NachaPlace Place => _place;

    public NachaLayout ControlLayout => Class is { IsAdv: true } ? NachaLayout.AdvBatchControl
        : NachaLayout.BatchControl;

    /// <summary>IAT, or a COR batch that says it changes international entries.</summary>
    public static bool IsInternational(ReadOnlySpan<byte> header) => header.Slice(50, 3).SequenceEqual("IAT"u8)
        || header.Slice(4, 16).TrimEnd((byte)' ').SequenceEqual("IATCOR"u8);

    public void Begin(ReadOnlySpan<byte> record, in NachaPlace place)
    {
        record.CopyTo(_header);
        _place = place;
        IsOpen = true;
        IsIat = IsInternational(record);
        Layout = IsIat ? NachaLayout.IatBatchHeader : NachaLayout.BatchHeader;
        Class = NachaClass.Find(Layout["entryClass"].Of(record));
        EntryLayout = IsIat ? NachaClass.Iat.Entry : Class?.Entry ?? NachaLayout.Entry;
        ServiceClass = (int)NachaNumber.Read(Layout["serviceClass"].Of(record));
        OriginatorStatus = record[78] - '0';
        OriginatingBank = NachaNumber.Read(Layout["originatingBank"].Of(record));
        Number = NachaNumber.Read(Layout["batchNumber"].Of(record));
        ReadOnlySpan<byte> description = Layout["description"].Of(record);
        IsReversal = description.StartsWith("REVERSAL"u8);
        IsPrenote = System.Text.Ascii.EqualsIgnoreCase(description.TrimEnd((byte)' '), "PRENOTE"u8);
        Sums = default;
        (LastTrace, Entries, Returns) = (0, 0, 0);
        _hasForward = _hasReturns = _hasPayments = false;
        NachaFieldCheck.Run(Layout, record, place, findings);
        CheckHeader(description);
    }

    /// <summary>Counts an entry whose addenda are known.</summary>
    public void Add(NachaEntryCheck entry, long bank)
    {
        Entries++;
        Sums.Count += 1 + entry.Addenda;
        Sums.Add(Math.Max(bank, 0), entry.Code, entry.Amount);
        if (entry.Category != NachaCategory.Forward)
        {
            Returns++;
            _hasReturns = true;
            return;
        }

        if (!_hasForward) _hasForward = !entry.IsOffset;
        _hasPayments |= (EntryLayout == NachaLayout.Entry && entry.Code % 10 == 2) || entry.Code % 10 == 7;
    }

    public void End(ReadOnlySpan<byte> record, in NachaPlace place, DateOnly? asOf)
    {
        NachaLayout layout = ControlLayout;
        NachaFieldCheck.Run(layout, record, place, findings);
        if (Entries == 0)
        {
            findings.Report("Nacha.EmptyBatch", Severity.Error, "a batch has at least one entry", place);
        }

        if (_hasForward && _hasReturns)
        {
            findings.Report("Nacha.MixedBatch", Severity.Error, "returns and forward entries are not in one batch",
                _place);
        }

        NachaSums said = NachaSums.Of(layout, record);
        Compare("Nacha.EntryAddendaCountMismatch", "entryAddendaCount", said.Count, Sums.Count, record, place);
        Compare("Nacha.EntryHashMismatch", "entryHash", said.Hash, Sums.Hash, record, place);
        Compare("Nacha.TotalMismatch", "totalDebit", said.Debit, Sums.Debit, record, place);
        Compare("Nacha.TotalMismatch", "totalCredit", said.Credit, Sums.Credit, record, place);
        Repeats("Nacha.ServiceClassMismatch", "serviceClass", record, place);
        Repeats("Nacha.OriginatingBankMismatch", "originatingBank", record, place);
        Repeats("Nacha.BatchNumberMismatch", "batchNumber", record, place);
        if (Class is { IsAdv: false } && !IsIat) Repeats("Nacha.CompanyIdMismatch", "companyId", record, place);
        CheckDescription(asOf);
        IsOpen = false;
    }

    public void Abandon() => IsOpen = false;

    private void CheckHeader(ReadOnlySpan<byte> description)
    {
        if (Class is null)
        {
            Report("Nacha.UnknownSecCode", "there is no such standard entry class", "entryClass", "ACK to XCK");
        }

        foreach (string name in (ReadOnlySpan<string>)["companyName", "description"])
        {
            if (Layout.Find(name) is { } field && !field.IsBlank(_header)
                && !field.Of(_header).ContainsAnyExcept((byte)' ', (byte)'0'))
            {
                Report("Nacha.MandatoryField", "a mandatory field is nothing but zeros", name, "a name or description");
            }
        }

        if (Class is not null && (ServiceClass == 280) != Class.IsAdv)
        {
            Report("Nacha.ServiceClassMismatch", "280 is for accounting advices, and they have no other",
                "serviceClass", Class.IsAdv ? "280" : "200, 220 or 225");
        }
        else if (Class is not null && !IsReversal
            && ((Class.Direction == 'D' && ServiceClass == 220) || (Class.Direction == 'C' && ServiceClass == 225)))
        {
            Report("Nacha.ServiceClassMismatch", "the entry class does not have such entries", "serviceClass",
                Class.Direction == 'D' ? "225 or 200" : "220 or 200");
        }

        if (OriginatorStatus == 0 && Class is { IsAdv: false } && !IsIat)
        {
            Report("Nacha.OriginatorStatus", "0 is for accounting advices", "originatorStatus", "1 or 2");
        }

        if (Class?.Description is { } required && !System.Text.Ascii.Equals(description.TrimEnd((byte)' '), required))
        {
            Report("Nacha.EntryDescription", "the entry class has a fixed description", "description", required);
        }

        if (IsIat) CheckInternational();
        if (NachaNumber.TryReadDate(Layout["effectiveDate"].Of(_header), out DateOnly effective)
            && !FederalReserveDays.IsBankingDay(effective))
        {
            findings.Report("Nacha.BankingDay", Severity.Warning, "entries settle on the next banking day", _place,
                Layout["effectiveDate"], _header, "a banking day");
        }
    }

    private void CheckInternational()
    {
        Span<char> text = stackalloc char[3];
        Copy(Layout["country"], text);
        if (!Identifiers.Country.Exists(text[..2]))
        {
            Report("Nacha.CodeValue", "there is no such country", "country", "ISO 3166-1, two letters");
        }

        foreach (string name in (ReadOnlySpan<string>)["originatingCurrency", "destinationCurrency"])
        {
            Copy(Layout[name], text);
            if (!Identifiers.Currency.TryParse(text, out _))
            {
                Report("Nacha.CodeValue", "there is no such currency", name, "ISO 4217, three letters");
            }
        }

        if (_header[22] is (byte)' ' or (byte)'0' && !_header.AsSpan(20, 2).SequenceEqual("FF"u8))
        {
            Report("Nacha.CodeValue", "a conversion says what its reference is", "referenceIndicator", "1, 2 or 3");
        }
    }

    private void Copy(NachaField field, Span<char> text)
    {
        for (int i = 0; i < field.Length; i++) text[i] = (char)_header[field.Start + i];
    }

    // Which credits are wages and which debits are purchases the file does not say; an originating bank need not know.
    private void CheckDescription(DateOnly? asOf)
    {
        if (!_hasPayments || IsReversal || IsPrenote || (asOf is { } day && day < Descriptions2026)) return;

        ReadOnlySpan<byte> description = Layout["description"].Of(_header);
        if (Class?.Code == "PPD" && ServiceClass != 225 && !description.StartsWith("PAYROLL"u8)
            && SpeaksOfWages(description))
        {
            findings.Report("Nacha.EntryDescription2026", Severity.Warning,
                "credits that seem to be wages are described as PAYROLL since 20 March 2026", _place,
                Layout["description"], _header, "PAYROLL");
        }
        else if (Class?.Code == "WEB" && Sums.Debit > 0 && !description.StartsWith("PURCHASE"u8))
        {
            findings.Report("Nacha.EntryDescription2026", Severity.Warning,
                "debits for purchases by internet are described as PURCHASE since 20 March 2026", _place,
                Layout["description"], _header, "PURCHASE, where goods are bought online");
        }
    }

    private static bool SpeaksOfWages(ReadOnlySpan<byte> description)
    {
        Span<byte> letters = stackalloc byte[description.Length];
        int length = 0;
        foreach (byte letter in description)
        {
            if (char.IsAsciiLetter((char)letter)) letters[length++] = (byte)char.ToUpperInvariant((char)letter);
        }

        foreach (byte[] word in WageWords) if (letters[..length].IndexOf(word) >= 0) return true;
        return false;
    }

    private void Compare(string code, string name, Int128 said, Int128 summed, ReadOnlySpan<byte> record,
        in NachaPlace place)
    {
        if (said < 0 || said == summed) return;
        findings.Report(code, Severity.Error, "the control is not what the entries of the batch add up to", place,
            ControlLayout[name], record, number: summed);
    }

    private void Repeats(string code, string name, ReadOnlySpan<byte> record, in NachaPlace place)
    {
        ReadOnlySpan<byte> repeated = ControlLayout[name].Of(record).Trim((byte)' ');
        if (repeated.SequenceEqual(Layout[name].Of(_header).Trim((byte)' '))) return;
        findings.Report(code, Severity.Error, "the control does not repeat the batch header", place,
            ControlLayout[name], record, "what the batch header says");
    }

    private void Report(string code, string message, string name, string expected) =>
        findings.Report(code, Severity.Error, message, _place, Layout[name], _header, expected);
}
