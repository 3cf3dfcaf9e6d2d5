using System.Text.Json;
using System.Text.Json.Serialization;
using Qbitel.Governance;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Migration;

/// <summary>What became of one key.</summary>
public sealed record MigratedKey
{
    public required string Id { get; init; }

    public required string Label { get; init; }

    public required string Kind { get; init; }

    public required string CheckValue { get; init; }

    public required MigrationVerdict Verdict { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>
    /// In the target: <see cref="KeyState.PreActive"/> until it has proved itself, then <see cref="KeyState.Active"/>;
    /// <see cref="KeyState.Destroyed"/> after a rollback; null where it did not move, or was never made there.
    /// </summary>
    public KeyState? State { get; init; }

    /// <summary>How it proved itself in the target.</summary>
    public string? Proof { get; init; }

    /// <summary>What protects it on its last step into the target; null where it takes none.</summary>
    public KeyHop? LastHop { get; init; }

    public BoundaryReport? Wrapped { get; init; }

    public BoundaryReport? Taken { get; init; }

    /// <summary>Uses the target gives it beyond those it had.</summary>
    public KeyUses Wider { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public int? RotationPeriodDays { get; init; }

    public DateTimeOffset? RotateBy { get; init; }

    /// <summary>What went wrong the last time, or that a rollback found no such key; null where nothing did.</summary>
    public string? Problem { get; init; }
}

/// <summary>A migration as far as it has come.</summary>
public sealed record MigrationReport
{
    public required Guid Id { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    /// <summary><c>running</c>, <c>done</c> or <c>rolled back</c>.</summary>
    public required string Phase { get; init; }

    public required string LastHop { get; init; }

    public required IReadOnlyList<MigratedKey> Keys { get; init; }

    public int Active => Keys.Count(key => key.State == KeyState.Active);

    /// <summary>Keys that should have moved and have not.</summary>
    public int Open => Keys.Count(key =>
        key.Verdict is MigrationVerdict.Migratable or MigrationVerdict.AlreadyThere
        && key.State is null or KeyState.PreActive);

    public string ToJson() => JsonSerializer.Serialize(this, MigrationJson.Default.MigrationReport);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, MaxDepth = 32,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MigrationPlan))]
[JsonSerializable(typeof(MigrationReport))]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class MigrationJson : JsonSerializerContext;
