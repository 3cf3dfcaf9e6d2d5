using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Streams;

/// <summary>Counts what a stream holds, message by message, in bounded memory.</summary>
internal sealed class ScanTally
{
    // Types and codes are few in honest input; hostile input could make each message a type of its own.
    private const int Kinds = 1000, FirstFindings = 100;
    private const string Others = "(others)";

    private readonly Dictionary<string, long> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _sums = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> _findings = [];
    private long _bytes, _messages, _invalid, _unread, _notAdded;

    public long Messages => _messages;

    /// <summary>Counts one message by its report.</summary>
    /// <param name="report">Of this message alone.</param>
    /// <param name="at">Where it begins in the stream.</param>
    /// <param name="size">Its bytes.</param>
    public void Add(ParseReport report, long at, int size)
    {
        _bytes += size;
        _messages++;
        Count(_types, report.MessageType ?? "(none)");
        foreach (Diagnostic finding in report.Findings) Add(finding, at, _messages);
        if (!report.IsValid) _invalid++;
        else AddUp(report);
    }

    /// <summary>Counts a place where no message could be read.</summary>
    public void AddLost(Diagnostic finding, long at)
    {
        _invalid++;
        _unread++;
        Add(finding, at, record: null);
    }

    /// <summary>Bytes that belong to no message.</summary>
    public void Skip(long size) => _bytes += size;

    public ScanSummary Summarise()
    {
        List<KeyValuePair<string, string>> totals = [.. _sums.OrderBy(sum => sum.Key, StringComparer.Ordinal)
            .Select(sum => KeyValuePair.Create("amount", string.Create(CultureInfo.InvariantCulture,
                $"{sum.Key} {sum.Value}")))];
        if (_notAdded > 0) totals.Add(new("messagesNotAddedUp", _notAdded.ToString(CultureInfo.InvariantCulture)));
        return new ScanSummary(_bytes, _messages, _invalid, _messages, _types, totals, _codes, _findings)
        {
            Unread = _unread,
        };
    }

    private void Add(Diagnostic finding, long at, long? record)
    {
        bool isFirst = !_codes.ContainsKey(finding.Code) && _codes.Count < Kinds;
        Count(_codes, finding.Code);
        if (!isFirst && _findings.Count >= FirstFindings) return;

        // Lines and records are those of one message, which says nothing in a stream of many; offsets are the stream's.
        _findings.Add(finding with
        {
            Offset = at + (finding.Offset ?? 0),
            Line = null,
            Column = null,
            Record = record is null or > int.MaxValue ? null : (int)record,
        });
    }

    // A summary's amount is that of one payment: it stands for the message only where the message has no other.
    private void AddUp(ParseReport report)
    {
        string? amount = null, payments = null;
        foreach ((string name, string value) in report.Summary)
        {
            if (name == "amount") amount = value;
            else if (name is "transactions" or "messages") payments = value;
        }

        if (amount is null) return;
        int space = amount.IndexOf(' ', StringComparison.Ordinal);
        if (payments is not (null or "1") || space < 0
            || !Money.TryParse(amount.AsSpan(space + 1), amount.AsSpan(0, space), out Money money)
            || decimal.MaxValue - _sums.GetValueOrDefault(money.Currency.Code) < money.Amount)
        {
            _notAdded++;
            return;
        }

        _sums[money.Currency.Code] = _sums.GetValueOrDefault(money.Currency.Code) + money.Amount;
    }

    private static void Count(Dictionary<string, long> counts, string name)
    {
        if (!counts.ContainsKey(name) && counts.Count >= Kinds) name = Others;
        counts[name] = counts.GetValueOrDefault(name) + 1;
    }
}
