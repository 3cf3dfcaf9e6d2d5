using System.Text;
using Microsoft.Extensions.Logging;
using Qbitel.Gateway.Fix;
using Qbitel.Protocols;

namespace Qbitel.FixSessions;

/// <summary>The application of the command line: counts what comes, and says it back where it is asked to.</summary>
internal sealed class CountingApplication(bool isEcho, Action<string> note) : FixResponder
{
    private long _received;
    private long _rejected;

    public long Received => Interlocked.Read(ref _received);

    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Told of every session that is established.</summary>
    public Action<FixLink>? Established { get; init; }

    public override void OnEstablished(FixLink link) => Established?.Invoke(link);

    public override void OnMessage(in FixReceived message)
    {
        Interlocked.Increment(ref _received);
        if (isEcho) message.Reply(message.Type, message.Body, message.IsPossibleResend ? "97=Y\u0001"u8 : default);
    }

    public override void OnRejected(in FixReceived message)
    {
        Interlocked.Increment(ref _rejected);
        note($"Message {Encoding.ASCII.GetString(message.Field(45))} was rejected by {message.Link.Options.Target}: "
            + $"reason {Redaction.None.Mask(message.Field(373))}, tag {Redaction.None.Mask(message.Field(371))}");
    }
}

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
