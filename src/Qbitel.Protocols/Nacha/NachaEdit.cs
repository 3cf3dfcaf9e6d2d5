using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>Sets one field of a file and what depends on it.</summary>
internal static class NachaEdit
{
    public static byte[] Apply(NachaFile file, NachaRecord record, string field, string value)
    {
        SortedDictionary<int, NachaDraft> changed = [];
        NachaDraft Draft(NachaRecord of)
        {
            if (changed.TryGetValue(of.Index, out NachaDraft? draft)) return draft;
            return changed[of.Index] = new NachaDraft(of.Layout, of.Text);
        }

        string before = record[field] ?? throw new ArgumentException($"a {record.Kind} has no field {field}",
            nameof(field));
        Draft(record).Set(field, value);
        NachaBatch? batch = file.Batches.LastOrDefault(each => each.Header.Index <= record.Index
            && record.Index <= each.Control.Index);
        if (batch is null) return Write(file, changed);

        if (record.Index == batch.Header.Index)
        {
            if (batch.Control.Layout.Find(field) is not null) Draft(batch.Control).Set(field, value);
        }
        else if (record.Kind.StartsWith("entry", StringComparison.Ordinal))
        {
            switch (field)
            {
                case "receivingBank":
                    int digit = NachaNumber.CheckDigit(Draft(record).Record.Slice(3, 8));
                    Draft(record).Set("checkDigit", digit);
                    Sum("entryHash", sums => sums.Hash);
                    break;
                case "amount" or "transactionCode":
                    Sum("totalDebit", sums => sums.Debit);
                    Sum("totalCredit", sums => sums.Credit);
                    break;
                case "trace":
                    NachaEntry entry = batch.Entries.Single(each => each.Record.Index == record.Index);
                    foreach (NachaAddenda addenda in entry.Addenda) Follow(addenda.Record, before, value);
                    break;
            }
        }

        return Write(file, changed);

        void Follow(NachaRecord addenda, string from, string to)
        {
            if (addenda["entrySequence"] is { } sequence && from.EndsWith(sequence, StringComparison.Ordinal)
                && to.Length >= 7)
            {
                Draft(addenda).Set("entrySequence", to.AsSpan()[^7..]);
            }
            else if (addenda["trace"] == from)
            {
                Draft(addenda).Set("trace", to);
            }
        }

        void Sum(string name, Func<NachaSums, Int128> of)
        {
            NachaSums sums = default;
            foreach (NachaEntry entry in batch.Entries)
            {
                ReadOnlySpan<byte> text = entry.Record.Index == record.Index ? Draft(record).Record : entry.Record.Text;
                sums.Add(Math.Max(NachaNumber.Read(text.Slice(3, 8)), 0), Ascii.TwoDigits(text, 1),
                    Math.Max(NachaNumber.Read(entry.Record.Layout.Amount!.Of(text)), 0));
            }

            Draft(batch.Control).Set(name, of(sums));
            NachaSums whole = default;
            foreach (NachaBatch each in file.Batches)
            {
                bool isOwn = each.Control.Index == batch.Control.Index;
                whole.Add(NachaSums.Of(each.Control.Layout, isOwn ? Draft(batch.Control).Record : each.Control.Text));
            }

            Draft(file.Control).Set(name, of(whole));
        }
    }

    private static byte[] Write(NachaFile file, SortedDictionary<int, NachaDraft> changed)
    {
        ReadOnlySpan<byte> bytes = file.RawContent.Span;
        bool isEbcdic = bytes[file.Records[0].Offset] >= 0xF0;
        using MemoryStream output = new(bytes.Length + NachaLayout.RecordLength);
        int at = 0;
        foreach ((int index, NachaDraft draft) in changed)
        {
            NachaSlice slice = file.Records[index];
            output.Write(bytes[at..slice.Offset]);
            if (!IsKnown(bytes.Slice(slice.Offset, slice.Length), isEbcdic))
            {
                throw new MessageFormatException(new ParseError(new Diagnostic("Nacha.CharacterSet", Severity.Error,
                    "a record with characters that are not printable ASCII cannot be written anew")
                {
                    Offset = slice.Offset,
                }));
            }


            // A line whose blanks were cut stays as long as it was, unless the value needs more.
            int length = slice.Length >= NachaLayout.RecordLength ? NachaLayout.RecordLength
                : Math.Max(slice.Length, draft.Record.TrimEnd((byte)' ').Length);
            foreach (byte character in draft.Record[..length])
            {
                output.WriteByte(isEbcdic ? Ebcdic037.FromAscii(character) : character);
            }

            at = slice.Offset + slice.Length;
        }

        output.Write(bytes[at..]);
        return output.ToArray();
    }

    private static bool IsKnown(ReadOnlySpan<byte> record, bool isEbcdic)
    {
        if (!isEbcdic) return !record.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        foreach (byte character in record) if (Ebcdic037.ToAscii[character] == 0) return false;
        return true;
    }
}
