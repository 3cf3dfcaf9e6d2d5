using System.Text;
using Qbitel.Protocols.Iso20022.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>A path of element names below an element.</summary>
internal sealed class MxPath(string text)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    /// <summary>The first element there, or -1; the element itself for a dot.</summary>
    public int Find(MxText message, int node) => text == "." ? node : message.Find(node, _bytes);

    public override string ToString() => text;
}
