namespace Qbitel.Protocols.Iso20022;

/// <summary>One element of a message as it stands in the text. Immutable once read.</summary>
public sealed class MxElement
{
    private readonly List<MxElement> _children = [];

    internal MxElement(string name, string path, int line, int column)
    {
        Name = name;
        Path = path;
        Line = line;
        Column = column;
    }

    public string Name { get; }

    /// <summary>Where it is, such as <c>/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/PmtId/UETR</c>.</summary>
    public string Path { get; }

    /// <summary>Counted from 1, as the columns are.</summary>
    public int Line { get; }

    public int Column { get; }

    /// <summary>The text between its tags; null where it has children.</summary>
    public string? Value { get; internal set; }

    /// <summary>The currency of an amount.</summary>
    public string? Currency { get; internal set; }

    public IReadOnlyList<MxElement> Children => _children;

    /// <summary>The first element down a path such as <c>GrpHdr/SttlmInf/SttlmMtd</c>, or null.</summary>
    public MxElement? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        MxElement? found = this;
        foreach (string name in path.Split('/'))
        {
            found = found._children.Find(child => child.Name == name);
            if (found is null) return null;
        }

        return found;
    }

    /// <summary>The value down a path, or null.</summary>
    public string? ValueAt(string path) => Find(path)?.Value;

    /// <summary>Itself and everything below, in the order of the text.</summary>
    public IEnumerable<MxElement> All()
    {
        yield return this;
        foreach (MxElement child in _children)
            foreach (MxElement below in child.All()) yield return below;
    }

    /// <summary>The path only: the value may name a person.</summary>
    public override string ToString() => Path;

    internal void Add(MxElement child) => _children.Add(child);
}
