using Qbitel.Protocols.Emv.Words;

namespace Qbitel.Protocols.Emv.Views;

/// <summary>One data object, command, response or part of one, with what it holds. Values are masked.</summary>
public sealed class EmvNode
{
    private readonly List<EmvNode> _children = [];

    internal EmvNode(string tag, string? name, string value, HexText source, int from, int valueFrom, int to)
    {
        Tag = tag;
        Name = name;
        Value = value;
        Source = source;
        From = from;
        ValueFrom = valueFrom;
        To = to;
    }

    /// <summary>As it is written, e.g. 9F26; C-APDU and R-APDU for commands and responses.</summary>
    public string Tag { get; }

    public string? Name { get; }

    /// <summary>Masked as the tag needs it.</summary>
    public string Value { get; }

    /// <summary>What the value says.</summary>
    public IReadOnlyList<EmvWord> Words { get; internal init; } = [];

    public Redaction Redaction { get; internal init; }

    public IReadOnlyList<EmvNode> Children => _children;

    /// <summary>Where it begins in the input.</summary>
    public int Offset => Source.Start(From);

    /// <summary>How much of the input it takes.</summary>
    public int Length => Source.End(To) - Offset;

    internal HexText Source { get; }

    // In bytes of the source.
    internal int From { get; }

    internal int ValueFrom { get; }

    internal int To { get; }

    internal string? Path { get; init; }

    internal void Add(EmvNode child) => _children.Add(child);

    public override string ToString() => $"{Tag} {Name}: {Value}";
}
