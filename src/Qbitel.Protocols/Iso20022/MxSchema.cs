using System.Collections.Concurrent;
using System.Globalization;

namespace Qbitel.Protocols.Iso20022;

/// <summary>How the children of an element are arranged.</summary>
internal enum MxArrangement
{
    Sequence,
    Choice,
    Any,
}

/// <summary>A child element of a complex type; <see cref="Most"/> is int.MaxValue where there is no limit.</summary>
internal sealed record MxParticle(string Name, int Least, int Most, string TypeName);

/// <summary>A complex type: its children in order, or a value with one attribute.</summary>
internal sealed record MxComplexType(string Name, MxArrangement Arrangement, IReadOnlyList<MxParticle> Particles)
{
    /// <summary>Where it holds a value: the type of the value, the attribute and the attribute's type.</summary>
    public (string ValueType, string Attribute, string AttributeType)? Amount { get; init; }
}

/// <summary>The facts of one message schema. Immutable and shared.</summary>
internal sealed class MxSchema
{
    private static readonly ConcurrentDictionary<string, MxSchema> Loaded = new(StringComparer.Ordinal);

    private readonly Dictionary<string, MxComplexType> _complex = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MxSimpleType> _simple = new(StringComparer.Ordinal);

    private MxSchema(IEnumerable<string> lines)
    {
        List<MxParticle> particles = [];
        foreach (string line in lines)
        {
            // Codes and patterns hold no spaces, so words are words.
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line[0] == ' ')
            {
                particles.Add(new MxParticle(words[0], Number(words[1]), words[2] == "*" ? int.MaxValue
                    : Number(words[2]), words[3]));
                continue;
            }

            switch (words[0])
            {
                case "N": Namespace = words[1]; break;
                case "R": (Root, RootType) = (words[1], words[2]); break;
                case "Q" or "H":
                    _complex[words[1]] = new MxComplexType(words[1], words[0] == "Q" ? MxArrangement.Sequence
                        : MxArrangement.Choice, particles = []);
                    break;
                case "A": _complex[words[1]] = new MxComplexType(words[1], MxArrangement.Any, []); break;
                case "M":
                    _complex[words[1]] = new MxComplexType(words[1], MxArrangement.Sequence,
                        [])
                    { Amount = (words[2], words[3], words[4]) };
                    break;
                case "S": _simple[words[1]] = new MxSimpleType(words); break;
                default: throw new InvalidOperationException($"unknown line {line}");
            }
        }
    }

    public string Namespace { get; } = "";

    public string Root { get; } = "";

    public string RootType { get; } = "";

    /// <param name="name">The message, e.g. <c>pacs.008.001.08</c>.</param>
    public static MxSchema Load(string name) =>
        Loaded.GetOrAdd(name, static n => new MxSchema(DataTable.Lines($"Iso20022/Schemas/{n}.txt")));

    public MxComplexType? Complex(string type) => _complex.GetValueOrDefault(type);

    public MxSimpleType Simple(string type) => _simple[type];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
