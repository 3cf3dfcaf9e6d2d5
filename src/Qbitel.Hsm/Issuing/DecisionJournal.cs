using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Qbitel.Governance.Audit;

namespace Qbitel.Hsm.Issuing;

/// <summary>Makes decisions durable many at a time: their counters in the file, their entries in the audit log.</summary>
/// <remarks>
/// When <see cref="RecordAsync"/> says true, both are kept; when it says false, at least one may not be. A thousand
/// callers wait for one write, so the disk is asked once for all who came while it was busy.
/// </remarks>
public sealed class DecisionJournal : IAsyncDisposable
{
    private const int LargestBatch = 512;
    private const int Waiting = 8192;

    private readonly CounterFile _counters;
    private readonly Func<IReadOnlyList<AuditEntry>, CancellationToken, Task> _audit;
    private readonly Action<Exception>? _failed;
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(Waiting) { SingleReader = true });

    private readonly Task _loop;

    /// <param name="counters">The caller's; disposed after this.</param>
    /// <param name="audit">Appends entries to the audit log, durably, all or none.</param>
    /// <param name="failed">Told what went wrong with a batch; for the operator's log.</param>
    public DecisionJournal(
        CounterFile counters, Func<IReadOnlyList<AuditEntry>, CancellationToken, Task> audit,
        Action<Exception>? failed = null)
    {
        ArgumentNullException.ThrowIfNull(counters);
        ArgumentNullException.ThrowIfNull(audit);
        _counters = counters;
        _audit = audit;
        _failed = failed;
        _loop = RunAsync();
    }

    public CounterFile Counters => _counters;

    /// <summary>Keeps one decision and, where it took one, its counter.</summary>
    public async ValueTask<bool> RecordAsync(
        AuditEntry entry, (UInt128 Card, ushort Counter)? taken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Pending pending = new(entry, taken);
        await _queue.Writer.WriteAsync(pending, cancellationToken);
        return await pending.Kept.Task; // not cancelled: once queued it is kept or not, and the caller must know
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        List<Pending> batch = [];
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out Pending? next)) batch.Add(next);
            await KeepAsync(batch);
        }
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "This is the top of a loop: every failure goes to those who wait for this batch.")]
    private async Task KeepAsync(List<Pending> batch)
    {
        try
        {
            List<(UInt128, ushort)> taken = [];
            List<AuditEntry> entries = new(batch.Count);
            foreach (Pending pending in batch)
            {
                entries.Add(pending.Entry);
                if (pending.Taken is { } counter) taken.Add(counter);
            }

            Task audited = Task.Run(() => _audit(entries, CancellationToken.None));
            try
            {
                await _counters.AppendAsync(taken, CancellationToken.None);
            }
            finally
            {
                await audited;
            }

            foreach (Pending pending in batch) pending.Kept.SetResult(true);
        }
        catch (Exception failed)
        {
            foreach (Pending pending in batch) pending.Kept.TrySetResult(false);
            _failed?.Invoke(failed);
        }
    }

    private sealed class Pending(AuditEntry entry, (UInt128, ushort)? taken)
    {
        public AuditEntry Entry { get; } = entry;

        public (UInt128 Card, ushort Counter)? Taken { get; } = taken;

        public TaskCompletionSource<bool> Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
