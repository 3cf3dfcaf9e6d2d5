using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Fix;

/// <content>While a connection is there.</content>
public sealed partial class FixLink
{
    // Messages given again at one time under the lock.
    private const int ReplayChunk = 512;
    private const int ReplaySize = 256 * 1024;

    private byte[] _received = new byte[64 * 1024];

    /// <summary>Serves a connection until it ends.</summary>
    /// <param name="connection">The connection, which is disposed.</param>
    /// <param name="first">What was read from it already.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <returns>False where the session has a connection already; then nothing was done.</returns>
    internal async Task<bool> TryServeAsync(FixConnection connection, ReadOnlyMemory<byte> first,
        CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_connection is not null || _isStopped || _failure is not null) return false;

            _connection = connection;
            _closingSince = null;
            _endReason = null;
            _replay = null;
            _outgoing.Clear();
            _actions.Clear();
            _session.Connect(Now(), _actions);
            Execute();
            Publish();
        }

        await using CancellationTokenRegistration cut = cancellationToken.Register(connection.Cut);
        string reason = "the connection was closed";
        try
        {
            await ReadForEverAsync(connection, first);
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or SocketException
            or OperationCanceledException)
        {
            reason = ended is FixStoreException ? "the store failed" : "the connection broke";
        }

        lock (_gate)
        {
            reason = _endReason ?? reason;
            _connection = null;
            _closingSince = null;
            _outgoing.Clear();
            _actions.Clear();
            _session.Disconnected(Now(), _actions);
            Execute();
            Publish();
            LogEnded($"{_options}", reason);
            _application.OnEnded(this, reason);
        }

        await connection.DisposeAsync();
        return true;
    }

    private async Task ReadForEverAsync(FixConnection connection, ReadOnlyMemory<byte> first)
    {
        int filled = first.Length;
        if (_received.Length < filled) _received = new byte[filled];
        first.CopyTo(_received);
        while (true)
        {
            int taken = Take(_received.AsSpan(0, filled));
            if (taken > 0) _received.AsSpan(taken, filled - taken).CopyTo(_received);
            filled -= taken;
            if (await ReplayAsync()) continue;

            await WaitForRoomAsync();
            if (IsClosing()) break;
            if (filled == _received.Length) Array.Resize(ref _received, _received.Length * 2);
            int read = await connection.ReadAsync(_received.AsMemory(filled));
            if (read == 0) return;
            if (read < 0) break;
            filled += read;
        }

        // An end of our own: what is still to be sent goes first, and the peer is given the time to close.
        using CancellationTokenSource late = new(_options.LogoutTimeout, _time);
        await FlushAsync(late.Token);
        await connection.EndSendingAsync(late.Token);
        await connection.AwaitEndAsync(_received, late.Token);
    }

    private bool IsClosing()
    {
        lock (_gate) return _closingSince is not null;
    }

    // Takes whole messages off the front, until a replay must be done first or the session has ended.
    private int Take(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        lock (_gate)
        {
            FixInstant now = Now();
            while (TakeQueued(now))
            {
            }

            while (taken < bytes.Length && CanTake)
            {
                FrameStatus status = FixFraming.TryTake(bytes[taken..], _limits.MaximumMessage, out int length,
                    out ParseError? error);
                if (status == FrameStatus.Incomplete) break;

                Do(bytes.Slice(taken, length), status == FrameStatus.Invalid ? error : null, isQueued: false, now);
                taken += length;
                while (TakeQueued(now))
                {
                }
            }

            Publish();
        }

        return taken;
    }

    private bool CanTake => _replay is null && _closingSince is null && _failure is null;

    private bool TakeQueued(FixInstant now) => CanTake && Do(default, null, isQueued: true, now);

    // One message, whole or not at all.
    [SuppressMessage("Design", "CA1031", Justification = "The top of a loop that calls the application: what it did is "
        + "taken back, said, and the connection is ended.")]
    private bool Do(ReadOnlySpan<byte> message, ParseError? error, bool isQueued, FixInstant now)
    {
        (int Change, bool HasReset, int Outgoing) mark = (_change.Length, _change.HasReset, _outgoing.Length);
        FixCounts counts = _session.Counts;
        _actions.Clear();
        try
        {
            bool isDone = true;
            if (isQueued) isDone = _session.ReceiveQueued(now, _actions);
            else if (error is not null) _session.ReceiveGarbled(error, now, _actions);
            else _session.Receive(message, now, _actions);
            if (_actions.Count > 0) Execute();
            return isDone;
        }
        catch (Exception failed)
        {
            LogApplicationFailed(failed, $"{_options}", counts.NextIncoming);
            _change.Truncate(mark.Change, mark.HasReset);
            _outgoing.Truncate(mark.Outgoing);
            _session = new FixSession(_options, counts);
            _closingSince = now.Elapsed;
            _endReason = "the application failed";
            return false;
        }
    }

    // Gives again what the peer asked for; true where there was something to give.
    private async Task<bool> ReplayAsync()
    {
        lock (_gate) if (_replay is null) return false;

        await FlushAsync(CancellationToken.None); // what is to be read must be in the store
        while (true)
        {
            await WaitForRoomAsync();
            lock (_gate)
            {
                if (_replay is not { } range || _closingSince is not null) return true;

                FixInstant now = Now();
                int count = 0, size = 0, room = Math.Min(ReplaySize, _limits.HighWater);
                bool isDone = true;
                long next = range.Next;
                _actions.Clear();
                _store.Read(range.Next, range.End, (number, message) =>
                {
                    _session.Replay(number, message, now, _actions);
                    next = number + 1;
                    size += message.Length;
                    return isDone = ++count < ReplayChunk && size < room;
                });
                if (isDone) _session.EndReplay(range.End, now, _actions);
                _replay = isDone ? null : (next, range.End);
                Execute();
                Publish();
                if (isDone) return true;
            }
        }
    }

    private async Task WaitForRoomAsync()
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_outgoing.Length <= _limits.HighWater || _failure is not null) return;
                wait = (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await wait;
        }
    }
}
