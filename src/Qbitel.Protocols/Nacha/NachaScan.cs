using System.Collections.Frozen;
using System.Globalization;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>
/// Reads and judges an ACH file of any length in constant memory: nothing is allocated for a record, a line or a batch.
/// </summary>
public sealed class NachaScan : MessageScan
{
    private readonly NachaFramer _framer = new();
    private readonly NachaFindings _findings;
    private readonly NachaValidator _validator;
    private bool _isComplete;

    public NachaScan(ParseOptions? options = null)
    {
        options ??= ParseOptions.Default;
        NachaProfiles.Check(options);
        _findings = new NachaFindings(options.Mode);
        _validator = new NachaValidator(_framer, _findings, options);
    }

    /// <summary>Entries seen so far.</summary>
    public long Entries => _validator.Entries;

    /// <summary>Errors found so far.</summary>
    public long Errors => _findings.Errors;

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isComplete) throw new InvalidOperationException("the input has ended");
        while (_framer.TryRead(ref bytes, out ReadOnlySpan<byte> record)) _validator.Accept(record);
    }

    public override ScanSummary Complete()
    {
        if (!_isComplete)
        {
            _isComplete = true;
            if (_framer.TryFinish(out ReadOnlySpan<byte> record)) _validator.Accept(record);
            _validator.Finish();
        }

        return new ScanSummary(_framer.Position, _validator.Files, _findings.Errors > 0 ? 1 : 0, _validator.Entries,
            _validator.Classes.ToFrozenDictionary(StringComparer.Ordinal), Totals(), _findings.Codes, _findings.Kept);
    }

    private List<KeyValuePair<string, string>> Totals()
    {
        List<KeyValuePair<string, string>> totals = [];
        void Add(string name, string value) => totals.Add(new(name, value));
        void Count(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

        Count("batches", _validator.Batches);
        Count("entries", _validator.Entries);
        Count("addenda", _validator.Addenda);
        if (_validator.Returns > 0) Count("returns", _validator.Returns);
        Add("debits", NachaNumber.Dollars(_validator.Money.Debit));
        Add("credits", NachaNumber.Dollars(_validator.Money.Credit));
        if (_validator.AdvBatches > 0)
        {
            Add("adviceDebits", NachaNumber.Dollars(_validator.Advices.Debit));
            Add("adviceCredits", NachaNumber.Dollars(_validator.Advices.Credit));
        }

        return totals;
    }
}
