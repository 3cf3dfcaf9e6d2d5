using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Qbitel.Governance.Audit;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>
/// Makes decisions durable many at a time, each with its counter, and carries them into the audit log.
/// </summary>
/// <remarks>
/// <para>When <see cref="RecordAsync"/> says true, decision and counter are on disk together, in a file that only its
/// owner can read; when it says false, they may not be. A thread of its own writes: all that came while the disk was
/// busy is one write and one flush. No answer waits for the audit log, which gets them in larger batches right
/// after.</para>
/// <para>What a killed process had kept is in the log before the next one begins, each once. While the log takes
/// nothing, nothing is kept either.</para>
/// </remarks>
public sealed class DecisionJournal : IAsyncDisposable
{
    private const int LargestGroup = 512;
    private const int LargestBatch = 1024;

    private static readonly TimeSpan LongestWaitForRoom = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryOfLog = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GatheringForLog = TimeSpan.FromMilliseconds(100);

    private readonly DecisionFile _file;
    private readonly DecisionLog _log;
    private readonly Action<Exception>? _failed;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _come = new(false);
    private readonly AutoResetEvent _room = new(false);
    private readonly Channel<KeptDecision> _toLog =
        Channel.CreateUnbounded<KeptDecision>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly List<(long Number, TaskCompletionSource Logged)> _flushes = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _logging;
    private List<Pending> _waiting = [];
    private long _kept;
    private long _logged;
    private volatile bool _isLogFailing;
    private bool _isDiskFailing;
    private bool _isClosed;

    private DecisionJournal(DecisionFile file, CounterFile counters, DecisionLog log, Action<Exception>? failed)
    {
        _file = file;
        Counters = counters;
        _log = log;
        _failed = failed;
        _kept = _logged = file.Last;
        new Thread(Write) { IsBackground = true, Name = "card decisions" }.Start();
        _logging = LogAsync();
    }

    public CounterFile Counters { get; }

    public HostTimes Times { get; } = new();

    /// <summary>Opens the file of decisions and brings into the log what it still holds.</summary>
    /// <param name="path">Of the file; made where there is none.</param>
    /// <param name="counters">The caller's; disposed after this.</param>
    /// <param name="log">The audit log.</param>
    /// <param name="failed">Told what went wrong; for the operator's log.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="InvalidDataException">The file is another one, or damaged.</exception>
    /// <exception cref="IOException">Another process has it open.</exception>
    public static Task<DecisionJournal> OpenAsync(
        string path, CounterFile counters, DecisionLog log, Action<Exception>? failed,
        CancellationToken cancellationToken) =>
        OpenAsync(path, DecisionFile.DefaultHalfSize, counters, log, failed, cancellationToken);

    /// <summary>Keeps one decision and, where it took one, its counter.</summary>
    public async ValueTask<bool> RecordAsync(
        AuditEntry entry, (UInt128 Card, ushort Counter)? taken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        Pending pending = new(new KeptDecision(entry, taken));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _waiting.Add(pending);
            _come.Set();
        }

        return await pending.Kept.Task; // not cancelled: it is kept or not, and the caller must know
    }

    /// <summary>Waits until all that was kept before is in the audit log.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource logged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_logged >= _kept) return;
            _flushes.Add((_kept, logged));
        }

        await logged.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes what waits, and brings it into the log; what the log does not take stays in the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            _come.Set();
        }

        await _stopping.CancelAsync();
        await _written.Task;
        await _logging;
        foreach ((_, TaskCompletionSource logged) in _flushes) logged.TrySetCanceled();
        _file.Dispose();
        _come.Dispose();
        _room.Dispose();
        _stopping.Dispose();
    }

    internal static async Task<DecisionJournal> OpenAsync(
        string path, int halfSize, CounterFile counters, DecisionLog log, Action<Exception>? failed,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(counters);
        ArgumentNullException.ThrowIfNull(log);
        DecisionFile file = DecisionFile.Open(path, halfSize, out List<KeptDecision> left);
        try
        {
            foreach (KeptDecision[] batch in left.Chunk(LargestBatch))
            {
                List<AuditEntry> missing = [];
                foreach (KeptDecision kept in batch)
                {
                    if (!await log.ContainsAsync(kept.Entry.Id, cancellationToken)) missing.Add(kept.Entry);
                    if (kept.Taken is { } taken) counters.TryTake(taken.Card, taken.Counter, ushort.MaxValue, out _);
                }

                if (missing.Count > 0) await log.AppendAsync(missing, cancellationToken);
                await counters.AppendAsync(
                    [.. batch.Where(kept => kept.Taken is not null).Select(kept => kept.Taken!.Value)],
                    cancellationToken);
            }

            file.Release(file.Last);
            return new DecisionJournal(file, counters, log, failed);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The thread that writes: a group is all that came while the one before was being written.</summary>
    private void Write()
    {
        List<Pending> group = [];
        while (true)
        {
            _come.WaitOne();
            while (true)
            {
                bool isClosed;
                lock (_gate)
                {
                    (group, _waiting) = (_waiting, group);
                    isClosed = _isClosed;
                }

                foreach (Pending[] part in group.Chunk(LargestGroup)) Keep(part);
                bool wasIdle = group.Count == 0;
                group.Clear();
                if (wasIdle && isClosed)
                {
                    _toLog.Writer.Complete();
                    _written.SetResult();
                    return;
                }

                if (wasIdle) break;
            }
        }
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "This is the top of a loop: every failure goes to those who wait for this group.")]
    private void Keep(Pending[] group)
    {
        try
        {
            if (_isLogFailing) throw new IOException("the audit log takes nothing, so nothing is decided");
            KeptDecision[] decisions = [.. group.Select(pending => pending.Decision)];
            int leaves = decisions.Sum(decision => decision.Entry.ToLeaf().Length);
            long begun = Stopwatch.GetTimestamp();
            while (!_file.TryMakeRoom(decisions.Length, leaves))
            {
                if (_isLogFailing || Stopwatch.GetElapsedTime(begun) > LongestWaitForRoom)
                    throw new IOException("the file of decisions is full, because the audit log does not keep up");
                _room.WaitOne(TimeSpan.FromMilliseconds(100));
            }

            if (_isDiskFailing) throw new IOException("the disk failed a write; nothing more is decided until a start");
            begun = Stopwatch.GetTimestamp();
            _isDiskFailing = true; // what a failed flush left unwritten, a later one does not write
            _file.Append(decisions);
            _isDiskFailing = false;
            Times.RecordSince(HostStage.Flushing, begun);
            foreach (KeptDecision decision in decisions) _toLog.Writer.TryWrite(decision);
            lock (_gate) _kept = _file.Last;
            foreach (Pending pending in group) pending.Kept.SetResult(true);
        }
        catch (Exception failed)
        {
            foreach (Pending pending in group) pending.Kept.TrySetResult(false);
            _failed?.Invoke(failed);
        }
    }

    private async Task LogAsync()
    {
        List<KeptDecision> batch = [];
        while (await _toLog.Reader.WaitToReadAsync())
        {
            // A moment for more to come: fewer and larger transactions cost the log less.
            await DelayAsync(GatheringForLog);
            while (batch.Count < LargestBatch && _toLog.Reader.TryRead(out KeptDecision next)) batch.Add(next);
            for (bool isFirst = true; !await TryLogAsync(batch, isFirst); isFirst = false)
            {
                if (_stopping.IsCancellationRequested) return; // it is in the file, and the next start finds it there
                await DelayAsync(RetryOfLog);
            }

            batch.Clear();
        }
    }

    private async Task DelayAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, TimeProvider.System, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // A stop waits for nothing.
        }
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "This is the top of a loop: a failure of the log is said, and tried again.")]
    private async Task<bool> TryLogAsync(List<KeptDecision> batch, bool isFirst)
    {
        try
        {
            long begun = Stopwatch.GetTimestamp();
            List<AuditEntry> missing = [];
            foreach (KeptDecision kept in batch)
            {
                // A failure does not always say whether the entries are there.
                if (isFirst || !await _log.ContainsAsync(kept.Entry.Id, CancellationToken.None))
                    missing.Add(kept.Entry);
            }

            if (missing.Count > 0) await _log.AppendAsync(missing, CancellationToken.None);
            await Counters.AppendAsync(
                [.. batch.Where(kept => kept.Taken is not null).Select(kept => kept.Taken!.Value)],
                CancellationToken.None);
            Times.RecordSince(HostStage.Logging, begun);
        }
        catch (Exception failed)
        {
            _isLogFailing = true;
            _failed?.Invoke(failed);
            return false;
        }

        _isLogFailing = false;
        long logged = Interlocked.Add(ref _logged, batch.Count);
        _file.Release(logged);
        _room.Set();
        List<(long Number, TaskCompletionSource Logged)> waiting;
        lock (_gate)
        {
            waiting = [.. _flushes.Where(flush => flush.Number <= logged)];
            _flushes.RemoveAll(flush => flush.Number <= logged);
        }

        foreach ((_, TaskCompletionSource done) in waiting) done.SetResult();
        return true;
    }

    private sealed class Pending(KeptDecision decision)
    {
        public KeptDecision Decision { get; } = decision;

        public TaskCompletionSource<bool> Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
