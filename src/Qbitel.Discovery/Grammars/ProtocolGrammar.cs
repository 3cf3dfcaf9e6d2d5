using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars;

/// <summary>
/// A grammar with probabilities over a layout: which types there are and how often, how long chains get, and what
/// values fields take. Learnt from messages that are all taken for good.
/// </summary>
internal sealed class ProtocolGrammar
{
    /// <summary>Where the surprise at a message's type is reported.</summary>
    public const string TypePath = "(type)";

    private const string Start = "message";
    private const int Stretch = 8;

    private readonly RuleBook _book = new();
    private readonly Dictionary<string, FieldModel> _models = new(StringComparer.Ordinal);
    private readonly SymbolMerge _symbols;
    private readonly Dictionary<LayoutType, IReadOnlyList<string>> _bodies = new(ReferenceEqualityComparer.Instance);

    private ProtocolGrammar(Layout layout, IReadOnlyList<ParsedMessage> messages)
    {
        Layout = layout;
        _symbols = new SymbolMerge(layout, messages);
        Factor();
        foreach (LayoutType type in layout.Types) _ = _book[Start, TypeSymbol(type)];
        foreach (ParsedMessage message in messages) Count(message.Parts, message.Bytes.Span);
        _book.Estimate([.. messages.Select(Forest)]);
    }

    public Layout Layout { get; }

    public static ProtocolGrammar Learn(InferredProtocol protocol, Func<int, bool>? isTrained = null,
        bool hasOther = false) =>
        Learn(LayoutLearner.Learn(protocol, "protocol", isTrained, hasOther), Enumerable
            .Range(0, protocol.Samples.Count).Where(i => isTrained?.Invoke(i) != false)
            .Select(i => protocol.Samples[i].Bytes));

    public static ProtocolGrammar Learn(Layout layout, IEnumerable<ReadOnlyMemory<byte>> messages) =>
        new(layout, [.. messages.Select(m => LayoutParser.Parse(layout, m)).Where(p => p.IsValid)]);

    /// <summary>The surprise at each part of a message, in bits, as far as it was read.</summary>
    public IReadOnlyList<Surprise> Surprises(ParsedMessage message)
    {
        List<Surprise> found = [];
        if (message.Type is not { } type) return found;
        found.Add(new(TypePath, Layout.Key?.Offset ?? 0, Layout.Key?.Length ?? 0, RuleBits(Start, TypeSymbol(type))));
        Surprise(message.Parts, message.Bytes.Span, "", found);
        return found;
    }

    /// <summary>The grammar in the document's form.</summary>
    public DiscoveredGrammar Describe()
    {
        List<GrammarRule> rules = [];
        foreach (var rule in Enumerable.Range(0, _book.Rules.Count)
            .GroupBy(i => _book.Rules[i].Symbol, StringComparer.Ordinal))
        {
            rules.Add(new GrammarRule(rule.Key, [.. rule.OrderByDescending(i => _book.Probability[i]).ThenBy(i => i)
                .Select(i => new GrammarAlternative(_book.Probability[i], _book.Rules[i].Symbols))]));
        }

        HashSet<GrammarTie> attributes = [];
        foreach (LayoutType type in Layout.Types) Attributes(type.Parts, attributes);
        return new DiscoveredGrammar(Start, rules, [.. attributes.OrderBy(a => a.Field, StringComparer.Ordinal)
            .ThenBy(a => a.Kind, StringComparer.Ordinal).ThenBy(a => a.Of, StringComparer.Ordinal)]);
    }

    // Types that begin and end alike share those stretches as symbols of their own, where that is shorter.
    private void Factor()
    {
        List<List<string>> bodies = [.. Layout.Types.Select(t => t.Parts.Select(p => _symbols[p]).ToList())];
        int head = 0, tail = 0;
        if (bodies.Count > 1)
        {
            int shortest = bodies.Min(b => b.Count);
            while (head < shortest && bodies.TrueForAll(b => b[head] == bodies[0][head])) head++;
            while (tail < shortest - head && bodies.TrueForAll(b => b[^(tail + 1)] == bodies[0][^(tail + 1)])) tail++;
        }

        // In symbols: a rule of its own with n of them, and one in each type, against n in each type.
        bool hasHead = head + 1 + bodies.Count < head * bodies.Count,
            hasTail = tail + 1 + bodies.Count < tail * bodies.Count;
        for (int i = 0; i < bodies.Count; i++)
        {
            List<string> body = bodies[i];
            List<string> factored = [.. hasHead ? ["header"] : body[..head], .. body[head..^tail],
                .. hasTail ? ["trailer"] : body[^tail..]];
            _bodies[Layout.Types[i]] = factored;
            _ = _book[TypeSymbol(Layout.Types[i]), [.. factored]];
        }

        if (hasHead) _ = _book["header", [.. bodies[0][..head]]];
        if (hasTail) _ = _book["trailer", [.. bodies[0][^tail..]]];
    }

    private static string TypeSymbol(LayoutType type) => $"type:{type.Name}";

    private void Count(IReadOnlyList<ParsedPart> parts, ReadOnlySpan<byte> message)
    {
        foreach (ParsedPart part in parts)
        {
            if (part.Items is { } items)
            {
                foreach (IReadOnlyList<ParsedPart> item in items) Count(item, message);
                continue;
            }

            if (Follows(part)) continue;
            string symbol = _symbols[part.Part];
            if (!_models.TryGetValue(symbol, out FieldModel? model)) _models[symbol] = model = new FieldModel();
            model.Add(message.Slice(part.Start, part.Length));
        }
    }

    // What follows from other parts costs nothing; that it does is checked by the parser. Nor does what moves on from
    // message to message: later messages have values that no baseline has.
    private static bool Follows(ParsedPart part) =>
        part.Part is LayoutField { IsDerived: true } or LayoutField { Semantic: "sequence" or "timestamp" };

    // Every type that reads the message is a derivation of it.
    private ForestNode Forest(ParsedMessage message)
    {
        ForestNode root = new();
        IEnumerable<ParsedMessage> readings = Layout.Key is not null ? [message]
            : Layout.Types.Select(t => LayoutParser.Parse(t, message.Bytes)).Where(p => p.IsValid);
        foreach (ParsedMessage reading in readings)
        {
            ForestNode type = new();
            type.Edges.Add((_book[TypeSymbol(reading.Type!), [.. _bodies[reading.Type!]]], Chains(reading.Parts)));
            root.Edges.Add((_book[Start, TypeSymbol(reading.Type!)], [type]));
        }

        return root;
    }

    private List<ForestNode> Chains(IReadOnlyList<ParsedPart> parts)
    {
        List<ForestNode> nodes = [];
        foreach (ParsedPart part in parts)
        {
            if (part.Items is not { } items) continue;
            string symbol = _symbols[part.Part];
            if (part.Part is not LayoutChain chain)
            {
                ForestNode group = new();
                group.Edges.Add((_book[symbol, [.. items[0].Select(p => _symbols[p.Part])]], Chains(items[0])));
                nodes.Add(group);
                continue;
            }

            string[] inner = [.. chain.Item.Select(p => _symbols[p])];
            ForestNode rest = new();
            rest.Edges.Add((_book[symbol], []));
            for (int i = items.Count - 1; i >= 0; i--)
            {
                ForestNode link = new();
                link.Edges.Add((_book[symbol, [.. inner, symbol]], [.. Chains(items[i]), rest]));
                rest = link;
            }

            nodes.Add(rest);
        }

        return nodes;
    }

    private void Surprise(IReadOnlyList<ParsedPart> parts, ReadOnlySpan<byte> message, string path,
        List<Surprise> found)
    {
        foreach (ParsedPart part in parts)
        {
            string name = path + part.Part.Name;
            if (part.Items is { } items)
            {
                string symbol = _symbols[part.Part];
                if (part.Part is not LayoutChain chain)
                {
                    found.Add(new(name, part.Start, part.Length,
                        RuleBits(symbol, [.. items[0].Select(p => _symbols[p.Part])])));
                    Surprise(items[0], message, $"{name}.", found);
                    continue;
                }

                double more = RuleBits(symbol, [.. chain.Item.Select(p => _symbols[p]), symbol]);
                found.Add(new(name, part.Start, part.Length, (items.Count * more) + RuleBits(symbol)));
                for (int i = 0; i < items.Count; i++) Surprise(items[i], message, $"{name}[{i}].", found);
                continue;
            }

            if (Follows(part)) continue;
            FieldModel? model = _models.GetValueOrDefault(_symbols[part.Part]);
            ReadOnlySpan<byte> value = message.Slice(part.Start, part.Length);
            double bits = model?.Bits(value) ?? (8.0 * part.Length);
            found.Add(new(name, part.Start, part.Length, bits));
            if (part.Length <= Stretch || model is null) continue;
            // Few strange bytes in a long field; where all of it was seen before, none is.
            (int at, double most) = model.Most(value, Stretch);
            found.Add(new(name, part.Start + at, Stretch, Math.Min(bits, most)) { IsWithin = true });
        }
    }

    private double RuleBits(string symbol, params string[] symbols)
    {
        int rule = _book.Rules.FindIndex(r => r.Symbol == symbol
            && r.Symbols.SequenceEqual(symbols, StringComparer.Ordinal));
        return rule < 0 || rule >= _book.Probability.Length ? 16 : -Math.Log2(_book.Probability[rule]);
    }

    private void Attributes(IReadOnlyList<LayoutPart> parts, HashSet<GrammarTie> into)
    {
        foreach (LayoutPart part in parts)
        {
            if (part is LayoutChain chain)
            {
                Attributes(chain.Item, into);
                continue;
            }

            if (part is LayoutGroup group)
            {
                foreach (GroupCase each in group.Cases) Attributes(each.Parts, into);
                continue;
            }

            var field = (LayoutField)part;
            GrammarTie? attribute = field.Rule switch
            {
                LengthRule rule => new("length", _symbols[part], $"{Name(rule.Of)} / {rule.Unit} + {rule.Addend}"),
                CountRule rule => new("count", _symbols[part], Name(rule.Of)),
                ChecksumRule rule => new("checksum", _symbols[part],
                    $"{rule.Algorithm} of {Name(rule.From)} to {Name(rule.To)}"),
                FillRule => new("fill", _symbols[part], "itself"),
                ConstantRule => new("constant", _symbols[part], "itself"),
                _ => null,
            };
            if (attribute is not null) into.Add(attribute);

            string Name(string of) => parts.FirstOrDefault(p => p.Name == of) is { } other
                ? _symbols[other]
                : of.TrimStart('$');
        }
    }
}
