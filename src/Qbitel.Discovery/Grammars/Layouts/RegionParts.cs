using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>From the steps of a search to parts of a layout, with what the inference says of the fields
/// between.</summary>
internal sealed class RegionParts(TypeSamples samples, PartNames names, LayoutKey? key)
{
    private const double Most = 0.98;

    private readonly List<Placed> _placed = [];
    private int[] _cursor = new int[samples.Count];

    public List<Placed> Build(IReadOnlyList<RegionStep> steps)
    {
        foreach (RegionStep step in steps) Add(step);
        Pieces(Each(i => samples.Length(i) - _cursor[i]).GroupBy(n => n).OrderByDescending(g => g.Count()).First().Key);
        return _placed;
    }

    /// <summary>So many bytes in each, cut where most of them have a boundary, and around the key.</summary>
    public List<Placed> Fixed(int size)
    {
        Pieces(size);
        return _placed;
    }

    private void Add(RegionStep step)
    {
        Pieces(step.Skip);
        int[] next = [.. Each(i => step.Walk(samples.Bytes(i), Math.Max(_cursor[i] - step.Skip, 0),
            samples.Origin(i), out _) is >= 0 and int to ? to : samples.Length(i))];
        switch (step)
        {
            case SizedStep sized:
                Sized(sized.Link, next);
                break;
            case LengthsStep lengths:
                Lengths(lengths);
                break;
            case UntilStep until:
                int[] texts = [.. Each(i => Math.Max(next[i] - _cursor[i] - until.Delimiter.Length, 0))];
                Place(Field(texts, new SizeUntil(until.Delimiter)) with { Type = "ascii", Semantic = "string" }, texts);
                break;
            case CountedStep counted:
                Place(Field([.. Each(_ => counted.Width)], new FixedSize(counted.Width)),
                    [.. Each(_ => counted.Width)]);
                Placed number = _placed[^1];
                string name = names.Next("items");
                int[] counts = [.. Each(i => (int)Math.Min(number.Value(samples, i, counted.Type) ?? 0, int.MaxValue))];
                number.Part = ((LayoutField)number.Part) with
                {
                    Type = counted.Type,
                    Semantic = "count",
                    Rule = new CountRule(name, 0),
                    Evidence = $"counts the items that end where the rest begins in {samples.Count} messages",
                };
                Chain(counted.Link, name, new EndByCount(number.Part.Name), next, counts);
                break;
            case FillStep fill:
                int[] rest = [.. Each(i => samples.Length(i) - _cursor[i])];
                Place(new LayoutField(names.Next("padding"), "bytes", new SizeRest())
                {
                    Semantic = "padding",
                    Confidence = 0.95,
                    Evidence = $"nothing but one byte in {samples.Count} messages",
                    Rule = new FillRule(fill.Value),
                }, rest);
                break;
            case MarkedStep marked:
                Chain(marked.Link, names.Next("items"), new EndByMark(new[] { marked.Mark }), next, null);
                break;
            case OpenStep open:
                Chain(open.Link, names.Next("items"), new EndOfRegion(), next,
                    [.. Each(i => open.Walk(samples.Bytes(i), _cursor[i] - open.Skip, samples.Origin(i), out long links)
                        < 0 ? 0 : (int)links)]);
                break;
            default:
                throw new InvalidOperationException($"There are no parts of {step}.");
        }

        _cursor = [.. Each(i => Math.Min(next[i], samples.Length(i)))];
    }

    private void Sized(LinkShape link, int[] next)
    {
        Pieces(link.Before);
        Place(Field([.. Each(_ => link.Width)], new FixedSize(link.Width)), [.. Each(_ => link.Width)]);
        Placed number = _placed[^1];
        Pieces(link.Between);
        int[] sizes = [.. Each(i => number.Value(samples, i, link.Type!) is { } n && n >= link.Addend
            ? (int)Math.Min((n - link.Addend) * link.Unit, Math.Max(next[i] - _cursor[i], 0)) : 0)];
        LayoutField value = Field(sizes, new SizeBy(number.Part.Name));
        number.Part = ((LayoutField)number.Part) with
        {
            Type = link.Type!,
            Semantic = "length",
            Rule = new LengthRule(value.Name, link.Unit, link.Addend),
            Evidence = $"tells the size of {value.Name}, and all ends exactly, in {samples.Count} messages",
        };
        Place(value, sizes);
        if (link.Fill.Unit > 1)
        {
            int[] fills = [.. Each(i => Math.Max(next[i] - _cursor[i], 0))];
            Place(FillField(link, value.Name, IsZero(fills)), fills);
        }
    }

    private void Lengths(LengthsStep step)
    {
        List<Placed> numbers = [];
        for (int n = 0; n < step.Count; n++)
        {
            Place(Field([.. Each(_ => step.Width)], new FixedSize(step.Width)), [.. Each(_ => step.Width)]);
            numbers.Add(_placed[^1]);
        }

        Pieces(step.Between);
        foreach (Placed number in numbers)
        {
            int[] sizes =
                [.. Each(i => (int)Math.Min(number.Value(samples, i, step.Type) ?? 0, samples.Length(i) - _cursor[i]))];
            LayoutField value = Field(sizes, new SizeBy(number.Part.Name));
            number.Part = ((LayoutField)number.Part) with
            {
                Type = step.Type,
                Semantic = "length",
                Rule = new LengthRule(value.Name, 1, 0),
                Evidence = $"tells the size of {value.Name}, and all ends exactly, in {samples.Count} messages",
            };
            Place(value, sizes);
        }
    }

    private bool IsZero(int[] sizes) => Each(i => samples.Bytes(i).Slice(_cursor[i], Math.Min(sizes[i],
        samples.Length(i) - _cursor[i])).IndexOfAnyExcept((byte)0) < 0).Count(zero => zero) >= Most * samples.Count;

    private LayoutField FillField(LinkShape link, string of, bool isZero) => new(names.Next("padding"), "bytes",
        new SizeToMultiple(link.Fill.Unit, link.Fill.IsFromStart ? Layout.Start : of))
    {
        Semantic = "padding",
        Confidence = 0.95,
        Evidence = $"fills up to {link.Fill.Unit.ToString(CultureInfo.InvariantCulture)} bytes",
        Rule = isZero ? new FillRule(0) : null,
    };

    private void Chain(LinkShape link, string name, ChainEnd end, int[] next, int[]? counts)
    {
        string evidence = $"links end exactly in {samples.Count} messages";
        List<LayoutPart> item = [];
        if (link.Before > 0) item.Add(Bytes(names.Inner("tag"), link.Before, "id", evidence));
        if (link.Type is not null)
        {
            string length = names.Inner("length"), value = names.Inner("value");
            item.Add(new LayoutField(length, link.Type, new FixedSize(link.Width))
            {
                Semantic = "length",
                Confidence = 0.95,
                Evidence = evidence,
                Rule = new LengthRule(value, link.Unit, link.Addend),
            });
            if (link.Between > 0) item.Add(Bytes(names.Next("head"), link.Between, "unknown", evidence));
            item.Add(new LayoutField(value, "bytes", new SizeBy(length))
            {
                Semantic = "bytes",
                Confidence = 0.95,
                Evidence = evidence,
            });
            if (link.Fill.Unit > 1) item.Add(FillField(link, value, HasZeroFill(link, next)));
        }

        int[] sizes = [.. Each(i => Math.Max(next[i] - _cursor[i], 0))];
        _placed.Add(new Placed(new LayoutChain(name, end, item) { Confidence = 0.95, Evidence = evidence },
            _cursor, sizes)
        {
            Counts = counts,
        });
    }

    private bool HasZeroFill(LinkShape link, int[] next)
    {
        int links = 0, zero = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            ReadOnlySpan<byte> bytes = samples.Bytes(i);
            for (int at = _cursor[i]; at < next[i];)
            {
                int to = link.ValueEnd(bytes, at, next[i], out _),
                    after = link.Next(bytes, at, next[i], samples.Origin(i), out _);
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

    private void Pieces(int size)
    {
        int start = 0;
        for (int k = 1; k <= size; k++)
        {
            bool isKey = key is not null && _cursor[0] + k - start is int at
                && (at == key.Offset || at == key.Offset + key.Length)
                && Share(i => _cursor[i] == _cursor[0]) == 1;
            int ahead = k - start;
            if (k < size && !isKey && Share(i => samples.IsBoundary(i, _cursor[i] + ahead)) < 0.6) continue;
            int[] sizes = [.. Each(_ => ahead)];
            Place(Field(sizes, new FixedSize(ahead)), sizes);
            start = k;
        }
    }

    private void Place(LayoutField field, int[] sizes)
    {
        int after = field.Size is SizeUntil until ? until.Delimiter.Length : 0;
        _placed.Add(new Placed(field, _cursor, sizes));
        _cursor = [.. Each(i => Math.Min(_cursor[i] + sizes[i] + after, samples.Length(i)))];
    }

    private LayoutField Field(int[] sizes, FieldSize size)
    {
        (InferredField? said, double confidence) = samples.Most(_cursor, sizes);
        int? width = (size as FixedSize)?.Bytes;
        string type = said is not null && (NumberCoding.WidthOf(said.Type) is not { } needed || needed == width)
            ? said.Type
            : "bytes";
        return new LayoutField(names.Next(said?.Name ?? ""), type, size)
        {
            Semantic = said?.Semantic ?? "unknown",
            Confidence = confidence,
            Evidence = said?.Relation?.Evidence ?? "",
        };
    }

    private IEnumerable<T> Each<T>(Func<int, T> of) => Enumerable.Range(0, samples.Count).Select(of);

    private double Share(Func<int, bool> holds) =>
        Enumerable.Range(0, samples.Count).Count(holds) / (double)samples.Count;
}
