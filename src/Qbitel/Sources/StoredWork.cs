using System.Globalization;
using System.Text.Json;
using Qbitel.Automation.Keys;
using Qbitel.Demo;
using Qbitel.Governance;
using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredWork
{
    private const int Most = 500, MostNamed = 5;

    /// <param name="store">The state.</param>
    /// <param name="clock">The demo's clock, where there is one.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static Task<AutomationView> ReadAsync(StateStore store, DemoClock? clock, CancellationToken cancellation) =>
        store.ReadAsync(async (state, cancel) =>
        {
            DateTimeOffset now = store.Time.GetUtcNow();
            List<WorkRow> rows = [];
            await foreach (WorkItem item in state.ReadWorkAsync().WithCancellation(cancel))
                rows.Add(await RowAsync(state, item, now, cancel));

            WorkRow[] work = [.. rows.OrderBy(row => row.DueAt ?? DateTimeOffset.MaxValue)
                .ThenBy(row => row.Name, StringComparer.Ordinal).Take(Most)];
            return new AutomationView(now, await PlansAsync(state, cancel), work, Clock(clock, work));
        }, cancellation);

    private static async Task<WorkRow> RowAsync(
        StateSnapshot state, WorkItem item, DateTimeOffset now, CancellationToken cancellation)
    {
        if (item.Kind != KeyLifecycleManager.RotationWork || !Guid.TryParse(item.Subject, out Guid id)
            || await state.FindKeyAsync(new KeyId(id), cancellation) is not { } key)
        {
            return new(item.Kind, item.Subject, item.Subject, item.DueAt, null, null, null);
        }

        // The loop's own decision, made again: what is shown is what it would do at this moment.
        IReadOnlyList<KeyVersionRecord> versions = await state.ReadKeyVersionsAsync(key.Id, cancellation);
        return new(item.Kind, item.Subject, key.Name, item.DueAt, KeyOutlook.Of(versions, now).Reason,
            LastAct(versions), versions.Count > 0 ? versions[^1].MadeAt : null);
    }

    private static string? LastAct(IReadOnlyList<KeyVersionRecord> versions) => versions switch
    {
        [] => null,
        [var only] => Made(only),
        [.., var before, var last] => string.Create(CultureInfo.InvariantCulture,
            $"{Made(last)}; version {before.Version} is {before.State.ToString().ToLowerInvariant()}"),
    };

    private static string Made(KeyVersionRecord version) =>
        string.Create(CultureInfo.InvariantCulture, $"made version {version.Version}");

    // The journal keeps a plan by its id; the demo's is the one plan of this version.
    private static async Task<IReadOnlyList<PlanRow>> PlansAsync(StateSnapshot state, CancellationToken cancellation)
    {
        IReadOnlyList<JournalStep> journal = await state.ReadJournalAsync(DemoBank.PlanId, cancellation);
        if (journal.Count == 0) return [];

        return [new(DemoBank.PlanId, "The main job on the demo bank", [.. DemoBank.Steps.Select(step =>
            journal.FirstOrDefault(entry => entry.Step == step.Name) is { } entry
                ? new PlanStepRow(step.Title, Progress(entry.State), entry.At, Result(entry))
                : new PlanStepRow(step.Title, StepProgress.Waiting, null, null))])];
    }

    private static ClockRow? Clock(DemoClock? clock, WorkRow[] work)
    {
        if (clock is null) return null;

        DateTimeOffset? next = work.FirstOrDefault(row => row.Kind == KeyLifecycleManager.RotationWork)?.DueAt;
        return new(Math.Round(clock.Offset.TotalDays, 1), next,
            next is null ? [] : [.. work.Where(row => row.DueAt == next).Take(MostNamed).Select(row => row.Name)]);
    }

    private static StepProgress Progress(StepState state) => state switch
    {
        StepState.Started => StepProgress.Started,
        StepState.Done => StepProgress.Done,
        _ => StepProgress.Failed,
    };

    private static string? Result(JournalStep step)
    {
        if (step.DataJson is null) return null;
        using var data = JsonDocument.Parse(step.DataJson);
        return data.RootElement.TryGetProperty("result", out JsonElement result) ? result.GetString() : null;
    }
}
