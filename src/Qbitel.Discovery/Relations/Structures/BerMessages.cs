using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>Traces whose messages are trees of the basic encoding rules.</summary>
internal static class BerMessages
{
    private const int MinMessages = 3;

    // Of random bytes that begin with a constructed tag about one in 300 is a tree by chance.
    private const double NeededShare = 0.95;

    /// <summary>The leaves of every message that is a tree; null where the trace is of another kind.</summary>
    public static IReadOnlyList<IReadOnlyList<Hint>>? TryFind(IReadOnlyList<Sample> samples)
    {
        Relation unknown = new(RelationKind.Tree, "", 0);
        List<Hint>?[] leaves = [.. samples.Select(s => BerTree.TryRead(s.Bytes.Span, unknown))];
        int trees = leaves.Count(each => each is not null);
        if (trees < MinMessages || trees < NeededShare * samples.Count) return null;

        double confidence = Chance.Share(trees, samples.Count);
        Relation relation = new(RelationKind.Tree, string.Create(CultureInfo.InvariantCulture,
            $"data objects that nest and end exactly where the message does in {trees} of {samples.Count} messages"),
            confidence)
        { Parameters = [new("encoding", "ber")] };
        return [.. leaves.Select(each => each is null ? (IReadOnlyList<Hint>)[]
            : [.. each.Select(leaf => leaf with { Relation = relation })])];
    }
}
