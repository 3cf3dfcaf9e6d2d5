// Writes the facts of an ISO 20022 message schema (names, order, cardinality, types, facets) as the table Qbitel.Protocols reads.
// A development tool, run by hand when a message is added:  dotnet run build/iso20022-facts.cs SCHEMA.xsd > src/Qbitel.Protocols/Iso20022/Schemas/NAME.txt
// Annotations, documentation and the schema text itself are not carried over.
using System.Xml.Linq;

XNamespace xs = "http://www.w3.org/2001/XMLSchema";
XElement schema = XDocument.Load(args[0]).Root!;
string target = (string)schema.Attribute("targetNamespace")!;
XElement root = schema.Elements(xs + "element").Single();

Console.WriteLine($"# Facts of the ISO 20022 message schema {Path.GetFileNameWithoutExtension(args[0])} (published by ISO 20022 under a royalty-free policy).");
Console.WriteLine($"# Made by build/iso20022-facts.cs. N namespace, R root, Q sequence, H choice, M amount with an attribute, A any content, S simple type.");
Console.WriteLine($"N {target}");
Console.WriteLine($"R {root.Attribute("name")!.Value} {root.Attribute("type")!.Value}");

foreach (XElement type in schema.Elements(xs + "complexType").OrderBy(t => (string)t.Attribute("name")!, StringComparer.Ordinal))
{
    string name = type.Attribute("name")!.Value;
    if (type.Element(xs + "simpleContent")?.Element(xs + "extension") is { } extension)
    {
        XElement attribute = extension.Element(xs + "attribute")!;
        Console.WriteLine($"M {name} {extension.Attribute("base")!.Value} {attribute.Attribute("name")!.Value} {attribute.Attribute("type")!.Value}");
        continue;
    }

    XElement content = type.Elements().Single(e => e.Name == xs + "sequence" || e.Name == xs + "choice");
    if (content.Element(xs + "any") is not null)
    {
        Console.WriteLine($"A {name}");
        continue;
    }

    Console.WriteLine($"{(content.Name == xs + "choice" ? 'H' : 'Q')} {name}");
    foreach (XElement element in content.Elements(xs + "element"))
    {
        string least = (string?)element.Attribute("minOccurs") ?? "1", most = (string?)element.Attribute("maxOccurs") ?? "1";
        Console.WriteLine($"  {element.Attribute("name")!.Value} {least} {(most == "unbounded" ? "*" : most)} {element.Attribute("type")!.Value}");
    }
}

foreach (XElement type in schema.Elements(xs + "simpleType").OrderBy(t => (string)t.Attribute("name")!, StringComparer.Ordinal))
{
    XElement restriction = type.Element(xs + "restriction")!;
    string facets = string.Concat(restriction.Elements().Where(f => f.Name != xs + "enumeration").Select(f => $" {f.Name.LocalName}={f.Attribute("value")!.Value}"));
    string codes = string.Join(',', restriction.Elements(xs + "enumeration").Select(f => f.Attribute("value")!.Value));
    Console.WriteLine($"S {type.Attribute("name")!.Value} {restriction.Attribute("base")!.Value.Replace("xs:", "")}{facets}{(codes.Length > 0 ? $" codes={codes}" : "")}");
}
