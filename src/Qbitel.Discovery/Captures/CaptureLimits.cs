namespace Qbitel.Discovery.Captures;

/// <summary>How much memory reading an input may take, whatever the input says.</summary>
public sealed record CaptureLimits
{
    /// <summary>Longest packet record, pcapng block or line. Default 16 MiB.</summary>
    public int MaxRecordSize { get; init; } = 16 << 20;

    /// <summary>Payload kept for analysis; reading stops there with a warning. Default 256 MiB.</summary>
    public long MaxPayloadSize { get; init; } = 256L << 20;

    /// <summary>Messages, segments and datagrams kept; reading stops there with a warning. Default 2 million.</summary>
    public int MaxParts { get; init; } = 2_000_000;

    /// <summary>Flows followed; packets of further ones are counted and ignored. Default 100,000.</summary>
    public int MaxFlows { get; init; } = 100_000;

    /// <summary>
    /// Bytes of one direction of a connection that may wait for a missing segment before the stream is cut. Default 4
    /// MiB.
    /// </summary>
    public int MaxReorderSize { get; init; } = 4 << 20;

    /// <summary>Segments that may wait likewise. Default 1,024.</summary>
    public int MaxReorderSegments { get; init; } = 1_024;

    /// <summary>
    /// IP datagrams whose fragments may be incomplete at a time; then the oldest is given up. Default 256.
    /// </summary>
    public int MaxFragmentedDatagrams { get; init; } = 256;

    /// <summary>Interfaces a pcapng section may describe. Default 4,096.</summary>
    public int MaxInterfaces { get; init; } = 4_096;

    /// <summary>Warnings kept; more are only counted. Default 1,000.</summary>
    public int MaxWarnings { get; init; } = 1_000;
}
