using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>From the steps of a search to parts of a layout, with what the inference says of the fields
/// between.</summary>
internal sealed class RegionParts(TypeSamples samples, PartNames names, LayoutKey? key)
    : Placement(samples, names, key)
{
    private const double Most = 0.98;

    public List<Placed> Build(IReadOnlyList<RegionStep> steps)
    {
        foreach (RegionStep step in steps) Add(step);
        PlaceEnd();
        return Parts;
    }

    /// <summary>So many bytes in each, cut where most of them have a boundary, and around the key.</summary>
    public List<Placed> Fixed(int size)
    {
        PlacePieces(size);
        return Parts;
    }

    private void Add(RegionStep step)
    {
        PlacePieces(step.Skip);
        int[] next = [.. Each(i => step.Walk(Samples.Bytes(i), Math.Max(Cursor[i] - step.Skip, 0),
            Samples.Origin(i), out _) is >= 0 and int to ? to : Samples.Length(i))];
        switch (step)
        {
            case SizedStep sized:
                Sized(sized.Link, next);
                break;
            case LengthsStep lengths:
                Lengths(lengths);
                break;
            case UntilStep until:
                int[] texts = [.. Each(i => Math.Max(next[i] - Cursor[i] - until.Delimiter.Length, 0))];
                Place(Field(texts, new SizeUntil(until.Delimiter)) with { Type = "ascii", Semantic = "string" }, texts);
                break;
            case CountedStep counted:
                Placed number = PlaceFixed(counted.Width);
                string name = Names.Next("items");
                int[] counts = [.. Each(i => (int)Math.Min(number.Value(Samples, i, counted.Type) ?? 0, int.MaxValue))];
                number.Part = ((LayoutField)number.Part) with
                {
                    Type = counted.Type,
                    Semantic = "count",
                    Rule = new CountRule(name, 0),
                    Evidence = $"counts the items that end where the rest begins in {Samples.Count} messages",
                };
                Chain(counted.Link, name, new EndByCount(number.Part.Name), next, counts);
                break;
            case FillStep fill:
                int[] rest = [.. Each(i => Samples.Length(i) - Cursor[i])];
                Place(new LayoutField(Names.Next("padding"), "bytes", new SizeRest())
                {
                    Semantic = "padding",
                    Confidence = 0.95,
                    Evidence = $"nothing but one byte in {Samples.Count} messages",
                    Rule = new FillRule(fill.Value),
                }, rest);
                break;
            case MarkedStep marked:
                Chain(marked.Link, Names.Next("items"), new EndByMark(new[] { marked.Mark }), next, null);
                break;
            case OpenStep open:
                Chain(open.Link, Names.Next("items"), new EndOfRegion(), next,
                    [.. Each(i => open.Walk(Samples.Bytes(i), Cursor[i] - open.Skip, Samples.Origin(i), out long links)
                        < 0 ? 0 : (int)links)]);
                break;
            default:
                throw new InvalidOperationException($"There are no parts of {step}.");
        }

        Cursor = [.. Each(i => Math.Min(next[i], Samples.Length(i)))];
    }

    private void Sized(LinkShape link, int[] next)
    {
        PlacePieces(link.Before);
        Placed number = PlaceFixed(link.Width);
        PlacePieces(link.Between);
        int[] sizes = [.. Each(i => number.Value(Samples, i, link.Type!) is { } n && n >= link.Addend
            ? (int)Math.Min(n - link.Addend, Math.Max(next[i] - Cursor[i], 0)) : 0)];
        LayoutField value = Field(sizes, new SizeBy(number.Part.Name));
        number.Part = ((LayoutField)number.Part) with
        {
            Type = link.Type!,
            Semantic = "length",
            Rule = new LengthRule(value.Name, 1, link.Addend),
            Evidence = $"tells the size of {value.Name}, and all ends exactly, in {Samples.Count} messages",
        };
        Place(value, sizes);
        if (link.Fill.Unit > 1)
        {
            int[] fills = [.. Each(i => Math.Max(next[i] - Cursor[i], 0))];
            Place(FillField(link, value.Name, IsZero(fills)), fills);
        }
    }

    private void Lengths(LengthsStep step)
    {
        List<Placed> numbers = [];
        for (int n = 0; n < step.Count; n++)
        {
            numbers.Add(PlaceFixed(step.Width));
        }

        PlacePieces(step.Between);
        foreach (Placed number in numbers)
        {
            int[] sizes =
                [.. Each(i => (int)Math.Min(number.Value(Samples, i, step.Type) ?? 0, Samples.Length(i) - Cursor[i]))];
            LayoutField value = Field(sizes, new SizeBy(number.Part.Name));
            number.Part = ((LayoutField)number.Part) with
            {
                Type = step.Type,
                Semantic = "length",
                Rule = new LengthRule(value.Name, 1, 0),
                Evidence = $"tells the size of {value.Name}, and all ends exactly, in {Samples.Count} messages",
            };
            Place(value, sizes);
        }
    }

    private bool IsZero(int[] sizes) => Each(i => Samples.Bytes(i).Slice(Cursor[i], Math.Min(sizes[i],
        Samples.Length(i) - Cursor[i])).IndexOfAnyExcept((byte)0) < 0).Count(zero => zero) >= Most * Samples.Count;

    private LayoutField FillField(LinkShape link, string of, bool isZero) => new(Names.Next("padding"), "bytes",
        new SizeToMultiple(link.Fill.Unit, link.Fill.IsFromStart ? Layout.Start : of))
    {
        Semantic = "padding",
        Confidence = 0.95,
        Evidence = $"fills up to {link.Fill.Unit.ToString(CultureInfo.InvariantCulture)} bytes",
        Rule = isZero ? new FillRule(0) : null,
    };

    private void Chain(LinkShape link, string name, ChainEnd end, int[] next, int[]? counts)
    {
        string evidence = $"links end exactly in {Samples.Count} messages";
        List<LayoutPart> item = [];
        if (link.Before > 0) item.Add(Bytes(Names.Inner("tag"), link.Before, "id", evidence));
        if (link.Type is not null)
        {
            string length = Names.Inner("length"), value = Names.Inner("value");
            item.Add(new LayoutField(length, link.Type, new FixedSize(link.Width))
            {
                Semantic = "length",
                Confidence = 0.95,
                Evidence = evidence,
                Rule = new LengthRule(value, 1, link.Addend),
            });
            if (link.Between > 0) item.Add(Bytes(Names.Next("head"), link.Between, "unknown", evidence));
            item.Add(new LayoutField(value, "bytes", new SizeBy(length))
            {
                Semantic = "bytes",
                Confidence = 0.95,
                Evidence = evidence,
            });
            if (link.Fill.Unit > 1) item.Add(FillField(link, value, HasZeroFill(link, next)));
        }

        int[] sizes = [.. Each(i => Math.Max(next[i] - Cursor[i], 0))];
        Parts.Add(new Placed(new LayoutChain(name, end, item) { Confidence = 0.95, Evidence = evidence },
            Cursor, sizes)
        {
            Counts = counts,
        });
    }

    private bool HasZeroFill(LinkShape link, int[] next)
    {
        int links = 0, zero = 0;
        for (int i = 0; i < Samples.Count; i++)
        {
            ReadOnlySpan<byte> bytes = Samples.Bytes(i);
            for (int at = Cursor[i]; at < next[i];)
            {
                int to = link.ValueEnd(bytes, at, next[i], out _),
                    after = link.Next(bytes, at, next[i], Samples.Origin(i), out _);
                if (after <= at) break;
                links++;
                if (bytes[to..after].IndexOfAnyExcept((byte)0) < 0) zero++;
                at = after;
            }
        }

        return zero >= Most * links;
    }

    private static LayoutField Bytes(string name, int size, string semantic, string evidence) => new(name, size switch
    {
        1 => "uint8",
        2 => "uint16be",
        4 => "uint32be",
        _ => "bytes",
    }, new FixedSize(size))
    { Semantic = semantic, Confidence = 0.95, Evidence = evidence };
}
