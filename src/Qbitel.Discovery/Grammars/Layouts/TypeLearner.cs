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
{
    private const int MaxParts = 200;
    private const double Most = 0.95, Nearly = 0.9;

    private readonly List<Placed> _placed = [];
    private readonly PartNames _names = new();
    private int[] _cursor = new int[samples.Count];

    public IReadOnlyList<LayoutPart> Learn()
    {
        int[] tails = [];
        while (_placed.Count < MaxParts && Any(i => _cursor[i] < samples.Length(i)))
        {
            int[] next = [.. Each(i => samples.Next(i, _cursor[i]) - _cursor[i])];
            if (KeyAhead() is { } ahead && next.Any(n => n > ahead)) next = [.. next.Select(n => Math.Min(n, ahead))];
            bool isAligned = Share(i => next[i] == next[0] && _cursor[i] < samples.Length(i)) == 1;
            tails = Tails();
            if (Chain(tails) || Records(tails)) continue;
            if (_placed.Count == 0 && Text()) continue;
            if (isAligned)
            {
                Place(next);
                continue;
            }

            if (BySize(next) || ByBoundary() || Body(tails) || Delimited() || Exactly() || Majority(next)) continue;
            Rest(tails);
        }

        new RuleSearch(samples, _placed).Annotate();
        return [.. _placed.Select(p => p.Part)];
    }

    /// <summary>The same by what lengths explain alone, whatever the inference cut; null where they explain
    /// nothing.</summary>
    public IReadOnlyList<LayoutPart>? LearnExactly()
    {
        if (!Exactly()) return null;
        new RuleSearch(samples, _placed).Annotate();
        return [.. _placed.Select(p => p.Part)];
    }

    private bool Exactly()
    {
        IReadOnlyList<ExactStep> steps = ExactSearch.Find(samples, _cursor);
        if (steps.Count == 0) return false;
        foreach (ExactStep step in steps)
        {
            PlacePieces(step.Skip);
            Place([.. Each(_ => step.Width)]);
            Placed number = _placed[^1];
            int[] sizes = [.. Each(i => number.Value(samples, i, step.Type) is { } size
                ? (int)Math.Min(size, samples.Length(i) - _cursor[i]) : 0)];
            PlaceSized(number, (step.Type, 1, 0), sizes);
        }

        PlacePieces(Each(i => samples.Length(i) - _cursor[i]).GroupBy(n => n)
            .OrderByDescending(g => g.Count()).First().Key);
        _cursor = [.. Each(samples.Length)];
        return true;
    }

    // So many bytes in every message, cut where most of them have a boundary, and around the key.
    private void PlacePieces(int size)
    {
        int start = 0;
        for (int k = 1; k <= size; k++)
        {
            bool isKey = key is not null && _cursor[0] + k - start is int at
                && (at == key.Offset || at == key.Offset + key.Length)
                && Share(i => _cursor[i] == _cursor[0]) == 1;
            int ahead = k - start;
            if (k < size && !isKey && Share(i => samples.IsBoundary(i, _cursor[i] + ahead)) < 0.6) continue;
            Place([.. Each(_ => ahead)]);
            start = k;
        }
    }

    // The key must be a field of its own: bytes up to it are cut before it.
    private int? KeyAhead()
    {
        if (key is null || _cursor.Any(c => c != _cursor[0])) return null;
        int at = _cursor[0];
        return at < key.Offset ? key.Offset - at : at == key.Offset ? key.Length : null;
    }

    private bool HasChainHint() => Share(i => samples.At(i, _cursor[i])?.Relation?.Kind == RelationKind.Chain) >= 0.5;

    // Where what varies may end: before fields at the end that have the same size in all messages.
    private int[] Tails()
    {
        List<int> tails = [0];
        for (int tail = 1; tail <= 32 && tails.Count < 8; tail++)
        {
            if (Share(i => samples.Length(i) - tail >= _cursor[i]) < 1) break;
            if (Share(i => samples.IsBoundary(i, samples.Length(i) - tail)) >= Nearly) tails.Add(tail);
        }

        return [.. tails];
    }

    private bool Chain(int[] tails)
    {
        if (samples.Count < 4) return false;
        foreach (int tail in tails)
        {
            int[] ends = [.. Each(i => samples.Length(i) - tail)];
            (LinkForm Form, double Share, int[] Links, double Seen)? best = null;
            foreach (LinkForm form in LinkForm.All)
            {
                int[] links = new int[samples.Count];
                int held = 0, values = 0, all = 0, none = 0;
                for (int i = 0; i < samples.Count && held >= (i * Most) - 1; i++)
                {
                    if (form.Links(samples.Bytes(i), _cursor[i], ends[i], out int bytes, out int empty)
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

                double share = (double)held / samples.Count;
                // Zeros look like links that hold nothing.
                if (share < Most || values < samples.Count || 2 * none > all || links.Max() < 2
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
                    && Each(i => i).All(i => wide.Links(samples.Bytes(i), _cursor[i], ends[i], out _, out _)
                        == found.Form.Links(samples.Bytes(i), _cursor[i], ends[i], out _, out _)))
                {
                    found.Form = wide;
                }

                PlaceChain(found.Form.Chain(_names.Next("items"), new EndOfRegion(), found.Share, found.Share), ends,
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
                    int[] ends = [.. Each(i => counter.Value(samples, i, type) is { } count
                        ? form.End(samples.Bytes(i), _cursor[i], samples.Length(i), count) ?? -1 : -1)];
                    bool[] agree = [.. Each(i => ends[i] >= 0 && samples.IsBoundary(i, ends[i]))];
                    long[] counts = [.. Each(i => counter.Value(samples, i, type) ?? -1)];
                    if (Share(i => agree[i]) < Most || !Tells(counts, agree)) continue;
                    // In the few messages that do not end so the number may be anything.
                    int[] links = [.. Each(i => ends[i] < 0 ? 0 : (int)counts[i])];
                    if (links.Distinct().Count() < 2 || links.Max() < 2 || BoundaryShare(form, ends) < 0.5
                        || IsHollow(form, ends, links))
                    {
                        continue;
                    }

                    string name = _names.Next("items");
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
            if (ends[i] >= 0) values += ends[i] - _cursor[i] - (links[i] * form.HeaderSize);

        return values < links.Sum();
    }

    private double BoundaryShare(LinkForm form, int[] ends)
    {
        int seen = 0, hit = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            for (int at = _cursor[i]; at < ends[i];)
            {
                if (form.End(samples.Bytes(i), at, ends[i], 1) is not { } next || next == at) break;
                foreach (int place in (int[])[next, at + form.TagSize, at + form.HeaderSize])
                {
                    seen++;
                    if (samples.IsBoundary(i, place)) hit++;
                }

                at = next;
            }
        }

        return seen == 0 ? 0 : (double)hit / seen;
    }

    private void PlaceChain(LayoutChain chain, int[] ends, int[] counts)
    {
        _placed.Add(new Placed(chain, _cursor, [.. Each(i => Math.Max(ends[i] - _cursor[i], 0))]) { Counts = counts });
        _cursor = [.. Each(i => Math.Max(ends[i], _cursor[i]))];
    }

    // Records of one size, as many as a number says.
    private bool Records(int[] tails)
    {
        foreach (int tail in tails)
        {
            int[] sizes = [.. Each(i => samples.Length(i) - tail - _cursor[i])];
            if (sizes.Distinct().Count() < 2) continue;
            foreach (Placed counter in Numbers())
            {
                foreach (string type in NumberCoding.Of(counter.Size!.Value))
                {
                    long?[] counts = [.. Each<long?>(i =>
                        counter.Value(samples, i, type) is { } n and >= 0 and <= int.MaxValue ? n : null)];
                    int first = Array.FindIndex(counts, c => c > 0);
                    if (first < 0 || sizes[first] % counts[first] != 0) continue;
                    int size = (int)(sizes[first] / counts[first]!.Value);
                    bool[] agree = [.. Each(i => counts[i] * size == sizes[i])];
                    if (size < 2 || Share(i => agree[i]) < Most || !Tells([.. sizes.Select(n => (long)n)], agree))
                        continue;

                    string name = _names.Next("records");
                    counter.Part = ((LayoutField)counter.Part) with { Type = type, Rule = new CountRule(name, 0) };
                    LayoutChain chain = new(name, new EndByCount(counter.Part.Name), RecordParts(size, sizes))
                    {
                        Confidence = 0.95,
                        Evidence = $"{counter.Part.Name} times {size} bytes in all messages",
                    };
                    PlaceChain(chain, [.. Each(i => samples.Length(i) - tail)],
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
        for (int i = 0; i < samples.Count; i++)
        {
            for (int at = 0; at + size <= sizes[i]; at += size, records++)
            {
                for (int k = 0; k < size; k++)
                    if (samples.IsBoundary(i, _cursor[i] + at + k)) hits[k]++;
            }
        }

        List<LayoutPart> parts = [];
        int start = 0;
        for (int k = 1; k <= size; k++)
        {
            if (k < size && hits[k] < records * 0.6) continue;
            int at = start;
            InferredField? field = samples.At(0, _cursor[0] + at);
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
                    long[] sizes = [.. Each(i => (number.Value(samples, i, type) ?? -1) - addend)];
                    bool[] agree = [.. Each(i => sizes[i] >= 0 && _cursor[i] + sizes[i] <= samples.Length(i)
                        && samples.IsBoundary(i, _cursor[i] + (int)sizes[i]))];
                    if (sizes.Distinct().Count() < 3 || sizes.Max() < 2 || Share(i => agree[i]) < Most
                        || !Tells(sizes, agree))
                    {
                        continue;
                    }

                    PlaceSized(number, (type, 1, addend),
                        [.. Each(i => (int)Math.Clamp(sizes[i], 0, samples.Length(i) - _cursor[i]))]);
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
            int[] sizes = [.. Each(i => samples.Length(i) - tail - _cursor[i])];
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
        bool isHinted = Share(i => samples.At(i, number.Starts[i])?.Relation?.Kind == RelationKind.Length) > 0.5;
        foreach (string type in NumberCoding.Of(number.Size!.Value))
        {
            foreach (int unit in (int[])[1, 2, 4])
            {
                if (number.Value(samples, 0, type) is not { } value || sizes[0] % unit != 0) continue;
                long addend = value - (sizes[0] / unit);
                bool[] agree = [.. Each(i => sizes[i] % unit == 0
                    && number.Value(samples, i, type) == (sizes[i] / unit) + addend)];
                if (Math.Abs(addend) > 64 || Share(i => agree[i]) < Most
                    || !Tells([.. sizes.Select(n => (long)n)], agree))
                {
                    continue;
                }

                if (sizes.Distinct().Count() >= 3 || isHinted || samples.Count >= 8) return (type, unit, (int)addend);
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
        int agree = Enumerable.Range(0, samples.Count).Count(i => number.Value(samples, i, found.Type)
            == (sizes[i] / found.Unit) + found.Addend);
        number.Part = ((LayoutField)number.Part) with
        {
            Type = found.Type,
            Semantic = "length",
            Rule = new LengthRule(field.Name, found.Unit, found.Addend),
            Evidence = $"tells the size of {field.Name} in {agree} of {samples.Count} messages",
        };
        _placed.Add(new Placed(field, _cursor, sizes));
        Advance(sizes);
    }

    private bool Delimited()
    {
        foreach (byte delimiter in TextSearch.Delimiters)
        {
            int[] sizes = [.. Each(i => samples.Bytes(i)[_cursor[i]..].IndexOf(delimiter))];
            if (sizes.Any(s => s < 0) || sizes.Distinct().Count() < 2
                || Share(i => samples.IsBoundary(i, _cursor[i] + sizes[i])
                    || samples.IsBoundary(i, _cursor[i] + sizes[i] + 1)) < Most)
            {
                continue;
            }

            if (Share(i => TextSearch.IsText(samples.Bytes(i).Slice(_cursor[i], sizes[i]))) < Most) continue;
            LayoutField field = Field(sizes, new SizeUntil(new[] { delimiter }));
            _placed.Add(new Placed(field with { Type = "ascii" }, _cursor, sizes));
            Advance([.. sizes.Select(s => s + 1)]);
            return true;
        }

        return false;
    }

    private bool Text()
    {
        if (TextSearch.Parts(samples, _names) is not { } parts) return false;
        _placed.AddRange(parts.Select(p => new Placed(p, [], [])));
        _cursor = [.. Each(samples.Length)];
        return true;
    }

    // All but a few messages agree; those few will not read.
    private bool Majority(int[] next)
    {
        (int size, int count) = next.Where(n => n > 0).GroupBy(n => n).Select(g => (g.Key, g.Count()))
            .OrderByDescending(g => g.Item2).ThenBy(g => g.Key).FirstOrDefault();
        if (size == 0 || count < samples.Count * Most || Share(i => _cursor[i] + size <= samples.Length(i)) < 1)
            return false;
        Place([.. Each(_ => size)]);
        return true;
    }

    private void Rest(int[] tails)
    {
        if (tails.Length == 0) tails = Tails();
        int tail = tails[^1];
        int[] sizes = [.. Each(i => samples.Length(i) - tail - _cursor[i])];
        _placed.Add(new Placed(Field(sizes, new SizeRest()), _cursor, sizes));
        Advance(sizes);
    }

    private void Place(int[] sizes)
    {
        _placed.Add(new Placed(Field(sizes, new FixedSize(sizes[0])), _cursor, sizes));
        Advance(sizes);
    }

    private LayoutField Field(int[] sizes, FieldSize size)
    {
        (InferredField? said, double confidence) = samples.Most(_cursor, sizes);
        int? width = (size as FixedSize)?.Bytes;
        string type = said is not null && (width is null || IsOf(said.Type, width.Value)) ? said.Type : "bytes";
        if (width is null && NumberCoding.WidthOf(type) is not null) type = "bytes";
        return new LayoutField(_names.Next(said?.Name ?? ""), type, size)
        {
            Semantic = said?.Semantic ?? "unknown",
            Confidence = confidence,
            Evidence = said?.Relation?.Evidence ?? "",
        };
    }

    private static bool IsOf(string type, int width) => NumberCoding.WidthOf(type) is not { } needed || needed == width;

    private void Advance(int[] sizes) => _cursor = [.. Each(i => Math.Min(_cursor[i] + sizes[i], samples.Length(i)))];

    // Fields that may be numbers and have no rule yet, the nearest first.
    private IEnumerable<Placed> Numbers() => _placed.AsEnumerable().Reverse()
        .Where(p => p.Part is LayoutField { Rule: null, Size: FixedSize { Bytes: <= 8 } });

    private IEnumerable<T> Each<T>(Func<int, T> of) => Enumerable.Range(0, samples.Count).Select(of);

    private double Share(Func<int, bool> holds) =>
        Enumerable.Range(0, samples.Count).Count(holds) / (double)samples.Count;

    private bool Any(Func<int, bool> holds) => Enumerable.Range(0, samples.Count).Any(holds);
}

/// <summary>A part with its place in each message.</summary>
internal sealed class Placed(LayoutPart part, int[] starts, int[] lengths)
{
    public LayoutPart Part { get; set; } = part;

    public int[] Starts { get; } = starts;

    public int[] Lengths { get; } = lengths;

    /// <summary>Of a chain, its items in each message.</summary>
    public int[]? Counts { get; init; }

    public int? Size => ((Part as LayoutField)?.Size as FixedSize)?.Bytes;

    public long? Value(TypeSamples samples, int message, string type)
    {
        int start = Starts[message], length = Lengths[message];
        ReadOnlySpan<byte> bytes = samples.Bytes(message);
        return start + length <= bytes.Length && NumberCoding.TryRead(type, bytes.Slice(start, length), out long value)
            ? value : null;
    }
}
