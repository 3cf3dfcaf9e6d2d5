using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Relations.Fields;

/// <summary>The fields of one message found so far; what overlaps one of them is refused.</summary>
internal sealed class FieldMap(int length)
{
    private readonly SortedList<int, Hint> _fields = [];

    public int Length { get; } = length;

    /// <summary>Ascending.</summary>
    public IReadOnlyList<Hint> Fields => [.. _fields.Values];

    public bool TryAdd(Hint hint)
    {
        if (!Fits(hint)) return false;
        _fields.Add(hint.Start, hint);
        return true;
    }

    /// <summary>Adds all of them, or none.</summary>
    public bool TryAddAll(IReadOnlyList<Hint> hints)
    {
        if (!hints.All(Fits)) return false;
        foreach (Hint hint in hints) _fields.Add(hint.Start, hint);
        return true;
    }

    private bool Fits(Hint hint)
    {
        if (hint.Start < 0 || hint.Length < 1 || hint.Start + hint.Length > Length) return false;
        foreach (Hint known in _fields.Values)
        {
            if (known.Start >= hint.Start + hint.Length) break;
            if (known.Start + known.Length > hint.Start) return false;
        }

        return true;
    }
}
