using System.Globalization;
using System.Xml.Linq;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>The dictionaries of another engine, read to compare them with our tables.</summary>
internal sealed class QuickFixDictionary
{
    private readonly XElement _root;
    private readonly Dictionary<string, int> _numbers;

    public QuickFixDictionary(string path)
    {
        _root = XDocument.Load(path).Root!;
        _numbers = Fields().ToDictionary(field => Name(field), field => (int)field.Attribute("number")!,
            StringComparer.Ordinal);
    }

    /// <summary>What is not the same, a line each: the kind, the place, ours and theirs.</summary>
    public IEnumerable<string> Differences(FixDictionary ours)
    {
        Dictionary<int, XElement> fields = Fields().ToDictionary(field => (int)field.Attribute("number")!);
        foreach (FixFieldRule field in ours.Fields)
        {
            if (!fields.TryGetValue(field.Tag, out XElement? other))
            {
                yield return $"field-only-ours {field.Tag} {field.Name}";
                continue;
            }

            if (Name(other) != field.Name) yield return $"name {field.Tag} {field.Name} {Name(other)}";
            string type = Kind(FixDictionary.TypeOf(((string)other.Attribute("type")!) switch
            {
                "FLOAT" => "float",
                "TIME" => "UTCTimestamp",
                "DATE" => "UTCDate",
                var plain => plain,
            }));
            if (Kind(field.Type) != type)
                yield return $"type {field.Tag} {field.Name} {field.Type} {other.Attribute("type")!.Value}";

            string[] codes = [.. other.Elements("value").Select(value => (string)value.Attribute("enum")!)];
            if (codes.Length > 0 && field.Tag != 35)
            {
                foreach (string code in field.Codes.Except(codes))
                    yield return $"code-only-ours {field.Tag} {field.Name} {code}";
                if (field.Codes.Length == 0) yield return $"codes-only-theirs {field.Tag} {field.Name}";
                foreach (string code in field.Codes.Length == 0 ? [] : codes.Except(field.Codes))
                    yield return $"code-only-theirs {field.Tag} {field.Name} {code}";
            }
            else if (field.Codes.Length > 0 && field.Tag != 35)
            {
                yield return $"codes-only-ours {field.Tag} {field.Name}";
            }
        }

        foreach ((int tag, XElement field) in fields)
        {
            if (ours.Field(tag) is null) yield return $"field-only-theirs {tag} {Name(field)}";
        }

        foreach (XElement message in _root.Element("messages")!.Elements())
        {
            string type = (string)message.Attribute("msgtype")!;
            if (ours.Message(type) is not { } rule)
            {
                yield return $"message-only-theirs {type} {Name(message)}";
                continue;
            }

            if (rule.Name != Name(message)) yield return $"message-name {type} {rule.Name} {Name(message)}";
            foreach (string line in Compare(type, [.. rule.Body], [.. Members(message, true)])) yield return line;
        }

        HashSet<string> theirs =
            [.. _root.Element("messages")!.Elements().Select(m => (string)m.Attribute("msgtype")!)];
        foreach (FixMessageRule rule in ours.Messages)
        {
            if (!theirs.Contains(rule.Type)) yield return $"message-only-ours {rule.Type} {rule.Name}";
        }
    }

    private static IEnumerable<string> Compare(string place, IReadOnlyList<FixMember> ours,
        IReadOnlyList<FixMember> theirs)
    {
        foreach (FixMember member in ours.ExceptBy(theirs.Select(other => other.Tag), member => member.Tag))
            yield return $"member-only-ours {place} {member.Tag}";
        foreach (FixMember member in theirs.ExceptBy(ours.Select(other => other.Tag), member => member.Tag))
            yield return $"member-only-theirs {place} {member.Tag}";
        foreach (FixMember member in ours)
        {
            if (theirs.FirstOrDefault(other => other.Tag == member.Tag) is not { } other) continue;
            if (other.Required != member.Required)
                yield return $"required-{(member.Required ? "ours" : "theirs")} {place} {member.Tag}";
            if (other.Group is null != member.Group is null)
                yield return $"group-{(member.Group is null ? "theirs" : "ours")} {place} {member.Tag}";
            if (other.Group is null || member.Group is null) continue;
            if (other.Group.Delimiter != member.Group.Delimiter)
            {
                yield return $"delimiter {place}/{member.Tag} {member.Group.Delimiter} {other.Group.Delimiter}";
            }
            else if (!member.Group.All.Select(m => m.Tag).Where(tag => other.Group.PlaceOf(tag) >= 0)
                .SequenceEqual(other.Group.All.Select(m => m.Tag).Where(tag => member.Group.PlaceOf(tag) >= 0)))
            {
                yield return $"order {place}/{member.Tag}";
            }

            foreach (string line in Compare($"{place}/{member.Tag}", member.Group.All, other.Group.All))
                yield return line;
        }
    }

    private IEnumerable<FixMember> Members(XElement parent, bool required)
    {
        foreach (XElement child in parent.Elements())
        {
            bool needed = required && (string?)child.Attribute("required") == "Y";
            if (child.Name == "component")
            {
                XElement component = _root.Element("components")!.Elements().Single(c => Name(c) == Name(child));
                foreach (FixMember member in Members(component, needed)) yield return member;
            }
            else
            {
                yield return new FixMember(_numbers[Name(child)], needed,
                    child.Name == "group" ? new FixMembers(Members(child, true)) : null);
            }
        }
    }

    // Kinds that are checked alike count as the same.
    private static string Kind(FixType type) => type switch
    {
        FixType.Int or FixType.Length or FixType.NumInGroup or FixType.SeqNum or FixType.TagNum or FixType.DayOfMonth =>
            "int",
        FixType.MultipleCharValue or FixType.MultipleStringValue or FixType.MultipleValueString => "list",
        FixType.Number or FixType.Qty or FixType.Price or FixType.PriceOffset or FixType.Amt or FixType.Percentage =>
            "decimal",
        FixType.UtcDate or FixType.UtcDateOnly or FixType.LocalMktDate => "date",
        FixType.Data or FixType.XmlData => "data",
        _ => type.ToString().ToUpper(CultureInfo.InvariantCulture),
    };

    private IEnumerable<XElement> Fields() => _root.Element("fields")!.Elements();

    private static string Name(XElement element) => (string)element.Attribute("name")!;
}
