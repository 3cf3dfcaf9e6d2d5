using System.Globalization;
using System.Text;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Protocols.Tests.Fix.Sessions;

/// <summary>One end of a simulated session: carries out what the state machine wants, with a store in memory.</summary>
internal sealed class SessionSide
{
    public static readonly DateTimeOffset Start = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    private readonly FixActions _actions = new();
    private readonly SortedDictionary<long, byte[]> _stored = [];
    private FixCounts _counts = new(1, 1, Start);

    public SessionSide(FixSessionOptions options)
    {
        Options = options;
        Session = new FixSession(options, _counts);
    }

    public FixSessionOptions Options { get; }

    public FixSession Session { get; private set; }

    /// <summary>The time of day, and time passed.</summary>
    public FixInstant Now { get; set; } = new(Start, TimeSpan.Zero);

    /// <summary>What was sent and not yet taken by the other side.</summary>
    public Queue<byte[]> Sent { get; } = new();

    /// <summary>ClOrdID of every message the application got.</summary>
    public List<string> Delivered { get; } = [];

    public List<string> Notes { get; } = [];

    public string? EndReason { get; private set; }

    public static FixSessionOptions Between(string sender, string target, bool isInitiator = false) => new()
    {
        Version = FixVersion.Fix44,
        Sender = sender,
        Target = target,
        IsInitiator = isInitiator,
        Check = FixMessageChecks.Form,
    };

    public void Connect()
    {
        EndReason = null;
        Do((session, now, actions) => session.Connect(now, actions));
    }

    public void Disconnect() => Do((session, now, actions) => session.Disconnected(now, actions));

    public void Tick(TimeSpan by)
    {
        Now = new FixInstant(Now.Utc + by, Now.Elapsed + by);
        Do((session, now, actions) => session.Tick(now, actions));
    }

    public void SendOrder(string id) => Do((session, now, actions) =>
        session.Send("D"u8, FixText.Bytes($"11={id}|"), now, actions));

    public void Logout() => Do((session, now, actions) => session.Logout(null, now, actions));

    /// <summary>Forgets everything that is not stored.</summary>
    public void Crash()
    {
        Session = new FixSession(Options, _counts);
        Sent.Clear();
    }

    /// <summary>Takes the bytes of a message, as a connection would.</summary>
    public void Receive(byte[] message)
    {
        FrameStatus status = FixFraming.TryTake(message, 1 << 20, out _, out ParseError? error);
        Do((session, now, actions) =>
        {
            if (status == FrameStatus.Complete) session.Receive(message, now, actions);
            else session.ReceiveGarbled(error!, now, actions);
        });
        bool more = true;
        while (more) Do((session, now, actions) => more = session.ReceiveQueued(now, actions));
    }

    /// <summary>Takes a message written with '|', with the frame and the header's time made here.</summary>
    public void Hear(string type, long number, string rest = "", string header = "") => Receive(FixText.Frame(
        $"35={type}|34={number}|49={Options.Target}|52={Time(Now.Utc)}|56={Options.Sender}|{header}{rest}",
        $"{Options.Version}"));

    /// <summary>The next message sent, with '|' for SOH and without 8, 9, 10, 49, 52 and 56; null for none.</summary>
    public string? Said()
    {
        if (!Sent.TryDequeue(out byte[]? message)) return null;

        StringBuilder text = new();
        FixReader reader = new(message);
        while (reader.Read())
        {
            if (reader.Tag is 8 or 9 or 10 or 49 or 52 or 56) continue;
            text.Append(CultureInfo.InvariantCulture, $"{reader.Tag}={Encoding.Latin1.GetString(reader.Value)}|");
        }

        return text.ToString();
    }

    public static string Time(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyyMMdd-HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private void Do(Action<FixSession, FixInstant, FixActions> step)
    {
        _actions.Clear();
        step(Session, Now, _actions);
        (long First, long Last)? replay = null;
        for (int i = 0; i < _actions.Count; i++)
        {
            FixAction action = _actions[i];
            switch (action.Kind)
            {
                case FixActionKind.Send or FixActionKind.Keep:
                    byte[] bytes = _actions.Bytes(action).ToArray();
                    Assert.Equal(FrameStatus.Complete, FixFrame.TryRead(bytes, out _, out _));
                    if (action.Number > 0)
                    {
                        Assert.Equal(_counts.NextOutgoing, action.Number);
                        _counts = _counts with { NextOutgoing = action.Number + 1 };
                        if (action.IsApplication) _stored[action.Number] = bytes;
                    }

                    if (action.Kind == FixActionKind.Send) Sent.Enqueue(bytes);
                    break;
                case FixActionKind.Deliver:
                    if (!action.IsApplication) break;
                    Delivered.Add(FixMessage.Parse(_actions.Bytes(action)).GetField(11) ?? "");
                    break;
                case FixActionKind.Advance:
                    _counts = _counts with { NextIncoming = action.Number };
                    break;
                case FixActionKind.Reset:
                    _counts = new FixCounts(action.Number, action.End, Now.Utc);
                    _stored.Clear();
                    break;
                case FixActionKind.Replay:
                    replay = (action.Number, action.End);
                    break;
                case FixActionKind.Note:
                    Notes.Add(action.Text!);
                    break;
                case FixActionKind.Disconnect:
                    EndReason = action.Text;
                    break;
            }
        }

        Assert.Equal(Session.Counts.NextOutgoing, _counts.NextOutgoing);
        Assert.Equal(Session.Counts.NextIncoming, _counts.NextIncoming);
        if (replay is not { } range) return;

        Do((session, now, actions) =>
        {
            foreach ((long number, byte[] message) in _stored)
                if (number >= range.First && number <= range.Last) session.Replay(number, message, now, actions);
            session.EndReplay(range.Last, now, actions);
        });
    }
}
