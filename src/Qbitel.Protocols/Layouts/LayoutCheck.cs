namespace Qbitel.Protocols.Layouts;

/// <summary>What must hold for a layout to be parsed and written with.</summary>
public static class LayoutCheck
{
    private static readonly string[] Places = [Layout.WholeMessage, Layout.WhatFollows];

    public static bool Holds(IReadOnlyList<LayoutPart> parts)
    {
        try
        {
            RequireAll(parts, [], "$", 0);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // With all that is in them.
    private static void RequireAll(IReadOnlyList<LayoutPart> parts, IReadOnlyList<LayoutPart> around,
        string path, int depth)
    {
        if (depth >= Layout.MaxDepth) throw new FormatException($"{path}: nested more than {Layout.MaxDepth} deep");
        Require(parts, around, path);
        List<LayoutPart> before = [.. around];
        foreach (LayoutPart part in parts)
        {
            if (before.Exists(p => p.Name == part.Name))
                throw new FormatException($"{path}: the name {part.Name} is taken");

            IReadOnlyList<LayoutPart>[] inner = part switch
            {
                LayoutChain chain => [chain.Item],
                LayoutGroup group => [.. group.Cases.Select(c => c.Parts)],
                _ => [],
            };
            foreach (IReadOnlyList<LayoutPart> each in inner)
                RequireAll(each, before, $"{path}/{part.Name}", depth + 1);

            before.Add(part);
        }
    }

    /// <summary>What must hold among neighbours; what is in them is asked for itself.</summary>
    /// <exception cref="FormatException">Something does not hold, and where.</exception>
    internal static void Require(IReadOnlyList<LayoutPart> parts, IReadOnlyList<LayoutPart> around, string path)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            string at = $"{path}/{parts[i].Name}";
            string? by = parts[i] switch
            {
                LayoutField { Size: SizeBy size } => size.Field,
                LayoutGroup { Size: SizeBy size } => size.Field,
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

            if (IsOpen(parts[i]) && parts.Skip(i + 1).Any(p => p is not LayoutField { Size: FixedSize }))
                throw new FormatException($"{at}: what follows it must be of fixed size");

            if (parts[i] is LayoutField field) Require(field, parts, i, at);
            else if (parts[i] is LayoutGroup group) Require(group, parts, i, at);
            else if (((LayoutChain)parts[i]).Item.Count == 0) throw new FormatException($"{at}: a chain of nothing");
        }
    }

    // It goes as far as there are bytes.
    private static bool IsOpen(LayoutPart part) => part is LayoutField { Size: SizeRest }
        or LayoutChain { End: EndOfRegion }
        or LayoutGroup { Size: SizeRest }
        || (part is LayoutGroup { Size: null } group && group.Cases.Any(c => c.Parts.Any(IsOpen)));

    private static void Require(LayoutGroup group, IReadOnlyList<LayoutPart> parts, int index, string at)
    {
        if (group.Size is not (null or SizeBy or SizeRest))
            throw new FormatException($"{at}: a group ends by a length, or the rest");

        if (group.Cases.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count() < group.Cases.Count)
            throw new FormatException($"{at}: two cases have one name");
        if (group.Choice is not { } choice)
        {
            if (group.Cases.Count != 1 || group.Cases[0].Value is not null)
                throw new FormatException($"{at}: without a choice there is one case for all values");
            return;
        }

        if (parts.Take(index).FirstOrDefault(p => p.Name == choice.Field)
            is not LayoutField { Size: FixedSize { Bytes: <= 4 } size })
        {
            throw new FormatException($"{at}: {choice.Field} is no earlier neighbour of at most four bytes");
        }

        if (choice.Mask.Length != 0 && choice.Mask.Length != size.Bytes)
            throw new FormatException($"{at}: the mask has {choice.Mask.Length} bytes, {choice.Field} {size.Bytes}");
        if (group.Cases.Count == 0 || group.Cases.SkipLast(1).Any(c => c.Value is null)
            || group.Cases.Any(c => c.Value is { } value && value.Length != size.Bytes))
        {
            throw new FormatException(
                $"{at}: a case has a value of {size.Bytes} bytes, only the last may be for all others");
        }
    }

    private static void Require(LayoutField field, IReadOnlyList<LayoutPart> parts, int index, string at)
    {
        if (NumberCoding.WidthOf(field.Type) is { } width && (field.Size as FixedSize)?.Bytes != width)
            throw new FormatException($"{at}: {field.Type} has {width} bytes");
        if (field.Size is SizeToMultiple pad && (pad.Unit is < 2 or > 64
            || (pad.Of != Layout.Start && !parts.Take(index).Any(p => p.Name == pad.Of))))
        {
            throw new FormatException($"{at}: padding fills up an earlier neighbour to a multiple of 2 to 64");
        }

        if (field.Rule is null) return;
        if (field.Rule is FillRule && field.Size is SizeToMultiple or SizeRest) return;
        if (field.Size is not FixedSize size) throw new FormatException($"{at}: what has a rule is of fixed size");
        bool isNumber = NumberCoding.Types.Contains(field.Type, StringComparer.Ordinal)
            && size.Bytes <= (field.Type switch { "bcd" => 9, "hex-digits" => 15, _ => 18 });
        switch (field.Rule)
        {
            case ConstantRule constant when constant.Value.Length != size.Bytes:
                throw new FormatException(
                    $"{at}: the constant has {constant.Value.Length} bytes, the field {size.Bytes}");
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
