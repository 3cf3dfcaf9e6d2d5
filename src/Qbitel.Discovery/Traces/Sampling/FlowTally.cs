using System.Runtime.InteropServices;

namespace Qbitel.Discovery.Traces.Sampling;

/// <summary>How much flows carried.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FlowTally(long Flows, long Packets, long Size)
{
    public static FlowTally operator +(FlowTally a, FlowTally b) =>
        new(a.Flows + b.Flows, a.Packets + b.Packets, a.Size + b.Size);
}
