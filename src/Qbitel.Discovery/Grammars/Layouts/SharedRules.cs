using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>A length or check value that messages of one type show holds in another at the same place, too, where too
/// few messages, or all of one size, cannot show it.</summary>
internal static class SharedRules
{
    public static List<LayoutType> Apply(List<LayoutType> types, IReadOnlyList<TypeSamples> samples)
    {
        List<(int? Start, int? Tail, LayoutField Field)> known = [.. types.SelectMany((t, n) => Places(t.Parts)
            .Where(p => p.Field.Rule is LengthRule { Of: Layout.WholeMessage or Layout.WhatFollows }
                or ChecksumRule { From: Layout.Start, To: Layout.Here or Layout.End })
            .Select(p => (p.Start, p.Tail, p.Field, samples[n].Count)))
            .OrderByDescending(p => p.Count).Select(p => (p.Start, p.Tail, p.Field))];
        List<LayoutType> shared = [.. types];
        for (int n = 0; n < shared.Count; n++)
        {
            foreach ((int? start, int? tail, LayoutField of) in known)
            {
                LayoutField? here = Places(shared[n].Parts).FirstOrDefault(p => p.Field.Rule is null
                    && p.Field.Size == of.Size && ((start is not null && p.Start == start)
                        || (tail is not null && p.Tail == tail))).Field;
                if (here is null) continue;
                LayoutField candidate = here with
                {
                    Type = of.Type,
                    Semantic = of.Semantic,
                    Rule = of.Rule,
                    Evidence = "holds in all its messages as it does in another type",
                };
                LayoutType changed = shared[n] with
                {
                    Parts = [.. shared[n].Parts.Select(p => ReferenceEquals(p, here) ? candidate : p)],
                };
                if (LayoutCheck.Holds(changed.Parts) && Reads(changed, samples[n]) >= Reads(shared[n], samples[n]))
                    shared[n] = changed;
            }
        }

        return shared;
    }

    private static int Reads(LayoutType type, TypeSamples samples) =>
        samples.Messages.Count(m => LayoutParser.Parse(type, m).IsValid);

    // Fields with their distance from the beginning or the end, where what lies between is of fixed size.
    private static IEnumerable<(int? Start, int? Tail, LayoutField Field)> Places(IReadOnlyList<LayoutPart> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] is not LayoutField { Size: FixedSize } field) continue;
            (int? before, int? after) = (Bytes(parts.Take(i)), Bytes(parts.Skip(i + 1)));
            if (before is not null || after is not null) yield return (before, after, field);
        }

        static int? Bytes(IEnumerable<LayoutPart> parts) =>
            parts.Aggregate((int?)0, (sum, part) => sum + ((part as LayoutField)?.Size as FixedSize)?.Bytes);
    }
}
