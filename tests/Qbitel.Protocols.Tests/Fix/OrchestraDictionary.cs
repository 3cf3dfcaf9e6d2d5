using System.Globalization;
using System.Xml.Linq;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>An Orchestra file, read by other code than that which made the tables.</summary>
internal sealed class OrchestraDictionary(string path)
{
    private static readonly XNamespace Fixr = "http://fixprotocol.io/2020/orchestra/repository";

    private readonly XElement _root = XDocument.Load(path).Root!;

    /// <summary>Every field: tag, name, type and codes in one line.</summary>
    public IEnumerable<string> Fields() =>
        from field in _root.Element(Fixr + "fields")!.Elements()
        let set = _root.Descendants(Fixr + "codeSet").FirstOrDefault(set => Text(set, "name") == Text(field, "type"))
        let codes = set is null || Text(field, "id") == "35" ? []
            : set.Elements(Fixr + "code").Select(code => Text(code, "value"))
        select $"{Text(field, "id")} {Text(field, "name")} "
            + $"{FixDictionary.TypeOf(set is null ? Text(field, "type") : Text(set, "type"))} "
            + string.Join(' ', codes.Where(code => !code.Contains(' ', StringComparison.Ordinal)).Distinct()
                .Order(StringComparer.Ordinal));

    /// <summary>Every message: its type and its members, groups in brackets, ! for what is required.</summary>
    public IEnumerable<string> Messages() =>
        from message in _root.Element(Fixr + "messages")!.Elements()
        select $"{Text(message, "msgType")} {Text(message, "name")} "
            + $"{Members(message.Element(Fixr + "structure")!, true)}";

    private string Members(XElement parent, bool required)
    {
        List<string> members = [];
        foreach (XElement child in parent.Elements())
        {
            string? id = (string?)child.Attribute("id");
            bool needed = required && (string?)child.Attribute("presence") == "required";
            switch (child.Name.LocalName)
            {
                case "fieldRef":
                    members.Add(id + (needed ? "!" : ""));
                    break;
                case "componentRef" when ById("component", id!) is { } component:
                    if (Text(component, "name") is "StandardHeader" or "StandardTrailer") break;
                    members.AddRange(Members(component, needed).Split(' ', StringSplitOptions.RemoveEmptyEntries));
                    break;
                case "groupRef" when ById("group", id!) is { } group:
                    members.Add(Text(group.Element(Fixr + "numInGroup")!, "id") + (needed ? "!" : "")
                        + $"[{Members(group, true).Replace(' ', ',')}]");
                    break;
                default:
                    break;
            }
        }

        return string.Join(' ', members);
    }

    private XElement ById(string kind, string id) =>
        _root.Element(Fixr + (kind + "s"))!.Elements().Single(e => Text(e, "id") == id);

    private static string Text(XElement element, string name) => (string)element.Attribute(name)!;

    /// <summary>A rule of ours in the same form.</summary>
    public static string Line(FixMessageRule rule) => $"{rule.Type} {rule.Name} {Line(rule.Body, ' ')}";

    private static string Line(IEnumerable<FixMember> members, char separator) =>
        string.Join(separator, members.Select(member => string.Create(CultureInfo.InvariantCulture, $"{member.Tag}")
            + (member.Required ? "!" : "") + (member.Group is { } group ? $"[{Line(group.All, ',')}]" : "")));
}
