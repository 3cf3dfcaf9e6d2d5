using Qbitel.Access;
using Qbitel.Automation;
using Qbitel.Demo;
using Qbitel.Governance.Audit;
using Qbitel.Server;
using Qbitel.Store;

namespace Qbitel.Sources;

/// <summary>Everything that is done through the console, over the state in the data folder.</summary>
internal static class PlatformActions
{
    private const string Console = "console";

    public static ConsoleActions Of(StateStore store, DemoBank? bank) => new()
    {
        RecordAccess = (access, cancel) => RecordAsync(store, access, cancel),
        AdvanceClock = bank is null ? null
            : (session, cancel) => bank.AdvanceToNextAsync(new Actor($"{Console}/session:{session}"), cancel),
    };

    private static Task RecordAsync(StateStore store, AccessEvent access, CancellationToken cancellation)
    {
        DateTimeOffset now = store.Time.GetUtcNow();
        AuditEntry entry = new(
            Guid.CreateVersion7(now), now, Console, access.Action, access.Target, access.Outcome);
        return store.ChangeAsync((t, ct) => t.AppendAsync(entry, ct), cancellation);
    }
}
