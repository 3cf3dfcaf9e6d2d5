namespace Qbitel.Protocols.Layouts;

/// <summary>What must hold for a layout to be parsed and written with.</summary>
public static class LayoutCheck
{
    private static readonly string[] Places = [Layout.WholeMessage, Layout.WhatFollows];

    public static bool Holds(IReadOnlyList<LayoutPart> parts)
    {
        try
        {
            Require(parts, [], "$");
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <exception cref="FormatException">Something does not hold, and where.</exception>
    internal static void Require(IReadOnlyList<LayoutPart> parts, IReadOnlyList<LayoutPart> around, string path)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            string at = $"{path}/{parts[i].Name}";
            string? by = parts[i] switch
            {
                LayoutField { Size: SizeBy size } => size.Field,
                LayoutChain { End: EndByLength length } => length.Field,
                LayoutChain { End: EndByCount count } => count.Field,
                _ => null,
            };
            if (by is not null)
            {
                LayoutPart? earlier = parts.Take(i).Concat(around).FirstOrDefault(p => p.Name == by);
                string? of = (earlier as LayoutField)?.Rule switch
                {
                    LengthRule length when parts[i] is not LayoutChain { End: EndByCount } => length.Of,
                    CountRule count when parts[i] is LayoutChain { End: EndByCount } => count.Of,
                    _ => null,
                };
                // One that is around counts for all items at once, which none of them can rely on.
                if (of != parts[i].Name || !parts.Take(i).Contains(earlier))
                    throw new FormatException($"{at}: {by} is no earlier neighbour that measures it");
            }

            bool isOpen = parts[i] is LayoutField { Size: SizeRest } or LayoutChain { End: EndOfRegion };
            if (isOpen && parts.Skip(i + 1).Any(p => p is not LayoutField { Size: FixedSize }))
                throw new FormatException($"{at}: what follows it must be of fixed size");

            if (parts[i] is LayoutField field) Require(field, parts, i, at);
            else if (((LayoutChain)parts[i]).Item.Count == 0) throw new FormatException($"{at}: a chain of nothing");
        }
    }

    private static void Require(LayoutField field, IReadOnlyList<LayoutPart> parts, int index, string at)
    {
        if (NumberCoding.WidthOf(field.Type) is { } width && (field.Size as FixedSize)?.Bytes != width)
            throw new FormatException($"{at}: {field.Type} has {width} bytes");
        if (field.Rule is null) return;
        if (field.Size is not FixedSize size) throw new FormatException($"{at}: what has a rule is of fixed size");
        bool isNumber = NumberCoding.Types.Contains(field.Type, StringComparer.Ordinal)
            && size.Bytes <= (field.Type switch { "bcd" => 9, "hex-digits" => 15, _ => 18 });
        switch (field.Rule)
        {
            case ConstantRule constant when constant.Value.Length != size.Bytes:
                throw new FormatException($"{at}: the constant has {constant.Value.Length} bytes, the field {size.Bytes}");
            case LengthRule length when !isNumber || !(Places.Contains(length.Of, StringComparer.Ordinal)
                || parts.Skip(index + 1).Any(p => p.Name == length.Of)):
                throw new FormatException($"{at}: a length is a number about a later neighbour");
            case CountRule count when !isNumber
                || !parts.Skip(index + 1).Any(p => p is LayoutChain && p.Name == count.Of):
                throw new FormatException($"{at}: a count is a number about a later chain");
            case ChecksumRule sum when !isNumber || !Checksums.Names.Contains(sum.Algorithm, StringComparer.Ordinal)
                || !IsPlace(sum.From, Layout.Start) || !IsPlace(sum.To, Layout.Here, Layout.End)
                || Order(sum.From) > Order(sum.To):
                throw new FormatException($"{at}: a check value has an algorithm and a stretch of neighbours");
            default:
                break;
        }

        bool IsPlace(string name, params string[] also) =>
            also.Contains(name, StringComparer.Ordinal) || parts.Any(p => p.Name == name);

        int Order(string name) => name switch
        {
            Layout.Start => -1,
            Layout.Here => index,
            Layout.End => int.MaxValue,
            _ => Enumerable.Range(0, parts.Count).First(i => parts[i].Name == name),
        };
    }
}
