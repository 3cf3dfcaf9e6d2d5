using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>Traces of records whose fields stand at fixed places: text in ASCII or EBCDIC, packed and binary
/// numbers.</summary>
internal static class FixedRecords
{
    private const int MinRecords = 8, MinLength = 12, MaxLength = 4_096, MaxKinds = 24, MaxLooked = 1_000;
    private const double NeededShare = 0.9, NeededReadable = 0.75;

    /// <summary>The fields of every record; null where the trace is of another kind.</summary>
    public static IReadOnlyList<IReadOnlyList<Hint>>? TryFind(IReadOnlyList<Sample> samples, IReadOnlyList<int> types)
    {
        if (samples.Count < MinRecords) return null;

        TextCode code = Code(samples);
        List<int[]> kinds = [.. Enumerable.Range(0, samples.Count)
            .Where(i => samples[i].Bytes.Length is >= MinLength and <= MaxLength)
            .GroupBy(i => (samples[i].Bytes.Length, types[i])).Select(g => g.ToArray())
            .Where(g => g.Length >= MinRecords)];
        if (kinds.Count is 0 or > MaxKinds) return null;
        kinds = [.. kinds.SelectMany(kind => ByKey(samples, kind))];
        if (kinds.Sum(k => k.Length) < NeededShare * samples.Count) return null;

        RecordLayout[] layouts = [.. kinds.Select(k =>
            new RecordLayout([.. k.Take(MaxLooked).Select(i => samples[i].Bytes)], code))];
        if (layouts.Any(layout => layout.Readable < NeededReadable)) return null;

        IReadOnlyList<Hint>[] hints = [.. samples.Select(_ => (IReadOnlyList<Hint>)[])];
        int keySize = KeySize(layouts);
        for (int k = 0; k < kinds.Count; k++)
        {
            List<Hint> fields = Describe(layouts[k], kinds[k], samples, keySize, code);
            foreach (int i in kinds[k]) hints[i] = fields;
        }

        return hints;
    }

    private static List<Hint> Describe(RecordLayout layout, int[] kind, IReadOnlyList<Sample> samples, int keySize,
        TextCode code)
    {
        List<Hint> hints = [];
        List<ReadOnlyMemory<byte>> records = [.. kind.Take(MaxLooked).Select(i => samples[i].Bytes)];
        foreach ((int start, int length, string type) in layout.Fields(keySize))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"f{start}_{records[0].Length}");
            (string semantic, Relation relation) = start == 0 && keySize == length
                ? ("msgtype", new Relation(RelationKind.TypeKey, string.Create(CultureInfo.InvariantCulture,
                    $"is the same in all {kind.Length} records of this kind and another in other kinds"),
                    Chance.Share(kind.Length, kind.Length)))
                : FieldMeaning.Of([.. records.Select(r => r.Slice(start, length))], type, code);
            hints.Add(new Hint(start, length, type, semantic, true, relation) { Name = name });
        }

        return hints;
    }

    private static TextCode Code(IReadOnlyList<Sample> samples)
    {
        long ascii = 0, ebcdic = 0;
        foreach (Sample sample in samples.Take(MaxLooked))
        {
            foreach (byte b in sample.Bytes.Span)
            {
                if (TextCode.Ascii.IsDigit(b) || TextCode.Ascii.IsLetter(b) || b == 0x20) ascii++;
                if (TextCode.Ebcdic.IsDigit(b) || TextCode.Ebcdic.IsLetter(b) || b == 0x40) ebcdic++;
            }
        }

        return ebcdic > ascii ? TextCode.Ebcdic : TextCode.Ascii;
    }

    // Records of one length may still be of several kinds, told by a letter or digit near the beginning.
    private static int[][] ByKey(IReadOnlyList<Sample> samples, int[] kind)
    {
        int[] some = [.. kind.Take(MaxLooked)];
        int length = samples[kind[0]].Bytes.Length;
        double before = Entropy(samples, [some], length), best = 0.8 * before;
        int[][]? parts = null;
        bool hasChanged = false;
        for (int at = 0; at < Math.Min(4, length); at++)
        {
            int place = at;
            int[][] split = [.. kind.GroupBy(i => samples[i].Bytes.Span[place]).OrderBy(g => g.Key)
                .Select(g => g.ToArray())];
            if (split.Length == 1) continue;
            // A key stands first, or behind what never changes; what follows a number that changes is its next digit.
            if (parts is not null || hasChanged) break;
            hasChanged = true;
            if (split.Length is < 2 or > 12 || split.Count(s => s.Length >= 3) * 2 < split.Length) continue;
            double after = Entropy(samples, split, length);
            if (after >= best) continue;
            best = after;
            parts = split;
        }

        return parts ?? [kind];
    }

    // Of columns with few values alone: of others a handful of records says nothing.
    private static double Entropy(IReadOnlyList<Sample> samples, int[][] kinds, int length)
    {
        const int most = 16;
        double sum = 0;
        int[] columns = [.. Enumerable.Range(0, length).Where(at =>
            kinds.SelectMany(k => k).Select(i => samples[i].Bytes.Span[at]).Distinct().Take(most + 1).Count() <= most)];
        int total = kinds.Sum(k => k.Length);
        Span<int> counts = stackalloc int[256];
        foreach (int[] kind in kinds)
        {
            foreach (int at in columns)
            {
                counts.Clear();
                foreach (int i in kind) counts[samples[i].Bytes.Span[at]]++;
                int different = 0;
                foreach (int count in counts)
                {
                    if (count == 0) continue;
                    different++;
                    sum -= (double)count / total * Math.Log2((double)count / kind.Length);
                }

                // Few records seem to have less entropy than they have (G. Miller and W. Madow's correction).
                sum += (different - 1) / (2 * Math.Log(2) * total);
            }
        }

        return sum;
    }

    // The columns at the beginning that are the same within each kind and differ between kinds.
    private static int KeySize(RecordLayout[] layouts)
    {
        if (layouts.Length < 2) return 0;

        int size = 0;
        int shortest = layouts.Min(l => l.Columns.Count);
        bool differs = false;
        while (size < shortest && layouts.All(l => l.Columns[size].Distinct == 1 && l.Columns[size].IsPrinted))
        {
            // Digits after letters are the next field.
            if (size > 0 && layouts.Any(l => l.Columns[size].IsDigit != l.Columns[0].IsDigit)) break;
            bool isSame = layouts.All(l => l.Columns[size][0] == layouts[0].Columns[size][0]);
            if (isSame && differs) break;
            differs |= !isSame;
            size++;
        }

        return differs ? size : 0;
    }
}
