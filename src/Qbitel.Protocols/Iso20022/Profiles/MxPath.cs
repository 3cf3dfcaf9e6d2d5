namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>A path of element names below an element, split once.</summary>
internal sealed class MxPath(string text)
{
    private readonly string[] _names = text == "." ? [] : text.Split('/');

    public IReadOnlyList<string> Names => _names;

    /// <summary>The first element there, or null; the element itself for an empty path.</summary>
    public MxElement? Find(MxElement from)
    {
        MxElement? at = from;
        foreach (string name in _names)
        {
            at = Child(at, name);
            if (at is null) return null;
        }

        return at;
    }

    public override string ToString() => text;

    private static MxElement? Child(MxElement parent, string name)
    {
        IReadOnlyList<MxElement> children = parent.Children;
        for (int i = 0; i < children.Count; i++)
        {
            if (children[i].Name == name) return children[i];
        }

        return null;
    }
}
