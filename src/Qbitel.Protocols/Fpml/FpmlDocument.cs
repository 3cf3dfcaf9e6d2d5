using System.Buffers;
using Qbitel.Protocols.Fpml.Products;
using Qbitel.Protocols.Fpml.Rules;
using Qbitel.Protocols.Fpml.Schemas;
using Qbitel.Protocols.Fpml.Tree;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml;

/// <summary>
/// A document of FpML 5: a trade, or a message about one. It keeps its bytes: what was read is written as it was.
/// </summary>
public sealed class FpmlDocument
{
    internal const string NamespacePrefix = "http://www.fpml.org/";

    private readonly MxText _text;
    private readonly int _root;

    private FpmlDocument(ReadOnlyMemory<byte> source, MxText text, int root)
    {
        Source = source;
        _text = text;
        _root = root;
        Root = new FpmlElement(text, root, root);
        Version = Root.Attribute("fpmlVersion")?.Replace('-', '.');
        View = ViewOf(Root.Namespace);
        Findings = Judge();
    }

    /// <summary>As it came.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    public FpmlElement Root { get; }

    /// <summary>Such as <c>requestConfirmation</c>: the name of the root.</summary>
    public string MessageType => Root.Name;

    /// <summary>Such as <c>5.13</c>; null where the root does not say.</summary>
    public string? Version { get; }

    public FpmlView View { get; }

    /// <summary>How the version and view are treated here.</summary>
    public FpmlSupport Support { get; private set; }

    /// <summary>What breaks the schema or a rule, in the order it was found.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    public bool IsValid => Findings.FirstError() is null;

    /// <summary>Who sent it and which conversation it is of; null where the document is no message.</summary>
    public FpmlHeader? Header => FpmlHeader.Of(Root);

    public IReadOnlyList<FpmlParty> Parties => [.. Root.All("party").Select(FpmlParty.Of)];

    /// <summary>All trades in it, those of events and packages too, in its order.</summary>
    public IReadOnlyList<FpmlTrade> Trades => [.. Root.All("//trade")
        .Where(each => each.Find("tradeHeader") is not null).Select(FpmlTrade.Of)];

    internal MxText Text => _text;

    internal int RootNode => _root;

    /// <summary>Whose identifiers references name; null where the document was not judged.</summary>
    internal FpmlReferences? References { get; private set; }

    /// <param name="bytes">UTF-8, or UTF-16 with a byte order mark: one text of XML whose root, or an element inside,
    /// is of a namespace of FpML.</param>
    /// <exception cref="MessageFormatException">The bytes are no such document.</exception>
    public static FpmlDocument Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out FpmlDocument document, out ParseError error) ? document
            : throw new MessageFormatException(error);

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out FpmlDocument document, out ParseError error) =>
        TryRead(bytes.ToArray(), out document, out error);

    /// <summary>The same without a copy: the memory is kept.</summary>
    internal static bool TryRead(ReadOnlyMemory<byte> source, out FpmlDocument document, out ParseError error)
    {
        document = null!;
        if (!FpmlInput.TryRead(source, out MxText text, out int root, out error)) return false;

        document = new FpmlDocument(source, text, root);
        return true;
    }

    /// <summary>The element an identifier names (<c>id</c>), or null.</summary>
    public FpmlElement? ById(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (References?.Find(id) is >= 0 and int node) return Root.Of(node);
        return References is null ? Root.All().FirstOrDefault(each => each.Attribute("id") == id) : null;
    }

    /// <summary>Writes the bytes as they were read.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Source.Span);
    }

    /// <summary>The type and version only: values may name persons.</summary>
    public override string ToString() => $"{MessageType} {Version}";

    internal static FpmlView ViewOf(string name) => name[(name.LastIndexOf('/') + 1)..] switch
    {
        "confirmation" => FpmlView.Confirmation,
        "reporting" => FpmlView.Reporting,
        "recordkeeping" => FpmlView.Recordkeeping,
        "transparency" => FpmlView.Transparency,
        "pretrade" => FpmlView.Pretrade,
        "legal" => FpmlView.Legal,
        _ => FpmlView.Other,
    };

    private IReadOnlyList<Diagnostic> Judge()
    {
        DiagnosticList list = new();
        MxFindings findings = new(_text, _root, list);
        Support = FpmlVersions.Of(View, Version);
        FpmlVersions.Report(_root, View, Version, Support, Root.Namespace, findings);
        if (Support is FpmlSupport.Judged or FpmlSupport.JudgedByLater)
        {
            FpmlValidator.Check(_text, _root, findings, out FpmlReferences references);
            References = references;
            if (Support == FpmlSupport.JudgedByLater) FpmlVersions.Compare(_text, _root, Version!, findings);
            FpmlRules.Check(Root, references, findings);
        }

        return list.Found;
    }
}
