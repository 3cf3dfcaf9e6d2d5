using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>The messages of one type with the fields inferred in each, as the learner walks over them.</summary>
internal sealed class TypeSamples
{
    private readonly List<HashSet<int>> _boundaries = [];

    public TypeSamples(IEnumerable<(ReadOnlyMemory<byte> Bytes, IReadOnlyList<InferredField> Fields)> messages)
    {
        foreach ((ReadOnlyMemory<byte> bytes, IReadOnlyList<InferredField> fields) in messages)
        {
            Messages.Add(bytes);
            Fields.Add(fields);
            _boundaries.Add([.. fields.Select(f => f.Start), bytes.Length]);
        }
    }

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
