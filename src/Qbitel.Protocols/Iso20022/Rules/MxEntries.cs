using System.Globalization;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Rules;

/// <summary>
/// camt.052, 053 and 054: the summary a report, statement or notification gives of its entries. A warning, because a
/// statement may be spread over several messages, of which each has only some of the entries.
/// </summary>
internal static class MxEntries
{
    public static void Check(MxText text, int message, MxFindings findings, ref byte[]? rented)
    {
        for (int report = text.FirstChild(message); report >= 0; report = text.NextSibling(report))
        {
            int summary = text.Child(report, "TxsSummry"u8);
            if (summary < 0 || IsSpread(text, message, report, ref rented)) continue;

            Side(text, report, summary, "TtlNtries"u8, [], findings, ref rented);
            Side(text, report, summary, "TtlCdtNtries"u8, "CRDT"u8, findings, ref rented);
            Side(text, report, summary, "TtlDbtNtries"u8, "DBIT"u8, findings, ref rented);
        }
    }

    // Whether it says that it is one page of several.
    private static bool IsSpread(MxText text, int message, int report, ref byte[]? rented)
    {
        foreach (int page in (ReadOnlySpan<int>)[text.Find(message, "GrpHdr/MsgPgntn"u8),
            text.Child(report, "StmtPgntn"u8), text.Child(report, "RptPgntn"u8), text.Child(report, "NtfctnPgntn"u8)])
        {
            if (page < 0) continue;
            int number = text.Child(page, "PgNb"u8), last = text.Child(page, "LastPgInd"u8);
            bool isOnly = number >= 0 && last >= 0 && text.Value(number, ref rented).SequenceEqual("1"u8)
                && text.Value(last, ref rented).Trim(MxCharacters.Space).SequenceEqual("true"u8);
            if (!isOnly) return true;
        }

        return false;
    }

    private static void Side(MxText text, int report, int summary, ReadOnlySpan<byte> name, ReadOnlySpan<byte> side,
        MxFindings findings, ref byte[]? rented)
    {
        int stated = text.Child(summary, name);
        if (stated < 0) return;

        int count = 0;
        decimal? sum = 0;
        for (int entry = text.FirstChild(report); entry >= 0; entry = text.NextSibling(entry))
        {
            if (!text.Name(entry).SequenceEqual("Ntry"u8)) continue;
            int indicator = text.Child(entry, "CdtDbtInd"u8);
            if (!side.IsEmpty && (indicator < 0 || !text.Value(indicator, ref rented).SequenceEqual(side))) continue;
            count++;
            sum = MxAmounts.Sum(sum, MxAmounts.Read(text, text.Child(entry, "Amt"u8), ref rented));
        }

        int number = text.Child(stated, "NbOfNtries"u8), total = text.Child(stated, "Sum"u8);
        if (number >= 0 && MxAmounts.Read(text, number, ref rented) is { } said && said != count)
        {
            findings.AddValue("Mx.NumberOfEntries", number, "the number of entries is another",
                count.ToString(CultureInfo.InvariantCulture), MxAmounts.Text(said), Severity.Warning);
        }

        if (total >= 0 && sum is { } added && MxAmounts.Read(text, total, ref rented) is { } statedSum
            && statedSum != added)
        {
            findings.AddValue("Mx.SumOfEntries", total, "the sum is not that of the entries", MxAmounts.Text(added),
                MxAmounts.Text(statedSum), Severity.Warning);
        }
    }
}
