using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Where the two counts of a session stand: what a store keeps of it between connections.</summary>
/// <param name="NextOutgoing">MsgSeqNum of the next message we send.</param>
/// <param name="NextIncoming">MsgSeqNum expected from the peer.</param>
/// <param name="StartedAt">When these counts began at 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FixCounts(long NextOutgoing, long NextIncoming, DateTimeOffset StartedAt);
