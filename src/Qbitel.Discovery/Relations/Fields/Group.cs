using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Relations.Fields;

/// <summary>The messages over which a relation is to hold: those of one type, or all.</summary>
internal sealed class Group
{
    // More messages prove no more and cost time; those looked at are spread over all.
    private const int MaxTested = 1_000;

    public Group(IReadOnlyList<Sample> samples, IReadOnlyList<int> members)
    {
        Members = members;
        int step = Math.Max(1, (members.Count + MaxTested - 1) / MaxTested);
        List<int> positions = [];
        for (int i = 0; i < members.Count; i += step) positions.Add(members[i]);
        Positions = positions;
        Tested = [.. positions.Select(i => samples[i])];
        Bytes = [.. Tested.Select(s => s.Bytes)];
        Shortest = Bytes.Length == 0 ? 0 : Bytes.Min(b => b.Length);
        IsThinned = step > 1;
    }

    /// <summary>Indexes into the samples, ascending.</summary>
    public IReadOnlyList<int> Members { get; }

    /// <summary>Those of the members that are looked at.</summary>
    public IReadOnlyList<int> Positions { get; }

    public Sample[] Tested { get; }

    public ReadOnlyMemory<byte>[] Bytes { get; }

    public int Count => Bytes.Length;

    public int Shortest { get; }

    /// <summary>Messages between those tested are left out, so that steps from one to the next say little.</summary>
    public bool IsThinned { get; }
}
