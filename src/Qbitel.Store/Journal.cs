namespace Qbitel.Store;

/// <summary>How far one step of a plan has come.</summary>
public enum StepState
{
    /// <summary>Begun; it may have had an effect outside the store, so a rerun looks before it acts.</summary>
    Started,

    /// <summary>Done; a rerun goes past it.</summary>
    Done,

    /// <summary>Given up; the data says why.</summary>
    Failed,
}

/// <summary>One step of a plan that must survive a crash: a rerun reads the journal and goes on where it
/// stopped.</summary>
/// <remarks>The plan's id is the same in every rerun, a step's name is unique in its plan, the data is JSON for the
/// rerun to know.</remarks>
public sealed record JournalStep(Guid PlanId, string Step, StepState State, DateTimeOffset At, string? DataJson = null);
