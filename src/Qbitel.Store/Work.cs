namespace Qbitel.Store;

/// <summary>Something to be done to an object at a time: one row of the queue, done again and again.</summary>
/// <remarks>
/// The kind says what is to be done, e.g. <c>key.rotate</c>, the subject to what; there is one row for each pair.
/// Without a due time it rests until it is scheduled again. The data is JSON for the worker to know.
/// </remarks>
public sealed record WorkItem(string Kind, string Subject, DateTimeOffset? DueAt, string? DataJson = null);

/// <summary>A work item held by one worker until <see cref="LeaseUntil"/>.</summary>
/// <remarks>
/// The fence rises with every claim, so what a late worker hands in can be told from what the present one does.
/// Database state is changed exactly once; an effect on a device happens at least once and must find what an earlier
/// attempt left.
/// </remarks>
public sealed record WorkLease
{
    public required Guid WorkId { get; init; }

    public required string Kind { get; init; }

    public required string Subject { get; init; }

    public string? DataJson { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Who holds the lease.</summary>
    public required string Owner { get; init; }

    public required DateTimeOffset LeaseUntil { get; init; }

    public required long Fence { get; init; }

    /// <summary>How often the item has been completed before.</summary>
    public required long Version { get; init; }

    /// <summary>How often it has been claimed since it was last completed, this claim included.</summary>
    public required int Attempt { get; init; }
}
