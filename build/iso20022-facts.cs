// Writes the facts of ISO 20022 message schemas (names, order, cardinality, types, facets) as the tables
// Qbitel.Protocols reads. A development tool, run by hand when messages are added:
//   dotnet run build/iso20022-facts.cs SCHEMA_FOLDER src/Qbitel.Protocols/Iso20022/Schemas
// Types are shared: what has the same name and the same facts in several messages is written once. Where messages give
// one name different facts, the variant most of them use keeps the name, the others are numbered, and a message names
// those it uses. Annotations, documentation and the schema text itself are not carried over.
using System.Text;
using System.Xml.Linq;

const string NamespacePrefix = "urn:iso:std:iso:20022:tech:xsd:";
XNamespace xs = "http://www.w3.org/2001/XMLSchema";
SortedDictionary<string, (string Root, string Element, string Type, Dictionary<string, string> Types)> messages =
    new(StringComparer.Ordinal);

foreach (string file in Directory.EnumerateFiles(args[0], "*.xsd").Order(StringComparer.Ordinal))
{
    XElement schema = XDocument.Load(file).Root!;
    string target = (string)schema.Attribute("targetNamespace")!;
    if (!target.StartsWith(NamespacePrefix, StringComparison.Ordinal)
        || (string?)schema.Attribute("elementFormDefault") != "qualified")
    {
        throw new InvalidOperationException($"{file} is of another kind");
    }

    Dictionary<string, string> types = new(StringComparer.Ordinal);
    foreach (XElement type in schema.Elements(xs + "complexType"))
        types.Add((string)type.Attribute("name")!, Complex(type));
    foreach (XElement type in schema.Elements(xs + "simpleType"))
        types.Add((string)type.Attribute("name")!, Simple(type));
    XElement root = schema.Elements(xs + "element").Single();
    string rootType = root.Attribute("type")!.Value;
    string element = "-", elementType = rootType;
    if (rootType == "Document")
    {
        // The root holds one element, that of the message.
        XElement only = schema.Elements(xs + "complexType").Single(t => (string?)t.Attribute("name") == "Document")
            .Elements(xs + "sequence").Single().Elements().Single();
        if (only.Attribute("minOccurs") is not null || only.Attribute("maxOccurs") is not null)
            throw new InvalidOperationException($"{file}: root");
        (element, elementType) = (only.Attribute("name")!.Value, only.Attribute("type")!.Value);
        types.Remove("Document");
    }

    var entry = (root.Attribute("name")!.Value, element, elementType, types);
    if (!messages.TryAdd(target[NamespacePrefix.Length..], entry)
        && !Same(messages[target[NamespacePrefix.Length..]].Types, types))
    {
        Console.Error.WriteLine(
            $"{Path.GetFileName(file)} differs from the first schema of {target}; the first is kept");
    }
}

// The variant most messages use comes first, then by its text, so that the table does not depend on the order of files.
Dictionary<string, string[]> variants = messages.Values.SelectMany(m => m.Types)
    .GroupBy(t => t.Key, StringComparer.Ordinal)
    .ToDictionary(g => g.Key, g => g.GroupBy(t => t.Value, StringComparer.Ordinal).OrderByDescending(v => v.Count())
        .ThenBy(v => v.Key, StringComparer.Ordinal).Select(v => v.Key).ToArray(), StringComparer.Ordinal);

StringBuilder text = new();
text.Append("# Types of ISO 20022 message schemas: facts of the schemas published by ISO 20022 under a royalty-free "
    + "policy, made by\n");
text.Append("# build/iso20022-facts.cs. Q sequence, H choice, M amount with an attribute, A one element of any content "
    + "(namespace, lax or skip), S simple type. Cardinality:\n");
text.Append("# nothing 1, ? 0..1, + 1.., * 0.., {a,b}. Between ( and ) one of the elements. "
    + "~n is another variant of the same name.\n");
text.Append("# Sorted by name in ordinal order, so that one type is found without reading the others.\n");
foreach ((string name, string facts) in variants.SelectMany(v => v.Value.Select((facts, i) => (Key(v.Key, i), facts)))
    .OrderBy(t => t.Item1, StringComparer.Ordinal))
{
    text.Append(name).Append(' ').Append(facts).Append('\n');
}

File.WriteAllText(Path.Combine(args[1], "types.txt"), text.ToString());

text.Clear();
text.Append("# ISO 20022 messages: facts of the schemas published by ISO 20022 under a royalty-free policy, "
    + "made by build/iso20022-facts.cs.\n");
text.Append("# Name, root element, the message's element below it (- where the root is the message), its type, "
    + "variants of types in types.txt.\n");
foreach ((string name, var m) in messages)
{
    IEnumerable<string> others = m.Types.Select(t => (t.Key, Index: Array.IndexOf(variants[t.Key], t.Value)))
        .Where(t => t.Index > 0)
        .Select(t => Key(t.Key, t.Index)).Order(StringComparer.Ordinal);
    text.AppendJoin(' ', [name, m.Root, m.Element, m.Type, .. others]).Append('\n');
}

File.WriteAllText(Path.Combine(args[1], "messages.txt"), text.ToString());

static string Key(string name, int variant) => variant == 0 ? name : $"{name}~{variant + 1}";

static bool Same(Dictionary<string, string> one, Dictionary<string, string> other) =>
    one.Count == other.Count && one.All(t => other.GetValueOrDefault(t.Key) == t.Value);

string Complex(XElement type)
{
    Expect(type, "name");
    if (type.Element(xs + "simpleContent")?.Element(xs + "extension") is { } extension)
    {
        XElement attribute = extension.Elements().Single(e => e.Name == xs + "attribute");
        if ((string?)attribute.Attribute("use") != "required")
            throw new InvalidOperationException("an optional attribute");
        return $"M {extension.Attribute("base")!.Value} {attribute.Attribute("name")!.Value} "
            + $"{attribute.Attribute("type")!.Value}";
    }

    XElement content = type.Elements().Single(e => e.Name != xs + "annotation");
    Expect(content);
    if (content.Element(xs + "any") is { } any)
    {
        Expect(any, "namespace", "processContents");
        if (content.Name != xs + "sequence" || content.Elements().Count() != 1)
            throw new InvalidOperationException("xs:any beside others");
        return $"A {any.Attribute("namespace")!.Value} {any.Attribute("processContents")!.Value}";
    }

    if (content.Name != xs + "sequence" && content.Name != xs + "choice")
        throw new InvalidOperationException($"{content.Name}");
    // A sequence of one choice is that choice.
    List<XElement> parts = [.. content.Elements().Where(e => e.Name != xs + "annotation")];
    if (content.Name == xs + "sequence" && parts is [var single] && single.Name == xs + "choice")
    {
        Expect(single);
        content = single;
    }

    StringBuilder facts = new(content.Name == xs + "choice" ? "H" : "Q");
    HashSet<string> names = new(StringComparer.Ordinal);
    foreach (XElement child in content.Elements().Where(e => e.Name != xs + "annotation"))
    {
        if (child.Name == xs + "choice" && content.Name == xs + "sequence")
        {
            Expect(child);
            facts.Append("\n (");
            foreach (XElement one in child.Elements().Where(e => e.Name != xs + "annotation")) Particle(one);
            facts.Append("\n )");
        }
        else
        {
            Particle(child);
        }
    }

    return facts.ToString();

    void Particle(XElement element)
    {
        if (element.Name != xs + "element") throw new InvalidOperationException($"{element.Name}");
        Expect(element, "name", "type", "minOccurs", "maxOccurs");
        if (!names.Add(element.Attribute("name")!.Value))
            throw new InvalidOperationException("the same name twice in one type");
        string least = (string?)element.Attribute("minOccurs") ?? "1";
        string most = (string?)element.Attribute("maxOccurs") ?? "1";
        string count = (least, most) switch
        {
            ("1", "1") => "",
            ("0", "1") => "?",
            ("0", "unbounded") => "*",
            ("1", "unbounded") => "+",
            (_, "unbounded") => $"{{{least},}}",
            _ => $"{{{least},{most}}}",
        };
        facts.Append("\n ").Append(element.Attribute("name")!.Value).Append(count).Append(' ')
            .Append(element.Attribute("type")!.Value);
    }
}

string Simple(XElement type)
{
    Expect(type, "name");
    XElement restriction = type.Elements().Single(e => e.Name != xs + "annotation");
    if (restriction.Name != xs + "restriction") throw new InvalidOperationException($"{restriction.Name}");
    string[] known =
        ["minLength", "maxLength", "length", "pattern", "totalDigits", "fractionDigits", "minInclusive", "maxInclusive",
            "whiteSpace"];
    List<XElement> single =
        [.. restriction.Elements().Where(f => f.Name != xs + "enumeration" && f.Name != xs + "annotation")];
    if (single.GroupBy(f => f.Name).Any(g => g.Count() > 1)) throw new InvalidOperationException("a facet twice");
    if (single.FirstOrDefault(f => !known.Contains(f.Name.LocalName)) is { } unknown)
        throw new InvalidOperationException($"{unknown.Name}");
    string facets = string.Concat(
        single.OrderBy(f => Array.IndexOf(known, f.Name.LocalName))
            .Select(f => $" {f.Name.LocalName}={f.Attribute("value")!.Value}"));
    string codes = string.Join(',', restriction.Elements(xs + "enumeration").Select(f => f.Attribute("value")!.Value));
    if (facets.Count(c => c == ' ') != single.Count || codes.Contains(' '))
        throw new InvalidOperationException("a space in a facet");
    return $"S {restriction.Attribute("base")!.Value.Replace("xs:", "")}{facets}"
        + (codes.Length > 0 ? $" codes={codes}" : "");
}

void Expect(XElement element, params string[] attributes)
{
    if (element.Attributes().FirstOrDefault(
        a => !a.IsNamespaceDeclaration && !attributes.Contains(a.Name.LocalName)) is { } other)
    {
        throw new InvalidOperationException($"{element.Name.LocalName} has {other.Name}");
    }
}
