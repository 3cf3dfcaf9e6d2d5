using Qbitel.Access;
using Qbitel.Server;

namespace Qbitel.Tests.Server;

/// <summary>What the console was asked to do, in order; it refuses where a test says so.</summary>
internal sealed class ActionLog
{
    private readonly Lock _gate = new();
    private readonly List<AccessEvent> _access = [];
    private readonly List<Guid> _advanced = [];

    /// <summary>Thrown in place of writing an entry.</summary>
    public Exception? Fault { get; set; }

    public IReadOnlyList<AccessEvent> Access
    {
        get { lock (_gate) return [.. _access]; }
    }

    public IReadOnlyList<Guid> Advanced
    {
        get { lock (_gate) return [.. _advanced]; }
    }

    public ConsoleActions Actions(bool isDemo) => new()
    {
        RecordAccess = (access, _) => Do(() => _access.Add(access)),
        AdvanceClock = isDemo ? (session, _) => Do(() => _advanced.Add(session)) : null,
    };

    private Task Do(Action act)
    {
        if (Fault is not null) return Task.FromException(Fault);
        lock (_gate) act();
        return Task.CompletedTask;
    }
}
