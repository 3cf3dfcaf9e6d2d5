using System.Globalization;
using System.Text;
using System.Xml;
using Qbitel.Protocols.Fpml.Schemas;

namespace Qbitel.Protocols.Fpml.Building;

/// <summary>
/// A document in the making: values are set by their paths in any order and written in the order of the schema, through
/// its choices, repetitions and substitution groups.
/// </summary>
/// <remarks>
/// Names and places are judged here; reading what was written tells whether the document is valid. Not thread-safe.
/// </remarks>
internal sealed class FpmlDraft
{
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";
    private const int MostOfOneName = 10_000;

    private static readonly FpmlSchema Schema = FpmlSchema.Confirmation;

    private readonly Node _root;

    /// <param name="root">Such as <c>dataDocument</c> or <c>requestConfirmation</c>.</param>
    /// <exception cref="ArgumentException">No document begins so.</exception>
    public FpmlDraft(string root)
    {
        if (!IsDocument(root)) throw new ArgumentException($"no document of FpML is a {root}", nameof(root));

        _root = new Node(root, 1);
        _root.Attributes["fpmlVersion"] = FpmlVersions.Latest.Replace('.', '-');
    }

    public static bool IsDocument(string name) =>
        Schema.Elements.Any(each => each.Name == name && !each.IsAbstract && each.Type.Is("Document"));

    /// <summary>Sets a value by its path below the root, repetitions counted from 1.</summary>
    /// <param name="path">Such as <c>trade/swap/swapStream[2]/paymentDates/paymentFrequency/period</c>, or with an
    /// attribute at its end, <c>party[1]/@id</c>; <c>@xsi:type</c> names a type that extends the declared one.</param>
    /// <param name="value">The text; null sets nothing.</param>
    /// <exception cref="ArgumentException">The path is none.</exception>
    public FpmlDraft Set(string path, string? value)
    {
        if (value is null) return this;

        Node at = _root;
        foreach (string step in path.Split('/'))
        {
            if (step.StartsWith('@'))
            {
                at.Attributes[step[1..]] = value;
                return this;
            }

            at = at.Child(step, path);
        }

        at.Value = value;
        return this;
    }

    public FpmlDraft Set(string path, decimal? value) => Set(path, value?.ToString(CultureInfo.InvariantCulture));

    public FpmlDraft Set(string path, DateOnly? value) =>
        Set(path, value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>UTF-8 without a byte order mark, with a declaration, indented by two.</summary>
    /// <exception cref="ArgumentException">An element is not where the schema has it, or a text is none of
    /// XML.</exception>
    public byte[] ToBytes()
    {
        using MemoryStream bytes = new();
        XmlWriterSettings settings = new() { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" };
        FpmlDeclaration declaration = Schema.Global(Schema.Code(Encoding.UTF8.GetBytes(_root.Name),
            isSignature: false))!;
        using (XmlWriter xml = XmlWriter.Create(bytes, settings)) Write(xml, _root, declaration.Type, "");
        return bytes.ToArray();
    }

    private static void Write(XmlWriter xml, Node node, FpmlType declared, string around)
    {
        string path = $"{around}/{node.Name}";
        xml.WriteStartElement(node.Name, FpmlSchema.Namespace);
        FpmlType type = declared;
        foreach ((string name, string value) in node.Attributes)
        {
            if (name == "xsi:type")
            {
                type = Schema.HasType(value) ? Schema.Type(value) : declared;
                xml.WriteAttributeString("xsi", "type", Instance, value);
            }
            else
            {
                xml.WriteAttributeString(name, value);
            }
        }

        if (node.Value is not null) xml.WriteString(node.Value);
        foreach ((Node child, FpmlDeclaration declaration) in InOrder(node, type, path))
            Write(xml, child, declaration.Type, path);
        xml.WriteEndElement();
    }

    // Of the children that may come next, the one the model has first; of one name, in the order they are numbered.
    private static List<(Node Child, FpmlDeclaration Declaration)> InOrder(Node node, FpmlType type, string path)
    {
        List<(Node, FpmlDeclaration)> ordered = [];
        if (node.Children.Count == 0) return ordered;
        if (!type.HasElements) throw new ArgumentException($"{path} holds a value, not elements", nameof(path));

        List<Node> left = [.. node.Children.OrderBy(child => child.Number)];
        for (int state = 0; left.Count > 0;)
        {
            Node? best = null;
            FpmlDeclaration? found = null;
            int next = int.MaxValue;
            foreach (Node child in left)
            {
                int code = Schema.Code(Encoding.UTF8.GetBytes(child.Name), isSignature: false);
                int step = type.Model.Next(state, code, isOurs: true, out FpmlDeclaration? declaration);
                if (step < 0 || declaration is null || step >= next) continue;
                (best, found, next) = (child, declaration, step);
            }

            if (best is null)
            {
                throw new ArgumentException($"{path} cannot have {left[0].Name} where it would be: the schema has "
                    + type.Model.Expected(state), nameof(path));
            }

            ordered.Add((best, found!));
            left.Remove(best);
            state = next;
        }

        return ordered;
    }

    private sealed class Node(string name, int number)
    {
        public string Name { get; } = name;

        /// <summary>Which of its name, counted from 1.</summary>
        public int Number { get; } = number;

        public string? Value { get; set; }

        public SortedDictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

        public List<Node> Children { get; } = [];

        public Node Child(string step, string path)
        {
            int bracket = step.IndexOf('[', StringComparison.Ordinal), which = 1;
            string wanted = bracket < 0 ? step : step[..bracket];
            bool isNumber = bracket < 0 || (int.TryParse(step.AsSpan(bracket + 1).TrimEnd(']'), NumberStyles.None,
                CultureInfo.InvariantCulture, out which) && which is > 0 and <= MostOfOneName);
            if (!isNumber || wanted.Length == 0 || Schema.Code(Encoding.UTF8.GetBytes(wanted), isSignature: false) < 0)
                throw new ArgumentException($"the schema has no {path}", nameof(path));
            if (Children.Find(child => child.Name == wanted && child.Number == which) is { } known) return known;

            Node made = new(wanted, which);
            Children.Add(made);
            return made;
        }
    }
}
