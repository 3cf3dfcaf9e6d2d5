using System.Text.Json.Serialization;

namespace Qbitel.Views;

/// <summary>What the platform does by itself: what is due next, and how far its plans have come.</summary>
public sealed record AutomationView(DateTimeOffset At, IReadOnlyList<PlanRow> Plans, IReadOnlyList<WorkRow> Work);

/// <summary>A plan under an id; a crash anywhere is a rerun under the same id.</summary>
public sealed record PlanRow(Guid Id, string Title, IReadOnlyList<PlanStepRow> Steps);

public sealed record PlanStepRow(string Step, StepProgress State, DateTimeOffset? At, string? Result);

/// <summary>Something that is done to an object when its time comes.</summary>
public sealed record WorkRow(string Kind, string Subject, DateTimeOffset? DueAt);

[JsonConverter(typeof(EnumNames<StepProgress>))]
public enum StepProgress
{
    Waiting,
    Started,
    Done,
    Failed,
    Unavailable,
}
