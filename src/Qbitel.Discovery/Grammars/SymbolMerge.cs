using Qbitel.Protocols.Layouts;


namespace Qbitel.Discovery.Grammars;

/// <summary>
/// Gives parts of different types one symbol where that makes the whole description shorter: fewer symbols in the
/// grammar, against values and repetitions that are told less exactly.
/// </summary>
internal sealed class SymbolMerge
{
    private const int MaxColumns = 8;

    private readonly Dictionary<LayoutPart, string> _symbols = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<LayoutPart, List<Dictionary<int, int>>> _columns =
        new(ReferenceEqualityComparer.Instance);

    public SymbolMerge(Layout layout, IReadOnlyList<ParsedMessage> messages)
    {
        foreach (ParsedMessage message in messages) Count(message.Parts, message.Bytes.Span);
        List<(string Type, LayoutPart Part)> all =
            [.. layout.Types.SelectMany(t => All(t.Parts).Select(p => (t.Name, p)))];
        int symbols = all.Count;
        foreach (var likes in all.GroupBy(p => Form(p.Part), StringComparer.Ordinal))
        {
            List<(string Name, List<LayoutPart> Members, List<Dictionary<int, int>> Columns)> groups = [];
            foreach ((string type, LayoutPart part) in likes)
            {
                List<Dictionary<int, int>> own = _columns.GetValueOrDefault(part) ?? [];
                double symbol = Math.Log2(symbols + 2); // a symbol more has to be told apart, wherever it stands
                int best = -1;
                double most = 0;
                for (int g = 0; g < groups.Count; g++)
                {
                    double saved = symbol + FieldModel.CodeLength(groups[g].Columns) + FieldModel.CodeLength(own)
                        - FieldModel.CodeLength(Pool(groups[g].Columns, own));
                    if (saved > most) (best, most) = (g, saved);
                }

                if (best < 0)
                {
                    groups.Add(($"{type}.{part.Name}", [part], own));
                }
                else
                {
                    groups[best].Members.Add(part);
                    groups[best] = groups[best] with { Columns = Pool(groups[best].Columns, own) };
                }
            }

            // One symbol for all types goes by the part's name alone.
            for (int g = 0; g < groups.Count; g++)
            {
                bool isOnly = groups.Count == 1 && !_symbols.ContainsValue(groups[g].Members[0].Name);
                foreach (LayoutPart member in groups[g].Members)
                    _symbols[member] = isOnly ? groups[g].Members[0].Name : groups[g].Name;
            }
        }
    }

    public string this[LayoutPart part] => _symbols[part];

    private void Count(IReadOnlyList<ParsedPart> parts, ReadOnlySpan<byte> message)
    {
        foreach (ParsedPart part in parts)
        {
            if (!_columns.TryGetValue(part.Part, out List<Dictionary<int, int>>? columns))
                _columns[part.Part] = columns = [];
            if (part.Items is { } items)
            {
                Add(columns, 0, Math.Min(items.Count, 255));
                foreach (IReadOnlyList<ParsedPart> item in items) Count(item, message);
                continue;
            }

            if (part.Part is LayoutField { Rule: LengthRule or CountRule or ChecksumRule }) continue; // costs nothing
            for (int i = 0; i < Math.Min(part.Length, MaxColumns); i++) Add(columns, i, message[part.Start + i]);
        }
    }

    private static void Add(List<Dictionary<int, int>> columns, int column, int value)
    {
        while (columns.Count <= column) columns.Add([]);
        columns[column][value] = columns[column].GetValueOrDefault(value) + 1;
    }

    private static List<Dictionary<int, int>> Pool(List<Dictionary<int, int>> one, List<Dictionary<int, int>> other)
    {
        List<Dictionary<int, int>> pooled = [.. one.Select(c => new Dictionary<int, int>(c))];
        for (int i = 0; i < other.Count; i++)
        {
            if (i == pooled.Count) pooled.Add([]);
            foreach ((int value, int count) in other[i]) pooled[i][value] = pooled[i].GetValueOrDefault(value) + count;
        }

        return pooled;
    }

    private static IEnumerable<LayoutPart> All(IEnumerable<LayoutPart> parts) =>
        parts.SelectMany(p => p switch
        {
            LayoutChain chain => All(chain.Item).Prepend(p),
            LayoutGroup group => All(group.Cases.SelectMany(c => c.Parts)).Prepend(p),
            _ => [p],
        });

    // Only parts of one form can be one symbol.
    private static string Form(LayoutPart part) => part switch
    {
        LayoutField field => $"{field.Name}|{field.Type}|{MarkOf(field.Size)}|{field.Rule?.GetType().Name}",
        LayoutChain chain => $"{chain.Name}|{chain.End.GetType().Name}|{string.Join(';', chain.Item.Select(Form))}",
        LayoutGroup group => $"{group.Name}|{group.Size?.GetType().Name}|"
            + string.Join(';', group.Cases.Select(c => $"{c.Name}:{string.Join(';', c.Parts.Select(Form))}")),
        _ => "",
    };

    private static string MarkOf(FieldSize size) => size is FixedSize f ? $"{f.Bytes}" : size.GetType().Name;
}
