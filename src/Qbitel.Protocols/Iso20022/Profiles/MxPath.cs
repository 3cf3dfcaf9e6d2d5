using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>A path of element names below an element.</summary>
internal sealed class MxPath(string text)
{
    private readonly int[] _steps = text == "." ? [] : [.. text.Split('/').Select(MxNames.Of)];

    /// <summary>The first element there, or -1; the element itself for a dot.</summary>
    public int Find(MxText message, int node)
    {
        foreach (int step in _steps)
        {
            node = message.Child(node, step);
            if (node < 0) break;
        }

        return node;
    }

    public override string ToString() => text;
}
