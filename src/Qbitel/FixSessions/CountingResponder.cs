using System.Text;
using Qbitel.Gateway.Fix;
using Qbitel.Protocols;

namespace Qbitel.FixSessions;

/// <summary>The application of the command line: counts what comes, and says it back where it is asked to.</summary>
internal sealed class CountingResponder(bool isEcho, Action<string> note) : FixResponder
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
