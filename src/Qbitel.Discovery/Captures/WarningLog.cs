namespace Qbitel.Discovery.Captures;

/// <summary>Warnings in the order they arose, the first ones kept and all of them counted by code.</summary>
internal sealed class WarningLog(int capacity)
{
    private readonly List<InputWarning> _kept = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyList<InputWarning> Kept => _kept;

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Add(string code, long offset, string message)
    {
        _counts[code] = _counts.GetValueOrDefault(code) + 1;
        if (_kept.Count < capacity) _kept.Add(new InputWarning(code, offset, message));
    }
}
