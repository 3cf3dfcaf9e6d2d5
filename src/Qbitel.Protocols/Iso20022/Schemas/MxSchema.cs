using System.Collections.Concurrent;
using System.Globalization;

namespace Qbitel.Protocols.Iso20022.Schemas;

/// <summary>The facts of one message schema, linked on first use. Immutable and shared.</summary>
internal sealed class MxSchema
{
    public const string NamespacePrefix = "urn:iso:std:iso:20022:tech:xsd:";

    private static readonly ConcurrentDictionary<string, MxSchema> Loaded = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, MxSimpleType> SimpleTypes = new(StringComparer.Ordinal);

    private readonly Dictionary<string, MxComplexType> _complex = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MxSimpleType> _simple = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _variants;

    private MxSchema(string[] words)
    {
        Name = words[0];
        Namespace = NamespacePrefix + Name;
        Root = words[1];
        Element = words[2] == "-" ? null : words[2];
        _variants = words.Skip(4).ToDictionary(key => key[..key.IndexOf('~', StringComparison.Ordinal)],
            StringComparer.Ordinal);
        RootType = Element is null ? words[3] : Root;
        if (Element is null)
        {
            RootComplex = Link(RootType) ?? throw Absent(RootType);
            return;
        }

        MxParticle message = new(Element, 1, 1, words[3]);
        Link(message);
        RootComplex = _complex[Root] = new MxComplexType(Root, MxArrangement.Sequence, [message]);
    }

    /// <summary>The messages there are facts of, e.g. <c>pacs.008.001.08</c>, in order.</summary>
    public static IReadOnlyList<string> Known { get; } =
        [.. MxTypeTable.Messages.Keys.Order(StringComparer.Ordinal)];

    public string Name { get; }

    public string Namespace { get; }

    public string Root { get; }

    public string RootType { get; }

    /// <summary>The element of the message below a Document; null where the root is the message.</summary>
    public string? Element { get; }

    public MxComplexType RootComplex { get; }

    /// <param name="name">The message, e.g. <c>pacs.008.001.08</c>.</param>
    /// <exception cref="ArgumentException">There are no facts of it.</exception>
    public static MxSchema Load(string name) => TryLoad(name, out MxSchema schema) ? schema
        : throw new ArgumentException($"there are no facts of the message {name}", nameof(name));

    /// <inheritdoc cref="Load"/>
    public static bool TryLoad(string name, out MxSchema schema)
    {
        if (Loaded.TryGetValue(name, out schema!)) return true;
        if (!MxTypeTable.Messages.TryGetValue(name, out string[]? words)) return false;

        schema = Loaded.GetOrAdd(name, new MxSchema(words));
        return true;
    }

    /// <summary>The messages whose Document holds such an element, the latest first.</summary>
    public static IEnumerable<string> WithElement(string element) =>
        MxTypeTable.Messages.Values.Where(words => words[2] == element).Select(words => words[0])
            .OrderDescending(StringComparer.Ordinal);

    public MxComplexType? Complex(string type) => _complex.GetValueOrDefault(type);

    public MxSimpleType Simple(string type) => _simple[type];

    private void Link(MxParticle particle)
    {
        particle.Complex = Link(particle.TypeName);
        if (particle.Complex is null) particle.Simple = Value(particle.TypeName);
    }

    // Null for a simple type. No type of the standard's messages contains itself.
    private MxComplexType? Link(string name)
    {
        if (_complex.TryGetValue(name, out MxComplexType? known)) return known;
        if (_simple.ContainsKey(name)) return null;

        string[] lines = MxTypeTable.Find(_variants.GetValueOrDefault(name, name)) ?? throw Absent(name);
        string[] words = lines[0].Split(' ');
        switch (words[0])
        {
            case "S":
                return null;
            case "A":
                known = new MxComplexType(name, MxArrangement.Any, [])
                {
                    AnyNamespace = words[1] == "##any" ? null : words[1],
                    IsLax = words[2] == "lax",
                };
                break;
            case "M":
                known = new MxComplexType(name, MxArrangement.Sequence, [])
                {
                    Amount = new MxAmountType(words[1], words[2], words[3])
                    {
                        Value = Value(words[1]),
                        Currency = Value(words[3]),
                    },
                };
                break;
            default:
                known = new MxComplexType(name, words[0] == "H" ? MxArrangement.Choice : MxArrangement.Sequence,
                    Particles(lines, words[0] == "H"));
                foreach (MxParticle particle in known.Particles) Link(particle);
                break;
        }

        return _complex[name] = known;
    }

    private MxSimpleType Value(string name)
    {
        string key = _variants.GetValueOrDefault(name, name);
        return _simple[name] = SimpleTypes.GetOrAdd(key, static (key, _) =>
            new MxSimpleType((MxTypeTable.Find(key) ?? throw Absent(key))[0].Split(' ')), 0);
    }

    private static List<MxParticle> Particles(string[] lines, bool isChoice)
    {
        List<MxParticle> particles = [];
        bool isInside = false;
        int slot = -1;
        foreach (string line in lines.Skip(1))
        {
            if (line is " (" or " )")
            {
                isInside = line == " (";
                if (isInside) slot++;
                continue;
            }

            if (!isInside && (!isChoice || slot < 0)) slot++;
            int space = line.LastIndexOf(' ');
            string name = line[1..space];
            int mark = name.AsSpan().IndexOfAny("?+*{");
            (int least, int most) = mark < 0 ? (1, 1) : Count(name[mark..]);
            particles.Add(new MxParticle(mark < 0 ? name : name[..mark], least, most, line[(space + 1)..])
            {
                Index = particles.Count,
                Slot = slot,
                IsAlternative = isInside || isChoice,
            });
        }

        return particles;
    }

    private static (int Least, int Most) Count(string mark)
    {
        switch (mark)
        {
            case "?": return (0, 1);
            case "+": return (1, int.MaxValue);
            case "*": return (0, int.MaxValue);
            default:
                int comma = mark.IndexOf(',', StringComparison.Ordinal);
                string most = mark[(comma + 1)..^1];
                return (int.Parse(mark[1..comma], CultureInfo.InvariantCulture),
                    most.Length == 0 ? int.MaxValue : int.Parse(most, CultureInfo.InvariantCulture));
        }
    }

    private static InvalidOperationException Absent(string type) => new($"the table has no type {type}");
}
