using Qbitel.Automation.Estate;
using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredPosture
{
    public static async Task<PostureView> ReadAsync(StateStore store, CancellationToken cancellation) =>
        PostureDocument.Of(await EstateInventory.AssessAsync(store, cancellation));
}
