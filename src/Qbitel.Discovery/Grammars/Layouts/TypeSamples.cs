using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>The messages of one type with the fields inferred in each, as the learner walks over them.</summary>
internal sealed class TypeSamples
{
    private readonly List<HashSet<int>> _boundaries = [];

    private readonly List<int> _origins = [];

    public TypeSamples(IEnumerable<(ReadOnlyMemory<byte> Bytes, IReadOnlyList<InferredField> Fields)> messages)
    {
        foreach ((ReadOnlyMemory<byte> bytes, IReadOnlyList<InferredField> fields) in messages) Add(bytes, fields, 0);
    }

    /// <summary>Stretches of messages, as messages of their own.</summary>
    public TypeSamples(TypeSamples whole, IEnumerable<(int Message, int Start, int Length)> stretches)
    {
        foreach ((int message, int start, int length) in stretches)
        {
            List<InferredField> fields = [];
            foreach (InferredField field in whole.Fields[message])
            {
                int from = Math.Max(field.Start, start), to = Math.Min(field.Start + field.Length, start + length);
                if (from >= to) continue;
                bool isWhole = from == field.Start && to == field.Start + field.Length;
                fields.Add(isWhole ? field with { Start = from - start }
                    : new InferredField(from - start, to - from, "", "bytes", "unknown", 0));
            }

            Add(whole.Messages[message].Slice(start, length), fields, whole.Origin(message) + start);
        }
    }

    private void Add(ReadOnlyMemory<byte> bytes, IReadOnlyList<InferredField> fields, int origin)
    {
        Messages.Add(bytes);
        Fields.Add(fields);
        _origins.Add(origin);
        _boundaries.Add([.. fields.Select(f => f.Start), bytes.Length]);
    }

    /// <summary>Where it begins in the message it is a stretch of.</summary>
    public int Origin(int message) => _origins[message];

    public List<ReadOnlyMemory<byte>> Messages { get; } = [];

    public List<IReadOnlyList<InferredField>> Fields { get; } = [];

    public int Count => Messages.Count;

    public int Length(int message) => Messages[message].Length;

    public ReadOnlySpan<byte> Bytes(int message) => Messages[message].Span;

    public bool IsBoundary(int message, int offset) => _boundaries[message].Contains(offset);

    /// <summary>The first boundary after an offset: where what begins there ends, as the inference sees it.</summary>
    public int Next(int message, int offset)
    {
        int next = Length(message);
        foreach (InferredField field in Fields[message])
        {
            if (field.Start > offset)
            {
                next = Math.Min(next, field.Start);
                break;
            }
        }

        return next;
    }

    public InferredField? At(int message, int offset) =>
        Fields[message].FirstOrDefault(f => f.Start <= offset && offset < f.Start + f.Length);

    /// <summary>What most messages say about the field at an offset.</summary>
    public (InferredField? Field, double Confidence) Most(IReadOnlyList<int> starts, IReadOnlyList<int> lengths)
    {
        Dictionary<(string, string), (InferredField Field, int Count)> votes = [];
        double sum = 0;
        int exact = 0;
        for (int i = 0; i < Count; i++)
        {
            if (At(i, starts[i]) is not { } field || field.Start != starts[i] || field.Length != lengths[i]) continue;
            sum += field.Confidence;
            exact++;
            (string, string) key = (field.Type, field.Semantic);
            (InferredField Field, int Count) vote = votes.GetValueOrDefault(key, (field, 0));
            votes[key] = (vote.Field.Relation is null ? field : vote.Field, vote.Count + 1);
        }

        return votes.Count == 0 ? (null, 0)
            : (votes.OrderByDescending(v => v.Value.Count).ThenBy(v => v.Key.ToString(), StringComparer.Ordinal)
                .First().Value.Field, sum / Math.Max(exact, Count));
    }
}
