using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha.Building;

/// <summary>Batches that answer or undo others: what they copy, and which codes they carry instead.</summary>
internal static class NachaAnswers
{
    public static NachaBatchBuilder Return(NachaBatchBuilder to, NachaBatch batch, NachaEntry entry, string reason,
        string sendingBank, DateOnly? dateOfDeath)
    {
        CopyHeader(to, batch, sendingBank);
        NachaEntryBuilder returned = CopyEntry(to, batch, entry);
        ReadOnlySpan<byte> code = System.Text.Encoding.ASCII.GetBytes(reason);
        string layout = NachaLayout.IsDishonored(code) ? "addenda99Dishonored"
            : NachaLayout.IsContested(code) ? "addenda99Contested" : "addenda99";
        CopyAddenda(returned, entry, to.IsInternational);
        NachaDraft addenda = returned.Add(layout).Set("returnReason", reason);
        NachaAddenda? earlier = entry.Addenda.FirstOrDefault(each => each.Type == "99");
        addenda.Set("originalTrace", earlier?.OriginalTrace ?? entry.Trace ?? "");
        addenda.Set("originalBank", earlier?["originalBank"] ?? entry["receivingBank"]!);
        if (layout == "addenda99")
        {
            if (dateOfDeath is { } day) addenda.Set("dateOfDeath", day);
            return to;
        }

        if (earlier is null) throw new ArgumentException("only a return can be dishonored or contested", nameof(entry));

        // A dishonor tells of the return; a contest of the return and of its dishonor.
        bool isContest = layout == "addenda99Contested";
        addenda.Set("returnTrace", isContest ? earlier["returnTrace"] ?? "" : entry.Trace ?? "");
        string reasonBefore = (earlier.ReturnReason ?? "R00")[^2..];
        addenda.Set("returnedFor", isContest ? earlier["returnedFor"] ?? "" : reasonBefore);
        if (!isContest) return to;

        addenda.Set("returnSettlement", earlier["returnSettlement"] ?? "");
        addenda.Set("dishonoredTrace", entry.Trace ?? "").Set("dishonoredFor", reasonBefore);
        return to;
    }

    public static NachaBatchBuilder Change(NachaBatchBuilder to, NachaBatch batch, NachaEntry entry, string change,
        string correctedData, string sendingBank)
    {
        CopyHeader(to, batch, sendingBank);
        to.Set("entryClass", "COR");
        if (to.IsInternational) to.Set("iatIndicator", "IATCOR");
        NachaEntryBuilder changed = CopyEntry(to, batch, entry);
        changed.Draft.Set("amount", 0);
        changed.Add("addenda98").Set("changeCode", change).Set("originalTrace", entry.Trace ?? "")
            .Set("originalBank", entry["receivingBank"]!).Set("correctedData", correctedData);
        return to;
    }

    public static NachaBatchBuilder Reversal(NachaBatchBuilder to, NachaBatch batch, IEnumerable<NachaEntry> entries,
        DateOnly? effectiveDate)
    {
        CopyHeader(to, batch, batch.OriginatingBank);
        to.Set("description", "REVERSAL");
        if (effectiveDate is { } date) to.Header.Set("effectiveDate", date);
        foreach (NachaEntry entry in entries)
        {
            NachaEntryBuilder reversed = to.Add();
            reversed.Draft.CopyFrom(entry.Record.Layout, entry.Record.Text);
            reversed.Draft.Set("transactionCode", NachaTransaction.ReversalOf(entry.TransactionCode));
            CopyAddenda(reversed, entry, isWhole: true);
        }

        return to;
    }

    private static void CopyHeader(NachaBatchBuilder to, NachaBatch batch, string bank)
    {
        to.Header.CopyFrom(batch.Header.Layout, batch.Header.Text);
        to.Header.Set("settlementDate", "").Set("effectiveDate", "").Set("originatingBank", bank);
    }

    // The entry goes back to the bank that sent it.
    private static NachaEntryBuilder CopyEntry(NachaBatchBuilder to, NachaBatch batch, NachaEntry entry)
    {
        NachaEntryBuilder copy = to.Add();
        copy.Draft.CopyFrom(entry.Record.Layout, entry.Record.Text);
        int code = NachaTransaction.IsAccounting(entry.TransactionCode)
            ? entry.TransactionCode : NachaTransaction.ReturnOf(entry.TransactionCode);
        copy.Draft.Set("transactionCode", code).Set("receivingBank", batch.OriginatingBank);
        copy.Draft.Set("checkDigit", Math.Max(NachaNumber.CheckDigit(copy.Draft.Record.Slice(3, 8)), 0));
        return copy;
    }

    private static void CopyAddenda(NachaEntryBuilder to, NachaEntry entry, bool isWhole)
    {
        foreach (NachaAddenda addenda in entry.Addenda)
        {
            if (addenda.Type is "98" or "99" || !isWhole) continue;
            to.Add(addenda.Record.Kind).CopyFrom(addenda.Record.Layout, addenda.Record.Text);
        }
    }
}
