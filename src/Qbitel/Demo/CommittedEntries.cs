using Qbitel.Automation.Sealing;
using Qbitel.Store.Audit;

namespace Qbitel.Demo;

/// <summary>
/// Says of every audit entry, once it has its place in the log, that it is there: the acknowledgement.
/// </summary>
internal sealed class CommittedEntries(AuditKeeper audit, Action<DemoProgress> report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private long _next;

    /// <summary>What is in the log by now was acknowledged by whoever wrote it.</summary>
    public async Task SkipAsync(CancellationToken cancellation) =>
        _next = (await audit.Log.ReadStatusAsync(cancellation)).Size;

    /// <summary>Follows the log until the work is over, and reports the rest of it then.</summary>
    public async Task FollowAsync(Task work, CancellationToken cancellation)
    {
        do
        {
            await ReportAsync(cancellation);
        }
        while (await Task.WhenAny(work, Task.Delay(Interval, TimeProvider.System, cancellation)) != work);

        await ReportAsync(cancellation);
    }

    private async Task ReportAsync(CancellationToken cancellation)
    {
        if (await audit.SealAsync(cancellation) is not { } checkpoint) return;

        await foreach (LoggedEntry logged in audit.Log.ReadAsync(_next, checkpoint.Size, cancellation))
        {
            if (logged.Index is not { } index) continue;
            report(DemoProgress.Committed(index, logged.Entry.Id, logged.Entry.Action, logged.Entry.Target));
            _next = index + 1;
        }
    }
}
