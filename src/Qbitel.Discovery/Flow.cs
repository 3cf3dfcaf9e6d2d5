namespace Qbitel.Discovery;

/// <summary>Which way bytes of a flow went.</summary>
public enum FlowDirection
{
    Unknown,
    ClientToServer,
    ServerToClient,
}

/// <summary>
/// One conversation: a TCP connection, the datagrams between two endpoints, or whatever a line of input named as one.
/// </summary>
/// <param name="Name">Client, server and transport, e.g. <c>10.0.0.1:40000-10.0.0.2:5000/tcp</c>; a reused pair of
/// ports adds <c>#2</c>.</param>
public sealed record Flow(string Name)
{
    /// <summary>The flow of messages whose input does not say where they came from.</summary>
    public static readonly Flow None = new("");

    public override string ToString() => Name;
}
