using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Rules;

/// <summary>Counts and sums a message states about itself, against what it holds, in exact decimals.</summary>
/// <remarks>
/// The message definitions of pacs.003, 004, 007, 008, 009 and 010, pain.001, 008 and 013: the number of
/// transactions, the control sum and the total settlement amount of the group header, and those of a payment
/// information block; camt.052, 053 and 054: the summary of entries.
/// </remarks>
internal static class MxTotals
{
    private sealed record Kind(byte[] Message, byte[]? Block, byte[] Transaction, byte[] Amount, byte[]? OtherAmount,
        byte[]? Total);

    private static readonly Kind[] Kinds =
    [
        Of("FIToFICstmrCdtTrf", null, "CdtTrfTxInf", "IntrBkSttlmAmt", null, "TtlIntrBkSttlmAmt"),
        Of("FICdtTrf", null, "CdtTrfTxInf", "IntrBkSttlmAmt", null, "TtlIntrBkSttlmAmt"),
        Of("FIToFICstmrDrctDbt", null, "DrctDbtTxInf", "IntrBkSttlmAmt", null, "TtlIntrBkSttlmAmt"),
        Of("FIDrctDbt", "CdtInstr", "DrctDbtTxInf", "IntrBkSttlmAmt", null, null),
        Of("PmtRtr", null, "TxInf", "RtrdIntrBkSttlmAmt", null, "TtlRtrdIntrBkSttlmAmt"),
        Of("FIToFIPmtRvsl", null, "TxInf", "RvsdIntrBkSttlmAmt", null, "TtlRvsdIntrBkSttlmAmt"),
        Of("CstmrCdtTrfInitn", "PmtInf", "CdtTrfTxInf", "Amt/InstdAmt", "Amt/EqvtAmt/Amt", null),
        Of("CstmrDrctDbtInitn", "PmtInf", "DrctDbtTxInf", "InstdAmt", null, null),
        Of("CdtrPmtActvtnReq", "PmtInf", "CdtTrfTx", "Amt/InstdAmt", "Amt/EqvtAmt/Amt", null),
    ];

    public static void Check(MxText text, int message, MxFindings findings, ref byte[]? rented)
    {
        ReadOnlySpan<byte> name = text.Name(message);
        foreach (Kind kind in Kinds)
        {
            if (!name.SequenceEqual(kind.Message)) continue;
            Transactions(text, message, kind, findings, ref rented);
            return;
        }

        if (name.StartsWith("BkToCstmr"u8)) MxEntries.Check(text, message, findings, ref rented);
    }

    internal static void Return(byte[]? rented)
    {
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    private static void Transactions(MxText text, int message, Kind kind, MxFindings findings, ref byte[]? rented)
    {
        int header = text.Child(message, "GrpHdr"u8);
        if (header < 0) return;

        Tally all = new();
        if (kind.Block is null)
        {
            all = Add(text, message, kind, ref rented);
        }
        else
        {
            for (int block = text.FirstChild(message); block >= 0; block = text.NextSibling(block))
            {
                if (!text.Name(block).SequenceEqual(kind.Block)) continue;
                Tally tally = Add(text, block, kind, ref rented);
                Compare(text, block, in tally, findings, ref rented);
                all.Count += tally.Count;
                all.Sum = MxAmounts.Sum(all.Sum, tally.Sum);
            }
        }

        // A return or reversal of a whole group lists no transactions of its own.
        if (all.Count == 0 && kind.Transaction.AsSpan().SequenceEqual("TxInf"u8)) return;

        Compare(text, header, in all, findings, ref rented);
        if (kind.Total is not null && text.Child(header, kind.Total) is >= 0 and int whole)
            Total(text, whole, in all, findings, ref rented);
    }

    private static Tally Add(MxText text, int parent, Kind kind, ref byte[]? rented)
    {
        Tally tally = new() { Sum = 0 };
        for (int node = text.FirstChild(parent); node >= 0; node = text.NextSibling(node))
        {
            if (!text.Name(node).SequenceEqual(kind.Transaction)) continue;
            int amount = text.Find(node, kind.Amount);
            if (amount < 0 && kind.OtherAmount is not null) amount = text.Find(node, kind.OtherAmount);
            if (tally.Count++ == 0) tally.First = amount;
            else if (amount >= 0 && tally.First >= 0 && !MxAmounts.IsSameCurrency(text, amount, tally.First))
                tally.IsMixed = true;
            tally.Sum = MxAmounts.Sum(tally.Sum, MxAmounts.Read(text, amount, ref rented));
        }

        return tally;
    }

    // The count and the sum a header or block states.
    private static void Compare(MxText text, int header, in Tally tally, MxFindings findings, ref byte[]? rented)
    {
        if (text.Child(header, "NbOfTxs"u8) is >= 0 and int number)
        {
            ReadOnlySpan<byte> count = text.Value(number, ref rented);
            bool isNumber = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int stated);
            if (!isNumber || stated != tally.Count)
            {
                findings.AddValue("Mx.NumberOfTransactions", number, "the number of transactions is another",
                    tally.Count.ToString(CultureInfo.InvariantCulture), Redaction.None.Mask(count));
            }
        }

        if (tally.Sum is { } sum && text.Child(header, "CtrlSum"u8) is >= 0 and int control
            && MxAmounts.Read(text, control, ref rented) is { } controlSum && controlSum != sum)
        {
            findings.AddValue("Mx.ControlSum", control, "the control sum is not the sum of the amounts",
                MxAmounts.Text(sum), MxAmounts.Text(controlSum));
        }
    }

    private static void Total(MxText text, int whole, in Tally tally, MxFindings findings, ref byte[]? rented)
    {
        if (tally.Sum is not { } sum || MxAmounts.Read(text, whole, ref rented) is not { } stated) return;
        if (stated != sum)
        {
            findings.AddValue("Mx.TotalAmount", whole, "the total is not the sum of the amounts", MxAmounts.Text(sum),
                MxAmounts.Text(stated));
        }

        if (tally.IsMixed || (tally.First >= 0 && !MxAmounts.IsSameCurrency(text, whole, tally.First)))
        {
            findings.Add("Mx.TotalCurrency", whole, "a total is of one currency",
                text.AttributeText(whole, "Ccy"u8) is { } code ? Redaction.None.Mask(code) : "a currency",
                "amounts in others");
        }
    }

    private static Kind Of(string message, string? block, string transaction, string amount, string? other,
        string? total) =>
        new(Encoding.ASCII.GetBytes(message), Bytes(block), Encoding.ASCII.GetBytes(transaction),
            Encoding.ASCII.GetBytes(amount), Bytes(other), Bytes(total));

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.ASCII.GetBytes(text);

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    private struct Tally
    {
        public Tally()
        {
        }

        public int Count;

        /// <summary>Null where an amount is none, or the sum is too great.</summary>
        public decimal? Sum = 0;

        /// <summary>The amount of the first transaction, or -1.</summary>
        public int First = -1;

        public bool IsMixed;
    }
}
