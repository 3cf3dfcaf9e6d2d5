using System.Text;
using Qbitel.Protocols.Iso20022.Rules;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022;

/// <summary>
/// One element of a message as it stands in the text: a view over the bytes, which reads what it is asked for.
/// </summary>
public sealed class MxElement
{
    private readonly MxText _text;
    private readonly int _root;
    private string? _name, _value;

    internal MxElement(MxText text, int node, int root)
    {
        _text = text;
        Node = node;
        _root = root;
    }

    /// <summary>Without a prefix.</summary>
    public string Name => _name ??= _text.NameText(Node);

    /// <summary>
    /// Where it is from the root of its message on, such as <c>/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]</c>.
    /// </summary>
    public string Path => _text.Path(Node, _root);

    /// <summary>Of its start tag, counted from 1, as the columns are.</summary>
    public int Line => TextPosition.Of(_text.Span, Offset).Line;

    public int Column => TextPosition.Of(_text.Span, Offset).Column;

    /// <summary>
    /// Bytes from the start of the input to its start tag. Of a UTF-16 text: of the same text in UTF-8, without the
    /// byte order mark.
    /// </summary>
    public int Offset => _text.Nodes[Node].Start;

    /// <summary>Bytes from its start tag to the end of its end tag.</summary>
    public int Length => _text.Nodes[Node].End - _text.Nodes[Node].Start;

    /// <summary>Where its content begins.</summary>
    public int ValueOffset => _text.Nodes[Node].ValueStart;

    /// <summary>Bytes between its tags.</summary>
    public int ValueLength => _text.Nodes[Node].ValueLength;

    /// <summary>The text between its tags; null where it has children.</summary>
    public string? Value => _value ??= _text.IsLeaf(Node) ? _text.ValueText(Node) : null;

    /// <summary>The currency of an amount.</summary>
    public string? Currency => _text.AttributeText(Node, "Ccy"u8);

    /// <summary>What it is declared to belong to; empty for nothing.</summary>
    public string Namespace => _text.NamespaceOf(Node);

    public IReadOnlyList<MxElement> Children
    {
        get
        {
            List<MxElement> children = [];
            for (int child = _text.FirstChild(Node); child >= 0; child = _text.NextSibling(child))
                children.Add(Of(child));
            return children;
        }
    }

    /// <summary>How much of its value may be shown.</summary>
    public Redaction Redaction => MxRedaction.Of(_text, Node);

    internal MxText Text => _text;

    internal int Node { get; }

    /// <summary>The first element down a path such as <c>GrpHdr/SttlmInf/SttlmMtd</c>, or null.</summary>
    public MxElement? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Span<byte> bytes = path.Length <= 256 ? stackalloc byte[256]
            : new byte[Encoding.UTF8.GetMaxByteCount(path.Length)];
        int found = Encoding.UTF8.TryGetBytes(path, bytes, out int length) ? _text.Find(Node, bytes[..length]) : -1;
        return found < 0 ? null : Of(found);
    }

    /// <summary>The value down a path, or null.</summary>
    public string? ValueAt(string path) => Find(path)?.Value;

    /// <summary>Itself and everything below, in the order of the text.</summary>
    public IEnumerable<MxElement> All()
    {
        for (int node = Node; node < _text.Nodes[Node].Next; node++) yield return node == Node ? this : Of(node);
    }

    /// <summary>The path only: the value may name a person.</summary>
    public override string ToString() => Path;

    internal MxElement Of(int node) => new(_text, node, _root);
}
