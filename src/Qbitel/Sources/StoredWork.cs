using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredWork
{
    private const int Most = 500;

    public static Task<AutomationView> ReadAsync(StateStore store, CancellationToken cancellation) =>
        store.ReadAsync(async (state, cancel) =>
        {
            List<WorkRow> rows = [];
            await foreach (WorkItem item in state.ReadWorkAsync().WithCancellation(cancel))
                rows.Add(new(item.Kind, item.Subject, item.DueAt));
            return new AutomationView(store.Time.GetUtcNow(), [],
                [.. rows.OrderBy(row => row.DueAt ?? DateTimeOffset.MaxValue).Take(Most)]);
        }, cancellation);
}
