using System.Globalization;

namespace Qbitel.Protocols.Fix.Sessions;

/// <content>What is missing: asked for in one direction, given again in the other.</content>
public sealed partial class FixSession
{
    private const int MaximumAsked = 3;

    private long _gapEnd;
    private long _askedTo;
    private int _asked;
    private TimeSpan _askedAt;
    private long _fillFrom;

    /// <summary>Gives again one stored message of a range that <see cref="FixActionKind.Replay"/> named, in order; a
    /// number for which nothing is stored is left out.</summary>
    /// <param name="number">Its MsgSeqNum.</param>
    /// <param name="stored">The message as it was sent.</param>
    /// <param name="now">The time.</param>
    /// <param name="actions">Where what is to be done is added.</param>
    public void Replay(long number, ReadOnlySpan<byte> stored, FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (!_isReplaying) return;

        if (number > _fillFrom) FillGap(number, now, actions);
        FixHeader header = new(stored);
        WriteHeader(header.Type, number, isReplay: true, now);
        _routing.Clear();
        FixReader reader = new(stored[..header.BodyOffset]);
        bool isTimeWritten = false;
        while (reader.Read())
        {
            if (reader.Tag is 8 or 9 or 34 or 35 or 43 or 49 or 50 or 52 or 56 or 57 or 122) continue;
            if (reader.Tag > 122 && !isTimeWritten)
            {
                _routing.Set(122, header.SendingTime);
                isTimeWritten = true;
            }

            _routing.Append(stored[reader.FieldOffset..reader.Position]);
        }

        if (!isTimeWritten) _routing.Set(122, header.SendingTime);
        _lastSent = now.Elapsed;
        actions.AddFramed(new FixAction(FixActionKind.Send), _begin, _header.Written, _routing.Written, header.Body);
        _fillFrom = number + 1;
    }

    /// <summary>Ends a replay; what was left out at its end is filled.</summary>
    /// <param name="end">The last number of the range.</param>
    /// <param name="now">The time.</param>
    /// <param name="actions">Where what is to be done is added.</param>
    public void EndReplay(long end, FixInstant now, FixActions actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (!_isReplaying) return;

        if (end >= _fillFrom) FillGap(end + 1, now, actions);
        _isReplaying = false;
    }

    // Messages of the session itself are not sent again: a gap fill stands for them.
    private void FillGap(long next, FixInstant now, FixActions actions)
    {
        WriteHeader("4"u8, _fillFrom, isReplay: true, now);
        _routing.Clear().Set(122, now.Utc);
        _body.Clear().Set(36, next).Set(123, "Y"u8);
        _lastSent = now.Elapsed;
        actions.AddFramed(new FixAction(FixActionKind.Send), _begin, _header.Written, _routing.Written, _body.Written);
        _fillFrom = next;
    }

    private void ReceiveResendRequest(in FixHeader header, FixInstant now, FixActions actions)
    {
        long begin = FixHeader.ReadNumber(header.BodyField(7)), end = FixHeader.ReadNumber(header.BodyField(16));
        long last = Counts.NextOutgoing - 1;
        if (begin < 1 || begin > last)
        {
            Reject(header, new FixObjection(FixRejectReason.ValueOutOfRange, "7"), now, actions, isCounted: false);
            return;
        }

        // 0 is no end; before FIX 4.2 it was 999999.
        if (end == 0 || end > last) end = last;
        if (end < begin)
        {
            Reject(header, new FixObjection(FixRejectReason.ValueOutOfRange, "16"), now, actions, isCounted: false);
            return;
        }

        StartReplay(begin, end, actions);
    }

    private void StartReplay(long begin, long end, FixActions actions)
    {
        _isReplaying = true;
        _fillFrom = begin;
        actions.Add(new FixAction(FixActionKind.Replay, begin, end));
    }

    private void Advance(long next, FixInstant now, FixActions actions)
    {
        Counts = Counts with { NextIncoming = next };
        actions.Add(new FixAction(FixActionKind.Advance, next));
        if (_gapEnd == 0) return;

        _askedAt = now.Elapsed; // progress
        _asked = Math.Min(_asked, 1);
        if (next > _gapEnd) CloseGap();
        else if (next > _askedTo) AskAgain(now, actions);
    }

    // One request for one gap, however many messages show it.
    private void NoteGap(long number, FixInstant now, FixActions actions, bool isAsked = false)
    {
        if (_gapEnd > 0) return;

        _gapEnd = number - 1;
        _asked = 0;
        if (!isAsked)
        {
            AskAgain(now, actions);
            return;
        }

        _askedTo = long.MaxValue;
        _askedAt = now.Elapsed;
    }

    private void AskAgain(FixInstant now, FixActions actions)
    {
        long begin = Counts.NextIncoming;
        long end = _options.ResendChunk > 0 ? Math.Min(begin + _options.ResendChunk - 1, _gapEnd)
            : _isOld ? 999_999 : 0;
        _askedTo = _options.ResendChunk > 0 ? end : long.MaxValue;
        _askedAt = now.Elapsed;
        _asked++;
        _body.Clear().Set(7, begin).Set(16, end);
        Write("2"u8, _body.Written, now, actions);
    }

    private void WatchGap(FixInstant now, FixActions actions)
    {
        if (_gapEnd == 0 || now.Elapsed - _askedAt < _options.ResendTimeout) return;

        if (_asked < MaximumAsked)
        {
            AskAgain(now, actions);
            return;
        }

        Logout(string.Create(CultureInfo.InvariantCulture,
            $"messages from {Counts.NextIncoming} on were asked for {_asked} times and did not come"), now, actions);
    }

    private void CloseGap()
    {
        _gapEnd = _askedTo = 0;
        _asked = 0;
    }
}
