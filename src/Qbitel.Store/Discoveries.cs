namespace Qbitel.Store;

/// <summary>What was found in one capture file.</summary>
public sealed record DiscoveryRecord
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The name of the file as the user gave it.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public required ReadOnlyMemory<byte> SourceSha256 { get; init; }

    public required long MessageCount { get; init; }

    public required long FlowCount { get; init; }

    /// <summary>The published discovery document, as JSON.</summary>
    public required string DocumentJson { get; init; }
}
