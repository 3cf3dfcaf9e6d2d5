using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Fix.Sessions;

/// <content>Messages of the peer once it has logged on.</content>
public sealed partial class FixSession
{
    /// <summary>Takes one well-framed message of the peer.</summary>
    public void Receive(ReadOnlySpan<byte> message, FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        FixHeader header = new(message);
        _lastReceived = now.Elapsed;
        _isTestRequested = false;
        switch (Status)
        {
            case FixSessionStatus.Disconnected:
                return; // what was under way when the connection was ended
            case FixSessionStatus.AwaitingLogon or FixSessionStatus.LogonSent:
                ReceiveLogon(message, header, now, actions);
                return;
        }

        if (!header.BeginString.SequenceEqual(_begin.AsSpan(2, _begin.Length - 3)))
        {
            Logout($"Incorrect BeginString ({Encoding.ASCII.GetString(header.BeginString)})", now, actions);
            return;
        }

        if (header.Number < 0)
        {
            Refuse("MsgSeqNum is missing", now, actions);
            return;
        }

        bool isReset = header.IsType((byte)'4') && header.BodyField(123) is not [(byte)'Y'];
        bool isInTurn = header.Number == Counts.NextIncoming;
        if ((isInTurn || isReset) && _check(message) is { } objection)
        {
            Reject(header, objection, now, actions);
            return;
        }

        if (!header.Sender.SequenceEqual(_target) || !header.Target.SequenceEqual(_sender))
        {
            Reject(header, new FixObjection(FixRejectReason.CompIdProblem), now, actions);
            Logout(null, now, actions);
            return;
        }

        if (!IsInTime(header.SendingTime, now, out DateTimeOffset sent))
        {
            Reject(header, new FixObjection(FixRejectReason.SendingTimeAccuracyProblem), now, actions);
            Logout(null, now, actions);
            return;
        }

        if (header.IsType((byte)'5')) ReceiveLogout(header, now, actions);
        else if (isReset) ReceiveReset(header, now, actions);
        else if (header.IsType((byte)'A')) ReceiveLogonAgain(header, now, actions);
        else ReceiveInOrder(message, header, sent, now, actions);
    }

    /// <summary>Tells that bytes came which are no message.</summary>
    public void ReceiveGarbled(ParseError error, FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(actions);
        actions.Note($"garbled bytes were dropped: {error.Code}");
        if (Status is FixSessionStatus.AwaitingLogon or FixSessionStatus.LogonSent)
            End("the first message is garbled", now, actions);
    }

    /// <summary>Takes the kept message whose turn has come, where there is one.</summary>
    public bool ReceiveQueued(FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (Status is not (FixSessionStatus.Established or FixSessionStatus.LogoutSent)
            || !_backlog.TryTake(Counts.NextIncoming, out byte[] message))
        {
            return false;
        }

        if (message.Length == 0)
        {
            Advance(Counts.NextIncoming + 1, now, actions);
            return true;
        }

        FixHeader header = new(message);
        if (_check(message) is { } objection) Reject(header, objection, now, actions);
        else Process(message, header, now, actions);
        return true;
    }

    /// <summary>Answers an application's message that is well formed and cannot be processed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reason">BusinessRejectReason (380), such as 3 for a type that is not supported.</param>
    /// <param name="text">Text (58).</param>
    /// <param name="now">The time.</param>
    /// <param name="actions">Where what is to be done is added.</param>
    public void RejectBusiness(ReadOnlySpan<byte> message, int reason, string? text, FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        FixHeader header = new(message);
        _body.Clear().Set(45, header.Number);
        if (!string.IsNullOrEmpty(text)) _body.Set(58, text);
        _body.Set(372, header.Type).Set(380, reason);
        ReverseRoute(header);
        Write("j"u8, _body.Written, now, actions, _routing.Written, isApplication: true);
    }

    private void ReceiveInOrder(ReadOnlySpan<byte> message, in FixHeader header, DateTimeOffset sent, FixInstant now,
        FixActions actions)
    {
        if (header.Number < Counts.NextIncoming && !header.IsPossibleDuplicate && !header.IsType((byte)'2'))
        {
            RefuseTooLow(header.Number, now, actions);
            return;
        }

        if (header.IsPossibleDuplicate && !IsOriginalTimeGood(header, sent, now, actions)) return;

        // Asked again for what it has not got, a peer must get it whatever is missing in the other direction.
        bool isResendRequest = header.IsType((byte)'2');
        if (isResendRequest && header.Number != Counts.NextIncoming) ReceiveResendRequest(header, now, actions);

        if (header.Number < Counts.NextIncoming) return; // seen before
        if (header.Number > Counts.NextIncoming)
        {
            _backlog.Keep(header.Number, isResendRequest ? [] : message);
            NoteGap(header.Number, now, actions);
            return;
        }

        Process(message, header, now, actions);
    }

    private void Process(ReadOnlySpan<byte> message, in FixHeader header, FixInstant now, FixActions actions)
    {
        long next = header.Number + 1;
        switch (header.Type)
        {
            case [(byte)'0']:
                break;
            case [(byte)'1']:
                ReadOnlySpan<byte> id = header.BodyField(112);
                _body.Clear();
                if (!id.IsEmpty) _body.Set(112, id);
                Write("0"u8, _body.Written, now, actions);
                break;
            case [(byte)'2']:
                ReceiveResendRequest(header, now, actions);
                break;
            case [(byte)'4']:
                long fill = FixHeader.ReadNumber(header.BodyField(36));
                if (fill <= header.Number)
                {
                    Reject(header, new FixObjection(FixRejectReason.ValueOutOfRange, "36"), now, actions);
                    return;
                }

                next = fill;
                break;
            default:
                actions.Add(new FixAction(FixActionKind.Deliver, header.Number,
                    IsApplication: !header.IsType((byte)'3')), message);
                break;
        }

        Advance(next, now, actions);
    }

    private bool IsOriginalTimeGood(in FixHeader header, DateTimeOffset sent, FixInstant now, FixActions actions)
    {
        if (header.OriginalSendingTime.IsEmpty)
        {
            // A gap fill says of itself what it stands for; some peers give it no time.
            if (header.IsType((byte)'4')) return true;
            Reject(header, new FixObjection(FixRejectReason.RequiredTagMissing, "122"), now, actions);
            return false;
        }

        bool isTime = FixTimestamp.TryRead(header.OriginalSendingTime, out DateTimeOffset original);
        if (isTime && original <= sent) return true;

        Reject(header, new FixObjection(FixRejectReason.SendingTimeAccuracyProblem), now, actions);
        Logout(null, now, actions);
        return false;
    }

    private void ReceiveLogout(in FixHeader header, FixInstant now, FixActions actions)
    {
        if (Status == FixSessionStatus.Established) SendLogout(null, now, actions);
        if (header.Number == Counts.NextIncoming) Advance(header.Number + 1, now, actions);
        if (_options.ResetOnLogout) Reset(1, 1, now, actions);
        ReadOnlySpan<byte> text = header.BodyField(58);
        End(text.IsEmpty ? "Logout" : $"Logout: {Shown(text)}", now, actions);
    }

    private void ReceiveReset(in FixHeader header, FixInstant now, FixActions actions)
    {
        long next = FixHeader.ReadNumber(header.BodyField(36));
        if (next < Counts.NextIncoming)
        {
            Reject(header, new FixObjection(FixRejectReason.ValueOutOfRange), now, actions, isCounted: false);
            return;
        }

        actions.Note(string.Create(CultureInfo.InvariantCulture,
            $"the peer reset its count from {Counts.NextIncoming} to {next}"));
        Advance(next, now, actions);
    }

    private void Reject(in FixHeader header, FixObjection objection, FixInstant now, FixActions actions,
        bool isCounted = true)
    {
        string text = objection.Text ?? FixObjection.NameOf(objection.Reason);
        actions.Note($"a message of type {Shown(header.Type)} was rejected: {text}"
            + (objection.Tag is null ? "" : $", tag {objection.Tag}"));
        _body.Clear().Set(45, header.Number).Set(58, text);
        if (!_isOld)
        {
            if (objection.Tag is { Length: > 0 } tag) _body.Set(371, tag);
            if (!header.Type.IsEmpty) _body.Set(372, header.Type);
            if ((int)objection.Reason <= _lastReason) _body.Set(373, (int)objection.Reason);
        }

        ReverseRoute(header);
        Write("3"u8, _body.Written, now, actions, _routing.Written);
        if (isCounted && header.Number == Counts.NextIncoming) Advance(header.Number + 1, now, actions);
    }

    // An answer goes back the way the message came: on behalf of whom it was to be delivered to, and the reverse.
    private void ReverseRoute(in FixHeader header)
    {
        _routing.Clear();
        ReadOnlySpan<int> to = [115, 116, 128, 129, 144, 145], from = [128, 129, 115, 116, 145, 144];
        for (int i = 0; i < to.Length; i++)
        {
            ReadOnlySpan<byte> value = header.HeaderField(from[i]);
            if (!value.IsEmpty) _routing.Set(to[i], value);
        }
    }
}
