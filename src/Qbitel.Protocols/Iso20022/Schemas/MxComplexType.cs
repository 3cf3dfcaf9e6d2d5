using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Schemas;

/// <summary>How the children of an element are arranged.</summary>
internal enum MxArrangement
{
    Sequence,
    Choice,
    Any,
}

/// <summary>A child element of a complex type; <see cref="Most"/> is int.MaxValue where there is no limit.</summary>
internal sealed record MxParticle(string Name, int Least, int Most, string TypeName)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(Name);

    public ReadOnlySpan<byte> NameBytes => _name;

    public int NameNumber { get; } = MxNames.Of(Name);

    /// <summary>Its place among the particles of the type.</summary>
    public int Index { get; init; }

    /// <summary>Its place in the order of the type: alternatives of one choice share it.</summary>
    public int Slot { get; init; }

    /// <summary>Whether it is one of the alternatives of a choice.</summary>
    public bool IsAlternative { get; init; }

    /// <summary>Its type, where it has children or an attribute.</summary>
    public MxComplexType? Complex { get; internal set; }

    /// <summary>Its type, where it is only a value.</summary>
    public MxSimpleType? Simple { get; internal set; }
}

/// <summary>A value with one attribute: an amount and its currency.</summary>
internal sealed record MxAmountType(string ValueType, string Attribute, string AttributeType)
{
    public required MxSimpleType Value { get; init; }

    public required MxSimpleType Currency { get; init; }
}

/// <summary>
/// A complex type: its children in order, or a value with one attribute, or one element of any content.
/// </summary>
internal sealed class MxComplexType(string name, MxArrangement arrangement, IReadOnlyList<MxParticle> particles)
{
    private readonly MxParticle[] _particles = [.. particles];
    private readonly ulong[] _keys = [.. particles.Select(each => MxNames.Key(each.NameBytes))];
    private readonly int[] _required = [.. particles.Where(each => each.Least > 0 && !each.IsAlternative)
        .Select(each => each.Index)];

    public string Name { get; } = name;

    public MxArrangement Arrangement { get; } = arrangement;

    public IReadOnlyList<MxParticle> Particles => _particles;

    /// <summary>The same without the price of an interface.</summary>
    public ReadOnlySpan<MxParticle> Items => _particles;

    /// <summary>The keys of their names (<see cref="MxNames.Key(ReadOnlySpan{byte})"/>), in the same order.</summary>
    public ReadOnlySpan<ulong> Keys => _keys;

    /// <summary>Which particles must be there, alternatives aside.</summary>
    public ReadOnlySpan<int> Required => _required;

    /// <summary>Whether there is a choice among its particles, or it is one.</summary>
    public bool HasAlternatives { get; } = particles.Any(each => each.IsAlternative);

    /// <summary>Where it holds a value: the type of the value, the attribute and the attribute's type.</summary>
    public MxAmountType? Amount { get; init; }

    /// <summary>The namespace its any content must be of; null for every namespace.</summary>
    public string? AnyNamespace { get; init; }

    /// <summary>Whether its any content is judged where its schema is known (lax), or never (skip).</summary>
    public bool IsLax { get; init; }
}
