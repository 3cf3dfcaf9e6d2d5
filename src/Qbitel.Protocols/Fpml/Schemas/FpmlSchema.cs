using System.Collections.Concurrent;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>The facts of the confirmation view of FpML, linked as they are needed. Immutable and shared.</summary>
internal sealed class FpmlSchema
{
    public const string Namespace = "http://www.fpml.org/FpML-5/confirmation";
    public const string SignatureNamespace = "http://www.w3.org/2000/09/xmldsig#";
    public const string SignaturePrefix = "dsig:";

    private static readonly Lazy<FpmlSchema> Latest = new(() => new FpmlSchema("Fpml/Schemas/confirmation-5-13.txt"));

    // The types of XML Schema that are restrictions of others.
    private static readonly Dictionary<string, string> BuiltInParents = new(StringComparer.Ordinal)
    {
        ["normalizedString"] = "string",
        ["token"] = "normalizedString",
        ["NCName"] = "token",
        ["ID"] = "NCName",
        ["IDREF"] = "NCName",
        ["integer"] = "decimal",
        ["nonNegativeInteger"] = "integer",
        ["positiveInteger"] = "nonNegativeInteger",
    };

    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FpmlDeclaration> _elements = new(StringComparer.Ordinal);
    private readonly Dictionary<int, FpmlDeclaration> _byCode = [];
    private readonly Dictionary<string, List<string>> _members = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FpmlType> _linked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FpmlSimpleType> _simple = new(StringComparer.Ordinal);

    private FpmlSchema(string table)
    {
        foreach (string line in DataTable.Lines(table))
        {
            int space = line.IndexOf(' ', 2);
            string name = (space < 0 ? line[2..] : line[2..space]).TrimEnd('!', '~');
            switch (line[0])
            {
                case 'e': Element(line.Split(' ')); break;
                case 'g': _groups.Add(name, line); break;
                default: _types.Add(name, line); break;
            }

            if (line[0] is not ('g' or 't')) continue;
            foreach (string word in line.Split(' '))
            {
                int colon = word.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0 && char.IsAsciiLetter(word[0])) Names.Add(word[..colon]);
            }
        }
    }

    /// <summary>Version 5.13.</summary>
    public static FpmlSchema Confirmation => Latest.Value;

    public FpmlNames Names { get; } = new();

    /// <summary>All types by name, those of XML Schema aside.</summary>
    public IEnumerable<string> TypeNames => _types.Keys;

    /// <summary>The elements a document may be made of at its root.</summary>
    public IEnumerable<FpmlDeclaration> Elements => _elements.Values;

    public int Code(string name, bool isSignature) => (2 * Names.Add(name)) + (isSignature ? 1 : 0);

    /// <summary>The name and namespace of an element as one number; -1 where the schema has none of that
    /// name.</summary>
    public int Code(ReadOnlySpan<byte> name, bool isSignature)
    {
        int number = Names.Find(name);
        return number < 0 ? -1 : (2 * number) + (isSignature ? 1 : 0);
    }

    public FpmlDeclaration? Global(int code) => _byCode.GetValueOrDefault(code);

    public bool HasType(string name) =>
        _types.ContainsKey(name) || (name.StartsWith("xs:", StringComparison.Ordinal) && IsBuiltIn(name[3..]));

    /// <exception cref="InvalidOperationException">The table has no such type.</exception>
    public FpmlType Type(string name) => _linked.GetOrAdd(name, Link);

    /// <summary>A type of values.</summary>
    public FpmlSimpleType Simple(string name) => _simple.GetOrAdd(name, LinkSimple);

    public FpmlParticle Group(string name)
    {
        string[] words = _groups[name].Split(' ');
        return new FpmlContentReader(this, words[2..], name).ReadAll()!;
    }

    /// <summary>An element and all that may stand for it.</summary>
    public IReadOnlyList<FpmlDeclaration> Substitutes(string head)
    {
        List<FpmlDeclaration> all = [_elements[head]];
        if (_members.TryGetValue(head, out List<string>? members))
            foreach (string member in members) all.AddRange(Substitutes(member));
        return all;
    }

    private static bool IsBuiltIn(string name) => BuiltInParents.ContainsKey(name)
        || name is "string" or "decimal" or "boolean" or "date" or "dateTime" or "time" or "gYear" or "gYearMonth"
            or "anyURI" or "base64Binary" or "hexBinary";

    private void Element(string[] words)
    {
        string name = words[1].TrimEnd('!');
        bool isSignature = name.StartsWith(SignaturePrefix, StringComparison.Ordinal);
        string local = isSignature ? name[SignaturePrefix.Length..] : name;
        FpmlDeclaration element = new(this, local, Code(local, isSignature), words[2], words[1][^1] == '!');
        _elements.Add(name, element);
        _byCode.Add(element.Code, element);
        if (words.Length == 3) return;

        string head = words[3][1..];
        if (!_members.TryGetValue(head, out List<string>? members)) _members[head] = members = [];
        members.Add(name);
    }

    private FpmlType Link(string name)
    {
        if (name.StartsWith("xs:", StringComparison.Ordinal))
        {
            string? above = BuiltInParents.GetValueOrDefault(name[3..]);
            return new FpmlType(name, above, above is null ? null : Type("xs:" + above)) { Value = Simple(name) };
        }

        string line = _types[name];
        if (line[0] is 's' or 'u')
        {
            string? restricted = line[0] == 's' ? line.Split('\t')[0].Split(' ')[2] : null;
            return new FpmlType(name, restricted, restricted is null ? null : Type(restricted))
            {
                Value = Simple(name),
            };
        }

        string[] words = line.Split(' ');
        bool isAbstract = words[1].Contains('!', StringComparison.Ordinal);
        int at = 2;
        string? baseName = words.Length > at && words[at][0] == ':' ? words[at++][1..] : null;
        FpmlType? parent = baseName is null ? null : Type(baseName);
        List<FpmlAttribute> attributes = [.. parent?.AttributeList ?? []];
        attributes.AddRange(words.Skip(at).Where(word => word[0] == '@').Select(Attribute));
        if (line[0] == 'v')
        {
            return new FpmlType(name, baseName, parent)
            {
                IsAbstract = isAbstract,
                Value = parent!.Value,
                AttributeList = attributes,
            };
        }

        List<FpmlParticle> content = [.. parent?.Content ?? []];
        if (new FpmlContentReader(this, words[at..], name).ReadAll() is { } own) content.Add(own);
        return new FpmlType(name, baseName, parent)
        {
            IsAbstract = isAbstract,
            IsMixed = words[1].Contains('~', StringComparison.Ordinal),
            AttributeList = attributes,
            Content = content,
            LazyModel = new Lazy<FpmlModel>(() => new FpmlModel(content.Count == 0 ? null
                : new FpmlParticle(FpmlParticleKind.Sequence, 1, 1) { Items = content })),
        };
    }

    private FpmlAttribute Attribute(string word)
    {
        string rest = word[1..];
        string? target = null, only = null;
        int mark = rest.IndexOf('>', StringComparison.Ordinal);
        if (mark >= 0) (rest, target) = (rest[..mark], rest[(mark + 1)..]);
        mark = rest.IndexOf('=', StringComparison.Ordinal);
        if (mark >= 0) (rest, only) = (rest[..mark], rest[(mark + 1)..]);
        bool isRequired = rest[^1] == '*';
        if (isRequired) rest = rest[..^1];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        return new FpmlAttribute(rest[..colon], Simple(rest[(colon + 1)..]), isRequired, only, target);
    }

    private FpmlSimpleType LinkSimple(string name)
    {
        if (name.StartsWith("xs:", StringComparison.Ordinal)) return new FpmlSimpleType(name[3..]);

        string[] facets = _types[name].Split('\t');
        string[] words = facets[0].Split(' ');
        return words[0] == "u" ? new FpmlSimpleType(words.Skip(2).Select(Simple))
            : new FpmlSimpleType(Simple(words[2]), facets.Skip(1));
    }
}
