namespace Qbitel.Discovery;

/// <summary>How a discovery runs. The same input, config and version give the same document, byte for byte.</summary>
public sealed record DiscoveryConfig
{
    /// <summary>
    /// Messages looked at, the first of the input. Default: all that the reader's limits let through.
    /// </summary>
    public int MaxMessages { get; init; } = int.MaxValue;

    /// <summary>Decides which messages are held back when a group's confidence is measured. Default 0.</summary>
    public long Seed { get; init; }
}
