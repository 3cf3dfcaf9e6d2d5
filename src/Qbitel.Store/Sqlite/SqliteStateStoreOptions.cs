using System.ComponentModel.DataAnnotations;
using Qbitel.Governance.Audit;

namespace Qbitel.Store.Sqlite;

/// <summary>Where a SQLite store is and how it is opened.</summary>
public sealed record SqliteStateStoreOptions
{
    /// <summary>The database file. It and its folder are made, private to their owner, where they are absent.</summary>
    [Required]
    public required string Path { get; init; }

    /// <summary>Opens for reading only: nothing is made, migrated or checked, so the evidence of a damaged store can be
    /// taken. Default: false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>How long a change waits for another process that is writing. Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The file that repeats the newest checkpoint of the audit log. Kept where the database is not (another disk,
    /// another machine's share), it betrays a database that was put back to an earlier state. Default: null, beside the
    /// database as <c>NAME.checkpoint</c>.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>
    /// The public keys of the audit log. With them, opening for writing also verifies the signatures of the newest and
    /// the published checkpoint. Default: null, only sizes and hashes are compared.
    /// </summary>
    public CheckpointPolicy? CheckpointPolicy { get; init; }
}
