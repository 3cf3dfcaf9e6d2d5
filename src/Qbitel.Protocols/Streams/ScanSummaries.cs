using System.Globalization;

namespace Qbitel.Protocols.Streams;

/// <summary>Adds summaries of parts to that of the whole.</summary>
public static class ScanSummaries
{
    private const int Findings = 1000;

    /// <summary>One summary of several; totals of equal names are kept side by side unless they are amounts.</summary>
    public static ScanSummary Join(IReadOnlyList<ScanSummary> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 1) return parts[0];
        return new ScanSummary(parts.Sum(part => part.Bytes), parts.Sum(part => part.Messages),
            parts.Sum(part => part.Invalid), parts.Sum(part => part.Records),
            Sum(parts.SelectMany(part => part.MessageTypes)), SumTotals(parts),
            Sum(parts.SelectMany(part => part.Codes)),
            [.. parts.SelectMany(part => part.Findings).Take(Findings)])
        {
            Unread = parts.Sum(part => part.Unread),
        };
    }

    /// <summary>The summary of a part of a stream, its offsets from the start of the stream.</summary>
    internal static ScanSummary At(ScanSummary part, long start) => start == 0 ? part : part with
    {
        Findings = [.. part.Findings.Select(finding => finding with { Offset = finding.Offset + start })],
    };

    private static Dictionary<string, long> Sum(IEnumerable<KeyValuePair<string, long>> counts)
    {
        Dictionary<string, long> sums = new(StringComparer.Ordinal);
        foreach ((string name, long count) in counts) sums[name] = sums.GetValueOrDefault(name) + count;
        return sums;
    }

    // "EUR 10.00", "10.00 USD" and "12" are added by their unit; anything else stays as it is.
    private static List<KeyValuePair<string, string>> SumTotals(IReadOnlyList<ScanSummary> parts)
    {
        List<KeyValuePair<string, string>> kept = [];
        Dictionary<(string Name, string Form), decimal> sums = [];
        foreach ((string name, string value) in parts.SelectMany(part => part.Totals))
        {
            int space = value.IndexOf(' ', StringComparison.Ordinal);
            bool isNumberFirst = char.IsAsciiDigit(value.FirstOrDefault());
            ReadOnlySpan<char> digits = space < 0 ? value : isNumberFirst ? value.AsSpan(0, space)
                : value.AsSpan(space + 1);
            (string, string) key = (name, space < 0 ? "{0}" : isNumberFirst ? "{0}" + value[space..] : value[..space]
                + " {0}");
            if (decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out decimal number)
                && decimal.MaxValue - sums.GetValueOrDefault(key) >= number)
            {
                sums[key] = sums.GetValueOrDefault(key) + number;
            }
            else
            {
                kept.Add(new(name, value));
            }
        }

        return [.. sums.Select(sum => KeyValuePair.Create(sum.Key.Name, sum.Key.Form.Replace("{0}",
            sum.Value.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))), .. kept];
    }
}
