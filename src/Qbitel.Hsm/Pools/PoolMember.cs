using System.Security.Cryptography;
using Polly;
using Polly.CircuitBreaker;

namespace Qbitel.Hsm.Pools;

/// <summary>A member at work: its bulkhead, its breaker, and the probes that take it out and bring it back.</summary>
/// <remarks>
/// The breaker counts calls and opens; only probes close it, one at a time and several in a row, so that no caller's
/// payment is the experiment.
/// </remarks>
internal sealed class PoolMember : IAsyncDisposable
{
    private const double Smoothing = 0.2;

    private readonly HsmPoolMember _about;
    private readonly HsmPoolOptions _options;
    private readonly TimeProvider _time;
    private readonly PoolMetrics _metrics;
    private readonly Action<PoolMember, HsmPoolAlert> _changed;
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _breaker;
    private readonly SemaphoreSlim _slots;
    private readonly Lock _gate = new();
    private Task<HsmProvider>? _opening;
    private Task? _probing;
    private HealthProbe? _probe;
    private volatile HsmProvider? _provider;
    private volatile int _state = (int)HsmMemberState.Closed;
    private string? _reason = "not opened yet";
    private TimeSpan _break;
    private long _outSince;
    private int _bad;
    private int _good;
    private double _latency;
    private long _calls;
    private long _failures;

    public PoolMember(
        int index, HsmPoolMember about, HsmPoolOptions options, TimeProvider time, PoolMetrics metrics,
        Action<PoolMember, HsmPoolAlert> changed)
    {
        Bit = 1 << index;
        _about = about;
        _options = options;
        _time = time;
        _metrics = metrics;
        _changed = changed;
        _slots = new SemaphoreSlim(about.Concurrency);
        _breaker = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(
            new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumCalls,
                SamplingDuration = options.Sampling,
                BreakDuration = TimeSpan.FromDays(1), // the longest there is: probes close it, not time
                ShouldHandle = static outcome => ValueTask.FromResult(
                    outcome.Outcome.Exception is HsmException { Failure: HsmFailure.Unavailable }),
                ManualControl = _control,
                OnOpened = opened =>
                {
                    TakeOut($"too many calls failed, the last with: {opened.Outcome.Exception?.Message}");
                    return ValueTask.CompletedTask;
                },
            }).Build();
    }

    public int Bit { get; }

    public string Name => _about.Name;

    public HsmPoolRole Role => _about.Role;

    public HsmMemberState State => (HsmMemberState)_state;

    public bool IsHealthy => _state == (int)HsmMemberState.Healthy;

    /// <summary>Null before it was opened; it stays while the member is out.</summary>
    public HsmProvider? Provider => _provider;

    /// <summary>What a call would have to wait for here, in the member's own measure.</summary>
    public double Load => Volatile.Read(ref _latency) * (InFlight + 1);

    public HsmMemberStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new HsmMemberStatus(Name, _provider?.Name, Role, State, IsHealthy ? null : _reason,
                    _latency > 0 ? TimeSpan.FromMicroseconds(_latency) : null, InFlight,
                    Volatile.Read(ref _calls), Volatile.Read(ref _failures));
            }
        }
    }

    private int InFlight => _about.Concurrency - _slots.CurrentCount;

    /// <summary>Lets the member do something, within its time and its share of the calls.</summary>
    /// <exception cref="HsmException">It is out, full or late, or failed.</exception>
    public async ValueTask<T> CallAsync<T>(
        HsmOperation operation, Func<HsmProvider, CancellationToken, ValueTask<T>> work,
        CancellationToken cancellationToken)
    {
        if (!IsHealthy) throw Failed(operation, $"it is {State}: {_reason}");
        if (!_slots.Wait(0, CancellationToken.None))
            throw Failed(operation, $"{_about.Concurrency} calls are with it already.");

        long started = _time.GetTimestamp();
        string outcome = "failed";
        try
        {
            T result = await _breaker.ExecuteAsync(
                static (call, cancel) => call.Member.TimedAsync(call.Operation, call.Work, cancel),
                (Member: this, Operation: operation, Work: work), cancellationToken);
            outcome = "done";
            return result;
        }
        catch (BrokenCircuitException)
        {
            _slots.Release(); // the work has not begun
            throw Failed(operation, $"it is {State}: {_reason}");
        }
        catch (HsmException error)
        {
            if (error.Failure == HsmFailure.Unavailable) Interlocked.Increment(ref _failures);
            if (error.Failure == HsmFailure.WrongSecret) Bar(error);
            throw;
        }
        finally
        {
            Interlocked.Increment(ref _calls);
            _metrics.Called(Name, operation, outcome, _time.GetElapsedTime(started));
        }
    }

    /// <summary>Whatever is due with it: open it, probe it, bring it back. One call at a time.</summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // a provider that works on its caller's thread holds up nobody else
        lock (_gate)
        {
            if (State == HsmMemberState.Barred) return;
            if (State == HsmMemberState.Out)
            {
                if (_time.GetElapsedTime(_outSince) < _break) return;
                _state = (int)HsmMemberState.Trial;
            }
        }

        long started = _time.GetTimestamp();
        try
        {
            if (_provider is null && !await OpenAsync(cancellationToken)) return;
            if (_probing is { IsCompleted: false })
            {
                Bad("its last probe has not come back");
                return;
            }

            if (!IsHealthy) _probe!.Forget();
            started = _time.GetTimestamp();
            _probing = _probe!.RunAsync(cancellationToken).AsTask();
            await WaitAsync(_probing, cancellationToken);
            await GoodAsync(_time.GetElapsedTime(started), cancellationToken);
        }
        catch (TimeoutException)
        {
            Bad($"it did not do a test operation within {_options.ProbeTimeout.TotalSeconds:0.#} s");
        }
        catch (HsmException error) when (error.Failure == HsmFailure.WrongSecret)
        {
            Bar(error);
        }
        catch (Exception error) when (error is HsmException or CryptographicException or NotSupportedException
            or IOException or ObjectDisposedException)
        {
            Bad(error.Message);
        }
    }

    /// <summary>Forgets a refused PIN, a lost device and all else, and opens it anew.</summary>
    public async Task ReinstateAsync(CancellationToken cancellationToken)
    {
        HsmProvider? old = _provider;
        lock (_gate)
        {
            _state = (int)HsmMemberState.Out;
            _reason = "being opened anew";
            _break = TimeSpan.Zero;
            _provider = null;
            _opening = null;
            _probe = null;
        }

        if (old is not null) await old.DisposeAsync();
        await TendAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_opening is { } opening)
        {
            try
            {
                _provider ??= await opening;
            }
            catch (HsmException)
            {
                // it was never opened
            }
        }

        if (_provider is { } provider) await provider.DisposeAsync();
    }

    public HsmException Failed(HsmOperation operation, string message) =>
        new(Name, operation, HsmFailure.Unavailable, message, isTransient: true);

    private async ValueTask<T> TimedAsync<T>(
        HsmOperation operation, Func<HsmProvider, CancellationToken, ValueTask<T>> work,
        CancellationToken cancellationToken)
    {
        ValueTask<T> pending;
        try
        {
            pending = work(_provider!, cancellationToken);
        }
        catch
        {
            _slots.Release();
            throw;
        }

        if (pending.IsCompleted)
        {
            _slots.Release();
            return await pending;
        }

        // The place is free again when the member answers, not when we stop waiting for it.
        Task<T> task = pending.AsTask();
        _ = task.ContinueWith(static (ended, slots) =>
        {
            _ = ended.Exception; // seen: whoever waited has had it, or has gone
            ((SemaphoreSlim)slots!).Release();
        }, _slots, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            return await task.WaitAsync(_options.CallTimeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failed(operation, $"it did not answer within {_options.CallTimeout.TotalSeconds:0.#} s.");
        }
    }

    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (_opening is { IsCompleted: false })
        {
            Bad("it is still being opened");
            return false;
        }

        // One that was late is taken now; one that failed is tried anew.
        if (_opening is not { IsCompletedSuccessfully: true }) _opening = _about.OpenAsync(cancellationToken).AsTask();
        await WaitAsync(_opening, cancellationToken);
        HsmProvider provider = await _opening;
        _opening = null;
        _probe = new HealthProbe(provider);
        _provider = provider;
        return true;
    }

    private async Task WaitAsync(Task task, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(_options.ProbeTimeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _ = task.ContinueWith(static late => _ = late.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    private async Task GoodAsync(TimeSpan took, CancellationToken cancellationToken)
    {
        HsmPoolAlert? alert = null;
        lock (_gate)
        {
            double now = Math.Max(took.TotalMicroseconds, 1);
            Volatile.Write(ref _latency, _latency == 0 ? now : _latency + (Smoothing * (now - _latency)));
            _bad = 0;
            if (State == HsmMemberState.Healthy) return;
            if (State == HsmMemberState.Trial && ++_good < _options.ProbesToClose) return;
        }

        await _control.CloseAsync(cancellationToken);
        lock (_gate)
        {
            if (State is not (HsmMemberState.Trial or HsmMemberState.Closed)) return; // barred or out meanwhile
            if (State == HsmMemberState.Trial)
                alert = new HsmPoolAlert(HsmPoolAlertKind.MemberBack, Name, $"{Name} is back.");
            _state = (int)HsmMemberState.Healthy;
            _reason = null;
            _good = 0;
            _break = TimeSpan.Zero;
        }

        _changed(this, alert ?? new HsmPoolAlert(HsmPoolAlertKind.MemberBack, Name, $"{Name} is open."));
    }

    private void Bad(string reason)
    {
        lock (_gate)
        {
            _good = 0;
            if (State == HsmMemberState.Healthy && ++_bad < _options.ProbesToOpen) return;
        }

        TakeOut(reason);
    }

    private void TakeOut(string reason)
    {
        HsmPoolAlert? alert = null;
        lock (_gate)
        {
            if (State is HsmMemberState.Barred or HsmMemberState.Out) return;
            if (State != HsmMemberState.Trial)
                alert = new HsmPoolAlert(HsmPoolAlertKind.MemberOut, Name, $"{Name} is taken out: {reason}");
            TimeSpan doubled = _break * 2;
            _break = doubled == TimeSpan.Zero ? _options.Break
                : doubled < _options.LongestBreak ? doubled : _options.LongestBreak;
            _state = (int)HsmMemberState.Out;
            _reason = reason;
            _outSince = _time.GetTimestamp();
            _bad = _good = 0;
        }

        if (alert is null) return; // it stays out, which was said when it began
        _metrics.Opened(Name);
        _changed(this, alert);
    }

    private void Bar(HsmException error)
    {
        lock (_gate)
        {
            if (State == HsmMemberState.Barred) return;
            _state = (int)HsmMemberState.Barred;
            _reason = error.Message;
        }

        _metrics.Opened(Name);
        _changed(this, new HsmPoolAlert(HsmPoolAlertKind.MemberBarred, Name,
            $"{Name} refused its PIN or passphrase, which is not sent again: {error.Message}"));
    }
}
