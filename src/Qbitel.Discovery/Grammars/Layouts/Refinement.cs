using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>Learns what is in fields that a layout leaves opaque: what a length measures, the values of a chain, the
/// rest. Each becomes a group of parts, or of cases that an earlier field chooses.</summary>
/// <remarks>What is found is kept only where the messages read as before.</remarks>
internal sealed class Refinement(TypeSamples samples, SearchBudget budget)
{
    private const int MaxRounds = 5, MinStretches = 8, MinValues = 5, MaxCases = 32, MaxHead = 40;
    private const int Folds = 4, Few = 24;
    private const double Enough = 0.95;

    private readonly HashSet<LayoutPart> _tried = new(ReferenceEqualityComparer.Instance);
    private PartNames _names = new();

    public LayoutType Refine(LayoutType type)
    {
        _names = new PartNames(Names(type.Parts));
        double share = Share(type), unseen = Share(type, isUnseen: true);
        for (int round = 0; round < MaxRounds && !budget.IsSpent; round++)
        {
            List<Opaque> all = Find(type);
            if (all.Count == 0) break;
            foreach (Opaque opaque in all)
            {
                if (budget.IsSpent) break;
                _tried.Add(opaque.Field);
                if (Explain(opaque) is not { } parts) continue;
                LayoutType refined = type with { Parts = Replace(type.Parts, opaque.Field, parts) };
                if (!LayoutCheck.Holds(refined.Parts)) continue;
                double now = Share(refined);
                if (now < Enough || now < share - 0.01 || Share(refined, isUnseen: true) < unseen - 0.005) continue;
                type = refined;
            }
        }

        return type;
    }

    // Of the messages that it was not learnt from, or of all.
    private double Share(LayoutType type, bool isUnseen = false)
    {
        int asked = 0, read = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            if (isUnseen && !IsUnseen(i)) continue;
            asked++;
            if (LayoutParser.Parse(type, samples.Messages[i]).IsValid) read++;
        }

        return asked == 0 ? 1 : (double)read / asked;
    }

    private bool IsUnseen(int message) => samples.Count >= Few && message % Folds == Folds - 1;

    private sealed record Opaque(LayoutField Field)
    {
        public List<(int Message, int Start, int Length)> Stretches { get; } = [];

        // Of each stretch, the fields before it that could choose.
        public List<IReadOnlyList<ParsedPart>> Before { get; } = [];
    }

    private List<Opaque> Find(LayoutType type)
    {
        Dictionary<LayoutField, Opaque> found = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < samples.Count; i++)
        {
            if (IsUnseen(i)) continue;
            ParsedMessage parsed = LayoutParser.Parse(type, samples.Messages[i]);
            if (parsed.IsValid) Collect(parsed.Parts, i);
        }

        return [.. found.Values.Where(o => o.Stretches.Count >= MinStretches)
            .OrderByDescending(o => o.Stretches.Count)];

        void Collect(IReadOnlyList<ParsedPart> parts, int message)
        {
            for (int p = 0; p < parts.Count; p++)
            {
                foreach (IReadOnlyList<ParsedPart> item in parts[p].Items ?? []) Collect(item, message);
                if (parts[p].Part is not LayoutField { Rule: null, Size: SizeBy or SizeRest } field
                    || _tried.Contains(field) || parts[p].Length == 0)
                {
                    continue;
                }

                if (!found.TryGetValue(field, out Opaque? opaque)) found[field] = opaque = new Opaque(field);
                opaque.Stretches.Add((message, parts[p].Start, parts[p].Length));
                opaque.Before.Add([.. parts.Take(p)
                    .Where(b => b.Part is LayoutField { Size: FixedSize { Bytes: <= 4 } })]);
            }
        }
    }

    // What stands in place of the field.
    private List<LayoutPart>? Explain(Opaque opaque)
    {
        TypeSamples stretches = new(samples, opaque.Stretches);
        if (IsText(stretches)) return null;
        bool isTop = opaque.Field.Size is SizeRest
            && opaque.Stretches.TrueForAll(s => s.Start == opaque.Stretches[0].Start);
        if (Learn(stretches, mayBeFixed: false) is { } parts)
            return [Group(opaque.Field, null, [Case("all", null, parts)])];

        return ByNeighbour(opaque, stretches) ?? (budget.IsSpent || !isTop && opaque.Stretches.Count < 2 * MinStretches
            ? null : ByHead(opaque, stretches));
    }

    private static bool IsText(TypeSamples stretches) =>
        stretches.Messages.Count(m => TextSearch.IsText(m.Span)) >= 0.95 * stretches.Count;

    // Parts that end exactly where the stretches do.
    private List<LayoutPart>? Learn(TypeSamples stretches, bool mayBeFixed)
    {
        if (stretches.Count < MinStretches) return null;
        int size = stretches.Length(0);
        if (stretches.Messages.TrueForAll(m => m.Length == size))
        {
            bool isVaried = stretches.Messages.Select(m => Convert.ToHexString(m.Span))
                .Distinct().Take(MinValues).Count() == MinValues;
            return mayBeFixed && isVaried && !IsText(stretches)
                ? Parts(stretches, new RegionParts(stretches, _names, null).Fixed(size))
                : null;
        }

        IReadOnlyList<RegionStep> steps = RegionSearch.Find(stretches, budget);
        return steps.Count == 0 ? null : Parts(stretches, new RegionParts(stretches, _names, null).Build(steps));
    }

    private static List<LayoutPart> Parts(TypeSamples stretches, List<Placed> placed)
    {
        new RuleSearch(stretches, placed, isInner: true).Annotate();
        return [.. placed.Select(p => p.Part)];
    }

    private List<LayoutPart>? ByNeighbour(Opaque opaque, TypeSamples stretches)
    {
        List<LayoutPart> neighbours = [.. opaque.Before[0].Select(p => p.Part)
            .Where(part => opaque.Before.TrueForAll(b => b.Any(p => ReferenceEquals(p.Part, part))))];
        (IReadOnlyList<GroupCase> Cases, LayoutPart Part, double Score)? best = null;
        foreach (LayoutPart part in neighbours.AsEnumerable().Reverse().Take(12))
        {
            string[] values = [.. Enumerable.Range(0, stretches.Count).Select(i =>
            {
                ParsedPart at = opaque.Before[i].First(p => ReferenceEquals(p.Part, part));
                return Convert.ToHexString(samples.Bytes(opaque.Stretches[i].Message).Slice(at.Start, at.Length));
            })];
            if (((LayoutField)part).Rule is LengthRule) continue;
            if (Cases(stretches, values, 0) is { } found && found.Score > (best?.Score ?? 0))
                best = (found.Cases, part, found.Score);

            if (budget.IsSpent) break;
        }

        return best is { } chosen
            ? [Group(opaque.Field, new GroupChoice(chosen.Part.Name, default), chosen.Cases)]
            : null;
    }

    // A byte of its own at one place chooses.
    private List<LayoutPart>? ByHead(Opaque opaque, TypeSamples stretches)
    {
        int shortest = stretches.Messages.Min(m => m.Length);
        (IReadOnlyList<GroupCase> Cases, int At, double Score)? best = null;
        foreach (int at in Heads(stretches, Math.Min(shortest - 1, MaxHead)))
        {
            if (budget.IsSpent) break;
            string[] values = [.. stretches.Messages
                .Select(m => m.Span[at].ToString("X2", System.Globalization.CultureInfo.InvariantCulture))];
            if (Cases(stretches, values, at + 1) is { } found && found.Score > (best?.Score ?? 0))
                best = (found.Cases, at, found.Score);
        }

        if (best is not { } chosen) return null;
        TypeSamples heads = new(samples, opaque.Stretches.Select(s => (s.Message, s.Start, chosen.At + 1)));
        List<LayoutPart> parts = [];
        if (chosen.At > 0) parts.AddRange(new RegionParts(heads, _names, null).Fixed(chosen.At).Select(p => p.Part));
        LayoutField choosing = new(_names.Next("kind"), "uint8", new FixedSize(1))
        {
            Semantic = "msgtype",
            Evidence = "tells what follows",
        };
        parts.Add(choosing);
        parts.Add(Group(new LayoutField(_names.Next("content"), "bytes", new SizeRest()),
            new GroupChoice(choosing.Name, default), chosen.Cases));
        return [Group(opaque.Field, null, [Case("all", null, parts)])];
    }

    // Places whose byte says most about the size, of those with few values.
    private static IEnumerable<int> Heads(TypeSamples stretches, int most) => Enumerable.Range(0, Math.Max(most, 0))
        .Select(at => (At: at, Classes: stretches.Messages.GroupBy(m => m.Span[at]).Select(g => g.ToList()).ToList()))
        .Where(p => p.Classes.Count is >= 2 and <= MaxCases && p.Classes.Count(c => c.Count >= MinStretches) >= 2)
        .OrderBy(p => p.Classes.Sum(c => c.Count * Entropy(c))).ThenBy(p => p.At).Take(4).Select(p => p.At);

    private static double Entropy(List<ReadOnlyMemory<byte>> messages) => messages.GroupBy(m => m.Length)
        .Sum(g => -(double)g.Count() / messages.Count * Math.Log2((double)g.Count() / messages.Count));

    // Of the values that a field has, those whose stretches can be explained; the others stay opaque.
    private (IReadOnlyList<GroupCase> Cases, double Score)? Cases(TypeSamples stretches, string[] values, int skip)
    {
        var classes = values.Select((value, i) => (value, i)).GroupBy(p => p.value, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count()).ToList();
        if (classes.Count is < 2 or > 4 * MaxCases) return null;
        Dictionary<int, int> sizes =
            Enumerable.Range(0, stretches.Count).GroupBy(stretches.Length).ToDictionary(g => g.Key, g => g.Count());
        List<GroupCase> cases = [];
        double bits = 0, explained = 0;
        foreach (var each in classes.Take(MaxCases).Where(g => g.Count() >= MinStretches))
        {
            if (budget.IsSpent) break;
            TypeSamples own = new(stretches, each.Select(p => (p.i, skip, stretches.Length(p.i) - skip)));
            if (Learn(own, mayBeFixed: true) is not { } parts) continue;
            bool isFixed = parts.TrueForAll(p => p is LayoutField { Size: FixedSize });
            int count = each.Count();
            if (isFixed) bits += (count - 1) * -Math.Log2((double)sizes[own.Length(0) + skip] / stretches.Count);
            else bits += 20;
            explained += isFixed ? 0.5 * count : count;
            cases.Add(Case($"x{each.Key.ToLowerInvariant()}", Convert.FromHexString(each.Key), parts));
        }

        // Chance finds a field by which the sizes seem to go, where they hardly vary.
        if (cases.Count == 0 || bits < 20 || explained < 0.1 * stretches.Count) return null;
        cases.Add(Case("other", null, [new LayoutField(_names.Next("rest"), "bytes", new SizeRest())]));
        return (cases, explained);
    }

    private static GroupCase Case(string name, byte[]? value, IReadOnlyList<LayoutPart> parts) =>
        new(name, value is null ? (ReadOnlyMemory<byte>?)null : value, parts);

    private static LayoutGroup Group(LayoutField field, GroupChoice? choice, IReadOnlyList<GroupCase> cases) =>
        new(field.Name, field.Size, choice, cases)
        {
            Confidence = field.Confidence,
            Evidence = "its parts end where it does",
        };

    private static List<LayoutPart> Replace(IReadOnlyList<LayoutPart> parts, LayoutField field,
        IReadOnlyList<LayoutPart> by) =>
        [.. parts.SelectMany(part => ReferenceEquals(part, field) ? by : [part switch
        {
            LayoutChain chain => chain with { Item = Replace(chain.Item, field, by) },
            LayoutGroup group =>
                group with { Cases = [.. group.Cases.Select(c => c with { Parts = Replace(c.Parts, field, by) })] },
            _ => part,
        }])];

    private static IEnumerable<string> Names(IEnumerable<LayoutPart> parts) => parts.SelectMany(part => part switch
    {
        LayoutChain chain => Names(chain.Item).Prepend(chain.Name),
        LayoutGroup group => group.Cases.SelectMany(c => Names(c.Parts)).Prepend(group.Name),
        _ => [part.Name],
    });
}
