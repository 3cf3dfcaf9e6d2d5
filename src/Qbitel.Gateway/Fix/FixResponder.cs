namespace Qbitel.Gateway.Fix;

/// <summary>What stands behind a session: takes the peer's messages and answers them.</summary>
/// <remarks>
/// A call does not overlap another of the same link, and must not wait: the session does nothing meanwhile. What it
/// sends and records within <see cref="OnMessage"/> is kept together with the fact that the message was processed, or
/// not at all: after a crash the message either counts as processed, with its answers, or comes again. An effect
/// elsewhere is done exactly once by keeping <see cref="FixReceived.Key"/> with it. An exception ends the connection
/// and takes the call back.
/// </remarks>
public abstract class FixResponder
{
    /// <summary>Both sides have logged on.</summary>
    public virtual void OnEstablished(FixLink link)
    {
    }

    /// <summary>A message of the peer, in order and exactly once.</summary>
    public abstract void OnMessage(in FixReceived message);

    /// <summary>The peer rejected a message of ours at session level (35=3).</summary>
    public virtual void OnRejected(in FixReceived message)
    {
    }

    /// <summary>The connection has ended.</summary>
    public virtual void OnEnded(FixLink link, string reason)
    {
    }
}
