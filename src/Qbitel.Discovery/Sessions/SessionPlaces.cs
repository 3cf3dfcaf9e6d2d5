using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Sessions;

/// <summary>Makes bytes a field of its own, whatever was inferred there.</summary>
internal static class SessionPlaces
{
    /// <returns>Why it cannot be; null where it is done.</returns>
    /// <param name="parts">Of a type.</param>
    /// <param name="edit">One with a place.</param>
    /// <param name="cut">The parts with the field among them.</param>
    /// <param name="index">Where the field is; it may still be called what it was.</param>
    public static string? Cut(IReadOnlyList<LayoutPart> parts, SessionEdit edit, out IReadOnlyList<LayoutPart> cut,
        out int index)
    {
        (cut, index) = (parts, -1);
        int start = edit.Start!.Value, at = 0, first = 0;
        for (; first < parts.Count && parts[first] is LayoutField { Size: FixedSize size }
            && at + size.Bytes <= start; first++)
        {
            at += size.Bytes;
        }

        if (first == parts.Count || (at < start && parts[first] is not LayoutField { Size: FixedSize }))
            return $"byte {N(start)} is in no field that begins at the same place in all messages";
        if (edit.Length is not { } length)
        {
            if (at != start) return $"no field begins at byte {N(start)}";
            index = first;
            return null;
        }

        if (!Layout.IsName(edit.Field)) return "a name has small letters, digits and underscores";
        int end = start + length, last = first, to = at;
        for (; last < parts.Count && to < end; last++)
        {
            if (parts[last] is not LayoutField { Rule: null or ConstantRule, Size: FixedSize size }
                || Refers(parts, parts[last].Name))
            {
                return $"bytes {N(start)} to {N(end - 1)} are tied to other fields, "
                    + "or not at the same place in all messages";
            }

            to += size.Bytes;
        }

        if (to < end) return $"the message ends before byte {N(end)}";
        List<LayoutPart> list = [.. parts.Take(first)];
        if (at < start) list.Add(Piece((LayoutField)parts[first], parts[first].Name, start - at));
        index = list.Count;
        list.Add(new LayoutField(edit.Field, "bytes", new FixedSize(length))
        {
            Confidence = 1,
            Evidence = SessionEdits.Said,
        });
        if (to > end)
        {
            string name = last - 1 == first && at < start ? parts[last - 1].Name + "_rest" : parts[last - 1].Name;
            list.Add(Piece((LayoutField)parts[last - 1], name, to - end));
        }

        list.AddRange(parts.Skip(last));
        if (list.Select(p => p.Name).Distinct(StringComparer.Ordinal).Count() < list.Count)
            return $"the name {edit.Field} is taken";
        cut = list;
        return null;
    }

    private static LayoutField Piece(LayoutField of, string name, int size) => of with
    {
        Name = name,
        Type = of.Type == "ascii" ? of.Type : "bytes",
        Size = new FixedSize(size),
        Rule = null,
    };

    private static bool Refers(IReadOnlyList<LayoutPart> parts, string name) =>
        parts.Any(p => p is LayoutField { Rule: ChecksumRule sum } && (sum.From == name || sum.To == name));

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
}
