using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>What a search may cost, in numbers read.</summary>
internal sealed class SearchBudget(long reads)
{
    public long Left { get; private set; } = reads;

    public bool IsSpent => Left <= 0;

    public void Spend(long reads) => Left -= reads;
}

/// <summary>
/// Looks for what explains where stretches of bytes end: lengths with what they measure, counted and marked chains,
/// texts with an end, one behind the other in places that are the same in all stretches.
/// </summary>
/// <remarks>
/// What the inference cut only decides what is tried first. An explanation counts when it ends exactly in all of them,
/// or in all but two in a hundred, and when they differ in so many ways that chance cannot have made it: a step more is
/// worth ten bits, and every stretch unlike the others gives five.
/// </remarks>
internal sealed class RegionSearch
{
    private const int MaxSkip = 512, Near = 8, MaxSteps = 10, Beam = 16, MaxTried = 24, MaxLooked = 28;
    private const int MinRegions = 8, MinSizes = 3;
    private const double Most = 0.98, Seen = 0.25;

    private static readonly (string Type, int Width)[] Codings =
    [
        ("uint8", 1), ("uint16be", 2), ("uint16le", 2), ("uint32be", 4), ("uint32le", 4),
        ("uint24be", 3), ("uint24le", 3),
        ("digits", 2), ("digits", 3), ("digits", 4), ("ebcdic-digits", 2), ("ebcdic-digits", 3), ("ebcdic-digits", 4),
    ];

    private static readonly QuickNumber[] Quick = [.. Codings.Select(c => new QuickNumber(c.Type, c.Width))];

    private static readonly Fill[] Fills =
        [Fill.None, new(4, false), new(4, true), new(2, false), new(2, true), new(8, true), new(8, false)];

    private static readonly LinkShape[] OpenLinks =
        [.. Links([0, 1, 2, 3, 4, 5, 6, 8], [0], 7, 7), .. Links([0, 1, 2], [1, 2, 4], 7, 1)];

    private static readonly LinkShape[] CountedLinks = [.. Links([0, 1, 2, 3, 4, 8], [0], 5, 1),
        .. Enumerable.Range(2, 40).Select(n => new LinkShape(n, null, 0, 0, 0, Fill.None))];

    private static readonly LinkShape[] MarkedLinks = [.. Links([0, 1, 2], [0], 3, 1)];

    private static readonly byte[][] Ends = [[0], [0x0D, 0x0A], [0x0A]];

    private readonly TypeSamples _samples;
    private readonly SearchBudget _budget;
    private readonly int[] _looked;

    // A length of all that follows explains the end and nothing of what is before it: it counts where nothing else
    // does.
    private readonly List<State> _covers = [];

    // What did not hold in the first of them at a place, so that it is asked but once.
    private readonly HashSet<(int At, int Kind, int Form)> _failed = [];

    private RegionSearch(TypeSamples samples, int[] looked, SearchBudget budget)
    {
        (_samples, _looked, _budget) = (samples, looked, budget);
    }

    /// <returns>The steps in their order; empty where nothing explains the sizes.</returns>
    public static IReadOnlyList<RegionStep> Find(TypeSamples samples, SearchBudget budget)
    {
        int[] sizes = [.. Enumerable.Range(0, samples.Count).Select(samples.Length)];
        if (samples.Count < MinRegions || sizes.Distinct().Count() < MinSizes) return [];

        // Of each size some, so that few decide; all of them are asked at the end.
        int[] looked = [.. sizes.Select((size, i) => (size, i)).GroupBy(p => p.size).OrderBy(g => g.Key)
            .SelectMany(g => g.Select((p, n) => (p.i, n))).OrderBy(p => p.n).Select(p => p.i).Take(MaxLooked)
            .OrderByDescending(i => sizes[i])]; // what does not hold fails in a long one first
        return new RegionSearch(samples, looked, budget).Find();
    }

    private sealed record State(int[] At, RegionStep[] Steps, double Score);

    private List<RegionStep> Find()
    {
        List<State> beam = [new State(new int[_looked.Length], [], 0)];
        for (int depth = 0; depth < MaxSteps && beam.Count > 0; depth++)
        {
            List<State> next = [], ends = [];
            foreach (State state in beam)
            {
                foreach (State after in Expand(state))
                {
                    if (IsEnd(after.At))
                        ends.Add(after);
                    else if (Filled(after.At) is { } fill)
                        ends.Add(after with { Steps = [.. after.Steps, fill], Score = after.Score - 1 });
                    else
                        next.Add(after);
                }

                if (_budget.IsSpent) break;
            }

            foreach (State end in ends.OrderByDescending(e => e.Score))
                if (Holds(end.Steps)) return [.. end.Steps];

            if (_budget.IsSpent) break;
            HashSet<string> seen = new(StringComparer.Ordinal);
            beam = [.. next.OrderByDescending(s => s.Score).Where(s => seen.Add(string.Join(',', s.At))).Take(Beam)];
        }

        State? cover = _covers.OrderByDescending(c => c.Score).FirstOrDefault(c => Holds(c.Steps));
        return cover is null ? [] : [.. cover.Steps];
    }

    private IEnumerable<State> Expand(State state)
    {
        List<(RegionStep Step, int[] At, double Score)> found = [];
        int most = Math.Min(_looked.Select((m, k) => _samples.Length(m) - state.At[k]).Min(), MaxSkip);
        for (int skip = 0; skip <= most && !_budget.IsSpent; skip++)
        {
            double starts = Boundaries(state.At, skip);
            bool isLikely = skip <= Near || starts >= Seen;
            if (isLikely || state.Steps.Length == 0)
            {
                Marked(state.At, skip, starts, found);
                Open(state.At, skip, starts, found);
            }

            if (!isLikely && skip > 4 * Near) continue;
            for (int coding = 0; coding < Codings.Length; coding++)
            {
                (string type, int width) = Codings[coding];
                if (Numbers(state.At, skip, coding) is not { } numbers) continue;
                Sized(state.At, skip, type, width, numbers, isLikely, state.Steps.Length == 0, found);
                if (isLikely && width <= 4 && numbers.Max() is > 1 and <= 1_000)
                    Counted(state.At, skip, type, width, coding, found);
            }

            if (isLikely) Until(state.At, skip, starts, found);
            if (isLikely) Lengths(state.At, skip, starts, found);
        }

        return found.OrderByDescending(f => f.Score).Take(MaxTried)
            .Concat(found.Where(f => IsEnd(f.At) || Filled(f.At) is not null))
            .Select(f => new State(f.At, [.. state.Steps, f.Step], state.Score + f.Score));
    }

    private bool IsEnd(int[] at)
    {
        int left = _samples.Length(_looked[0]) - at[0];
        for (int k = 1; k < at.Length; k++) if (_samples.Length(_looked[k]) - at[k] != left) return false;
        return true;
    }

    // Nothing but one byte is left, in most of them some of it.
    private FillStep? Filled(int[] at)
    {
        byte? value = null;
        int filled = 0;
        for (int k = 0; k < at.Length; k++)
        {
            ReadOnlySpan<byte> rest = _samples.Bytes(_looked[k])[at[k]..];
            if (rest.Length == 0) continue;
            if ((value ??= rest[0]) is not (0 or 0xFF or 0x20 or 0x40) || rest.IndexOfAnyExcept(value.Value) >= 0)
                return null;

            if (rest.Length >= 2) filled++;
        }

        return filled > 0 ? new FillStep(value!.Value) : null;
    }

    // Null where it is no number that could be a size in all of them, or is the same in all.
    private long[]? Numbers(int[] at, int skip, int coding)
    {
        int width = Codings[coding].Width;
        if (_failed.Contains((at[0] + skip, -1, coding))) return null;
        long[] numbers = new long[at.Length];
        bool isVaried = false;
        for (int k = 0; k < at.Length; k++)
        {
            _budget.Spend(1);
            ReadOnlySpan<byte> bytes = _samples.Bytes(_looked[k]);
            int start = at[k] + skip;
            if (start + width > bytes.Length || !Quick[coding].TryRead(bytes, start, out numbers[k])
                || numbers[k] > bytes.Length - start + 16)
            {
                if (k == 0) _failed.Add((at[0] + skip, -1, coding));
                return null;
            }

            isVaried |= numbers[k] != numbers[0];
        }

        return isVaried ? numbers : null;
    }

    private void Sized(int[] at, int skip, string type, int width, long[] numbers, bool isLikely, bool isFirst,
        List<(RegionStep, int[], double)> found)
    {
        long least = numbers.Min();
        foreach (int addend in (isLikely ? (int[])[0, width, width + 1, width + 2, width + 4] : [0]).Distinct())
        {
            if (least < addend) continue;
            foreach (Fill fill in isLikely ? Fills : [Fill.None])
            {
                SizedStep step = new(skip, new LinkShape(0, type, width, 0, addend, fill));
                if (fill.Unit > 1 && !HasZeros(step, at)) continue;
                if (!Walk(step, at, out int[] next, out int distinct) || distinct < 2) continue;
                double rate = Rate(step, at, next, distinct);
                if (!IsEnd(next)) found.Add((step, next, rate));
                else if (isFirst) _covers.Add(new State(next, [step], rate));
                else found.Add((step, next, rate));
            }
        }
    }

    // Filling is zeros, and there is some.
    private bool HasZeros(SizedStep step, int[] at)
    {
        int filled = 0;
        for (int k = 0; k < at.Length; k++)
        {
            _budget.Spend(1);
            ReadOnlySpan<byte> bytes = _samples.Bytes(_looked[k]);
            int from = at[k] + step.Skip, to = step.Link.ValueEnd(bytes, from, bytes.Length, out _),
                next = step.Link.Next(bytes, from, bytes.Length, _samples.Origin(_looked[k]), out _);
            if (to < 0 || next < 0 || bytes[to..next].IndexOfAnyExcept((byte)0) >= 0) return false;
            if (next > to) filled++;
        }

        return filled >= at.Length / 5;
    }

    private void Counted(int[] at, int skip, string type, int width, int coding,
        List<(RegionStep, int[], double)> found)
    {
        for (int form = 0; form < CountedLinks.Length; form++)
        {
            LinkShape link = CountedLinks[form];
            CountedStep step = new(skip, type, width, link);
            if (!Walk(step, at, out int[] next, out int distinct, 100 + coding, form) || distinct < 2) continue;
            double ends = Boundaries(next, 0);
            if (ends < 0.5 && !IsEnd(next)) continue;
            double inner = 0;
            if (link.Type is not null) inner = 1;
            found.Add((step, next, (2 * (Boundaries(at, skip) + Boundaries(at, skip + width) + ends)) + inner
                + Math.Log2(distinct) - 5 - Far(skip)));
        }
    }

    // Lengths side by side, and what they measure behind them: only where that is all there is.
    private void Lengths(int[] at, int skip, double starts, List<(RegionStep, int[], double)> found)
    {
        foreach ((string type, int width) in Codings.Take(3))
        {
            for (int count = 2; count <= 6; count++)
            {
                foreach (int between in (int[])[0, 1, 2, 4])
                {
                    LengthsStep step = new(skip, type, width, count, between);
                    if (!Walk(step, at, out int[] next, out int distinct, 300 + count + (10 * between),
                        width + type.Length))
                    {
                        break;
                    }

                    if (distinct > 2 * count && IsEnd(next) && AreVaried(at, skip, type, width, count))
                        found.Add((step, next, (2 * starts) + Math.Log2(distinct) - Far(skip)));
                }
            }
        }
    }

    // Each of several numbers takes three values or more: of zeros chance makes any number of lengths.
    private bool AreVaried(int[] at, int skip, string type, int width, int count) => Enumerable.Range(0, count).All(n =>
        at.Select((from, k) => NumberCoding.TryRead(type,
            _samples.Bytes(_looked[k]).Slice(from + skip + (n * width), width), out long value)
            ? value : -1).Distinct().Count() >= 3);

    private void Until(int[] at, int skip, double starts, List<(RegionStep, int[], double)> found)
    {
        if (skip > 0 && starts < 0.5) return;
        foreach (byte[] end in Ends)
        {
            UntilStep step = new(skip, end);
            if (!Walk(step, at, out int[] next, out int distinct) || distinct < 2) continue;
            int texts = 0, filled = 0;
            for (int k = 0; k < at.Length; k++)
            {
                int from = at[k] + skip, size = next[k] - end.Length - from;
                if (size > 0) filled++;
                if (TextSearch.IsText(_samples.Bytes(_looked[k]).Slice(from, size))) texts++;
            }

            if (texts < 0.95 * at.Length || filled < 0.15 * at.Length) continue;
            found.Add((step, next, (2 * (starts + Boundaries(next, 0))) + (filled < 0.6 * at.Length ? 0 : 2)
                + Math.Log2(distinct) - 4 - Far(skip)));
        }
    }

    private void Marked(int[] at, int skip, double starts, List<(RegionStep, int[], double)> found)
    {
        for (int form = 0; form < MarkedLinks.Length; form++)
        {
            LinkShape link = MarkedLinks[form];
            foreach (byte mark in (byte[])[0, 0xFF])
            {
                MarkedStep step = new(skip, link, mark);
                if (!Walk(step, at, out int[] next, out int distinct, 200 + mark, form) || distinct < 2) continue;
                (int links, int empty, double seen) = Inner(link, at, skip, next, 1);
                if (links < 1.5 * at.Length || 3 * empty >= links || seen < 0.3) continue;
                found.Add((step, next, (2 * (starts + Boundaries(next, 0))) + (4 * seen)
                    + Math.Log2(distinct) - 3 - Far(skip) + Wide(link)));
            }
        }
    }

    // Links up to so many bytes before the end, the same number in all.
    private void Open(int[] at, int skip, double starts, List<(RegionStep, int[], double)> found)
    {
        for (int form = 0; form < OpenLinks.Length; form++)
        {
            if (_failed.Contains((at[0] + skip, 500, form))) continue;
            ulong tails = ulong.MaxValue;
            int links = 0, empty = 0;
            for (int k = 0; k < at.Length && tails != 0; k++)
            {
                tails &= Tails(OpenLinks[form], _looked[k], at[k] + skip, ref links, ref empty);
                if (k == 0 && tails == 0) _failed.Add((at[0] + skip, 500, form));
            }

            // Where a third of the links hold nothing, zeros look like links.
            if (tails == 0 || 3 * empty >= links || links < 2 * at.Length) continue;
            int tail = System.Numerics.BitOperations.TrailingZeroCount(tails);
            OpenStep step = new(skip, OpenLinks[form], tail);
            if (!Walk(step, at, out int[] next, out int distinct) || distinct < 2) continue;
            double seen = Inner(step.Link, at, skip, next, 0).Seen;
            // Where the inference is blind, many links of several numbers tell, few of which hold nothing.
            if (seen >= 0.3 || (distinct >= 3 && 5 * empty <= links && at.Length >= 20))
            {
                found.Add((step, next, (2 * starts) + Math.Log2(distinct)
                    + (tail == 0 ? 1 : 0) - Far(skip) + (4 * seen) + Wide(step.Link)));
            }
        }
    }

    // How many bytes before the end links may end, as bits.
    private ulong Tails(LinkShape link, int message, int from, ref int links, ref int empty)
    {
        ReadOnlySpan<byte> bytes = _samples.Bytes(message);
        ulong tails = 0;
        for (int count = 0; from < bytes.Length; count++)
        {
            _budget.Spend(1);
            if (count > 0 && bytes.Length - from < 64) tails |= 1UL << (bytes.Length - from);
            int value = link.ValueEnd(bytes, from, bytes.Length, out _);
            if (value < 0) return tails;
            int next = value + link.Fill.After(_samples.Origin(message) + value, value - from - link.HeadSize);
            if (next > bytes.Length || bytes[value..next].IndexOfAnyExcept((byte)0) >= 0) return tails;
            links++;
            if (value == from + link.HeadSize) empty++;
            from = next;
        }

        return tails | 1;
    }

    // How many links there are, how many of them hold nothing, and how often the inference cut where they do.
    private (int Links, int Empty, double Seen) Inner(LinkShape link, int[] at, int skip, int[] next, int mark)
    {
        int links = 0, empty = 0, hit = 0;
        for (int k = 0; k < at.Length; k++)
        {
            ReadOnlySpan<byte> bytes = _samples.Bytes(_looked[k]);
            int end = next[k] - mark;
            for (int from = at[k] + skip; from < end;)
            {
                int to = link.Next(bytes, from, bytes.Length, _samples.Origin(_looked[k]), out _);
                if (to <= from) break;
                links++;
                if (to == from + link.HeadSize) empty++;
                if (_samples.IsBoundary(_looked[k], from)) hit++;
                if (_samples.IsBoundary(_looked[k], from + link.HeadSize)) hit++;
                from = to;
            }
        }

        return (links, empty, links == 0 ? 0 : hit / (2.0 * links));
    }

    private double Rate(SizedStep step, int[] at, int[] next, int distinct)
    {
        int texts = 0, filled = 0, pads = 0;
        for (int k = 0; k < at.Length; k++)
        {
            ReadOnlySpan<byte> bytes = _samples.Bytes(_looked[k]);
            int from = at[k] + step.Skip;
            int to = step.Link.ValueEnd(bytes, from, bytes.Length, out _);
            ReadOnlySpan<byte> value = bytes[(from + step.Link.HeadSize)..to];
            if (value.Length >= 2) filled++;
            if (value.Length >= 2 && TextSearch.IsText(value)) texts++;
            if (bytes[to..next[k]].IndexOfAnyExcept((byte)0) < 0) pads++;
        }

        double text = filled >= at.Length / 2 ? 4.0 * texts / filled : 0;
        bool isFilled = step.Link.Fill.Unit > 1;
        if (isFilled && pads < 0.9 * at.Length) return -20;
        return (2 * (Boundaries(at, step.Skip) + Boundaries(at, step.Skip + step.Link.Width) + Boundaries(next, 0)))
            + text + Math.Log2(distinct) - 4 - Far(step.Skip) - (filled == 0 ? 4 : 0) - (step.Link.Addend > 0 ? 1 : 0)
            - (isFilled ? 1 : 0) + Wide(step.Link);
    }

    // A zero before a small number is most likely part of it.
    private static double Wide(LinkShape link) => 0.3 * (link.Width - 1);

    private static double Far(int skip) => 0.02 * Math.Min(skip, 50);

    private double Boundaries(int[] at, int ahead)
    {
        int hits = 0;
        for (int k = 0; k < at.Length; k++) if (_samples.IsBoundary(_looked[k], at[k] + ahead)) hits++;
        return (double)hits / at.Length;
    }

    private bool Walk(RegionStep step, int[] at, out int[] next, out int distinct, int kind = 0, int form = 0)
    {
        next = [];
        distinct = 0;
        if (kind != 0 && _failed.Contains((at[0] + step.Skip, kind, form))) return false;
        next = new int[at.Length];
        HashSet<long> measures = [];
        for (int k = 0; k < at.Length; k++)
        {
            _budget.Spend(1);
            int to = step.Walk(_samples.Bytes(_looked[k]), at[k], _samples.Origin(_looked[k]), out long measure);
            if (kind != 0) _budget.Spend(Math.Clamp(measure, 0, 64));
            if (to < 0)
            {
                if (kind != 0 && k == 0) _failed.Add((at[0] + step.Skip, kind, form));
                return false;
            }

            next[k] = to;
            measures.Add(measure);
        }

        distinct = measures.Count;
        return true;
    }

    private bool Holds(RegionStep[] steps)
    {
        Dictionary<int, int> left = [];
        HashSet<string> ways = new(StringComparer.Ordinal);
        for (int i = 0; i < _samples.Count; i++)
        {
            int at = 0;
            List<long> measures = [];
            foreach (RegionStep step in steps)
            {
                _budget.Spend(1);
                at = step.Walk(_samples.Bytes(i), at, _samples.Origin(i), out long measure);
                if (at < 0) break;
                measures.Add(measure);
                measures.Add(at);
            }

            if (at < 0) continue;
            left[_samples.Length(i) - at] = left.GetValueOrDefault(_samples.Length(i) - at) + 1;
            ways.Add(string.Join(',', measures));
        }

        return left.Count > 0 && left.Values.Max() >= Most * _samples.Count && ways.Count >= (3 * steps.Length) + 2;
    }

    private static IEnumerable<LinkShape> Links(int[] befores, int[] betweens, int codings, int fills)
    {
        foreach (int before in befores)
        {
            foreach ((string type, int width) in Codings.Take(codings))
            {
                foreach (int between in betweens)
                {
                    int[] addends = between == 0 ? [0, width, before + width] : [0, before + width + between];
                    foreach (int addend in addends.Distinct())
                    {
                        foreach (Fill fill in Fills.Take(fills))
                            yield return new LinkShape(before, type, width, between, addend, fill);
                    }
                }
            }
        }
    }
}
