using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Fix.Sessions;

/// <content>The first message of a connection.</content>
public sealed partial class FixSession
{
    // Until the peer has shown who it is nothing is answered: a connection that says anything else just ends.
    private void ReceiveLogon(ReadOnlySpan<byte> message, in FixHeader header, FixInstant now, FixActions actions)
    {
        if (!header.BeginString.SequenceEqual(_begin.AsSpan(2, _begin.Length - 3)))
        {
            End("the first message is of another version", now, actions);
        }
        else if (!header.Sender.SequenceEqual(_target) || !header.Target.SequenceEqual(_sender))
        {
            End("the first message is not between these CompIDs", now, actions);
        }
        else if (header.IsType((byte)'5') && _options.IsInitiator)
        {
            End($"the peer refused the Logon: {Shown(header.BodyField(58))}", now, actions);
        }
        else if (!header.IsType((byte)'A'))
        {
            End("the first message is not a Logon", now, actions);
        }
        else if (!IsInTime(header.SendingTime, now, out DateTimeOffset sent))
        {
            End("the Logon's SendingTime is not the time", now, actions);
        }
        else if (header.Number < 1)
        {
            End("the Logon has no MsgSeqNum", now, actions);
        }
        else if (!IsProved(header, sent))
        {
            End("the Logon's proof is absent or wrong", now, actions);
        }
        else
        {
            ReceiveGoodLogon(message, header, now, actions);
        }
    }

    private void ReceiveGoodLogon(ReadOnlySpan<byte> message, in FixHeader header, FixInstant now, FixActions actions)
    {
        if (_check(message) is { } objection)
        {
            Refuse(objection.Text ?? FixObjection.NameOf(objection.Reason), now, actions);
            return;
        }

        if (HeartbeatOf(header) is not { } heartbeat)
        {
            Refuse("HeartBtInt is not one that is taken here", now, actions);
            return;
        }

        if (header.BodyField(98) is not [(byte)'0'])
        {
            Refuse("EncryptMethod is not 0", now, actions);
            return;
        }

        if (_options.Version == FixVersion.Fixt11
            && !header.BodyField(1137).SequenceEqual(Encoding.ASCII.GetBytes(_options.DefaultApplicationVersion!)))
        {
            Refuse($"DefaultApplVerID is not {_options.DefaultApplicationVersion}", now, actions);
            return;
        }

        bool resets = header.BodyField(141) is [(byte)'Y'];
        if (resets && header.Number != 1)
        {
            Refuse("ResetSeqNumFlag goes with MsgSeqNum 1", now, actions);
            return;
        }

        if (_options.IsInitiator && resets && !_resetSent) Reset(2, 1, now, actions);
        if (!_options.IsInitiator && (resets || _options.ResetOnLogon)) Reset(1, 1, now, actions);

        if (header.Number < Counts.NextIncoming)
        {
            RefuseTooLow(header.Number, now, actions);
            return;
        }

        long nextOutgoing = Counts.NextOutgoing;
        bool usesNextExpected = _usesNextExpected && !header.BodyField(789).IsEmpty;
        long nextExpected = FixHeader.ReadNumber(header.BodyField(789));
        if (usesNextExpected && (nextExpected < 1 || nextExpected > nextOutgoing))
        {
            Refuse(string.Create(CultureInfo.InvariantCulture,
                $"NextExpectedMsgSeqNum {nextExpected} is not one of 1 to {nextOutgoing}"), now, actions);
            return;
        }

        _heartbeat = TimeSpan.FromSeconds(heartbeat);
        _resetSent = false;
        bool isInTurn = header.Number == Counts.NextIncoming;
        if (!_options.IsInitiator)
            SendLogon(heartbeat, resets, isInTurn ? header.Number + 1 : Counts.NextIncoming, now, actions);

        Enter(FixSessionStatus.Established, now);
        actions.Add(new FixAction(FixActionKind.Established));
        if (usesNextExpected && nextExpected < nextOutgoing) StartReplay(nextExpected, nextOutgoing - 1, actions);
        if (isInTurn)
        {
            Advance(header.Number + 1, now, actions);
            return;
        }

        _backlog.Keep(header.Number, []);
        NoteGap(header.Number, now, actions, isAsked: usesNextExpected);
    }

    // A Logon in the middle of a session may begin new counts, and may do nothing else.
    private void ReceiveLogonAgain(in FixHeader header, FixInstant now, FixActions actions)
    {
        if (header.BodyField(141) is not [(byte)'Y'] || header.Number != 1)
        {
            actions.Note("a Logon came in an established session and was passed over");
            if (header.Number == Counts.NextIncoming) Advance(header.Number + 1, now, actions);
            return;
        }

        Reset(1, 1, now, actions);
        SendLogon((long)_heartbeat.TotalSeconds, resets: true, 2, now, actions);
        Advance(2, now, actions);
    }

    private long? HeartbeatOf(in FixHeader header)
    {
        long seconds = FixHeader.ReadNumber(header.BodyField(108));
        if (seconds < 0 || seconds > (long)_options.MaximumHeartbeat.TotalSeconds) return null;
        return seconds < (long)_options.MinimumHeartbeat.TotalSeconds ? null : seconds;
    }

    private bool IsProved(in FixHeader header, DateTimeOffset sent)
    {
        if (_options.Signature?.Verify is null) return true;
        if (sent <= _lastProof) return false;

        bool isProved = _options.Signature.IsProved(header.BodyField(96), new FixLogonFacts($"{_options.Version}",
            _options.Target, _options.Sender, header.Number, Encoding.ASCII.GetString(header.SendingTime),
            FixHeader.ReadNumber(header.BodyField(108)), header.BodyField(141) is [(byte)'Y']));
        if (isProved) _lastProof = sent;
        return isProved;
    }

    private void Refuse(string text, FixInstant now, FixActions actions)
    {
        SendLogout(text, now, actions);
        End(text, now, actions);
    }

    private void RefuseTooLow(long number, FixInstant now, FixActions actions) =>
        Refuse(string.Create(CultureInfo.InvariantCulture,
            $"MsgSeqNum too low, expecting {Counts.NextIncoming} but received {number}"), now, actions);

    private bool IsInTime(ReadOnlySpan<byte> sendingTime, FixInstant now, out DateTimeOffset sent)
    {
        bool isTime = FixTimestamp.TryRead(sendingTime, out sent);
        return _options.MaximumLatency is not { } most || (isTime && (sent - now.Utc).Duration() <= most);
    }

    // A peer's text may say anything: it is shown cut and without control characters.
    private static string Shown(ReadOnlySpan<byte> text) => Redaction.None.Mask(text);
}
