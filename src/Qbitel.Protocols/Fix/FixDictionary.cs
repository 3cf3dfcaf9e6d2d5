using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.Fix;

/// <summary>The tags, codes, groups and messages of one version, read from the table beside this file.</summary>
internal sealed class FixDictionary
{
    private static readonly Lazy<FixDictionary> Fix42 = new(() => new FixDictionary("Fix/FIX.4.2.txt"));
    private static readonly Lazy<FixDictionary> Fix44 = new(() => new FixDictionary("Fix/FIX.4.4.txt"));

    private readonly FixFieldRule?[] _fields;
    private readonly FrozenDictionary<string, FixMessageRule> _messages;

    private FixDictionary(string path)
    {
        Dictionary<int, FixFieldRule> fields = [];
        Dictionary<string, string[]> components = new(StringComparer.Ordinal);
        Dictionary<string, string[]> groups = new(StringComparer.Ordinal);
        List<string[]> messages = [];
        string header = "", trailer = "";
        foreach (string line in DataTable.Lines(path))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (parts[0])
            {
                case "F":
                    FixFieldRule field = new(Number(parts[1]), parts[2], TypeOf(parts[3]), parts[4..]);
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

        _fields = new FixFieldRule?[fields.Keys.Max() + 1];
        foreach (FixFieldRule field in fields.Values) _fields[field.Tag] = field;

        FixMembers Members(IEnumerable<string> marks)
        {
            List<FixMember> found = [];
            Collect(marks, required: true, found);
            return new FixMembers(found);
        }

        void Collect(IEnumerable<string> marks, bool required, List<FixMember> into)
        {
            foreach (string mark in marks)
            {
                bool needed = required && mark[^1] == '!';
                string id = mark.Trim('@', '#', '!');
                if (mark[0] == '@')
                {
                    // The header and the trailer are the same everywhere and looked at apart.
                    if (id != header && id != trailer) Collect(components[id], needed, into);
                }
                else if (mark[0] == '#')
                {
                    into.Add(new FixMember(Number(groups[id][0]), needed, Members(groups[id][1..])));
                }
                else
                {
                    into.Add(new FixMember(Number(id), needed, null));
                }
            }
        }

        Header = Members(components[header]);
        Trailer = Members(components[trailer]);
        _messages = messages.Select(parts => new FixMessageRule(parts[1], parts[2], Members(parts[3..])))
            .ToFrozenDictionary(message => message.Type, StringComparer.Ordinal);
    }

    public FixMembers Header { get; }

    public FixMembers Trailer { get; }

    public IEnumerable<FixMessageRule> Messages => _messages.Values;

    /// <summary>The table of a version, or null where this product carries none.</summary>
    public static FixDictionary? Of(FixVersion version) =>
        version == FixVersion.Fix44 ? Fix44.Value : version == FixVersion.Fix42 ? Fix42.Value : null;

    public FixFieldRule? Field(int tag) => tag > 0 && tag < _fields.Length ? _fields[tag] : null;

    /// <summary>The field of a name; null where there is none.</summary>
    public FixFieldRule? Field(string name) => Array.Find(_fields, field => field?.Name == name);

    public FixMessageRule? Message(string type) => _messages.GetValueOrDefault(type);

    private static FixType TypeOf(string name) =>
        name == "float" ? FixType.Number : Enum.Parse<FixType>(name, ignoreCase: true);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
