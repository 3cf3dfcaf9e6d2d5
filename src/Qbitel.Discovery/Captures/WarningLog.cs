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

    /// <summary>Adds what another log has, in the order of the input.</summary>
    public void Take(WarningLog other)
    {
        foreach ((string code, long count) in other._counts) _counts[code] = _counts.GetValueOrDefault(code) + count;
        _kept.AddRange(other._kept);
        _kept.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset)
            : string.CompareOrdinal(a.Code, b.Code) is var codes && codes != 0 ? codes
            : string.CompareOrdinal(a.Message, b.Message));
        if (_kept.Count > capacity) _kept.RemoveRange(capacity, _kept.Count - capacity);
    }

    public void Save(StateWriter state)
    {
        state.List(_counts, pair =>
        {
            state.Write(pair.Key);
            state.Write(pair.Value);
        });
        state.List(_kept, warning =>
        {
            state.Write(warning.Code);
            state.Write(warning.Offset);
            state.Write(warning.Message);
        });
    }

    public void Load(StateReader state)
    {
        state.List(() => _counts[state.ReadString()] = state.ReadCounter());
        state.List(() => _kept.Add(new InputWarning(state.ReadString(), state.ReadInt64(), state.ReadString())));
    }
}
