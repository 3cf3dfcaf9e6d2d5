using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredIncidents
{
    private const int Most = 500;

    public static Task<IncidentsView> ReadAsync(StateStore store, CancellationToken cancellation) =>
        store.ReadAsync(async (state, cancel) =>
        {
            List<IncidentRow> rows = [];
            await foreach (IncidentRecord incident in state.ReadIncidentsAsync().WithCancellation(cancel))
            {
                rows.Add(Row(incident));
                if (rows.Count == Most) break;
            }

            return new IncidentsView(store.Time.GetUtcNow(), rows);
        }, cancellation);

    private static IncidentRow Row(IncidentRecord incident) => new(
        incident.Id, incident.Kind, incident.Target, incident.Severity.ToString().ToLowerInvariant(),
        incident.State.ToString().ToLowerInvariant(),
        incident.Summary, incident.OpenedAt, incident.ResponseDueAt, incident.ClosedAt);
}
