// Writes the facts of the FpML schema (names, order, cardinality, types, attributes, facets) as the table
// Qbitel.Protocols reads. A development tool, run by hand when a version is added:
//   dotnet run build/fpml-facts.cs SCHEMA_FOLDER src/Qbitel.Protocols/Fpml/Schemas/confirmation-5-13.txt
// Annotations, documentation and the schema text itself are not carried over; what the tool does not know stops it.
using System.Text;
using System.Xml.Linq;

XNamespace xs = "http://www.w3.org/2001/XMLSchema", ecore = "http://www.eclipse.org/emf/2002/Ecore";
const string Signature = "http://www.w3.org/2000/09/xmldsig#";
List<string> lines = [];
XElement[] schemas =
    [.. Directory.EnumerateFiles(args[0], "*.xsd").Order(StringComparer.Ordinal)
        .Select(file => XDocument.Load(file, LoadOptions.None).Root!)];
// Some references are to types of another view.
HashSet<string> types = [.. schemas.Elements(xs + "complexType").Select(type => (string)type.Attribute("name")!)];
foreach (XElement schema in schemas)
{
    bool isOurs = (string?)schema.Attribute("targetNamespace") != Signature;
    if ((string?)schema.Attribute("elementFormDefault") != "qualified")
        throw new InvalidOperationException("unqualified elements");
    foreach (XElement one in schema.Elements()
        .Where(e => e.Name != xs + "annotation" && e.Name != xs + "include" && e.Name != xs + "import"))
    {
        string name = (isOurs ? "" : "dsig:") + (string?)one.Attribute("name");
        switch (one.Name.LocalName)
        {
            case "element":
                Expect(one, "name", "type", "abstract", "substitutionGroup");
                lines.Add($"e {name}{(IsTrue(one, "abstract") ? "!" : "")} {Named(one, one.Attribute("type")!.Value)}"
                    + (one.Attribute("substitutionGroup") is { } head ? $" ^{Named(one, head.Value)}" : ""));
                break;
            case "group":
                Expect(one, "name");
                lines.Add($"g {name} {Content(one.Elements().Single(e => e.Name != xs + "annotation"))}");
                break;
            case "complexType": lines.Add(Complex(one, name)); break;
            case "simpleType": lines.Add(Simple(one, name)); break;
            case "attributeGroup": break;
            default: throw new InvalidOperationException($"{one.Name}");
        }
    }
}

StringBuilder text = new();
text.Append("# FpML 5.13, confirmation view: facts of the schema published by FpML, an ISDA standard, under the FpML "
    + "Public License 2.0, and of\n");
text.Append("# the schema of XML signatures (W3C, RFC 3275) it imports; made by build/fpml-facts.cs.\n");
text.Append("# e element and type, g group, t type with elements, v type with a value, s simple type, u union. "
    + "! abstract, ~ mixed, : the type it\n");
text.Append("# extends, ^ the head of its substitution group. ( ) sequence, [ ] choice, name:type an element, "
    + "& one of the global ones, $ a group,\n");
text.Append("# %namespace/how any element; ? * + {a,b} how often. @name:type an attribute, * required, "
    + "= its only value, > what it refers to.\n");
foreach (string line in lines.Order(StringComparer.Ordinal)) text.Append(line).Append('\n');
File.WriteAllText(args[1], text.ToString());

string Complex(XElement type, string name)
{
    Expect(type, "name", "abstract", "mixed");
    StringBuilder facts = new(name + (IsTrue(type, "abstract") ? "!" : "") + (IsTrue(type, "mixed") ? "~" : ""));
    XElement body = type;
    char kind = 't';
    if (type.Element(xs + "simpleContent") is { } simple)
    {
        (kind, body) = ('v', simple.Elements().Single(e => e.Name == xs + "extension"));
        facts.Append($" :{Named(type, body.Attribute("base")!.Value)}");
    }
    else if (type.Element(xs + "complexContent") is { } complex)
    {
        body = complex.Elements().Single(e => e.Name == xs + "extension");
        facts.Append($" :{Named(type, body.Attribute("base")!.Value)}");
    }

    foreach (XElement part in body.Elements()
        .Where(e => e.Name != xs + "annotation" && e.Name != xs + "simpleContent" && e.Name != xs + "complexContent"))
    {
        switch (part.Name.LocalName)
        {
            case "attribute": facts.Append(Attribute(part)); break;
            case "attributeGroup":
                string group = part.Attribute("ref")!.Value;
                foreach (XElement each in schemas.SelectMany(s => s.Elements(xs + "attributeGroup"))
                    .Single(g => (string?)g.Attribute("name") == group).Elements(xs + "attribute"))
                {
                    facts.Append(Attribute(each));
                }

                break;
            default: facts.Append(' ').Append(Content(part)); break;
        }
    }

    return $"{kind} {facts}";
}

string Attribute(XElement attribute)
{
    Expect(attribute, "name", "type", "use", "default", "fixed");
    string use = (string?)attribute.Attribute("use") ?? "optional";
    if (use is not ("optional" or "required")) throw new InvalidOperationException($"use {use}");
    return $" @{attribute.Attribute("name")!.Value}:{Named(attribute, attribute.Attribute("type")!.Value)}"
        + (use == "required" ? "*" : "")
        + (attribute.Attribute("fixed") is { } only ? $"={only.Value}" : "")
        + (attribute.Attribute(ecore + "reference") is { } target && types.Contains(Local(target.Value))
            ? $">{Local(target.Value)}" : "");
}

static string Local(string name) => name[(name.IndexOf(':') + 1)..];

string Content(XElement part)
{
    string count = Count(part);
    switch (part.Name.LocalName)
    {
        case "sequence" or "choice":
            Expect(part, "minOccurs", "maxOccurs");
            string inside = string.Concat(
                part.Elements().Where(e => e.Name != xs + "annotation").Select(e => Content(e) + " "));
            return part.Name.LocalName == "sequence" ? $"( {inside}){count}" : $"[ {inside}]{count}";
        case "element" when part.Attribute("ref") is { } global:
            Expect(part, "ref", "minOccurs", "maxOccurs");
            return $"&{Named(part, global.Value)}{count}";
        case "element":
            Expect(part, "name", "type", "minOccurs", "maxOccurs");
            return $"{part.Attribute("name")!.Value}:{Named(part, part.Attribute("type")!.Value)}{count}";
        case "group":
            Expect(part, "ref", "minOccurs", "maxOccurs");
            return $"${Named(part, part.Attribute("ref")!.Value)}{count}";
        case "any":
            Expect(part, "namespace", "processContents", "minOccurs", "maxOccurs");
            return $"%{((string?)part.Attribute("namespace") ?? "##any").TrimStart('#')}/"
                + $"{(string?)part.Attribute("processContents") ?? "strict"}{count}";
        default: throw new InvalidOperationException($"{part.Name}");
    }
}

static string Count(XElement part)
{
    string least = (string?)part.Attribute("minOccurs") ?? "1", most = (string?)part.Attribute("maxOccurs") ?? "1";
    return (least, most) switch
    {
        ("1", "1") => "",
        ("0", "1") => "?",
        ("0", "unbounded") => "*",
        ("1", "unbounded") => "+",
        (_, "unbounded") => $"{{{least},}}",
        _ => $"{{{least},{most}}}",
    };
}

string Simple(XElement type, string name)
{
    Expect(type, "name");
    XElement body = type.Elements().Single(e => e.Name != xs + "annotation");
    if (body.Name == xs + "union")
    {
        // The members it names, and one of its own.
        string members = string.Join(
            ' ', body.Attribute("memberTypes")!.Value.Split(' ').Select(member => Named(type, member)));
        XElement own = body.Elements(xs + "simpleType").Single();
        lines.Add(Simple(own, $"{name}.own"));
        return $"u {name} {members} {name}.own";
    }

    if (body.Name != xs + "restriction") throw new InvalidOperationException($"{body.Name}");
    string[] known = ["length", "minLength", "maxLength", "minInclusive", "maxInclusive", "minExclusive", "pattern"];
    List<XElement> facets =
        [.. body.Elements().Where(f => f.Name != xs + "enumeration" && f.Name != xs + "annotation")];
    if (facets.FirstOrDefault(f => !known.Contains(f.Name.LocalName)) is { } unknown)
        throw new InvalidOperationException($"{unknown.Name}");
    if (facets.Where(f => f.Name != xs + "pattern").GroupBy(f => f.Name).Any(g => g.Count() > 1))
        throw new InvalidOperationException("a facet twice");
    string[] codes = [.. body.Elements(xs + "enumeration").Select(f => f.Attribute("value")!.Value)];
    if (codes.Any(c => c.Contains('|'))) throw new InvalidOperationException("a bar in a code");
    // Several patterns are alternatives.
    return $"s {name} {Named(type, body.Attribute("base")!.Value)}"
        + string.Concat(facets.GroupBy(f => f.Name.LocalName)
            .Select(f => $"\t{f.Key}={string.Join('|', f.Select(each => each.Attribute("value")!.Value))}"))
        + (codes.Length > 0 ? $"\tcodes={string.Join('|', codes)}" : "");
}

// Names of XML Schema begin with xs:, those of signatures with dsig:, FpML's own with neither.
string Named(XElement where, string name)
{
    int colon = name.IndexOf(':');
    string space = (colon < 0 ? where.GetDefaultNamespace() : where.GetNamespaceOfPrefix(name[..colon])!).NamespaceName;
    string local = name[(colon + 1)..];
    return space == xs.NamespaceName ? $"xs:{local}" : space == Signature ? $"dsig:{local}" : local;
}

static bool IsTrue(XElement element, string attribute) => (string?)element.Attribute(attribute) == "true";

static void Expect(XElement element, params string[] attributes)
{
    if (element.Attributes().FirstOrDefault(a => !a.IsNamespaceDeclaration && a.Name.NamespaceName.Length == 0
        && !attributes.Contains(a.Name.LocalName)) is { } other)
    {
        throw new InvalidOperationException($"{element.Name.LocalName} has {other.Name}");
    }
}
