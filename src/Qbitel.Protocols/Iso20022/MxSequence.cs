using Qbitel.Protocols.Iso20022.Schemas;

namespace Qbitel.Protocols.Iso20022;

/// <summary>What is wrong with an element's place.</summary>
internal enum MxFault
{
    None,
    TooMany,
    OutOfOrder,
    SecondChoice,
    Unknown,
}

/// <summary>Follows the children of one element through the order its type asks for.</summary>
internal sealed class MxSequence(MxComplexType type)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _at;

    /// <summary>What may come next, in words.</summary>
    public string Expected =>
        type.Arrangement == MxArrangement.Choice ? "one of " + string.Join(", ", type.Particles.Select(p => p.Name))
        : string.Join(" or ", UpToRequired().Select(p => p.Name).DefaultIfEmpty("the end of the element"));

    public int CountOf(string name) => _counts.GetValueOrDefault(name);

    public (MxParticle? Particle, MxFault Fault) Next(string name)
    {
        int index = type.Particles.ToList().FindIndex(p => p.Name == name);
        if (index < 0) return (null, MxFault.Unknown);

        MxParticle particle = type.Particles[index];
        bool isFirst = _counts.Count == 0;
        int count = _counts[name] = CountOf(name) + 1;
        if (type.Arrangement == MxArrangement.Choice)
        {
            return (particle, isFirst ? MxFault.None : count > particle.Most ? MxFault.TooMany : _counts.Count > 1
                ? MxFault.SecondChoice : MxFault.None);
        }

        if (count > particle.Most) return (particle, MxFault.TooMany);
        if (index < _at) return (particle, MxFault.OutOfOrder);

        _at = index;
        return (particle, MxFault.None);
    }

    /// <summary>What must be there and is not.</summary>
    public IEnumerable<(string Name, bool IsChoice)> Missing()
    {
        if (type.Arrangement == MxArrangement.Choice) return _counts.Count == 0 ? [(Expected, true)] : [];
        return type.Particles.Where(p => CountOf(p.Name) < p.Least).Select(p => (p.Name, false));
    }

    private IEnumerable<MxParticle> UpToRequired()
    {
        foreach (MxParticle particle in type.Particles.Skip(_at))
        {
            if (CountOf(particle.Name) >= particle.Most) continue;
            yield return particle;
            if (CountOf(particle.Name) < particle.Least) yield break;
        }
    }
}
