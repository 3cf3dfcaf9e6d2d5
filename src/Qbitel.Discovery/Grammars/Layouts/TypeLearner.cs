using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>Walks over the messages of one type side by side and says, step by step, what comes next.</summary>
/// <remarks>
/// Each message has its own cursor. A step takes what most of them agree on: a field of fixed size; a field whose size
/// an earlier number gives; a chain; a text up to a delimiter. Relations are checked against the bytes here, whatever
/// the inference said: the parser must be able to rely on them.
/// </remarks>
internal sealed class TypeLearner(TypeSamples samples, LayoutKey? key)
    : Placement(samples, new PartNames(), key)
{
    private const int MaxParts = 200;
    private const double Most = 0.95, Nearly = 0.9;

    public IReadOnlyList<LayoutPart> Learn()
    {
        int[] tails = [];
        while (Parts.Count < MaxParts && Any(i => Cursor[i] < Samples.Length(i)))
        {
            int[] next = [.. Each(i => Samples.Next(i, Cursor[i]) - Cursor[i])];
            if (KeyAhead() is { } ahead && next.Any(n => n > ahead)) next = [.. next.Select(n => Math.Min(n, ahead))];
            bool isAligned = Share(i => next[i] == next[0] && Cursor[i] < Samples.Length(i)) == 1;
            tails = Tails();
            if (Chain(tails) || Records(tails)) continue;
            if (Parts.Count == 0 && Text()) continue;
            if (isAligned)
            {
                PlaceFixed(next[0]);
                continue;
            }

            if (BySize(next) || ByBoundary() || Body(tails) || Delimited() || Exactly() || Majority(next) || ToChain())
                continue;

            Rest(tails);
        }

        new RuleSearch(Samples, Parts).Annotate();
        return [.. Parts.Select(p => p.Part)];
    }

    /// <summary>The same by what lengths explain alone, whatever the inference cut; null where they explain
    /// nothing.</summary>
    public IReadOnlyList<LayoutPart>? LearnExactly()
    {
        if (!Exactly()) return null;
        new RuleSearch(Samples, Parts).Annotate();
        return [.. Parts.Select(p => p.Part)];
    }

    private bool Exactly()
    {
        IReadOnlyList<ExactStep> steps = ExactSearch.Find(Samples, Cursor);
        if (steps.Count == 0) return false;
        foreach (ExactStep step in steps)
        {
            PlacePieces(step.Skip);
            Placed number = PlaceFixed(step.Width);
            int[] sizes = [.. Each(i => number.Value(Samples, i, step.Type) is { } size
                ? (int)Math.Min(size, Samples.Length(i) - Cursor[i]) : 0)];
            PlaceSized(number, (step.Type, 1, 0), sizes);
        }

        PlaceEnd();
        Cursor = [.. Each(Samples.Length)];
        return true;
    }

    // The key must be a field of its own: bytes up to it are cut before it.
    private int? KeyAhead()
    {
        if (Key is null || Cursor.Any(c => c != Cursor[0])) return null;
        int at = Cursor[0];
        return at < Key.Offset ? Key.Offset - at : at == Key.Offset ? Key.Length : null;
    }

    private bool HasChainHint() => Share(i => Samples.At(i, Cursor[i])?.Relation?.Kind == RelationKind.Chain) >= 0.5;

    // Where what varies may end: before fields at the end that have the same size in all messages.
    private int[] Tails()
    {
        List<int> tails = [0];
        for (int tail = 1; tail <= 32 && tails.Count < 8; tail++)
        {
            if (Share(i => Samples.Length(i) - tail >= Cursor[i]) < 1) break;
            if (Share(i => Samples.IsBoundary(i, Samples.Length(i) - tail)) >= Nearly) tails.Add(tail);
        }

        return [.. tails];
    }

    private bool Chain(int[] tails)
    {
        if (Samples.Count < 4) return false;
        foreach (int tail in tails)
        {
            int[] ends = [.. Each(i => Samples.Length(i) - tail)];
            (LinkForm Form, double Share, int[] Links, double Seen)? best = null;
            foreach (LinkForm form in LinkForm.All)
            {
                int[] links = new int[Samples.Count];
                int held = 0, values = 0, all = 0, none = 0;
                for (int i = 0; i < Samples.Count && held >= (i * Most) - 1; i++)
                {
                    if (form.Links(Samples.Bytes(i), Cursor[i], ends[i], out int bytes, out int empty)
                        is not { } count)
                    {
                        continue;
                    }

                    links[i] = count;
                    values += bytes;
                    all += count;
                    none += empty;
                    held++;
                }

                double share = (double)held / Samples.Count;
                // Zeros look like links that hold nothing.
                if (share < Most || values < Samples.Count || 2 * none > all || links.Max() < 2
                    || (links.Distinct().Count() < 2 && !HasChainHint()))
                {
                    continue;
                }

                // The inference has to see some of the links, or be blind here; of two forms that fit it decides.
                double seen = BoundaryShare(form, ends);
                if (seen < 0.3 && !HasChainHint()) continue;
                if (best is null || seen > best.Value.Seen) best = (form, share, links, seen);
            }

            if (best is { } found)
            {
                // A zero before each length is most likely part of it.
                LinkForm wide =
                    found.Form with { TagSize = found.Form.TagSize - 1, LengthType = "uint16be", LengthSize = 2 };
                if (found.Form is { TagSize: > 0, LengthType: "uint8" }
                    && Each(i => i).All(i => wide.Links(Samples.Bytes(i), Cursor[i], ends[i], out _, out _)
                        == found.Form.Links(Samples.Bytes(i), Cursor[i], ends[i], out _, out _)))
                {
                    found.Form = wide;
                }

                PlaceChain(found.Form.Chain(Names.Next("items"), new EndOfRegion(), found.Share, found.Share), ends,
                    found.Links);
                return true;
            }
        }

        // Or the end is where a count says.
        foreach (Placed counter in Numbers())
        {
            foreach (LinkForm form in LinkForm.All)
            {
                foreach (string type in NumberCoding.Of(counter.Size!.Value))
                {
                    int[] ends = [.. Each(i => counter.Value(Samples, i, type) is { } count
                        ? form.End(Samples.Bytes(i), Cursor[i], Samples.Length(i), count) ?? -1 : -1)];
                    bool[] agree = [.. Each(i => ends[i] >= 0 && Samples.IsBoundary(i, ends[i]))];
                    long[] counts = [.. Each(i => counter.Value(Samples, i, type) ?? -1)];
                    if (Share(i => agree[i]) < Most || !Tells(counts, agree)) continue;
                    // In the few messages that do not end so the number may be anything.
                    int[] links = [.. Each(i => ends[i] < 0 ? 0 : (int)counts[i])];
                    if (links.Distinct().Count() < 2 || links.Max() < 2 || BoundaryShare(form, ends) < 0.5
                        || IsHollow(form, ends, links))
                    {
                        continue;
                    }

                    string name = Names.Next("items");
                    counter.Part = ((LayoutField)counter.Part) with { Type = type, Rule = new CountRule(name, 0) };
                    PlaceChain(form.Chain(name, new EndByCount(counter.Part.Name), 1, 0.95), ends, links);
                    return true;
                }
            }
        }

        return false;
    }

    // Zeros make links without a value, as many as anyone likes.
    private bool IsHollow(LinkForm form, int[] ends, int[] links)
    {
        long values = 0;
        for (int i = 0; i < links.Length; i++)
            if (ends[i] >= 0) values += ends[i] - Cursor[i] - (links[i] * form.HeaderSize);

        return values < links.Sum();
    }

    private double BoundaryShare(LinkForm form, int[] ends)
    {
        int seen = 0, hit = 0;
        for (int i = 0; i < Samples.Count; i++)
        {
            for (int at = Cursor[i]; at < ends[i];)
            {
                if (form.End(Samples.Bytes(i), at, ends[i], 1) is not { } next || next == at) break;
                foreach (int place in (int[])[next, at + form.TagSize, at + form.HeaderSize])
                {
                    seen++;
                    if (Samples.IsBoundary(i, place)) hit++;
                }

                at = next;
            }
        }

        return seen == 0 ? 0 : (double)hit / seen;
    }

    private void PlaceChain(LayoutChain chain, int[] ends, int[] counts)
    {
        Parts.Add(new Placed(chain, Cursor, [.. Each(i => Math.Max(ends[i] - Cursor[i], 0))]) { Counts = counts });
        Cursor = [.. Each(i => Math.Max(ends[i], Cursor[i]))];
    }

    // Records of one size, as many as a number says.
    private bool Records(int[] tails)
    {
        foreach (int tail in tails)
        {
            int[] sizes = [.. Each(i => Samples.Length(i) - tail - Cursor[i])];
            if (sizes.Distinct().Count() < 2) continue;
            foreach (Placed counter in Numbers())
            {
                foreach (string type in NumberCoding.Of(counter.Size!.Value))
                {
                    long?[] counts = [.. Each<long?>(i =>
                        counter.Value(Samples, i, type) is { } n and >= 0 and <= int.MaxValue ? n : null)];
                    int first = Array.FindIndex(counts, c => c > 0);
                    if (first < 0 || sizes[first] % counts[first] != 0) continue;
                    int size = (int)(sizes[first] / counts[first]!.Value);
                    bool[] agree = [.. Each(i => counts[i] * size == sizes[i])];
                    if (size < 2 || Share(i => agree[i]) < Most || !Tells([.. sizes.Select(n => (long)n)], agree))
                        continue;

                    string name = Names.Next("records");
                    counter.Part = ((LayoutField)counter.Part) with { Type = type, Rule = new CountRule(name, 0) };
                    LayoutChain chain = new(name, new EndByCount(counter.Part.Name), RecordParts(size, sizes))
                    {
                        Confidence = 0.95,
                        Evidence = $"{counter.Part.Name} times {size} bytes in all messages",
                    };
                    PlaceChain(chain, [.. Each(i => Samples.Length(i) - tail)],
                        [.. Each(i => (int)(counts[i] ?? 0))]);
                    return true;
                }
            }
        }

        return false;
    }

    // Cut where most records have a boundary.
    private List<LayoutPart> RecordParts(int size, int[] sizes)
    {
        int[] hits = new int[size];
        int records = 0;
        for (int i = 0; i < Samples.Count; i++)
        {
            for (int at = 0; at + size <= sizes[i]; at += size, records++)
            {
                for (int k = 0; k < size; k++)
                    if (Samples.IsBoundary(i, Cursor[i] + at + k)) hits[k]++;
            }
        }

        List<LayoutPart> parts = [];
        int start = 0;
        for (int k = 1; k <= size; k++)
        {
            if (k < size && hits[k] < records * 0.6) continue;
            int at = start;
            InferredField? field = Samples.At(0, Cursor[0] + at);
            string type = field is { } f && f.Length == k - start && IsOf(f.Type, k - start) ? f.Type : "bytes";
            parts.Add(new LayoutField($"part{(parts.Count + 1).ToString(CultureInfo.InvariantCulture)}", type,
                new FixedSize(k - start))
            {
                Semantic = type == "bytes" ? "unknown" : field!.Semantic,
                Confidence = Math.Round(hits[start] / (double)Math.Max(records, 1), 4),
                Evidence = "cut at the same place of every record",
            });
            start = k;
        }

        return parts;
    }

    // The next field is as long as an earlier number says.
    private bool BySize(int[] next)
    {
        foreach (Placed number in Numbers())
        {
            if (Explains(number, next) is not { } found) continue;
            PlaceSized(number, found, next);
            return true;
        }

        return false;
    }

    // The number right before says where the next boundary but some is: the inference cut inside the field.
    private bool ByBoundary()
    {
        foreach (Placed number in Numbers().Take(2))
        {
            foreach (string type in NumberCoding.Of(number.Size!.Value))
            {
                foreach (int addend in ((int[])[0, number.Size.Value]).Distinct())
                {
                    long[] sizes = [.. Each(i => (number.Value(Samples, i, type) ?? -1) - addend)];
                    bool[] agree = [.. Each(i => sizes[i] >= 0 && Cursor[i] + sizes[i] <= Samples.Length(i)
                        && Samples.IsBoundary(i, Cursor[i] + (int)sizes[i]))];
                    if (sizes.Distinct().Count() < 3 || sizes.Max() < 2 || Share(i => agree[i]) < Most
                        || !Tells(sizes, agree))
                    {
                        continue;
                    }

                    PlaceSized(number, (type, 1, addend),
                        [.. Each(i => (int)Math.Clamp(sizes[i], 0, Samples.Length(i) - Cursor[i]))]);
                    return true;
                }
            }
        }

        return false;
    }

    // All that varies is as long as an earlier number says.
    private bool Body(int[] tails)
    {
        foreach (int tail in tails)
        {
            int[] sizes = [.. Each(i => Samples.Length(i) - tail - Cursor[i])];
            if (sizes.Distinct().Count() < 3) continue;
            foreach (Placed number in Numbers().Take(4))
            {
                // A length of the whole message is checked as such; here only one of the body itself counts.
                if (Explains(number, sizes) is not { Addend: 0 } found) continue;
                PlaceSized(number, found, sizes);
                return true;
            }
        }

        return false;
    }

    private (string Type, int Unit, int Addend)? Explains(Placed number, int[] sizes)
    {
        if (sizes.Distinct().Count() < 2) return null;
        bool isHinted = Share(i => Samples.At(i, number.Starts[i])?.Relation?.Kind == RelationKind.Length) > 0.5;
        foreach (string type in NumberCoding.Of(number.Size!.Value))
        {
            foreach (int unit in (int[])[1, 2, 4])
            {
                if (number.Value(Samples, 0, type) is not { } value || sizes[0] % unit != 0) continue;
                long addend = value - (sizes[0] / unit);
                bool[] agree = [.. Each(i => sizes[i] % unit == 0
                    && number.Value(Samples, i, type) == (sizes[i] / unit) + addend)];
                if (Math.Abs(addend) > 64 || Share(i => agree[i]) < Most
                    || !Tells([.. sizes.Select(n => (long)n)], agree))
                {
                    continue;
                }

                if (sizes.Distinct().Count() >= 3 || isHinted || Samples.Count >= 8) return (type, unit, (int)addend);
            }
        }

        return null;
    }

    // Where nearly all sizes are the same, a number that is always that one says nothing: it must be right about
    // others.
    private static bool Tells(long[] sizes, bool[] agree)
    {
        long usual = sizes.GroupBy(n => n).OrderByDescending(g => g.Count()).First().Key;
        bool[] others = [.. agree.Where((_, i) => sizes[i] != usual)];
        return others.Length > 0 && others.Count(a => a) >= Nearly * others.Length;
    }

    private void PlaceSized(Placed number, (string Type, int Unit, int Addend) found, int[] sizes)
    {
        LayoutField field = Field(sizes, new SizeBy(number.Part.Name));
        int agree = Enumerable.Range(0, Samples.Count).Count(i => number.Value(Samples, i, found.Type)
            == (sizes[i] / found.Unit) + found.Addend);
        number.Part = ((LayoutField)number.Part) with
        {
            Type = found.Type,
            Semantic = "length",
            Rule = new LengthRule(field.Name, found.Unit, found.Addend),
            Evidence = $"tells the size of {field.Name} in {agree} of {Samples.Count} messages",
        };
        Place(field, sizes);
    }

    private bool Delimited()
    {
        foreach (byte delimiter in TextSearch.Delimiters)
        {
            int[] sizes = [.. Each(i => Samples.Bytes(i)[Cursor[i]..].IndexOf(delimiter))];
            if (sizes.Any(s => s < 0) || sizes.Distinct().Count() < 2
                || Share(i => Samples.IsBoundary(i, Cursor[i] + sizes[i])
                    || Samples.IsBoundary(i, Cursor[i] + sizes[i] + 1)) < Most)
            {
                continue;
            }

            if (Share(i => TextSearch.IsText(Samples.Bytes(i).Slice(Cursor[i], sizes[i]))) < Most) continue;
            LayoutField field = Field(sizes, new SizeUntil(new[] { delimiter }));
            Place(field with { Type = "ascii" }, sizes);
            return true;
        }

        return false;
    }

    private bool Text()
    {
        if (TextSearch.Parts(Samples, Names) is not { } parts) return false;
        Parts.AddRange(parts.Select(p => new Placed(p, [], [])));
        Cursor = [.. Each(Samples.Length)];
        return true;
    }

    // All but a few messages agree; those few will not read.
    private bool Majority(int[] next)
    {
        (int size, int count) = next.Where(n => n > 0).GroupBy(n => n).Select(g => (g.Key, g.Count()))
            .OrderByDescending(g => g.Item2).ThenBy(g => g.Key).FirstOrDefault();
        if (size == 0 || count < Samples.Count * Most || Share(i => Cursor[i] + size <= Samples.Length(i)) < 1)
            return false;
        PlaceFixed(size);
        return true;
    }

    // Messages are cut each in its own way up to where a chain begins in nearly all of them.
    private bool ToChain()
    {
        int[] ahead = [.. Each(i => Samples.Fields[i].FirstOrDefault(f => f.Start >= Cursor[i]
            && f.Relation?.Kind == RelationKind.Chain) is { } link ? link.Start - Cursor[i] : 0)];
        int size = ahead.GroupBy(n => n).OrderByDescending(g => g.Count()).First().Key;
        if (size == 0 || Share(i => ahead[i] == size) < Most || Share(i => Cursor[i] + size <= Samples.Length(i)) < 1)
            return false;

        PlacePieces(size);
        return true;
    }

    private void Rest(int[] tails)
    {
        if (tails.Length == 0) tails = Tails();
        int tail = tails[^1];
        int[] sizes = [.. Each(i => Samples.Length(i) - tail - Cursor[i])];
        Place(Field(sizes, new SizeRest()), sizes);
    }

    // Fields that may be numbers and have no rule yet, the nearest first.
    private IEnumerable<Placed> Numbers() => Parts.AsEnumerable().Reverse()
        .Where(p => p.Part is LayoutField { Rule: null, Size: FixedSize { Bytes: <= 8 } });

    private bool Any(Func<int, bool> holds) => Enumerable.Range(0, Samples.Count).Any(holds);
}
