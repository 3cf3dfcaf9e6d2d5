using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>Finds what fixed fields follow from: constants, lengths of what follows or of the whole, check
/// values.</summary>
internal sealed class RuleSearch(TypeSamples samples, List<Placed> placed, bool isInner = false)
{
    private const double Most = 0.98;
    private const int MinMessages = 4;

    // Meanings under which one value in all messages is a rule and not a coincidence of the sample.
    private static readonly HashSet<string> Fixed =
        new(StringComparer.Ordinal) { "const", "magic", "msgtype", "version", "delimiter" };

    public void Annotate()
    {
        if (placed.Exists(p => p.Starts.Length == 0)) return; // a text, whose delimiters are its rules
        for (int i = 0; i < placed.Count; i++)
        {
            if (placed[i].Part is not LayoutField { Rule: null, Size: FixedSize } field) continue;
            LayoutField found = Constant(placed[i], field) ?? Length(placed[i], field) ?? Count(placed[i], field)
                ?? (isInner ? null : Sum(i, field)) ?? field;
            placed[i].Part = found;
        }
    }

    private LayoutField? Constant(Placed part, LayoutField field)
    {
        byte[] value = Bytes(part, 0).ToArray();
        if (samples.Count < MinMessages || !Fixed.Contains(field.Semantic)) return null;
        for (int i = 1; i < samples.Count; i++) if (!Bytes(part, i).SequenceEqual(value)) return null;
        return field with
        {
            Rule = new ConstantRule(value),
            Evidence = Said(field, $"one value in {samples.Count} messages"),
        };
    }

    private LayoutField? Length(Placed part, LayoutField field)
    {
        if (part.Size > 8) return null;
        int[] whole = [.. samples.Messages.Select(m => m.Length)];
        bool isHinted = field.Semantic == "length";
        if (whole.Distinct().Count() < 3 && !isHinted) return null;
        foreach (string type in Types(part, field))
        {
            foreach (string of in isInner ? (string[])[Layout.WhatFollows] : [Layout.WhatFollows, Layout.WholeMessage])
            {
                foreach (int unit in (int[])[1, 2, 4])
                {
                    int[] sizes = of == Layout.WholeMessage ? whole
                        : [.. whole.Select((n, i) => n - part.Starts[i] - part.Lengths[i])];
                    if (part.Value(samples, 0, type) is not { } value || sizes[0] % unit != 0) continue;
                    long addend = value - (sizes[0] / unit);
                    // Of the rest of the message exactly, or of the whole with whatever it leaves out.
                    if (of == Layout.WhatFollows ? addend != 0 : Math.Abs(addend) > 64) continue;
                    if (whole.Distinct().Count() == 1 && addend != 0) continue;
                    int agree = Enumerable.Range(0, samples.Count).Count(i => sizes[i] % unit == 0
                        && part.Value(samples, i, type) == (sizes[i] / unit) + addend);
                    if (agree < Most * samples.Count) continue;
                    return field with
                    {
                        Type = type,
                        Semantic = "length",
                        Rule = new LengthRule(of, unit, (int)addend),
                        Evidence = Said(field,
                            $"equals the bytes {(of == Layout.WhatFollows ? "after it" : "of the message")}"
                            + $"{Plus((int)addend)} in {agree} of {samples.Count} messages"),
                    };
                }
            }
        }

        return null;
    }

    private LayoutField? Count(Placed part, LayoutField field)
    {
        if (part.Size > 4) return null;
        foreach (Placed chain in placed.Where(p => p.Counts is not null && p.Counts.Distinct().Count() >= 2))
        {
            foreach (string type in Types(part, field))
            {
                int agree = Enumerable.Range(0, samples.Count)
                    .Count(i => part.Value(samples, i, type) == chain.Counts![i]);
                if (agree < Most * samples.Count) continue;
                return field with
                {
                    Type = type,
                    Semantic = "count",
                    Rule = new CountRule(chain.Part.Name, 0),
                    Evidence = Said(field,
                        $"equals the items of {chain.Part.Name} in {agree} of {samples.Count} messages"),
                };
            }
        }

        return null;
    }

    private LayoutField? Sum(int index, LayoutField field)
    {
        Placed part = placed[index];
        bool isHinted = field.Semantic == "checksum";
        bool isLast = index == placed.Count - 1;
        if (samples.Count < MinMessages || part.Size is not (1 or 2 or 3 or 4) || !(isHinted || isLast)) return null;
        int distinct = Enumerable.Range(0, samples.Count).Select(i => Convert.ToHexString(Bytes(part, i)))
            .Distinct().Count();
        if (distinct < Math.Min(3, samples.Count)) return null;

        foreach (string type in NumberCoding.Of(part.Size.Value).Where(t => t is not ("bcd" or "ebcdic-digits")))
        {
            foreach (string algorithm in Checksums.Of(type))
            {
                foreach ((string from, int[] starts) in Places(index, isStart: true))
                {
                    foreach ((string to, int[] ends) in Places(index, isStart: false))
                    {
                        if (!SumHolds(part, type, algorithm, starts, ends)) continue;
                        return field with
                        {
                            Type = type,
                            Semantic = "checksum",
                            Rule = new ChecksumRule(algorithm, from, to),
                            Evidence = Said(field,
                                $"equals {algorithm} from {from} to {to} in all {samples.Count} messages"),
                        };
                    }
                }
            }
        }

        return null;
    }

    // All messages but one in a hundred, and those must be few.
    private bool SumHolds(Placed part, string type, string algorithm, int[] starts, int[] ends)
    {
        int failed = 0, allowed = samples.Count / 100;
        for (int i = 0; i < samples.Count; i++)
        {
            if (ends[i] <= starts[i] || ends[i] > samples.Length(i)) return false;
            int start = starts[i];
            long sum = Checksums.Of(algorithm, samples.Bytes(i)[start..ends[i]], part.Starts[i] - start,
                part.Starts[i] + part.Lengths[i] - start);
            if (part.Value(samples, i, type) != sum && ++failed > allowed) return false;
        }

        return true;
    }

    private IEnumerable<(string Name, int[] At)> Places(int index, bool isStart)
    {
        if (isStart) yield return (Layout.Start, new int[samples.Count]);
        else yield return (Layout.Here, placed[index].Starts);
        if (!isStart && index < placed.Count - 1)
            yield return (Layout.End, [.. samples.Messages.Select(m => m.Length)]);

        for (int i = isStart ? 1 : 0; i < Math.Min(placed.Count, 24); i++)
        {
            // Ends before the field are seldom; starts after it are of sums in a header.
            if (isStart ? i == index : i <= index) continue;
            yield return (placed[i].Part.Name, placed[i].Starts);
        }
    }

    private static IEnumerable<string> Types(Placed part, LayoutField field)
    {
        IReadOnlyList<string> types = NumberCoding.Of(part.Size!.Value);
        return types.Contains(field.Type, StringComparer.Ordinal)
            ? types.OrderBy(t => t == field.Type ? 0 : 1) : types;
    }

    private ReadOnlySpan<byte> Bytes(Placed part, int message) =>
        samples.Bytes(message).Slice(Math.Min(part.Starts[message], samples.Length(message)),
            Math.Min(part.Lengths[message],
                samples.Length(message) - Math.Min(part.Starts[message], samples.Length(message))));

    private static string Plus(int addend) => addend == 0 ? "" : addend > 0
        ? $" plus {addend.ToString(CultureInfo.InvariantCulture)}"
        : $" minus {(-addend).ToString(CultureInfo.InvariantCulture)}";

    private static string Said(LayoutField field, string own) =>
        field.Evidence.Length == 0 || field.Evidence == own ? own : $"{own}; {field.Evidence}";
}
