using System.Globalization;
using System.Text;
using System.Xml;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Schemas;

namespace Qbitel.Protocols.Iso20022;

/// <summary>
/// A message in the making: values are set by their paths in any order and written in the order of the schema.
/// </summary>
/// <remarks>
/// Only names and places are judged here; reading what was written tells whether the message is valid. Not
/// thread-safe.
/// </remarks>
internal sealed class MxDraft
{
    private readonly MxSchema _schema;
    private readonly Node _root;

    /// <param name="name">The message, e.g. <c>pacs.008.001.08</c> or <c>head.001.001.02</c>.</param>
    public MxDraft(string name)
    {
        _schema = MxSchema.Load(name);
        _root = new Node(_schema.Root, _schema.RootType, 1);
    }

    /// <summary>Sets a value by its path below the root, repetitions counted from 1.</summary>
    /// <param name="path">Such as <c>FIToFICstmrCdtTrf/CdtTrfTxInf[1]/PmtId/UETR</c>.</param>
    /// <param name="value">The text; null sets nothing.</param>
    /// <exception cref="ArgumentException">The schema has no such element.</exception>
    public MxDraft Set(string path, string? value)
    {
        if (value is not null) At(path).Value = value;
        return this;
    }

    /// <summary>Sets an amount with its currency.</summary>
    public MxDraft Set(string path, Money? amount) => amount is { } money
        ? Set(path, money.Amount.ToString(CultureInfo.InvariantCulture), money.Currency.Code) : this;

    /// <summary>Sets a value with the attribute of its type.</summary>
    public MxDraft Set(string path, string value, string attribute)
    {
        Node node = At(path);
        (node.Value, node.Attribute) = (value, attribute);
        return this;
    }

    /// <summary>UTF-8 without a byte order mark or declaration, indented by two.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream bytes = new();
        XmlWriterSettings settings = new()
        {
            Encoding = new UTF8Encoding(false),
            Indent = true,
            NewLineChars = "\n",
            OmitXmlDeclaration = true,
        };
        using (XmlWriter xml = XmlWriter.Create(bytes, settings)) Write(xml, _root);
        return bytes.ToArray();
    }

    private Node At(string path)
    {
        Node at = _root;
        foreach (string step in path.Split('/'))
        {
            int bracket = step.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? step : step[..bracket];
            int number = bracket < 0 ? 1 : int.Parse(step.AsSpan(bracket + 1, step.Length - bracket - 2),
                NumberStyles.None, CultureInfo.InvariantCulture);
            if (at.Children.Find(child => child.Name == name && child.Number == number) is not { } next)
            {
                IReadOnlyList<MxParticle> particles = _schema.Complex(at.Type)?.Particles ?? [];
                int place = particles.ToList().FindIndex(particle => particle.Name == name);
                if (place < 0) throw new ArgumentException($"{_schema.Namespace} has no {path}", nameof(path));

                next = new Node(name, particles[place].TypeName, number) { Place = place };
                at.Children.Add(next);
            }

            at = next;
        }

        return at;
    }

    private void Write(XmlWriter xml, Node node)
    {
        xml.WriteStartElement(node.Name, _schema.Namespace);
        if (node.Attribute is not null)
        {
            xml.WriteAttributeString(_schema.Complex(node.Type)?.Amount?.Attribute ?? "Ccy", node.Attribute);
        }

        if (node.Value is not null) xml.WriteString(node.Value);
        foreach (Node child in node.Children.OrderBy(each => each.Place).ThenBy(each => each.Number)) Write(xml, child);
        xml.WriteEndElement();
    }

    private sealed class Node(string name, string type, int number)
    {
        public string Name { get; } = name;

        public string Type { get; } = type;

        /// <summary>Which of its name, counted from 1.</summary>
        public int Number { get; } = number;

        /// <summary>Where the parent's type has it.</summary>
        public int Place { get; init; }

        public string? Value { get; set; }

        public string? Attribute { get; set; }

        public List<Node> Children { get; } = [];
    }
}
