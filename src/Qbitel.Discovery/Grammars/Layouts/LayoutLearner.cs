using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>From inferred fields to a layout that reads the messages they were inferred from.</summary>
/// <remarks>Where nothing explains what varies, the bytes stay together as one field: a layout says less rather than
/// something that does not hold.</remarks>
internal static class LayoutLearner
{
    public const string Other = "other";

    private const int MaxKeyOffset = 24, Few = 4;
    private const double Enough = 0.95;
    private const long MaxReads = 8_000_000;

    /// <param name="protocol">What was inferred.</param>
    /// <param name="name">The layout's name.</param>
    /// <param name="isTrained">Which samples may be looked at, by their place in the list.</param>
    /// <param name="hasOther">Where some types were seen but once, more are to be expected: they and the rare ones get
    /// one layout for all of them. Without it a type that was not seen is refused.</param>
    public static Layout Learn(InferredProtocol protocol, string name, Func<int, bool>? isTrained = null,
        bool hasOther = false)
    {
        List<(string Type, List<int> Members)> types = [.. Enumerable.Range(0, protocol.Samples.Count)
            .Where(i => isTrained?.Invoke(i) != false)
            .GroupBy(i => protocol.Types[i], StringComparer.Ordinal)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(Layout.MaxTypes)
            .Select(g => (g.Key, g.ToList()))];
        LayoutKey? key = KeyOf(protocol, types);
        List<int> rare = hasOther && key is not null ? Rare(types) : [];
        if (rare.Count > 0) types = [.. types.Where(t => t.Members.Count >= Few), (Other, rare)];
        List<LayoutType> learned = [];
        SearchBudget budget = new(MaxReads), pooled = new(MaxReads);
        List<TypeSamples> all = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((string type, List<int> members) in types)
        {
            TypeSamples samples = new(members.Select(i => (protocol.Samples[i].Bytes, protocol.Fields[i])));
            string? value = key is null || members == rare ? null : Convert.ToHexStringLower(
                protocol.Samples[members[0]].Bytes.Span.Slice(key.Offset, key.Length));
            IReadOnlyList<LayoutPart> parts = new TypeLearner(samples, key).Learn();
            LayoutType candidate = new(Unique(type), value, parts);
            bool holds = LayoutCheck.Holds(parts) && Share(candidate, samples) >= Enough;
            if ((!holds || IsUnexplained(parts)) && new TypeLearner(samples, key).LearnExactly() is { } exact
                && LayoutCheck.Holds(exact) && Share(candidate with { Parts = exact }, samples) >= Enough)
            {
                (candidate, holds) = (candidate with { Parts = exact }, true);
            }

            if (!holds) candidate = candidate with { Parts = Opaque(samples, key) };
            LayoutType refined = new Refinement(samples, budget).Refine(candidate);
            if (HasOpaque(refined.Parts) && !budget.IsSpent
                && RegionSearch.Find(samples, budget) is { Count: > 0 } steps)
            {
                List<Placed> placed = new RegionParts(samples, new PartNames(), key).Build(steps);
                new RuleSearch(samples, placed).Annotate();
                LayoutType explained = candidate with { Parts = [.. placed.Select(p => p.Part)] };
                if (LayoutCheck.Holds(explained.Parts) && Share(explained, samples) >= Enough)
                {
                    explained = new Refinement(samples, budget).Refine(explained);
                    // Of two that say as much the flatter one, where the rest was opaque; else what was there already.
                    Layout whole = new(name, null, [explained]), inner = new(name, null, [refined]);
                    bool isOpen = candidate.Parts.Any(p => p is LayoutField { Size: SizeRest });
                    if (isOpen ? !IsStricter(inner, whole, samples) : IsStricter(whole, inner, samples))
                        refined = explained;
                }
            }

            all.Add(samples);
            learned.Add(refined);
        }

        if (types.Count > 1 && Pooled(new TypeSamples(types.SelectMany(t => t.Members).Distinct().Order()
            .Select(i => (protocol.Samples[i].Bytes, protocol.Fields[i]))),
            new Layout(name, key, learned), pooled) is { } one)
        {
            return one;
        }

        learned = SharedRules.Apply(learned, all);
        // Without a key a type that asks for less would take the messages of one that asks for more.
        return new Layout(name, key, key is null
            ? [.. learned.OrderByDescending(t => Strictness(t.Parts))] : learned);

        string Unique(string type)
        {
            string candidate = type.Length == 0 ? "message" : type;
            for (int n = 2; !names.Add(candidate); n++)
                candidate = $"{type}_{n.ToString(CultureInfo.InvariantCulture)}";

            return candidate;
        }
    }

    // All messages together may show what those of one type are too few for, or what types taken for such hide.
    private static Layout? Pooled(TypeSamples samples, Layout typed, SearchBudget budget)
    {
        PartNames names = new();
        LayoutType type = new("message", null, [new LayoutField(names.Next("body"), "bytes", new SizeRest())]);
        if (RegionSearch.Find(samples, budget) is { Count: > 0 } steps)
        {
            List<Placed> placed = new RegionParts(samples, names, null).Build(steps);
            new RuleSearch(samples, placed).Annotate();
            type = type with { Parts = [.. placed.Select(p => p.Part)] };
            if (!LayoutCheck.Holds(type.Parts)) return null;
        }

        Layout pooled = new(typed.Name, null, [new Refinement(samples, budget).Refine(type)]);
        return IsStricter(pooled, typed, samples) ? pooled : null;
    }

    // It reads as much, and refuses clearly more.
    private static bool IsStricter(Layout one, Layout other, TypeSamples samples)
    {
        // That a type is not known is no structure: where the types are told, nothing is changed.
        LayoutKey? key = one.Key ?? other.Key;
        (double read, double refused) = Strictness(one, samples, key);
        (double Read, double Refused) own = Strictness(other, samples, key);
        return read >= Enough && read >= own.Read - 0.01 && refused > (1.2 * own.Refused) + 0.005;
    }

    private static bool HasOpaque(IReadOnlyList<LayoutPart> parts) => parts.Any(part => part switch
    {
        LayoutField field => field.Type == "bytes" && field.Size is SizeRest or SizeBy,
        LayoutChain chain => HasOpaque(chain.Item),
        LayoutGroup group => group.Cases.Any(c => HasOpaque(c.Parts)),
        _ => false,
    });

    // How many messages a layout reads, and how many it refuses of those in which a bit is changed.
    private static (double Read, double Refused) Strictness(Layout layout, TypeSamples samples, LayoutKey? key)
    {
        const int MaxLooked = 60, MaxPlaces = 48;
        int step = Math.Max(1, samples.Count / MaxLooked), looked = 0, read = 0, changed = 0, refused = 0;
        for (int i = 0; i < samples.Count; i += step)
        {
            looked++;
            byte[] bytes = samples.Messages[i].ToArray();
            if (!LayoutParser.Parse(layout, bytes).IsValid) continue;
            read++;
            for (int at = 0, places = 0; at < bytes.Length; at += Math.Max(1, bytes.Length / MaxPlaces), places++)
            {
                if (key is not null && at >= key.Offset && at < key.Offset + key.Length) continue;
                byte bit = (byte)(1 << (places % 7));
                bytes[at] ^= bit;
                changed++;
                if (!LayoutParser.Parse(layout, bytes).IsValid) refused++;
                bytes[at] ^= bit;
            }
        }

        return ((double)read / Math.Max(looked, 1), (double)refused / Math.Max(changed, 1));
    }

    // A length of the message explains its size already, and what it counts looks like a length of a field, too.
    private static bool IsUnexplained(IReadOnlyList<LayoutPart> parts) =>
        parts.Any(p => p is LayoutField { Size: SizeRest }) && !parts.Any(p => p is LayoutField
        {
            Rule: LengthRule { Of: Layout.WholeMessage or Layout.WhatFollows }
        });

    // By Good and Turing, as many messages in a hundred are of types not seen as are of types seen once. Where rare
    // types have too few messages to learn from, all messages tell what they share.
    private static List<int> Rare(List<(string Type, List<int> Members)> types)
    {
        int total = types.Sum(t => t.Members.Count);
        if (types.Count(t => t.Members.Count == 1) * 100 < total) return [];
        List<int> rare = [.. types.Where(t => t.Members.Count < Few).SelectMany(t => t.Members).Order()];
        return rare.Count >= 2 * Few ? rare : [.. types.SelectMany(t => t.Members).Order()];
    }

    /// <summary>The share of messages that a type reads to the end.</summary>
    private static double Share(LayoutType type, TypeSamples samples) =>
        samples.Messages.Count(m => LayoutParser.Parse(type, m).IsValid) / (double)samples.Count;

    // What all types have at one place, each type its own value.
    private static LayoutKey? KeyOf(InferredProtocol protocol, List<(string Type, List<int> Members)> types)
    {
        if (types.Count < 2) return null;
        int shortest = types.Min(t => t.Members.Min(i => protocol.Samples[i].Bytes.Length));
        LayoutKey? best = null;
        int bestScore = -1;
        foreach (int width in (int[])[1, 2, 4, 3])
        {
            for (int offset = 0; offset + width <= Math.Min(shortest, MaxKeyOffset); offset++)
            {
                HashSet<string> values = new(StringComparer.Ordinal);
                bool holds = types.TrueForAll(type =>
                {
                    string value = Value(type.Members[0]);
                    return values.Add(value) && type.Members.TrueForAll(i => Value(i) == value);
                });
                if (!holds) continue;

                // A field that the inference cut out there, better one that it took for the key.
                InferredField? field = protocol.Fields[types[0].Members[0]]
                    .FirstOrDefault(f => f.Start == offset && f.Length == width);
                int score = field is null ? 0
                    : field.Relation?.Kind == RelationKind.TypeKey || field.Semantic == "msgtype" ? 2 : 1;
                if (score > bestScore) (best, bestScore) = (new LayoutKey(offset, width), score);

                string Value(int i) =>
                    Convert.ToHexStringLower(protocol.Samples[i].Bytes.Span.Slice(offset, width));
            }
        }

        return best;
    }

    private static List<LayoutPart> Opaque(TypeSamples samples, LayoutKey? key)
    {
        List<LayoutPart> parts = [];
        if (key is not null)
        {
            if (key.Offset > 0) parts.Add(new LayoutField("head", "bytes", new FixedSize(key.Offset)));
            parts.Add(new LayoutField("type", "bytes", new FixedSize(key.Length)) { Semantic = "msgtype" });
        }

        string why = $"no layout reads {Enough.ToString("P0", CultureInfo.InvariantCulture)} of its "
            + $"{samples.Count} messages";
        parts.Add(new LayoutField("body", "bytes", new SizeRest()) { Semantic = "bytes", Evidence = why });
        return parts;
    }

    private static int Strictness(IReadOnlyList<LayoutPart> parts) => parts.Sum(part => part switch
    {
        LayoutField { Rule: not null } => 10,
        LayoutField { Size: SizeRest } => 0,
        LayoutChain => 5,
        _ => 1,
    });
}
