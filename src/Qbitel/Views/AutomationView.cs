using System.Text.Json.Serialization;

namespace Qbitel.Views;

/// <summary>What the platform does by itself: what is due next, and how far its plans have come.</summary>
/// <remarks>The clock is there where it can be set forward: in the demo.</remarks>
public sealed record AutomationView(
    DateTimeOffset At, IReadOnlyList<PlanRow> Plans, IReadOnlyList<WorkRow> Work, ClockRow? Clock = null);

/// <summary>A plan under an id; a crash anywhere is a rerun under the same id.</summary>
public sealed record PlanRow(Guid Id, string Title, IReadOnlyList<PlanStepRow> Steps);

public sealed record PlanStepRow(string Step, StepProgress State, DateTimeOffset? At, string? Result);

/// <summary>Something that is done to an object when its time comes: what was decided, what was done last.</summary>
public sealed record WorkRow(
    string Kind, string Subject, string Name, DateTimeOffset? DueAt, string? Decision, string? LastAct,
    DateTimeOffset? LastActAt);

/// <summary>How far the demo's clock stands ahead of the real one, and where the next step takes it.</summary>
public sealed record ClockRow(double DaysAhead, DateTimeOffset? NextDueAt, IReadOnlyList<string> Due);

[JsonConverter(typeof(EnumNames<StepProgress>))]
public enum StepProgress
{
    Waiting,
    Started,
    Done,
    Failed,
    Unavailable,
}
