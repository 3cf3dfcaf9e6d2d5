using System.Runtime.InteropServices;

namespace Qbitel.Discovery.Traces.Sampling;

/// <summary>Two ends and a transport, whichever way a packet goes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FlowKey : IEquatable<FlowKey>
{
    public FlowKey(Endpoint from, Endpoint to, bool isTcp)
    {
        (Low, High) = from < to ? (from, to) : (to, from);
        IsTcp = isTcp;
        unchecked
        {
            Hash = (Low.StableHash * 3) ^ (High.StableHash * 0x9E3779B97F4A7C15) ^ (isTcp ? 0x94D049BB133111EBUL : 0);
            Hash ^= Hash >> 29;
        }
    }

    public Endpoint Low { get; }

    public Endpoint High { get; }

    public bool IsTcp { get; }

    /// <summary>The same on every machine and in every run.</summary>
    public ulong Hash { get; }

    public bool Equals(FlowKey other) => Hash == other.Hash && IsTcp == other.IsTcp && Low == other.Low
        && High == other.High;

    public override bool Equals(object? obj) => obj is FlowKey other && Equals(other);

    public override int GetHashCode() => unchecked((int)(Hash >> 16));
}
