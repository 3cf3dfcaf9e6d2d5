namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>Work for a session, and its caller's side of it.</summary>
internal abstract class DeviceCall(HsmOperation operation)
{
    private const int Waiting = 0, Running = 1, Abandoned = 2;

    private int _state;

    public HsmOperation Operation { get; } = operation;

    /// <summary>False when its caller is gone and nothing has been done yet: nothing will be.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Running, Waiting) == Waiting;

    /// <summary>The caller waits no longer. True when nothing was done.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting) == Waiting;

    /// <summary>Does the work and gives the caller its result; what the module answers instead is thrown.</summary>
    public abstract void Run(Session session);

    public abstract void Fail(Exception error);
}

internal sealed class DeviceCall<T>(HsmOperation operation, Func<Session, T> work) : DeviceCall(operation)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public override void Run(Session session) => _result.TrySetResult(work(session));

    public override void Fail(Exception error) => _result.TrySetException(error);
}
