using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Migration;

/// <summary>What a line of the journal says.</summary>
internal enum JournalEvent
{
    /// <summary>The first line: the whole plan.</summary>
    Begin,

    /// <summary>The name was seen to be free in the target: an object of that name is ours from here on.</summary>
    Taking,

    /// <summary>The key is in the target and has proved itself.</summary>
    Taken,

    /// <summary>It has its tags and its rotation, and the audit log says so.</summary>
    Active,

    Failed,

    /// <summary>A rollback began: nothing is taken any more.</summary>
    RollingBack,

    /// <summary>The key is in the target, and about to be destroyed there.</summary>
    Removing,

    Removed,

    /// <summary>A rollback found that the key was never made in the target.</summary>
    NeverMade,

    /// <summary>The last line: every key that moves has moved, or none is left.</summary>
    End,
}

/// <summary>One line of the journal. It holds no secret and no wrapped key.</summary>
internal sealed record JournalLine
{
    public required JournalEvent Event { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the line before, in hexadecimal; empty on the first.</summary>
    public required string Previous { get; init; }

    /// <summary>Of the migration; on the first line.</summary>
    public Guid? Migration { get; init; }

    public MigrationPlan? Plan { get; init; }

    /// <summary>The place of the key in the plan.</summary>
    public int? Key { get; init; }

    public string? Proof { get; init; }

    public BoundaryReport? Wrapped { get; init; }

    public BoundaryReport? Unwrapped { get; init; }

    public KeyUses? Wider { get; init; }

    public string? Problem { get; init; }
}
