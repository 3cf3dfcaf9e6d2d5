using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>Parts of a layout, put one behind the other into all samples at once: each sample has its own
/// cursor.</summary>
internal abstract class Placement(TypeSamples samples, PartNames names, LayoutKey? key)
{
    private const double Seen = 0.6;

    private readonly List<Placed> _placed = [];

    protected TypeSamples Samples => samples;

    protected PartNames Names => names;

    protected LayoutKey? Key => key;

    /// <summary>What was placed so far.</summary>
    protected List<Placed> Parts => _placed;

    /// <summary>Where in each sample the next part begins.</summary>
    protected int[] Cursor { get; set; } = new int[samples.Count];

    /// <summary>So many bytes in every sample, cut where most of them have a boundary, and around the key.</summary>
    protected void PlacePieces(int size)
    {
        int start = 0;
        for (int k = 1; k <= size; k++)
        {
            bool isKey = key is not null && Cursor[0] + k - start is int at
                && (at == key.Offset || at == key.Offset + key.Length)
                && Share(i => Cursor[i] == Cursor[0]) == 1;
            int ahead = k - start;
            if (k < size && !isKey && Share(i => samples.IsBoundary(i, Cursor[i] + ahead)) < Seen) continue;
            PlaceFixed(ahead);
            start = k;
        }
    }

    /// <summary>What is left behind the cursors, as pieces of the size that most samples have.</summary>
    protected void PlaceEnd() => PlacePieces(Each(i => samples.Length(i) - Cursor[i]).GroupBy(n => n)
        .OrderByDescending(g => g.Count()).First().Key);

    /// <summary>A field of so many bytes; gives it back, so that it can be told what it counts.</summary>
    protected Placed PlaceFixed(int size)
    {
        int[] sizes = [.. Each(_ => size)];
        return Place(Field(sizes, new FixedSize(size)), sizes);
    }

    /// <summary>A field, and in each sample its bytes; a delimiter behind it is passed.</summary>
    protected Placed Place(LayoutField field, int[] sizes)
    {
        int after = field.Size is SizeUntil until ? until.Delimiter.Length : 0;
        _placed.Add(new Placed(field, Cursor, sizes));
        Cursor = [.. Each(i => Math.Min(Cursor[i] + sizes[i] + after, samples.Length(i)))];
        return _placed[^1];
    }

    /// <summary>A field of these sizes at the cursors, as most samples have it.</summary>
    protected LayoutField Field(int[] sizes, FieldSize size)
    {
        (InferredField? said, double confidence) = samples.Most(Cursor, sizes);
        int? width = (size as FixedSize)?.Bytes;
        string type = said is not null && IsOf(said.Type, width) ? said.Type : "bytes";
        return new LayoutField(names.Next(said?.Name ?? ""), type, size)
        {
            Semantic = said?.Semantic ?? "unknown",
            Confidence = confidence,
            Evidence = said?.Relation?.Evidence ?? "",
        };
    }

    /// <summary>Whether a type may have so many bytes; null where they are not fixed.</summary>
    protected static bool IsOf(string type, int? width) =>
        NumberCoding.WidthOf(type) is not { } needed || needed == width;

    protected IEnumerable<T> Each<T>(Func<int, T> of) => Enumerable.Range(0, samples.Count).Select(of);

    protected double Share(Func<int, bool> holds) =>
        Enumerable.Range(0, samples.Count).Count(holds) / (double)samples.Count;
}
