using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>One rule of a pack: where it looks, what it asks, since when, and who says so.</summary>
internal sealed record MxRule(string Code, MxCheck Check, string Message, string Source)
{
    /// <summary>
    /// Messages (<c>pacs.008</c> or <c>pacs.008.001.08</c>) or <c>header</c>; empty for every message.
    /// </summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>Paths below the message's element; one that begins with <c>**/</c> fits anywhere.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>What below the place is tested, if it is there; null for the place itself.</summary>
    public MxPath? Target { get; init; }

    public MxCondition[] Conditions { get; init; } = [];

    public Severity Severity { get; init; }

    public Severity Strict { get; init; }

    public Severity Archive { get; init; }

    /// <summary>The first day it is in force.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day it is in force.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>What it is before its first day, where it is announced; null where it is nothing.</summary>
    public Severity? Before { get; init; }

    public Severity? SeverityOn(DateOnly day, ParseMode mode)
    {
        if (day > Until) return null;
        if (day < From) return Before;
        return mode switch { ParseMode.Strict => Strict, ParseMode.Archive => Archive, _ => Severity };
    }

    public bool Concerns(string messageType) => Messages.Count == 0
        || Messages.Any(each => messageType == each || messageType.StartsWith(each + ".", StringComparison.Ordinal));

    public bool Applies(MxText text, int node)
    {
        foreach (MxCondition condition in Conditions)
            if (!condition.Holds(text, node)) return false;
        return true;
    }
}

/// <summary>When a rule applies to the element it looks at.</summary>
internal sealed class MxCondition(MxPath path, bool isPresent, IReadOnlyList<string> values)
{
    private readonly byte[][] _values = [.. values.Select(Encoding.UTF8.GetBytes)];

    public bool Holds(MxText text, int node)
    {
        int found = path.Find(text, node);
        return _values.Length == 0 ? found >= 0 == isPresent : found >= 0 && MxCheck.IsOneOf(text, found, _values);
    }
}
