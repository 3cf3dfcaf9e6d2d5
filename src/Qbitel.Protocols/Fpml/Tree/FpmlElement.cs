using System.Globalization;
using System.Text;
using Qbitel.Protocols.Fpml.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml.Tree;

/// <summary>
/// One element of a document as it stands in the text: a view over the bytes, which reads what it is asked for.
/// </summary>
public sealed class FpmlElement
{
    private readonly MxText _text;
    private readonly int _root;
    private string? _name, _value;

    internal FpmlElement(MxText text, int node, int root)
    {
        _text = text;
        Node = node;
        _root = root;
    }

    /// <summary>Without a prefix.</summary>
    public string Name => _name ??= _text.NameText(Node);

    /// <summary>Where it is from the root of its document on, such as <c>/dataDocument/trade/swap/swapStream[2]</c>.
    /// </summary>
    public string Path => _text.Path(Node, _root);

    /// <summary>Of its start tag, counted from 1.</summary>
    public int Line => TextPosition.Of(_text.Span, Offset).Line;

    /// <summary>
    /// Bytes from the start of the input to its start tag. Of a UTF-16 text: of the same text in UTF-8, without the
    /// byte order mark.
    /// </summary>
    public int Offset => _text.Nodes[Node].Start;

    /// <summary>Bytes from its start tag to the end of its end tag.</summary>
    public int Length => _text.Nodes[Node].End - _text.Nodes[Node].Start;

    /// <summary>The text between its tags, white space around it aside; null where it has children.</summary>
    public string? Value => _value ??= _text.IsLeaf(Node) ? _text.ValueText(Node).Trim() : null;

    /// <summary>What it is declared to belong to; empty for nothing.</summary>
    public string Namespace => _text.NamespaceOf(Node);

    public IReadOnlyList<FpmlElement> Children
    {
        get
        {
            List<FpmlElement> children = [];
            for (int child = _text.FirstChild(Node); child >= 0; child = _text.NextSibling(child))
                children.Add(Of(child));
            return children;
        }
    }

    /// <summary>How much of its value may be shown.</summary>
    public Redaction Redaction => FpmlRedaction.Of(_text, Node);

    internal MxText Text => _text;

    internal int Node { get; }

    /// <summary>The element around it; null for that of the document.</summary>
    public FpmlElement? Parent => Node == _root || _text.Nodes[Node].Parent < 0 ? null : Of(_text.Nodes[Node].Parent);

    /// <summary>An attribute without namespace, or null.</summary>
    public string? Attribute(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _text.AttributeText(Node, Encoding.UTF8.GetBytes(name))?.Trim();
    }

    /// <summary>
    /// The first element down a path such as <c>trade/swap/swapStream[2]/paymentDates</c>, repetitions counted from 1;
    /// null for none.
    /// </summary>
    public FpmlElement? Find(string path) => All(path).FirstOrDefault();

    /// <summary>
    /// All elements down a path. A step <c>*</c> is any element, and a path that begins with <c>//</c> looks at every
    /// depth for its first step.
    /// </summary>
    public IEnumerable<FpmlElement> All(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IEnumerable<int> nodes = [Node];
        bool isDeep = path.StartsWith("//", StringComparison.Ordinal);
        foreach (string step in (isDeep ? path[2..] : path).Split('/'))
        {
            (string name, int number) = Step(step);
            IEnumerable<int> from = nodes;
            nodes = isDeep ? from.SelectMany(node => Below(node, name))
                : from.SelectMany(node => Inside(node, name, number));
            isDeep = false;
        }

        return nodes.Select(Of);
    }

    /// <summary>The value down a path, or null.</summary>
    public string? ValueAt(string path) => Find(path)?.Value;

    /// <summary>Itself and everything below, in the order of the text.</summary>
    public IEnumerable<FpmlElement> All()
    {
        for (int node = Node; node < _text.Nodes[Node].Next; node++) yield return node == Node ? this : Of(node);
    }

    /// <summary>The path only: the value may name a person.</summary>
    public override string ToString() => Path;

    internal FpmlElement Of(int node) => new(_text, node, _root);

    private static (string Name, int Number) Step(string step)
    {
        int bracket = step.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0) return (step, 0);
        return int.TryParse(step.AsSpan(bracket + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture,
            out int number) ? (step[..bracket], number)
            : throw new ArgumentException($"{step} is no step of a path", nameof(step));
    }

    private IEnumerable<int> Inside(int node, string name, int number)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        int seen = 0;
        for (int child = _text.FirstChild(node); child >= 0; child = _text.NextSibling(child))
        {
            if (name != "*" && !_text.Name(child).SequenceEqual(bytes)) continue;
            if (number == 0 || ++seen == number) yield return child;
        }
    }

    private IEnumerable<int> Below(int node, string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        for (int inside = node + 1; inside < _text.Nodes[node].Next; inside++)
            if (name == "*" || _text.Name(inside).SequenceEqual(bytes)) yield return inside;
    }
}
