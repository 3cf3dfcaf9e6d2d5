using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredKeys
{
    public static Task<KeysView> ReadAsync(StateStore store, CancellationToken cancellation) =>
        store.ReadAsync(async (state, cancel) =>
        {
            List<KeyRow> rows = [];
            await foreach (KeyRecord key in state.ReadKeysAsync().WithCancellation(cancel))
                rows.Add(Row(key, await state.ReadKeyVersionsAsync(key.Id, cancel)));

            return new KeysView(store.Time.GetUtcNow(), [.. rows.OrderBy(row => row.Name, StringComparer.Ordinal)]);
        }, cancellation);

    private static KeyRow Row(KeyRecord key, IReadOnlyList<KeyVersionRecord> versions) => new(
        key.Id.ToString(), key.Name, key.Service, key.Type.ToString().ToLowerInvariant(), key.Algorithm.Name,
        key.Algorithm.IsQuantumSafe, key.PolicyId,
        [.. versions.Reverse().Select(version => new KeyVersionRow(
            version.Version, version.State, version.Token, version.MadeAt, version.RotateDueAt,
            version.CompromisedAt))]);
}
