using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Sessions;

/// <summary>Puts what a person said into a layout; what cannot be said of it is left out and told.</summary>
internal static class SessionEdits
{
    internal const string Said = "said by a person";

    private const string DoesNotHold = "the layout would not hold together";

    // Beside those of numbers.
    private static readonly string[] Encodings =
        ["bytes", "ascii", "ebcdic", "packed", "zoned-ascii", "zoned-ebcdic"];

    private static readonly string[] Semantics =
    [
        "amount", "timestamp", "date", "time", "length", "count", "sequence", "checksum", "msgtype", "id", "address",
        "flags", "bitmap", "padding", "string", "version", "const", "magic", "delimiter", "float", "integer", "bytes",
        "unknown",
    ];

    public static Layout Apply(Layout layout, IReadOnlyList<SessionEdit> edits, out IReadOnlyList<string> notApplied)
    {
        List<LayoutType> types = [.. layout.Types];
        List<string> left = [];
        for (int n = 0; n < edits.Count; n++)
        {
            SessionEdit edit = edits[n];
            if (edit.Start is not null)
            {
                if (Place(types, edit) is { } without) left.Add($"edit {n + 1}: {without}");
                continue;
            }

            string? reason = $"there is no field {PartNames.Clean(edit.Field)}";
            for (int t = 0; t < types.Count; t++)
            {
                if (edit.Type is not null && edit.Type != types[t].Name) continue;
                string? refused = EditAt(types[t].Parts, [], edit.Field.Split('.'), edit,
                    out IReadOnlyList<LayoutPart>? parts);
                if (parts is null) continue;
                if (refused is null) types[t] = types[t] with { Parts = parts };
                reason = refused;
            }

            if (reason is not null) left.Add($"edit {n + 1}: {reason}");
        }

        notApplied = left;
        return layout with { Types = types };
    }

    // The last word of a path names a field, those before it the chains it is in. Null where there is none of that
    // path.
    private static string? EditAt(IReadOnlyList<LayoutPart> parts, IReadOnlyList<LayoutPart> around,
        ReadOnlySpan<string> path, SessionEdit edit, out IReadOnlyList<LayoutPart>? edited)
    {
        edited = null;
        string name = path[0];
        int index = parts.ToList().FindIndex(p => p.Name == name);
        if (index < 0) return null;
        if (path.Length == 1)
        {
            string chains = edit.Field[..^name.Length];
            string? next = edit.MergeWith is { } said && chains.Length > 0
                && said.StartsWith(chains, StringComparison.Ordinal)
                ? said[chains.Length..] : edit.MergeWith;
            string? refused = Edit(parts, around, index, edit with { Field = name, MergeWith = next },
                out IReadOnlyList<LayoutPart> own);
            edited = own;
            return refused is null && !LayoutCheck.Holds(own) ? DoesNotHold : refused;
        }

        if (parts[index] is LayoutGroup group)
        {
            List<GroupCase> cases = [.. group.Cases];
            string? first = null;
            for (int i = 0; i < cases.Count; i++)
            {
                string? why = EditAt(cases[i].Parts, [.. around, .. parts], path[1..], edit,
                    out IReadOnlyList<LayoutPart>? inner);
                if (inner is null) continue;
                first ??= why;
                cases[i] = cases[i] with { Parts = inner };
                edited = [.. parts.Select((part, at) => at == index ? group with { Cases = [.. cases] } : part)];
            }

            return first;
        }

        if (parts[index] is not LayoutChain chain) return null;
        string? reason = EditAt(chain.Item, [.. around, .. parts], path[1..], edit,
            out IReadOnlyList<LayoutPart>? item);
        if (item is not null) edited = [.. parts.Select((part, i) => i == index ? chain with { Item = item } : part)];
        return reason;
    }

    // Types that are too short for the place are no reason to refuse, as long as one is not.
    private static string? Place(List<LayoutType> types, SessionEdit edit)
    {
        string? reason = $"there is no type {PartNames.Clean(edit.Type ?? "")}";
        bool isPlaced = false;
        for (int t = 0; t < types.Count; t++)
        {
            if (edit.Type is not null && edit.Type != types[t].Name) continue;
            reason = SessionPlaces.Cut(types[t].Parts, edit, out IReadOnlyList<LayoutPart> parts, out int index);
            if (reason is null && index >= 0)
            {
                string own = parts[index].Name;
                SessionEdit rest = edit with { Field = own, Name = own == edit.Field ? null : edit.Field };
                reason = Edit(parts, [], index, rest, out parts);
            }

            if (reason is null && !LayoutCheck.Holds(parts)) reason = DoesNotHold;
            if (reason is not null) continue;
            types[t] = types[t] with { Parts = parts };
            isPlaced = true;
        }

        return isPlaced ? null : reason;
    }

    private static string? Edit(IReadOnlyList<LayoutPart> parts, IReadOnlyList<LayoutPart> around, int index,
        SessionEdit edit, out IReadOnlyList<LayoutPart> edited)
    {
        edited = parts;
        List<LayoutPart> list = [.. parts];
        if (edit.Name is { } name && edit.SplitAt is null)
        {
            if (!Layout.IsName(name)) return "a name has small letters, digits and underscores";
            if (IsTaken(name)) return $"the name {name} is taken";
        }

        if (edit.Semantic is { } semantic && !Semantics.Contains(semantic, StringComparer.Ordinal))
            return "no such meaning";
        if (edit.MergeWith is { } next)
        {
            if (index + 1 >= list.Count || list[index + 1].Name != next
                || list[index] is not LayoutField { Rule: null, Size: FixedSize one } first
                || list[index + 1] is not LayoutField { Rule: null, Size: FixedSize two })
            {
                return $"{next} does not follow {edit.Field}, or one of them is tied to other fields";
            }

            if (Refers(parts, next)) return $"other fields are tied to {next}";
            list[index] = Unread(first, one.Bytes + two.Bytes);
            list.RemoveAt(index + 1);
        }

        if (edit.SplitAt is { } at)
        {
            if (list[index] is not LayoutField { Rule: null, Size: FixedSize size } whole || at >= size.Bytes)
                return $"{edit.Field} has no place to be split at";
            string second = edit.Name ?? edit.Field + "_rest";
            if (!Layout.IsName(second) || IsTaken(second)) return "the second half has no free name";
            list[index] = Unread(whole, at);
            list.Insert(index + 1, Unread(new LayoutField(second, "bytes", size), size.Bytes - at));
        }

        if (list[index] is LayoutField field && (edit.Encoding ?? edit.Semantic) is not null)
        {
            if (edit.Encoding is { } encoding)
            {
                if (field.Rule is not (null or ConstantRule)) return "its encoding is tied to other fields";
                if (!Encodings.Contains(encoding, StringComparer.Ordinal)
                    && !NumberCoding.Types.Contains(encoding, StringComparer.Ordinal))
                {
                    return "no such encoding";
                }

                field = field with { Type = encoding };
            }

            list[index] = field with { Semantic = edit.Semantic ?? field.Semantic, Confidence = 1, Evidence = Said };
        }

        edited = edit.Name is { } to && edit.SplitAt is null ? Renamed(list, edit.Field, to) : list;
        return null;

        // Among its neighbours, in their items, and around them.
        bool IsTaken(string wanted) => around.Any(p => p.Name == wanted) || Has(parts, wanted);
    }

    private static LayoutField Spoken(LayoutField field) => field with { Confidence = 1, Evidence = Said };

    private static LayoutField Unread(LayoutField field, int size) =>
        Spoken(field) with { Size = new FixedSize(size), Type = "bytes" };

    private static bool Has(IReadOnlyList<LayoutPart> parts, string name) =>
        parts.Any(p => p.Name == name || (p is LayoutChain chain && Has(chain.Item, name))
            || (p is LayoutGroup group && group.Cases.Any(c => Has(c.Parts, name))));

    private static List<LayoutPart> Renamed(List<LayoutPart> parts, string from, string to) => [.. parts.Select(part =>
        part switch
        {
            LayoutField field => field with
            {
                Name = Of(field.Name, from, to),
                Size = field.Size switch
                {
                    SizeBy by => new SizeBy(Of(by.Field, from, to)),
                    SizeToMultiple pad => pad with { Of = Of(pad.Of, from, to) },
                    _ => field.Size,
                },
                Rule = field.Rule switch
                {
                    LengthRule rule => rule with { Of = Of(rule.Of, from, to) },
                    CountRule rule => rule with { Of = Of(rule.Of, from, to) },
                    ChecksumRule rule => rule with { From = Of(rule.From, from, to), To = Of(rule.To, from, to) },
                    _ => field.Rule,
                },
            },
            LayoutChain chain => chain with
            {
                Name = Of(chain.Name, from, to),
                End = chain.End switch
                {
                    EndByCount count => new EndByCount(Of(count.Field, from, to)),
                    EndByLength length => new EndByLength(Of(length.Field, from, to)),
                    _ => chain.End,
                },
            },
            LayoutGroup group => group with
            {
                Name = Of(group.Name, from, to),
                Size = group.Size is SizeBy by ? new SizeBy(Of(by.Field, from, to)) : group.Size,
                Choice = group.Choice is { } choice ? choice with { Field = Of(choice.Field, from, to) } : null,
            },
            _ => part,
        }).Select(part => part is LayoutField field && field.Name == to ? Spoken(field) : part)];

    private static string Of(string name, string from, string to) => name == from ? to : name;

    private static bool Refers(IReadOnlyList<LayoutPart> parts, string name) => parts.Any(p => p is LayoutField
    {
        Rule: ChecksumRule sum
    } && (sum.From == name || sum.To == name));
}
