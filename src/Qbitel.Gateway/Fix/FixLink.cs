using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Fix;

/// <summary>One FIX session with its store and its application, connected or not.</summary>
/// <remarks>
/// Everything the session decides happens under one lock and gathers in a change and in bytes to send. One thread takes
/// both, commits the change and then sends the bytes; whatever gathers meanwhile goes with the next. So one write to
/// disk serves all messages that came during the one before, and nothing is sent that is not on disk. Safe for use by
/// several threads at once.
/// </remarks>
public sealed partial class FixLink : IAsyncDisposable
{
    private readonly object _gate = new(); // waited on by the writing thread
    private readonly FixSessionOptions _options;
    private readonly FixLinkOptions _limits;
    private readonly FixMessageStore _store;
    private readonly FixResponder _application;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FixActions _actions = new();
    private readonly Thread _writer;
    private readonly ITimer _ticks;
    private readonly long _origin;

    private FixSession _session;
    private FixChange _change = new(), _spareChange = new();
    private ByteBuffer _outgoing = new(), _spareOutgoing = new();
    private FixConnection? _connection;
    private (long Next, long End)? _replay;
    private TaskCompletionSource? _idle;
    private TimeSpan? _closingSince;
    private string? _endReason;
    private long _written;
    private long _committed;
    private FixStoreException? _failure;
    private bool _isExecuting;
    private bool _isStopped;

    /// <param name="options">The session.</param>
    /// <param name="store">Its store, which the link disposes.</param>
    /// <param name="application">What stands behind it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limits">How connections are treated; null for the defaults.</param>
    /// <param name="logger">For operators.</param>
    public FixLink(FixSessionOptions options, FixMessageStore store, FixResponder application, TimeProvider time,
        FixLinkOptions? limits = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(application);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _limits = limits ?? new FixLinkOptions();
        _store = store;
        _application = application;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        _origin = time.GetTimestamp();
        _session = new FixSession(options, store.Counts);
        _writer = new Thread(WriteForEver) { IsBackground = true, Name = $"fix {options}" };
        _writer.Start();
        _ticks = time.CreateTimer(_ => Tick(), null, _limits.TickPeriod, _limits.TickPeriod);
    }

    public FixSessionOptions Options => _options;

    public FixSessionStatus Status
    {
        get { lock (_gate) return _session.Status; }
    }

    /// <summary>Where the counts stand, with what is not yet on disk.</summary>
    public FixCounts Counts
    {
        get { lock (_gate) return _session.Counts; }
    }

    public bool IsConnected
    {
        get { lock (_gate) return _connection is not null; }
    }

    /// <summary>What the application last recorded and is on disk; empty for nothing.</summary>
    public ReadOnlyMemory<byte> LastRecord => _store.Record;

    /// <summary>Whether the session's schedule lets it be up at this moment.</summary>
    public bool IsOpen => _options.Schedule is null || _options.Schedule.OpenedAt(_time.GetUtcNow()) is not null;

    internal DateTimeOffset CountsStartedAt => _session.Counts.StartedAt;

    /// <summary>Sends a message of the application; where the session is not up, the peer gets it when it is.</summary>
    /// <param name="type">MsgType (35).</param>
    /// <param name="body">The fields of the body, each with its SOH.</param>
    /// <param name="header">More fields of the header.</param>
    /// <param name="record">Kept together with the message, see <see cref="LastRecord"/>; empty to keep the last.
    /// </param>
    /// <returns>Its MsgSeqNum. It is on disk and on its way after <see cref="FlushAsync"/>.</returns>
    /// <exception cref="FixStoreException">The store has failed.</exception>
    public long Send(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> header = default,
        ReadOnlySpan<byte> record = default)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            if (!_isExecuting) _actions.Clear();
            long number = _session.Send(type, body, Now(), _actions, header);
            if (!record.IsEmpty) _change.AddRecord(record);
            if (!_isExecuting)
            {
                Execute();
                Publish();
            }

            return number;
        }
    }

    /// <summary>Waits until everything so far is on disk and, where there is a connection, given to the network.
    /// </summary>
    /// <exception cref="FixStoreException">The store has failed.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        long wanted;
        lock (_gate) wanted = _written;
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_failure is not null) throw _failure;
                if (_committed >= wanted) return;
                wait = (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends the session in the orderly way, where it is up.</summary>
    public void Logout(string? text = null)
    {
        lock (_gate)
        {
            if (!_isExecuting) _actions.Clear();
            _session.Logout(text, Now(), _actions);
            if (_isExecuting) return; // said by the application while it has a message: done after it

            Execute();
            Publish();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ticks.DisposeAsync();
        lock (_gate)
        {
            if (_isStopped) return;
            _isStopped = true;
            _connection?.Cut();
            Monitor.PulseAll(_gate);
        }

        _writer.Join();
        _store.Dispose();
    }

    internal void RejectBusiness(ReadOnlySpan<byte> message, int reason, string? text)
    {
        lock (_gate) _session.RejectBusiness(message, reason, text, Now(), _actions);
    }

    internal void Record(ReadOnlySpan<byte> record)
    {
        lock (_gate) _change.AddRecord(record);
    }

    private FixInstant Now() => new(_time.GetUtcNow(), _time.GetElapsedTime(_origin));

    private void Tick()
    {
        FixConnection? ending;
        lock (_gate)
        {
            if (_isStopped) return;
            ending = _closingSince is null ? null : _connection;
            if (_closingSince is { } since && Now().Elapsed - since > _options.LogoutTimeout * 2) ending?.Cut();
            _actions.Clear();
            _session.Tick(Now(), _actions);
            Execute();
            Publish();
        }

        ending?.StopReading(); // where the session ended without a message that the reader had taken
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_isStopped, this);
        if (_failure is not null) throw _failure;
    }

    // Carries out what the session wants. The application may add to the list while it is walked.
    private void Execute()
    {
        _isExecuting = true;
        try
        {
            for (int i = 0; i < _actions.Count; i++) Execute(_actions[i]);
        }
        finally
        {
            _isExecuting = false;
        }
    }

    // Hands what has gathered to the writing thread.
    private void Publish()
    {
        if (_outgoing.Length > _limits.MaximumWaiting)
        {
            LogSlow($"{_options}", _outgoing.Length);
            _connection?.Cut();
            _outgoing.Clear();
        }

        if (_change.IsEmpty && _outgoing.Length == 0) return;

        _written++;
        Monitor.PulseAll(_gate);
    }

    private void Execute(FixAction action)
    {
        switch (action.Kind)
        {
            case FixActionKind.Send:
                ReadOnlySpan<byte> bytes = _actions.Bytes(action);
                if (action.Number > 0) _change.AddSent(action.Number, action.IsApplication ? bytes : []);
                if (_connection is not null) _outgoing.Add(bytes);
                break;
            case FixActionKind.Keep:
                _change.AddSent(action.Number, _actions.Bytes(action));
                break;
            case FixActionKind.Deliver:
                FixReceived message = new(this, action.Number, _actions.Bytes(action));
                if (action.IsApplication) _application.OnMessage(message);
                else _application.OnRejected(message);
                break;
            case FixActionKind.Advance:
                _change.AddExpected(action.Number);
                break;
            case FixActionKind.Reset:
                _change.AddReset(action.Number, action.End, _session.Counts.StartedAt);
                _replay = null;
                break;
            case FixActionKind.Replay:
                _replay = (action.Number, action.End);
                break;
            case FixActionKind.Established:
                LogEstablished($"{_options}", _connection?.Peer ?? "");
                _application.OnEstablished(this);
                break;
            case FixActionKind.Note:
                LogNote($"{_options}", action.Text!);
                break;
            case FixActionKind.Disconnect:
                _closingSince ??= Now().Elapsed;
                _endReason ??= action.Text;
                break;
        }
    }

    [LoggerMessage(5000, LogLevel.Information, "{Session} is established with {Peer}.")]
    private partial void LogEstablished(string session, string peer);

    [LoggerMessage(5001, LogLevel.Information, "{Session} has ended: {Reason}")]
    private partial void LogEnded(string session, string reason);

    [LoggerMessage(5002, LogLevel.Warning, "{Session}: {Note}")]
    private partial void LogNote(string session, string note);

    [LoggerMessage(5003, LogLevel.Critical, "{Session} cannot be kept in its store; nothing more is sent.")]
    private partial void LogStoreFailed(Exception failure, string session);

    [LoggerMessage(5004, LogLevel.Warning,
        "{Session}: the peer does not read; {Waiting} bytes wait, the connection is ended.")]
    private partial void LogSlow(string session, int waiting);

    [LoggerMessage(5005, LogLevel.Error,
        "{Session}: the application failed at message {Number}, which was not processed.")]
    private partial void LogApplicationFailed(Exception failure, string session, long number);
}
