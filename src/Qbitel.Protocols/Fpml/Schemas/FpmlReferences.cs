using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>The identifiers of a document and what refers to them.</summary>
internal sealed class FpmlReferences
{
    private readonly Dictionary<string, (int Node, FpmlType Type)> _targets = new(StringComparer.Ordinal);
    private List<(int Node, int Attribute, string Id, string? Target)>? _references;

    /// <summary>False where another element has the identifier.</summary>
    public bool Add(string id, int node, FpmlType type) => _targets.TryAdd(id, (node, type));

    public void Refer(int node, int attribute, string id, string? target) =>
        (_references ??= []).Add((node, attribute, id, target));

    /// <summary>The element of an identifier, or -1.</summary>
    public int Find(string id) => _targets.TryGetValue(id, out (int Node, FpmlType Type) found) ? found.Node : -1;

    /// <summary>
    /// Every reference must find its element (XML 1.0, 3.3.1), and one of the type it is for. The published examples
    /// refer to other types than the schema names, but for parties and accounts: there it is an error.
    /// </summary>
    public void Check(MxFindings findings)
    {
        foreach ((int node, int attribute, string id, string? target) in _references ?? [])
        {
            if (!_targets.TryGetValue(id, out (int Node, FpmlType Type) found))
            {
                findings.AddAttribute("Fpml.Reference", node, attribute, "the reference finds no element",
                    "the identifier of an element", Redaction.None.Mask(id));
            }
            else if (target is not null && !found.Type.Is(target) && !IsAncestorOf(found.Type, target))
            {
                findings.AddAttribute("Fpml.ReferenceType", node, attribute,
                    "the reference finds an element of another type",
                    target, found.Type.Name, target is "Party" or "Account" ? Severity.Error : Severity.Warning);
            }
        }
    }

    // A declared type may be more general than the element's facts: an abstract one that others extend.
    private static bool IsAncestorOf(FpmlType found, string target) =>
        found.IsAbstract && FpmlSchema.Confirmation.HasType(target)
        && FpmlSchema.Confirmation.Type(target).Is(found.Name);

    internal static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.Trim(" \t\r\n"u8));
}
