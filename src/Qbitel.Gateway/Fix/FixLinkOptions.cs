namespace Qbitel.Gateway.Fix;

/// <summary>How a link treats its connections; what the session says is in its own options.</summary>
public sealed record FixLinkOptions
{
    /// <summary>A longer message is garbled. Default: 1 MiB.</summary>
    public int MaximumMessage { get; init; } = 1024 * 1024;

    /// <summary>More than this waiting to be sent, and nothing more is read. Default: 4 MiB.</summary>
    public int HighWater { get; init; } = 4 * 1024 * 1024;

    /// <summary>More than this waiting to be sent, and the connection is ended: the peer does not read. Default: 64
    /// MiB.</summary>
    public int MaximumWaiting { get; init; } = 64 * 1024 * 1024;

    /// <summary>How often the session is told the time. Default: 200 milliseconds.</summary>
    public TimeSpan TickPeriod { get; init; } = TimeSpan.FromMilliseconds(200);
}
