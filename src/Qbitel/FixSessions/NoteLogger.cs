namespace Qbitel.FixSessions;

/// <summary>What the sessions have to say, on standard error.</summary>
internal sealed class NoteLogger(Action<string> note, LogLevel least) : ILogger
{
    private readonly Lock _gate = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        lock (_gate) note(formatter(state, exception) + (exception is null ? "" : $" {exception.Message}"));
    }
}
