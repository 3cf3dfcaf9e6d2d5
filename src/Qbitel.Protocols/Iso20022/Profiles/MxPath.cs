using System.Text;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>A path of element names below an element.</summary>
internal sealed class MxPath(string text)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    /// <summary>The first element there, or null; the element itself for a dot.</summary>
    public MxElement? Find(MxElement from)
    {
        if (text == ".") return from;
        int found = from.Text.Find(from.Node, _bytes);
        return found < 0 ? null : from.Of(found);
    }

    public bool Exists(MxElement from) => text == "." || from.Text.Find(from.Node, _bytes) >= 0;

    public override string ToString() => text;
}
