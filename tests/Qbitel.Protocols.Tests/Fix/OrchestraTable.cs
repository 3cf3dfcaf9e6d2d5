using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>
/// Writes the compact FIX table from an Orchestra file: numbers, names, types and codes, no sentence of it.
/// </summary>
internal static class OrchestraTable
{
    private static readonly XNamespace Fixr = "http://fixprotocol.io/2020/orchestra/repository";

    public static string Write(string path, string version)
    {
        XElement root = XDocument.Load(path).Root!;
        Dictionary<string, XElement> codeSets = root.Descendants(Fixr + "codeSet").ToDictionary(e => Name(e),
            StringComparer.Ordinal);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"# {version}: tags, types, codes, groups and messages. Source: FIX Orchestra, "
            + $"FIXTradingCommunity/orchestrations (Apache-2.0),\n");
        text.Append(CultureInfo.InvariantCulture,
            $"# {Path.GetFileName(path).Replace("FIX_Standard__", "", StringComparison.Ordinal)}. F tag name type "
            + $"codes; C component name members; G group count-tag members; M type name members.\n");
        text.Append("# In members: ! required, @ component, # group.\n");

        foreach (XElement field in root.Element(Fixr + "fields")!.Elements(Fixr + "field").OrderBy(Id))
        {
            string type = (string)field.Attribute("type")!;
            IEnumerable<string> codes = [];
            if (codeSets.TryGetValue(type, out XElement? set))
            {
                type = (string)set.Attribute("type")!;
                codes = set.Elements(Fixr + "code").Select(code => (string)code.Attribute("value")!)
                    .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
                if (Id(field) == 35) codes = []; // the messages themselves are the codes
            }

            text.AppendJoin(' ', new[] { "F", Id(field).ToString(CultureInfo.InvariantCulture), Name(field),
                type }.Concat(codes)).Append('\n');
        }

        foreach (XElement component in root.Element(Fixr + "components")!.Elements(Fixr + "component").OrderBy(Id))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"C {Id(component)} {Name(component)} "
                + $"{string.Join(' ', component.Elements().Select(Member).OfType<string>())}\n");
        }

        foreach (XElement group in root.Element(Fixr + "groups")!.Elements(Fixr + "group").OrderBy(Id))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"G {Id(group)} {Id(group.Element(Fixr + "numInGroup")!)} "
                + $"{string.Join(' ', group.Elements().Select(Member).OfType<string>())}\n");
        }

        foreach (XElement message in root.Element(Fixr + "messages")!.Elements(Fixr + "message").OrderBy(Id))
        {
            IEnumerable<XElement> members = message.Element(Fixr + "structure")!.Elements();
            text.Append(CultureInfo.InvariantCulture,
                $"M {(string)message.Attribute("msgType")!} {Name(message)} "
                + $"{string.Join(' ', members.Select(Member).OfType<string>())}\n");
        }

        return text.ToString();
    }

    private static string? Member(XElement element)
    {
        string? mark = element.Name.LocalName switch
        {
            "fieldRef" => "",
            "componentRef" => "@",
            "groupRef" => "#",
            _ => null
        };
        if (mark is null) return null;
        string presence = (string?)element.Attribute("presence") == "required" ? "!" : "";
        return mark + Id(element).ToString(CultureInfo.InvariantCulture) + presence;
    }

    private static int Id(XElement element) => (int)element.Attribute("id")!;

    private static string Name(XElement element) => (string)element.Attribute("name")!;
}
