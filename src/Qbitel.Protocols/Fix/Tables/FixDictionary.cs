using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.Fix.Tables;

/// <summary>The tags, codes, groups and messages of one version, read from the tables beside this file.</summary>
internal sealed class FixDictionary
{
    private const string Folder = "Fix/Tables/";

    // A service pack is written as what differs from the version before.
    private static readonly FrozenDictionary<string, string> Before = new Dictionary<string, string>
    {
        ["FIX.5.0SP1"] = "FIX.5.0",
        ["FIX.5.0SP2"] = "FIX.5.0SP1",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, FixDictionary> Known = new(StringComparer.Ordinal);

    private readonly FixFieldRule?[] _fields;
    private readonly FrozenDictionary<int, FixFieldRule> _userDefined;
    private readonly FrozenDictionary<string, Lazy<FixMessageRule>> _messages;
    private readonly Lazy<FixMessageRule>?[] _short = new Lazy<FixMessageRule>?[128];
    private readonly FrozenDictionary<string, Lazy<FixMessageRule>>.AlternateLookup<ReadOnlySpan<char>> _byType;

    private FixDictionary(SortedDictionary<string, string[]> facts)
    {
        Dictionary<int, FixFieldRule> fields = [];
        Dictionary<string, string[]> components = new(StringComparer.Ordinal), groups = new(StringComparer.Ordinal);
        List<string[]> messages = [];
        string header = "", trailer = "";
        foreach (string[] parts in facts.Values)
        {
            switch (parts[0])
            {
                case "F":
                    string[] types = parts[3].Split('|');
                    FixFieldRule field = new(Number(parts[1]), parts[2], TypeOf(types[0]),
                        types.Length > 1 ? TypeOf(types[1]) : null, parts[4..]);
                    fields.Add(field.Tag, field);
                    break;
                case "C":
                    components.Add(parts[1], parts[3..]);
                    if (parts[2] == "StandardHeader") header = parts[1];
                    if (parts[2] == "StandardTrailer") trailer = parts[1];
                    break;
                case "G":
                    groups.Add(parts[1], parts[2..]);
                    break;
                default:
                    messages.Add(parts);
                    break;
            }
        }

        _fields = new FixFieldRule?[fields.Keys.Where(tag => tag < FirstUserDefinedTag).Max() + 1];
        foreach (FixFieldRule field in fields.Values) if (field.Tag < _fields.Length) _fields[field.Tag] = field;
        _userDefined = fields.Values.Where(field => field.Tag >= _fields.Length).ToFrozenDictionary(field => field.Tag);

        Dictionary<string, FixMembers> known = new(StringComparer.Ordinal);
        FixMembers Group(string id)
        {
            if (known.TryGetValue(id, out FixMembers? members)) return members;
            known[id] = members = new FixMembers(Collect(groups[id][1..], required: true));
            return members;
        }

        IEnumerable<FixMember> Collect(IEnumerable<string> marks, bool required)
        {
            foreach (string mark in marks)
            {
                bool needed = required && mark[^1] == '!';
                string id = mark.Trim('@', '#', '!');
                if (mark[0] == '@')
                {
                    // The header and the trailer are the same everywhere and looked at apart.
                    if (id == header || id == trailer) continue;
                    foreach (FixMember member in Collect(components[id], needed)) yield return member;
                }
                else
                {
                    yield return mark[0] == '#' ? new FixMember(Number(groups[id][0]), needed, Group(id))
                        : new FixMember(Number(id), needed, null);
                }
            }
        }

        Header = new FixMembers(Collect(components[header], required: true));
        Trailer = new FixMembers(Collect(components[trailer], required: true));
        Lock building = new(); // groups are shared by messages, which are made when first asked for
        _messages = messages.ToFrozenDictionary(parts => parts[1], parts => new Lazy<FixMessageRule>(() =>
        {
            lock (building)
            {
                IEnumerable<FixMember> body = Collect(parts[3..], required: true).Where(member =>
                    Header.PlaceOf(member.Tag) < 0 && Trailer.PlaceOf(member.Tag) < 0);
                return new FixMessageRule(parts[1], parts[2], Header.All, [.. body], Trailer.All);
            }
        }), StringComparer.Ordinal);
        foreach ((string type, Lazy<FixMessageRule> rule) in _messages) if (type.Length == 1) _short[type[0]] = rule;
        _byType = _messages.GetAlternateLookup<ReadOnlySpan<char>>();
        Frame = new FixMessageRule("", "", Header.All, [], Trailer.All);
    }

    /// <summary>Tags from here on are for the two parties to agree on.</summary>
    public const int FirstUserDefinedTag = 5000;

    public FixMembers Header { get; }

    public FixMembers Trailer { get; }

    /// <summary>What is known of a message whose type is not: its header and trailer.</summary>
    public FixMessageRule Frame { get; }

    public IEnumerable<FixMessageRule> Messages => _messages.Values.Select(rule => rule.Value);

    public IEnumerable<FixFieldRule> Fields => _fields.OfType<FixFieldRule>().Concat(_userDefined.Values);

    /// <summary>The table of a version; what a transport says of its messages goes before what the version says.
    /// </summary>
    public static FixDictionary Of(string version, string? transport = null) =>
        Known.GetOrAdd(transport is null ? version : $"{version} over {transport}", _ => With(version, transport, []));

    /// <summary>The table of a version with what two parties have agreed on.</summary>
    /// <remarks>That is lines of the tables' form, and <c>+V tag codes</c>, <c>+G count-tag tags</c> and <c>+M
    /// members</c>, which add to what is there.</remarks>
    public static FixDictionary With(string version, string? transport, IEnumerable<string> agreed)
    {
        SortedDictionary<string, string[]> facts = new(StringComparer.Ordinal);
        Read(version, facts);
        if (transport is not null) Read(transport, facts);
        foreach (string line in agreed)
        {
            string[] parts = line.Split(' ');
            switch (parts[0])
            {
                case "+V" when facts.TryGetValue($"F {parts[1]}", out string[]? field) && field.Length > 4:
                    facts[$"F {parts[1]}"] = [.. field, .. parts[2..]];
                    break;
                case "+V":
                    break; // a field without a list takes any value
                case "+G":
                    foreach ((string key, string[] group) in facts.Where(fact => fact.Value[0] == "G"
                        && fact.Value[2] == parts[1]).ToList())
                    {
                        facts[key] = [.. group, .. parts[2..]];
                    }

                    break;
                case "+M":
                    foreach ((string key, string[] message) in facts.Where(fact => fact.Value[0] == "M").ToList())
                    {
                        facts[key] = [.. message, .. parts[1..]];
                    }

                    break;
                default:
                    facts[$"{parts[0]} {parts[1]}"] = parts;
                    break;
            }
        }

        return new FixDictionary(facts);
    }

    public FixFieldRule? Field(int tag)
    {
        FixFieldRule?[] fields = _fields;
        return (uint)tag < (uint)fields.Length ? fields[tag] : _userDefined.GetValueOrDefault(tag);
    }

    /// <summary>The field of a name; null where there is none.</summary>
    public FixFieldRule? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);

    public FixMessageRule? Message(string type) => _messages.GetValueOrDefault(type)?.Value;

    public FixMessageRule? Message(ReadOnlySpan<byte> type)
    {
        if (type.Length == 1 && type[0] < 128) return _short[type[0]]?.Value;
        if (type.Length > 4) return null;

        Span<char> text = stackalloc char[4];
        for (int i = 0; i < type.Length; i++) text[i] = (char)type[i];
        return _byType.TryGetValue(text[..type.Length], out Lazy<FixMessageRule>? rule) ? rule.Value : null;
    }

    public static FixType TypeOf(string name) =>
        name == "float" ? FixType.Number : Enum.Parse<FixType>(name, ignoreCase: true);

    private static void Read(string version, SortedDictionary<string, string[]> facts)
    {
        if (Before.TryGetValue(version, out string? before)) Read(before, facts);
        foreach (string line in DataTable.Lines($"{Folder}{version}.txt"))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts[0] == "-") facts.Remove($"{parts[1]} {parts[2]}");
            else facts[$"{parts[0]} {parts[1]}"] = parts;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
