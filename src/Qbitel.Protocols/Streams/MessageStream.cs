using System.Buffers;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Streams;

/// <summary>Cuts a stream of any length into messages of the protocols given; what is done with them is told by who
/// derives.</summary>
internal abstract class MessageStream(IReadOnlyList<MessageFormat> formats, int limit)
{
    /// <summary>A message that is longer is not waited for.</summary>
    public const int MessageLimit = 64 << 20;

    // What is looked at to say what bytes are; a message longer than it is known by its beginning.
    private const int Window = 64 << 10;

    private static readonly SearchValues<byte> Gap = SearchValues.Create(" \t\r\n\0"u8);

    // Kept back, since the beginning of another protocol's message may be cut.
    private const int LongestAnchor = 64;

    // At the end of the input a message broken off may hide others; each attempt may look at all that is left.
    private const int LastAttempts = 1000;

    private byte[] _buffer = new byte[2 * Window];
    private int _start, _length, _retryAt, _attempts;
    private MessageFormat? _format;
    private bool _isOwn, _isLost, _isComplete;

    /// <summary>Where the bytes looked at begin in the stream.</summary>
    protected long Offset { get; private set; }

    private ReadOnlySpan<byte> Data => _buffer.AsSpan(_start, _length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        while (!bytes.IsEmpty)
        {
            // In slices, so that a large block does not become a large buffer.
            ReadOnlySpan<byte> slice = bytes[..Math.Min(bytes.Length, 16 * Window)];
            bytes = bytes[slice.Length..];
            if (_start + _length + slice.Length > _buffer.Length) MakeRoom(slice.Length);
            slice.CopyTo(_buffer.AsSpan(_start + _length));
            _length += slice.Length;
            if (_length >= _retryAt) Read(isLast: false);
        }
    }

    /// <summary>Ends the input.</summary>
    protected void End()
    {
        if (_isComplete) return;
        Read(isLast: true);
        _isComplete = true;
        if (_isOwn) EndOwn();
    }

    /// <summary>Whether bytes of the protocol, from here to where another begins, are taken as they come.</summary>
    protected virtual bool BeginOwn(MessageFormat format) => false;

    protected virtual void Own(MessageFormat format, ReadOnlySpan<byte> bytes)
    {
    }

    protected virtual void EndOwn(MessageFormat format)
    {
    }

    /// <summary>One whole message.</summary>
    protected abstract void Message(MessageFormat format, ReadOnlySpan<byte> message);

    /// <summary>Bytes that belong to no message.</summary>
    /// <param name="format">The protocol that was read before; null for none.</param>
    /// <param name="why">Why no message could be read here; null where the bytes go on from others.</param>
    /// <param name="bytes">All of them that are looked at.</param>
    protected abstract void Lost(MessageFormat? format, Diagnostic? why, ReadOnlySpan<byte> bytes);

    /// <summary>Line ends and filler between messages.</summary>
    protected virtual void Between(ReadOnlySpan<byte> bytes)
    {
    }

    private void Read(bool isLast)
    {
        _retryAt = 0;
        while (_length > 0)
        {
            bool goesOn = _isOwn ? ReadOwn(isLast) : _format is null ? Identify(isLast) : ReadOne(isLast);
            if (!goesOn) return;
        }
    }

    /// <summary>Finds out what the bytes are; false to wait for more of them.</summary>
    private bool Identify(bool isLast)
    {
        if (formats.Count == 1)
        {
            Begin(formats[0]);
            return true;
        }

        ReadOnlySpan<byte> window = Data[..Math.Min(_length, Window)];
        if (Recognise(window) is { } known)
        {
            Begin(known);
            return true;
        }

        if (MustWait(isLast)) return false;
        if (SkipGap()) return true;
        foreach (MessageFormat format in formats)
        {
            if (!format.Claims(window)) continue;
            Begin(format);
            return true;
        }

        Lose(null, new Diagnostic("Common.UnknownProtocol", Severity.Error,
            "the bytes read as none of the protocols known")
        {
            Offset = 0,
            Expected = string.Join(", ", formats.Select(format => format.Name)),
        }, ToNextAnchor(0));
        return true;
    }

    private MessageFormat? Recognise(ReadOnlySpan<byte> window)
    {
        MessageFormat? best = null;
        double confidence = 0;
        foreach (MessageFormat format in formats)
        {
            if (format.Identify(window) is not { } found || found.Confidence <= confidence) continue;
            (best, confidence) = (format, found.Confidence);
        }

        return best;
    }

    private void Begin(MessageFormat format)
    {
        _format = format;
        _isOwn = BeginOwn(format);
    }

    /// <summary>Reads one message; false to wait for more bytes.</summary>
    private bool ReadOne(bool isLast)
    {
        MessageFormat format = _format!;
        if (isLast && !Data.ContainsAnyExcept(Gap))
        {
            Between(Data);
            Advance(_length);
            return true;
        }

        FrameStatus status = format.TryReadMessage(Data, out int consumed, out ParseError? error);
        if (status != FrameStatus.Complete && format.Identify(Data[..Math.Min(_length, Window)]) is { } whole
            && whole.Consumed > 0)
        {
            // It stands alone: without the header by which a stream is cut, but read to its end.
            (status, consumed) = (FrameStatus.Complete, whole.Consumed);
        }

        switch (status)
        {
            // It may go on with what has not come yet, as with a trailer.
            case FrameStatus.Complete when !isLast && !Data[consumed..].ContainsAnyExcept(Gap):
                _retryAt = _length + 1;
                return false;

            case FrameStatus.Complete:
                Message(format, Data[..consumed]);
                Advance(consumed);
                _isLost = false;
                return true;

            case FrameStatus.Incomplete when !isLast && _length < limit:
                _retryAt = Math.Min(2 * _length, limit); // not at each byte, which would read a long message as often
                return false;

            case FrameStatus.Incomplete when !isLast:
                Lose(format, new Diagnostic("Common.MessageTooLarge", Severity.Error,
                    "a message does not end within the largest size that is read")
                {
                    Offset = 0,
                    Expected = $"at most {limit} bytes",
                }, _length);
                return true;

            case FrameStatus.Incomplete:
                Lose(format, error!.Diagnostic, ++_attempts > LastAttempts ? _length : ToNextAnchor(0));
                return true;

            default:
                if (IsOwnAfterGap(format) && SkipGap()) return true;
                if (MustWait(isLast)) return false;
                if (formats.Count > 1 && (!_isLost || formats.Any(BeginsHere))
                    && Recognise(Data[..Math.Min(_length, Window)]) is { } other && other != format)
                {
                    Begin(other);
                    return true;
                }

                if (SkipGap()) return true;
                Lose(format, error!.Diagnostic, ToNextAnchor(consumed));
                if (formats.Count > 1 && !format.Anchor.IsEmpty) _format = null; // else only its framing finds it again
                return true;
        }
    }

    /// <summary>Hands bytes to the protocol's own reader, until messages of another begin.</summary>
    private bool ReadOwn(bool isLast)
    {
        int end = NextForeign(out bool isCertain);
        bool mayBegin = end >= 0 && !isCertain && !isLast;
        if (end < 0 || (!isCertain && !mayBegin)) end = isLast ? _length : Math.Max(0, _length - LongestAnchor);
        if (end > 0) Own(_format!, Data[..end]);
        Advance(end);
        if (isCertain) EndOwn();
        return isCertain;
    }

    private void EndOwn()
    {
        EndOwn(_format!);
        (_isOwn, _format) = (false, null);
    }

    /// <summary>Where the first message of another protocol begins; -1 where none does.</summary>
    private int NextForeign(out bool isCertain)
    {
        isCertain = false;
        int first = -1;
        foreach (MessageFormat format in formats)
        {
            if (format == _format || format.Anchor.IsEmpty) continue;
            ReadOnlySpan<byte> data = first < 0 ? Data : Data[..first];
            for (int at = 0; at < data.Length; at++)
            {
                int next = data[at..].IndexOf(format.Anchor);
                if (next < 0) break;
                at += next;
                ReadOnlySpan<byte> window = Data.Slice(at, Math.Min(Window, _length - at));
                bool isMessage = format.Identify(window) is not null;
                if (!isMessage && !(format.Claims(window) && window.Length < Window)) continue;
                (first, isCertain) = (at, isMessage);
                break;
            }
        }

        return first;
    }

    /// <summary>How far to go on, at least one byte, to where a message may begin.</summary>
    private int ToNextAnchor(int resynchronised)
    {
        // A protocol that nothing announces is looked for where its own framing says.
        int nearest = _format is { Anchor.IsEmpty: true } ? Math.Max(1, resynchronised) : int.MaxValue;
        int longest = 1;
        foreach (MessageFormat format in formats)
        {
            if (format.Anchor.IsEmpty || _length < 2) continue;
            longest = Math.Max(longest, format.Anchor.Length);
            int next = Data[1..].IndexOf(format.Anchor);
            if (next >= 0) nearest = Math.Min(nearest, next + 1);
        }

        return Math.Min(nearest, Math.Max(1, _length - longest + 1));
    }

    /// <summary>What bytes are is not judged by a few of them.</summary>
    private bool MustWait(bool isLast)
    {
        if (isLast || _length >= Window) return false;
        _retryAt = Math.Min(2 * _length, Window);
        return true;
    }

    private bool BeginsHere(MessageFormat format) => !format.Anchor.IsEmpty && Data.StartsWith(format.Anchor);

    private bool IsOwnAfterGap(MessageFormat format)
    {
        int gap = Data.IndexOfAnyExcept(Gap);
        return gap > 0 && !format.Anchor.IsEmpty && Data[gap..].StartsWith(format.Anchor);
    }

    /// <summary>Line ends and filler between messages belong to none.</summary>
    private bool SkipGap()
    {
        int gap = Data.IndexOfAnyExcept(" \t\r\n"u8);
        if (gap < 0) gap = _length;
        if (gap == 0)
        {
            // The last zero may be the first byte of a length.
            gap = Data.IndexOfAnyExcept((byte)0) is >= 0 and int zeros ? Math.Max(zeros - 1, Math.Min(zeros, 1))
                : _length;
        }

        if (gap > 0) Between(Data[..gap]);
        Advance(gap);
        return gap > 0;
    }

    private void Lose(MessageFormat? format, Diagnostic finding, int size)
    {
        Lost(format, _isLost ? null : finding, Data[..size]);
        _isLost = true;
        Advance(size);
    }

    private void Advance(int size)
    {
        _start += size;
        _length -= size;
        Offset += size;
        if (_length == 0) _start = 0;
    }

    private void MakeRoom(int size)
    {
        byte[] target = _length + size > _buffer.Length
            ? new byte[Math.Min(Math.Max(2 * _buffer.Length, _length + size), limit + (32 * Window))] : _buffer;
        Data.CopyTo(target);
        (_buffer, _start) = (target, 0);
    }
}
