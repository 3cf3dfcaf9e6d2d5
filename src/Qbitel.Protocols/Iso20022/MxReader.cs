using System.Globalization;
using System.Xml;
using Qbitel.Protocols.Iso20022.Schemas;

namespace Qbitel.Protocols.Iso20022;

/// <summary>
/// Reads one ISO 20022 document against the facts of its schema: every fault is found where it is, not only the first.
/// </summary>
/// <remarks>
/// DTDs, entities and external references are refused; depth, size and number of elements are limited.
/// </remarks>
internal sealed class MxReader
{
    public const int MaxDepth = 64, MaxElements = 10_000, MaxSize = 16 * 1024 * 1024;

    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly MxSchema _schema;
    private readonly DiagnosticList _findings;
    private readonly XmlReader _xml;
    private readonly IXmlLineInfo _position;
    private int _elements;

    private MxReader(XmlReader xml, MxSchema schema, DiagnosticList findings)
    {
        _xml = xml;
        _position = (IXmlLineInfo)xml;
        _schema = schema;
        _findings = findings;
    }

    /// <summary>Settings under which nothing outside the bytes is ever looked at.</summary>
    public static XmlReaderSettings Settings { get; } = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 0,
        MaxCharactersInDocument = MaxSize,
        ConformanceLevel = ConformanceLevel.Document,
        CloseInput = true,
    };

    /// <summary>Reads the element the XML reader stands on, to its end.</summary>
    /// <exception cref="XmlException">The text is not well-formed.</exception>
    public static MxElement Read(XmlReader xml, MxSchema schema, DiagnosticList findings)
    {
        MxReader reader = new(xml, schema, findings);
        MxElement root = reader.Element("", number: 1);
        reader.Content(root, schema.RootType, 1);
        return root;
    }

    private MxElement Element(string parentPath, int number)
    {
        if (++_elements > MaxElements)
        {
            throw new XmlException($"more than {MaxElements} elements", null, _position.LineNumber,
                _position.LinePosition);
        }

        string path = $"{parentPath}/{_xml.LocalName}"
            + (number > 1 ? string.Create(CultureInfo.InvariantCulture, $"[{number}]") : "");
        return new MxElement(_xml.LocalName, path, _position.LineNumber, _position.LinePosition);
    }

    private void Content(MxElement element, string typeName, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new XmlException($"deeper than {MaxDepth} elements", null, _position.LineNumber,
                _position.LinePosition);
        }

        MxComplexType? type = _schema.Complex(typeName);
        Attributes(element, type);
        if (type is null)
        {
            Value(element, _schema.Simple(typeName));
            return;
        }

        if (type.Amount is { } amount)
        {
            Value(element, _schema.Simple(amount.ValueType));
            return;
        }

        if (type.Arrangement == MxArrangement.Any)
        {
            Anything(element, depth);
            return;
        }

        MxSequence order = new(type);
        if (_xml.IsEmptyElement)
        {
            _xml.Read();
        }
        else
        {
            _xml.Read();
            while (_xml.NodeType != XmlNodeType.EndElement)
            {
                if (_xml.NodeType == XmlNodeType.Element) Child(element, order, depth);
                else if (_xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) Text(element);
                else _xml.Read();
            }

            _xml.Read();
        }

        foreach ((string name, bool isChoice) in order.Missing())
        {
            Add("Mx.Missing", element, isChoice ? "none of the alternatives is there"
                : "a mandatory element is missing", name, "nothing", field: name);
        }
    }

    private void Child(MxElement parent, MxSequence order, int depth)
    {
        string name = _xml.LocalName;
        bool isOurs = _xml.NamespaceURI == _schema.Namespace;
        (MxParticle? particle, MxFault fault) = isOurs ? order.Next(name) : (null, MxFault.Unknown);
        MxElement child = Element(parent.Path, isOurs ? order.CountOf(name) : 1);

        switch (fault)
        {
            case MxFault.TooMany:
                Add("Mx.TooMany", child, "the element may not be repeated so often",
                    particle!.Most.ToString(CultureInfo.InvariantCulture) + " at most",
                    order.CountOf(name).ToString(CultureInfo.InvariantCulture));
                break;
            case MxFault.OutOfOrder:
                Add("Mx.Order", child, "the element stands after one it must precede", order.Expected, name);
                break;
            case MxFault.SecondChoice:
                Add("Mx.Choice", child, "only one of the alternatives may be there", order.Expected, name);
                break;
            case MxFault.Unknown:
                Add("Mx.UnknownElement", child, "the schema has no such element here", order.Expected, isOurs ? name
                    : $"{name} of another namespace");
                break;
            default:
                break;
        }

        parent.Add(child);
        if (particle is null) Anything(child, depth + 1);
        else Content(child, particle.TypeName, depth + 1);
    }

    private void Value(MxElement element, MxSimpleType type)
    {
        System.Text.StringBuilder text = new();
        bool isEmpty = _xml.IsEmptyElement;
        _xml.Read();
        while (!isEmpty && _xml.NodeType != XmlNodeType.EndElement)
        {
            if (_xml.NodeType == XmlNodeType.Element)
            {
                Add("Mx.UnknownElement", element, "the element holds a value, not elements", type.Expected,
                    _xml.LocalName);
                _xml.Skip();
                continue;
            }

            if (_xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace
                or XmlNodeType.SignificantWhitespace)
            {
                text.Append(_xml.Value);
            }
            _xml.Read();
        }

        if (!isEmpty) _xml.Read();
        element.Value = text.ToString();
        if (!type.Accepts(element.Value))
        {
            Add("Mx.Value", element, "the value is not of its type", type.Expected,
                MxRedaction.Of(element).Mask(element.Value));
        }
    }

    private void Attributes(MxElement element, MxComplexType? type)
    {
        bool found = false;
        for (bool more = _xml.MoveToFirstAttribute(); more; more = _xml.MoveToNextAttribute())
        {
            if (_xml.Prefix == "xmlns" || (_xml.Prefix.Length == 0 && _xml.LocalName == "xmlns")) continue;
            if (_xml.NamespaceURI == SchemaInstance
                && _xml.LocalName is "schemaLocation" or "noNamespaceSchemaLocation")
            {
                continue;
            }

            if (type?.Amount is { } amount && _xml.NamespaceURI.Length == 0 && _xml.LocalName == amount.Attribute)
            {
                found = true;
                element.Currency = _xml.Value;
                if (!_schema.Simple(amount.AttributeType).Accepts(_xml.Value))
                {
                    Add("Mx.Value", element, $"the attribute {amount.Attribute} is not of its type",
                        _schema.Simple(amount.AttributeType).Expected, Redaction.None.Mask(_xml.Value));
                }
                continue;
            }

            Add("Mx.UnknownAttribute", element, "the schema has no such attribute here", "no attribute", _xml.Name);
        }

        _xml.MoveToElement();
        if (type?.Amount is { } wanted && !found)
            Add("Mx.Missing", element, $"the attribute {wanted.Attribute} is missing", wanted.Attribute, "nothing");
    }

    private void Text(MxElement element)
    {
        Add("Mx.Text", element, "text stands where only elements may be", "elements",
            $"{_xml.Value.Length.ToString(CultureInfo.InvariantCulture)} characters");
        _xml.Read();
    }

    // Content of other schemas (lax): kept in the text, counted, not judged.
    private void Anything(MxElement element, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new XmlException($"deeper than {MaxDepth} elements", null, _position.LineNumber,
                _position.LinePosition);
        }
        bool isEmpty = _xml.IsEmptyElement;
        _xml.Read();
        if (isEmpty) return;

        while (_xml.NodeType != XmlNodeType.EndElement)
        {
            if (_xml.NodeType != XmlNodeType.Element)
            {
                _xml.Read();
                continue;
            }

            MxElement child = Element(element.Path, number: 1);
            element.Add(child);
            Anything(child, depth + 1);
        }

        _xml.Read();
    }

    private void Add(string code, MxElement at, string message, string expected, string actual, string? field = null) =>
        _findings.Add(new Diagnostic(code, Severity.Error, message)
        {
            Path = at.Path,
            Field = field ?? at.Name,
            Line = at.Line,
            Column = at.Column,
            Expected = expected,
            Actual = actual,
        });
}
