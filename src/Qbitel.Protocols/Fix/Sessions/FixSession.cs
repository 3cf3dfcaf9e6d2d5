using System.Text;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>
/// The session layer of one FIX session as a state machine: messages, time and the application's wishes in, actions
/// out.
/// </summary>
/// <remarks>
/// It does no input or output and has no clock; whoever holds it carries the actions out in order, and stores what they
/// say before anything is sent. Not safe for use by several threads at once. Nothing is allocated for a message that is
/// in order.
/// </remarks>
public sealed partial class FixSession
{
    private readonly FixSessionOptions _options;
    private readonly FixMessageCheck _check;
    private readonly FixBacklog _backlog;
    private readonly FixFieldWriter _header = new();
    private readonly FixFieldWriter _body = new();
    private readonly FixFieldWriter _routing = new();
    private readonly byte[] _begin;
    private readonly byte[] _sender;
    private readonly byte[] _target;
    private readonly bool _isOld;
    private readonly int _lastReason;
    private readonly bool _usesNextExpected;

    private TimeSpan _heartbeat;
    private TimeSpan _lastSent;
    private TimeSpan _lastReceived;
    private TimeSpan _statusSince;
    private bool _isTestRequested;
    private bool _resetSent;
    private bool _isReplaying;
    private bool _wasEstablished;
    private DateTimeOffset? _opened;
    private DateTimeOffset _lastProof = DateTimeOffset.MinValue;

    /// <param name="options">Who, and by which rules.</param>
    /// <param name="counts">Where the counts stand, as a store kept them.</param>
    public FixSession(FixSessionOptions options, FixCounts counts)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrEmpty(options.Sender) || string.IsNullOrEmpty(options.Target))
            throw new ArgumentException("a session is between two CompIDs", nameof(options));
        if (counts.NextOutgoing < 1 || counts.NextIncoming < 1)
            throw new ArgumentOutOfRangeException(nameof(counts), "counts begin at 1");
        if (options.Version == FixVersion.Fixt11 && string.IsNullOrEmpty(options.DefaultApplicationVersion))
            throw new ArgumentException("FIXT.1.1 needs DefaultApplicationVersion", nameof(options));

        _options = options;
        _check = options.Check ?? FixMessageChecks.Dictionary(options.Profile, ParseMode.Lenient);
        _backlog = new FixBacklog(options.MaximumQueued, options.MaximumQueuedBytes);
        _begin = Encoding.ASCII.GetBytes($"8={options.Version}\u0001");
        _sender = Encoding.Latin1.GetBytes(options.Sender);
        _target = Encoding.Latin1.GetBytes(options.Target);
        _isOld = $"{options.Version}" is "FIX.4.0" or "FIX.4.1";
        // Field 373 has had the reasons up to 11 since FIX 4.2, those to 17 since 4.3, and 99 for others since 4.4.
        _lastReason = $"{options.Version}" switch { "FIX.4.2" => 11, "FIX.4.3" => 17, _ => 99 };
        // Field 789 is known since FIX 4.4.
        _usesNextExpected = options.UseNextExpected && _lastReason == 99;
        Counts = counts;
    }

    public FixSessionOptions Options => _options;

    public FixSessionStatus Status { get; private set; }

    public FixCounts Counts { get; private set; }

    /// <summary>HeartBtInt as agreed; zero for none.</summary>
    public TimeSpan Heartbeat => _heartbeat;

    /// <summary>Whether messages are missing that were asked for again.</summary>
    public bool HasGap => _gapEnd > 0;

    /// <summary>Tells that a connection to the peer is there.</summary>
    public void Connect(FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (Status != FixSessionStatus.Disconnected) throw new InvalidOperationException("the session is connected");

        Enter(_options.IsInitiator ? FixSessionStatus.LogonSent : FixSessionStatus.AwaitingLogon, now);
        _lastReceived = _lastSent = now.Elapsed;
        _heartbeat = _options.Heartbeat;
        _isTestRequested = _resetSent = _isReplaying = false;
        if (!RollOver(now, actions))
        {
            End("the session is closed at this time", now, actions);
            return;
        }

        if (!_options.IsInitiator) return;

        if (_options.ResetOnLogon)
        {
            Reset(1, 1, now, actions);
            _resetSent = true;
        }

        SendLogon((long)_options.Heartbeat.TotalSeconds, _resetSent, Counts.NextIncoming, now, actions);
    }

    /// <summary>Tells that the connection has ended, whoever ended it.</summary>
    public void Disconnected(FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        bool wasUp = _options.IsInitiator || Status is FixSessionStatus.Established or FixSessionStatus.LogoutSent
            || _wasEstablished;
        Enter(FixSessionStatus.Disconnected, now);
        _wasEstablished = _isReplaying = false;
        _backlog.Clear();
        CloseGap();
        if (_options.ResetOnDisconnect && wasUp) Reset(1, 1, now, actions);
    }

    /// <summary>Tells the time; several times a second while connected, and now and then otherwise.</summary>
    public void Tick(FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        TimeSpan inStatus = now.Elapsed - _statusSince;
        switch (Status)
        {
            case FixSessionStatus.Disconnected:
                RollOver(now, actions);
                break;
            case FixSessionStatus.AwaitingLogon or FixSessionStatus.LogonSent when inStatus >= _options.LogonTimeout:
                End("no Logon came in time", now, actions);
                break;
            case FixSessionStatus.LogoutSent when inStatus >= _options.LogoutTimeout:
                End("no answer to our Logout came in time", now, actions);
                break;
            case FixSessionStatus.Established:
                if (_options.Schedule is { } schedule && schedule.OpenedAt(now.Utc) != _opened)
                {
                    Logout("the session is closed at this time", now, actions);
                    break;
                }

                Watch(now, actions);
                break;
        }
    }

    /// <summary>Sends an application's message, or keeps it for a replay where the session is not up.</summary>
    /// <param name="type">MsgType (35).</param>
    /// <param name="body">The fields of the body, each with its SOH.</param>
    /// <param name="now">The time.</param>
    /// <param name="actions">Where what is to be done is added.</param>
    /// <param name="header">More fields of the header, such as PossResend (97) or OnBehalfOfCompID (115).</param>
    /// <returns>Its MsgSeqNum.</returns>
    public long Send(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body, FixInstant now, FixActions actions,
        ReadOnlySpan<byte> header = default)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (type.IsEmpty || type.ContainsAnyExceptInRange((byte)'!', (byte)'~') || IsSessionType(type))
            throw new ArgumentException("the type is not one of an application", nameof(type));
        if ((!body.IsEmpty && body[^1] != FixReader.Soh) || (!header.IsEmpty && header[^1] != FixReader.Soh))
            throw new ArgumentException("every field ends with SOH", nameof(body));

        if (Status == FixSessionStatus.Disconnected) RollOver(now, actions);
        return Write(type, body, now, actions, header, isApplication: true);
    }

    /// <summary>Asks the peer to end the session.</summary>
    public void Logout(string? text, FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        switch (Status)
        {
            case FixSessionStatus.Established:
                SendLogout(text, now, actions);
                Enter(FixSessionStatus.LogoutSent, now);
                break;
            case FixSessionStatus.AwaitingLogon or FixSessionStatus.LogonSent:
                End(text ?? "ended before the Logon", now, actions);
                break;
        }
    }

    private void Enter(FixSessionStatus status, FixInstant now)
    {
        Status = status;
        _statusSince = now.Elapsed;
    }

    private void End(string reason, FixInstant now, FixActions actions)
    {
        _wasEstablished |= Status is FixSessionStatus.Established or FixSessionStatus.LogoutSent;
        actions.Add(new FixAction(FixActionKind.Disconnect, Text: reason));
        Enter(FixSessionStatus.Disconnected, now);
    }

    // The schedule's new counts; false where the session is closed.
    private bool RollOver(FixInstant now, FixActions actions)
    {
        if (_options.Schedule is not { } schedule) return true;

        _opened = schedule.OpenedAt(now.Utc);
        if (_opened > Counts.StartedAt) Reset(1, 1, now, actions);
        return _opened is not null;
    }

    private void Reset(long outgoing, long incoming, FixInstant now, FixActions actions)
    {
        Counts = new FixCounts(outgoing, incoming, FixCounts.WholeMilliseconds(now.Utc));
        _backlog.Clear();
        CloseGap();
        actions.Add(new FixAction(FixActionKind.Reset, outgoing, incoming));
    }

    private void Watch(FixInstant now, FixActions actions)
    {
        WatchGap(now, actions);
        if (_heartbeat <= TimeSpan.Zero || Status != FixSessionStatus.Established) return;

        // A fifth more than the interval is for the way; twice that without an answer to a TestRequest is silence.
        TimeSpan silence = now.Elapsed - _lastReceived;
        if (silence >= _heartbeat * 2.4)
        {
            End("the peer is silent", now, actions);
            return;
        }

        if (silence >= _heartbeat * 1.2 && !_isTestRequested)
        {
            _isTestRequested = true;
            _body.Clear().Set(112, now.Utc);
            Write("1"u8, _body.Written, now, actions);
        }

        if (now.Elapsed - _lastSent >= _heartbeat) Write("0"u8, [], now, actions);
    }

    private void SendLogon(long heartbeat, bool resets, long nextExpected, FixInstant now, FixActions actions)
    {
        _body.Clear();
        string sendingTime = Text(now.Utc);
        byte[]? proof = _options.Signature?.Make(new FixLogonFacts($"{_options.Version}", _options.Sender,
            _options.Target, Counts.NextOutgoing, sendingTime, heartbeat, resets));
        if (proof is not null) _body.SetData(95, proof);
        _body.Set(98, 0).Set(108, heartbeat);
        if (resets) _body.Set(141, "Y"u8);
        if (_options.Username is { Length: > 0 } username) _body.Set(553, username);
        if (_options.Password is { Length: > 0 } password) _body.Set(554, password);
        if (_usesNextExpected) _body.Set(789, nextExpected);
        if (_options.Version == FixVersion.Fixt11) _body.Set(1137, _options.DefaultApplicationVersion!);
        Write("A"u8, _body.Written, now, actions);
    }

    private void SendLogout(string? text, FixInstant now, FixActions actions)
    {
        _body.Clear();
        if (!string.IsNullOrEmpty(text)) _body.Set(58, text);
        Write("5"u8, _body.Written, now, actions);
    }

    private long Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body, FixInstant now, FixActions actions,
        ReadOnlySpan<byte> moreHeader = default, bool isApplication = false)
    {
        long number = Counts.NextOutgoing;
        WriteHeader(type, number, isReplay: false, now);
        Counts = Counts with { NextOutgoing = number + 1 };
        if (Status != FixSessionStatus.Disconnected) _lastSent = now.Elapsed;
        bool isKept = isApplication && Status is not (FixSessionStatus.Established or FixSessionStatus.LogoutSent);
        actions.AddFramed(new FixAction(isKept ? FixActionKind.Keep : FixActionKind.Send, number,
            IsApplication: isApplication), _begin, _header.Written, moreHeader, body);
        return number;
    }

    private void WriteHeader(ReadOnlySpan<byte> type, long number, bool isReplay, FixInstant now)
    {
        _header.Clear().Set(35, type).Set(34, number);
        if (isReplay) _header.Set(43, "Y"u8);
        _header.Set(49, _sender);
        if (_options.SenderSub is { Length: > 0 } senderSub) _header.Set(50, senderSub);
        _header.Set(52, now.Utc).Set(56, _target);
        if (_options.TargetSub is { Length: > 0 } targetSub) _header.Set(57, targetSub);
    }

    // Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout, Logon.
    private static bool IsSessionType(ReadOnlySpan<byte> type) =>
        type.Length == 1 && type[0] is (>= (byte)'0' and <= (byte)'5') or (byte)'A';

    private static string Text(DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[FixTimestamp.Length];
        FixTimestamp.Write(value, text);
        return Encoding.ASCII.GetString(text);
    }
}
