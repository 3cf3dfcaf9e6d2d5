// Writes the facts of FIX versions (tags, names, types, codes and their names, components, groups, messages) as the
// tables Qbitel.Protocols reads. A development tool, run by hand when a version is added:
//   dotnet run build/fix-facts.cs ORCHESTRA_FOLDER REPOSITORY_FOLDER src/Qbitel.Protocols/Fix/Tables
// ORCHESTRA_FOLDER holds OrchestraFIX42.xml, OrchestraFIX44.xml and FIXTSession.xml of
// FIXTradingCommunity/orchestrations (Apache-2.0), REPOSITORY_FOLDER the "Base" folders of the FIX Repository, 2010
// edition, of FIX.5.0, FIX.5.0SP1 and FIX.5.0SP2. Descriptions, examples and annotations are not carried over. A
// service pack is written as what differs from the version before.
using System.Globalization;
using System.Text;
using System.Xml.Linq;

const string Grammar =
    "# F tag name type codes, a code with its name after ':', other values the codes leave room for after '|'; "
    + "C component name members; G group count-tag members; M type name members.\n"
    + "# In members: ! required, @ component, # group, in the order of the standard.";
XNamespace fixr = "http://fixprotocol.io/2020/orchestra/repository";
(string orchestras, string repository, string to) = (args[0], args[1], args[2]);

const string Orchestra = "FIX Orchestra, FIXTradingCommunity/orchestrations (Apache-2.0)";
const string Repository =
    "FIX Repository, 2010 edition, fixtrading.org; the specification is Copyright FIX Protocol Limited";
Write("FIX.4.2", $"{Orchestra}, OrchestraFIX42.xml", OfOrchestra("OrchestraFIX42.xml"), null);
Write("FIX.4.4", $"{Orchestra}, OrchestraFIX44.xml", OfOrchestra("OrchestraFIX44.xml"), null);
Write("FIXT.1.1", $"{Orchestra}, FIXTSession.xml", OfOrchestra("FIXTSession.xml"), null);
SortedDictionary<string, string> before = OfRepository("FIX.5.0");
Write("FIX.5.0", Repository, before, null);
foreach (string version in (string[])["FIX.5.0SP1", "FIX.5.0SP2"])
{
    SortedDictionary<string, string> next = OfRepository(version);
    Write(version, Repository, next, before);
    before = next;
}

void Write(string version, string source, SortedDictionary<string, string> facts,
    SortedDictionary<string, string>? over)
{
    StringBuilder text = new();
    text.Append(CultureInfo.InvariantCulture,
        $"# {version}: facts made by build/fix-facts.cs. Source: {source}.\n{Grammar}\n");
    if (over is not null)
    {
        text.Append("# What differs from the version before: a line takes the place of the one with its first two "
            + "words, - takes it away.\n");
        foreach (string key in over.Keys.Where(key => !facts.ContainsKey(key)))
            text.Append(CultureInfo.InvariantCulture, $"- {Shown(key)}\n");
    }

    foreach ((string key, string fact) in facts)
    {
        if (over is null || over.GetValueOrDefault(key) != fact)
            text.Append(CultureInfo.InvariantCulture, $"{Shown(key)} {fact}\n");
    }

    File.WriteAllText(Path.Combine(to, version + ".txt"), text.ToString());
}

// Keys sort by number; what they show has none of the zeros.
static string Key(char kind, string id) => int.TryParse(id, CultureInfo.InvariantCulture, out int number) && kind != 'M'
    ? $"{kind} {number:D6}" : $"{kind} {id}";

static string Shown(string key) =>
    key[0] == 'M' ? key : $"{key[0]} {int.Parse(key[2..], CultureInfo.InvariantCulture)}";

static string Code(string value, string name)
{
    if (value.AsSpan().ContainsAny(" :\t") || name.AsSpan().ContainsAny(" :\t"))
        throw new InvalidOperationException($"code '{value}' '{name}'");
    return $"{value}:{name}";
}

SortedDictionary<string, string> OfOrchestra(string file)
{
    string path = Directory.EnumerateFiles(orchestras).Single(found => found.EndsWith(file, StringComparison.Ordinal));
    XElement root = XDocument.Load(path).Root!;
    SortedDictionary<string, string> facts = new(StringComparer.Ordinal);
    Dictionary<string, XElement> codeSets = root.Descendants(fixr + "codeSet")
        .ToDictionary(set => Attribute(set, "name"), StringComparer.Ordinal);
    foreach (XElement field in root.Element(fixr + "fields")!.Elements(fixr + "field"))
    {
        string type = Attribute(field, "type"), id = Attribute(field, "id");
        IEnumerable<string> codes = [];
        if (codeSets.TryGetValue(type, out XElement? set))
        {
            type = Attribute(set, "type");
            if (set.Elements(fixr + "code").Any(code => Attribute(code, "value") == "ISO Country Code"))
                type += "|Country";
            codes = set.Elements(fixr + "code").Where(code => Attribute(code, "value") != "ISO Country Code")
                .DistinctBy(code => Attribute(code, "value"), StringComparer.Ordinal)
                .OrderBy(code => Attribute(code, "value"), StringComparer.Ordinal)
                .Select(code => Code(Attribute(code, "value"), Attribute(code, "name")));
            if (id is "35") codes = []; // the messages themselves are the codes
        }

        if ((string?)field.Attribute("unionDataType") is { } union) type += "|" + union;

        facts.Add(Key('F', id), string.Join(' ', [Attribute(field, "name"), type, .. codes]));
    }

    foreach (XElement component in root.Element(fixr + "components")!.Elements(fixr + "component"))
    {
        facts.Add(Key('C', Attribute(component, "id")),
            string.Join(' ', [Attribute(component, "name"), .. Members(component)]));
    }

    foreach (XElement group in root.Element(fixr + "groups")?.Elements(fixr + "group") ?? [])
    {
        facts.Add(Key('G', Attribute(group, "id")),
            string.Join(' ', [Attribute(group.Element(fixr + "numInGroup")!, "id"), .. Members(group)]));
    }

    foreach (XElement message in root.Element(fixr + "messages")!.Elements(fixr + "message"))
    {
        facts.Add(Key('M', Attribute(message, "msgType")),
            string.Join(' ', [Attribute(message, "name"), .. Members(message.Element(fixr + "structure")!)]));
    }

    return facts;

    IEnumerable<string> Members(XElement parent)
    {
        foreach (XElement member in parent.Elements())
        {
            string? mark = member.Name.LocalName switch
            {
                "fieldRef" => "",
                "componentRef" => "@",
                "groupRef" => "#",
                _ => null,
            };
            if (mark is not null)
            {
                yield return mark + Attribute(member, "id")
                    + ((string?)member.Attribute("presence") == "required" ? "!" : "");
            }
        }
    }

    static string Attribute(XElement element, string name) => (string)element.Attribute(name)!;
}

SortedDictionary<string, string> OfRepository(string version)
{
    SortedDictionary<string, string> facts = new(StringComparer.Ordinal);
    IEnumerable<XElement> Rows(string file) =>
        XDocument.Load(Path.Combine(repository, version, "Base", file + ".xml")).Root!.Elements();
    static string Value(XElement row, string name) => row.Element(name)!.Value.Trim();

    ILookup<string, XElement> enums = Rows("Enums").ToLookup(row => Value(row, "Tag"), StringComparer.Ordinal);
    foreach (XElement field in Rows("Fields"))
    {
        string tag = Value(field, "Tag");
        // Codes of another field are named by its tag.
        string from = field.Element("EnumDatatype")?.Value.Trim() is { Length: > 0 } other ? other : tag;
        IEnumerable<string> codes = tag == "35" || from == "35" ? []
            : enums[from].DistinctBy(row => Value(row, "Value"), StringComparer.Ordinal)
                .OrderBy(row => Value(row, "Value"), StringComparer.Ordinal)
                .Select(row => Code(Value(row, "Value"), Value(row, "SymbolicName")));
        string type = Value(field, "Type");
        if (field.Element("UnionDataType") is { } union) type += "|" + union.Value.Trim();
        facts.Add(Key('F', tag), string.Join(' ', [Value(field, "Name"), type, .. codes]));
    }

    // The session layer's messages, header and trailer are FIXT's.
    Dictionary<string, XElement> components = Rows("Components")
        .ToDictionary(row => Value(row, "Name"), StringComparer.Ordinal);
    ILookup<string, XElement> contents = Rows("MsgContents")
        .OrderBy(row => decimal.Parse(Value(row, "Position"), CultureInfo.InvariantCulture))
        .ToLookup(row => Value(row, "ComponentID"), StringComparer.Ordinal);
    bool IsGroup(XElement component) =>
        contents[Value(component, "ComponentID")].Skip(1).Any(row => Value(row, "Indent") != "0");

    string Member(XElement row)
    {
        string text = Value(row, "TagText"), presence = Value(row, "Reqd") == "1" ? "!" : "";
        if (int.TryParse(text, CultureInfo.InvariantCulture, out _)) return text + presence;
        if (!components.TryGetValue(text, out XElement? component))
            throw new InvalidOperationException($"{version}: no component {text}");
        return $"{(IsGroup(component) ? '#' : '@')}{Value(component, "ComponentID")}{presence}";
    }

    foreach (XElement component in components.Values)
    {
        string id = Value(component, "ComponentID"), name = Value(component, "Name");
        XElement[] rows = [.. contents[id]];
        if (name is "StandardHeader" or "StandardTrailer") continue;
        if (!IsGroup(component))
        {
            if (rows.Any(row => Value(row, "Indent") != "0"))
                throw new InvalidOperationException($"{version} {name}: a group of its own");
            facts.Add(Key('C', id), string.Join(' ', [name, .. rows.Select(Member)]));
        }
        else
        {
            if (rows.Length < 2 || Value(rows[0], "Indent") != "0"
                || rows.Skip(1).Any(row => Value(row, "Indent") != "1"))
            {
                IEnumerable<string> told = rows.Select(row => Value(row, "TagText") + "/" + Value(row, "Indent"));
                Console.Error.WriteLine($"{version} {name} {id}: {string.Join(' ', told)}");
            }

            facts.Add(Key('G', id), string.Join(' ', [Value(rows[0], "TagText"), .. rows.Skip(1).Select(Member)]));
        }
    }

    foreach (XElement message in Rows("Messages"))
    {
        if (Value(message, "CategoryID") == "Session") continue;
        string id = Value(message, "ComponentID"), name = Value(message, "Name");
        XElement[] rows =
            [.. contents[id].Where(row => Value(row, "TagText") is not ("StandardHeader" or "StandardTrailer"))];
        if (rows.Any(row => Value(row, "Indent") != "0"))
            throw new InvalidOperationException($"{version} {name}: a group of its own");
        facts.Add(Key('M', Value(message, "MsgType")), string.Join(' ', [name, .. rows.Select(Member)]));
    }

    return facts;
}
