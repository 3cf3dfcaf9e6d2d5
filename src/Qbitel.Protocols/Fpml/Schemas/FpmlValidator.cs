using System.Buffers;
using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>
/// Judges the elements of one document by the facts of its schema: every fault is found where it is, not only the
/// first.
/// </summary>
internal ref struct FpmlValidator
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly FpmlSchema _schema = FpmlSchema.Confirmation;
    private readonly MxText _text;
    private readonly MxNode[] _nodes;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly MxFindings _findings;
    private readonly FpmlReferences _references = new();

    // Of each of the text's namespaces: 0 FpML's, 1 that of signatures, 2 another, 3 that of schema instances.
    private readonly byte[] _spaces;
    private byte[]? _rented;

    private FpmlValidator(MxText text, MxFindings findings)
    {
        _text = text;
        _nodes = text.Nodes;
        _bytes = text.Span;
        _findings = findings;
        _spaces = new byte[text.Namespaces.Length];
        for (int i = 0; i < _spaces.Length; i++)
        {
            _spaces[i] = text.Namespaces[i] switch
            {
                FpmlSchema.Namespace => 0,
                FpmlSchema.SignatureNamespace => 1,
                SchemaInstance => 3,
                _ => 2,
            };
        }
    }

    /// <summary>Judges what is of the confirmation view's namespace and one of its documents.</summary>
    public static void Check(MxText text, int root, MxFindings findings, out FpmlReferences references)
    {
        FpmlValidator validator = new(text, findings);
        references = validator._references;
        if (validator._schema.Global(validator.Code(root)) is { } declaration) validator.Element(root, declaration);
        else validator.Unknown(root, "a document of FpML");

        references.Check(findings);
        if (validator._rented is not null) ArrayPool<byte>.Shared.Return(validator._rented);
    }

    private readonly int Code(int node)
    {
        ref readonly MxNode at = ref _nodes[node];
        byte space = _spaces[at.Namespace];
        return space > 1 ? -1 : _schema.Code(_bytes.Slice(at.NameStart, at.NameLength), space == 1);
    }

    private void Element(int node, FpmlDeclaration declaration)
    {
        FpmlType type = declaration.Type;
        ref MxNode at = ref _nodes[node];
        if (at.AttributeCount > 0) type = Instance(node, type);
        if (declaration.IsAbstract || type.IsAbstract)
        {
            _findings.Add("Fpml.Abstract", node, declaration.IsAbstract ? "another element must stand for this one"
                : "the element must name its type", "an xsi:type or a substitute", Redaction.None.Mask(type.Name));
        }

        if (at.AttributeCount > 0 || type.RequiredAttributes > 0) Attributes(node, type);
        if (type.Value is { } value)
        {
            Value(node, value);
            return;
        }

        at.Content |= MxContent.Complex;
        if (!type.IsMixed)
        {
            if ((at.Content & MxContent.Text) != MxContent.None)
            {
                _findings.Add("Fpml.Text", node, "text stands where only elements may be", "elements", "text");
            }
            else if (type.Model.IsEmpty && at.Next == node + 1 && HasCharacters(node))
            {
                _findings.Add("Fpml.Text", node, "the element holds nothing, not even white space", "nothing",
                    "white space");
            }
        }

        Content(node, type.Model);
    }

    private void Content(int node, FpmlModel model)
    {
        int state = 0, end = _nodes[node].Next, last = 0;
        for (int child = node + 1; child < end; child = _nodes[child].Next)
        {
            int code = Code(child);
            int next = model.Next(state, code, _spaces[_nodes[child].Namespace] == _spaces[_nodes[node].Namespace],
                out FpmlDeclaration? declaration);
            if (next >= 0)
            {
                state = last = next;
                if (declaration is not null) Element(child, declaration);
                else Any(child, model.Treatment(next));
                continue;
            }

            // Nothing more would be told: what is at fault is not looked for any longer.
            if (_findings.List.IsFull)
            {
                for (int inside = child; inside < _nodes[child].Next; inside++) Foreign(inside);
                continue;
            }

            int elsewhere = model.Anywhere(state, code, out declaration);
            if (elsewhere < 0 || declaration is null)
            {
                Unknown(child, model.Expected(state));
                continue;
            }

            if (elsewhere > state)
            {
                _findings.Add("Fpml.Missing", child,
                    "an element that must stand before this one is missing, or it may not be here",
                    model.Expected(state), _text.NameText(child));
                state = elsewhere;
            }
            else
            {
                bool isAgain = elsewhere == last;
                _findings.Add(isAgain ? "Fpml.TooMany" : "Fpml.Order", child, isAgain
                    ? "the element may not be repeated so often" : "the element may not stand here",
                    model.Expected(state), _text.NameText(child));
            }

            Element(child, declaration);
        }

        if (!model.IsComplete(state))
        {
            string expected = model.Expected(state);
            _findings.Add("Fpml.Missing", node, "a mandatory element is missing", expected, "nothing", expected);
        }
    }

    // Part 1, 3.4.4, 2.1: an empty content has no characters at all.
    private bool HasCharacters(int node)
    {
        ref readonly MxNode at = ref _nodes[node];
        return at.ValueLength > 0
            && ((at.Content & MxContent.Markup) == MxContent.None || !_text.Value(node, ref _rented).IsEmpty);
    }

    private void Any(int node, FpmlAnyContent treatment)
    {
        if (treatment != FpmlAnyContent.Skip && _schema.Global(Code(node)) is { } declaration)
        {
            Element(node, declaration);
            return;
        }

        if (treatment == FpmlAnyContent.Strict)
        {
            Unknown(node, "an element of a schema known here");
            return;
        }

        Foreign(node);
        if (treatment == FpmlAnyContent.Skip)
        {
            for (int inside = node + 1; inside < _nodes[node].Next; inside++) Foreign(inside);
            return;
        }

        for (int child = node + 1; child < _nodes[node].Next; child = _nodes[child].Next) Any(child, treatment);
    }

    private readonly void Foreign(int node) =>
        _nodes[node].Content |= _text.FirstChild(node) < 0 ? MxContent.Unknown
            : MxContent.Unknown | MxContent.Complex;

    private readonly void Unknown(int node, string expected)
    {
        ref readonly MxNode at = ref _nodes[node];
        string name = Redaction.None.Mask(_bytes.Slice(at.NameStart, at.NameLength));
        _findings.Add("Fpml.UnknownElement", node, "the schema has no such element here", expected,
            _spaces[at.Namespace] == 0 ? name : $"{name} of another namespace");
        for (int inside = node; inside < at.Next; inside++) Foreign(inside);
    }

    private void Value(int node, FpmlSimpleType type)
    {
        ref readonly MxNode at = ref _nodes[node];
        if (at.Next > node + 1)
        {
            for (int inside = node + 1; inside < at.Next; inside++) Foreign(inside);
            _findings.Add("Fpml.UnknownElement", node + 1, "the element holds a value, not elements", type.Expected,
                Redaction.None.Mask(_text.Name(node + 1)));
            return;
        }

        ReadOnlySpan<byte> value = (at.Content & MxContent.Markup) == MxContent.None
            ? _bytes.Slice(at.ValueStart, at.ValueLength) : _text.Value(node, ref _rented);
        if (type.Accepts(value)) return;

        _findings.AddValue("Fpml.Value", node, "the value is not of its type", type.Expected,
            FpmlRedaction.Of(_text, node).Mask(_text.ValueText(node)));
    }

    // The type an element says it has, instead of the one it is declared with.
    private FpmlType Instance(int node, FpmlType declared)
    {
        ref readonly MxNode at = ref _nodes[node];
        for (int i = _text.FirstAttribute(node), end = i + at.AttributeCount; i < end; i++)
        {
            ref readonly MxAttribute attribute = ref _text.Attributes[i];
            if (_spaces[attribute.Namespace] != 3 || !IsNamed(in attribute, "type"u8)) continue;

            string? name = TypeName(node, FpmlReferences.Text(_text.Value(in attribute, ref _rented)));
            FpmlType? type = name is not null && _schema.HasType(name) ? _schema.Type(name) : null;
            if (type is not null && type.Is(declared.Name)) return type;

            _findings.AddAttribute("Fpml.Type", node, i, type is null ? "the schema has no such type"
                : "the type does not extend the one the element is declared with", declared.Name,
                Redaction.None.Mask(_text.Value(in attribute, ref _rented)));
        }

        return declared;
    }

    // The prefix is bound where the element stands.
    private readonly string? TypeName(int node, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        byte[] prefix = colon < 0 ? [] : Encoding.UTF8.GetBytes(text[..colon]);
        string local = text[(colon + 1)..], space = "";
        for (int around = node; around >= 0; around = _nodes[around].Parent)
        {
            if (Binding(around, prefix) is not { } bound) continue;
            space = bound;
            break;
        }

        return space switch
        {
            FpmlSchema.Namespace => local.Contains(':', StringComparison.Ordinal) ? null : local,
            FpmlSchema.SignatureNamespace => FpmlSchema.SignaturePrefix + local,
            "http://www.w3.org/2001/XMLSchema" => "xs:" + local,
            _ => null,
        };
    }

    private readonly string? Binding(int node, ReadOnlySpan<byte> prefix)
    {
        ref readonly MxNode at = ref _nodes[node];
        for (int i = _text.FirstAttribute(node), end = i + at.AttributeCount; i < end; i++)
        {
            ref readonly MxAttribute attribute = ref _text.Attributes[i];
            bool isBinding = attribute.Namespace == 1
                && (attribute.PrefixLength == 0 ? prefix.IsEmpty : IsNamed(in attribute, prefix));
            if (!isBinding) continue;

            byte[]? rented = null;
            string value = Encoding.UTF8.GetString(_text.Value(in attribute, ref rented));
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
            return value;
        }

        return null;
    }

    private readonly bool IsNamed(in MxAttribute attribute, ReadOnlySpan<byte> name) =>
        _bytes.Slice(attribute.NameStart, attribute.NameLength).SequenceEqual(name);

    private void Attributes(int node, FpmlType type)
    {
        ref readonly MxNode at = ref _nodes[node];
        ReadOnlySpan<FpmlAttribute> known = type.Attributes;
        int required = 0;
        for (int i = _text.FirstAttribute(node), end = i + at.AttributeCount; i < end; i++)
        {
            ref readonly MxAttribute attribute = ref _text.Attributes[i];
            if (attribute.Namespace == 1 || IsInstance(node, i)) continue;

            FpmlAttribute? fact = null;
            if (attribute.Namespace == 0)
            {
                ReadOnlySpan<byte> name = _bytes.Slice(attribute.NameStart, attribute.NameLength);
                foreach (FpmlAttribute each in known)
                {
                    if (!name.SequenceEqual(each.NameBytes)) continue;
                    fact = each;
                    break;
                }
            }

            if (fact is null)
            {
                _findings.AddAttribute("Fpml.UnknownAttribute", node, i, "the schema has no such attribute here",
                    "no attribute", Redaction.None.Mask(_bytes.Slice(attribute.Start,
                        attribute.PrefixLength + attribute.NameLength)));
                continue;
            }

            if (fact.IsRequired) required++;
            AttributeValue(node, i, fact, type);
        }

        if (required >= type.RequiredAttributes) return;
        foreach (FpmlAttribute fact in known)
        {
            if (fact.IsRequired && _text.Attribute(node, fact.NameBytes) < 0)
                _findings.Add("Fpml.Missing", node, $"the attribute {fact.Name} is missing", fact.Name, "nothing");
        }
    }

    private void AttributeValue(int node, int index, FpmlAttribute fact, FpmlType type)
    {
        ref readonly MxAttribute attribute = ref _text.Attributes[index];
        ReadOnlySpan<byte> value = _text.Value(in attribute, ref _rented);
        bool isAccepted = fact.Type.Accepts(value)
            && (fact.Fixed is null || FpmlReferences.Text(value).TrimStart('+', '0') == fact.Fixed);
        if (!isAccepted)
        {
            _findings.AddAttribute("Fpml.Value", node, index, $"the attribute {fact.Name} is not of its type",
                fact.Fixed ?? fact.Type.Expected, Redaction.None.Mask(value));
            return;
        }

        switch (fact.Type.Primitive)
        {
            case "IDREF":
                _references.Refer(node, index, FpmlReferences.Text(value), fact.Target);
                break;
            case "ID":
                string id = FpmlReferences.Text(value);
                if (_references.Add(id, node, type)) break;
                _findings.AddAttribute("Fpml.Identifier", node, index, "another element has the identifier",
                    "an identifier of its own", Redaction.None.Mask(id));
                break;
            default: break;
        }
    }

    // Attributes of schema instances are no attributes of FpML; none of its elements may be nil.
    private readonly bool IsInstance(int node, int index)
    {
        ref readonly MxAttribute attribute = ref _text.Attributes[index];
        if (_spaces[attribute.Namespace] != 3) return false;
        if (IsNamed(in attribute, "nil"u8))
        {
            _findings.AddAttribute("Fpml.UnknownAttribute", node, index, "no element of the schema may be nil",
                "no attribute", "xsi:nil");
            return true;
        }

        return IsNamed(in attribute, "type"u8) || IsNamed(in attribute, "schemaLocation"u8)
            || IsNamed(in attribute, "noNamespaceSchemaLocation"u8);
    }
}
