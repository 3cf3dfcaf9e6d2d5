using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Where the two counts of a session stand: what a store keeps of it between connections.</summary>
/// <param name="NextOutgoing">MsgSeqNum of the next message we send.</param>
/// <param name="NextIncoming">MsgSeqNum expected from the peer.</param>
/// <param name="StartedAt">When these counts began at 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FixCounts(long NextOutgoing, long NextIncoming, DateTimeOffset StartedAt)
{
    /// <summary>New counts, in whole milliseconds, which every store keeps exactly.</summary>
    public static FixCounts Begin(DateTimeOffset now) => new(1, 1, WholeMilliseconds(now));

    internal static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
