using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces;

/// <summary>One direction of a TCP connection, put in order.</summary>
/// <remarks>
/// Positions are sequence numbers unrolled to 64 bits. Bytes that came first stay; what came twice is compared and
/// reported. A hole that is not filled before the reorder limits are reached cuts the stream in two.
/// </remarks>
internal sealed class TcpStream(CaptureLimits limits, WarningLog warnings, string name)
{
    private const int MaxSections = 1_024; // of a sample
    // Without a handshake in the capture, the first segments seen may be out of order: wait for a few before taking one
    // as the beginning.
    private const int SegmentsBeforeAnchor = 8;
    private const long MaxWindow = 1L << 30; // RFC 7323: the largest window there can be

    private readonly List<FirstCopy.Piece> _done = []; // contiguous, of the section being built
    private readonly FirstCopy _pending = new(); // beyond a hole
    private readonly List<(List<FirstCopy.Piece> Pieces, bool AtBeginning, SectionEnd End)> _sections = [];

    private long _next; // the position wanted
    private bool _anchored;
    private bool _atBeginning; // the section being built starts right after the handshake
    private int _waiting;
    private bool _seenAny;
    private uint _initialSequence;
    private long? _finish;

    public bool SawSyn { get; private set; }

    /// <summary>Bytes wanted; what comes after them is ignored.</summary>
    public long SampleSize { get; set; } = long.MaxValue;

    /// <summary>Bytes put in order so far.</summary>
    public long Kept { get; private set; }

    public bool IsFull => Kept >= SampleSize || (SampleSize < long.MaxValue && _sections.Count >= MaxSections);

    public bool IsFinished => _finish is { } finish && _next >= finish;

    /// <summary>
    /// A SYN sets the beginning. False when it contradicts the one this stream began with: a new connection.
    /// </summary>
    public bool TrySynchronize(uint sequence)
    {
        if (SawSyn) return sequence == _initialSequence;
        if (_seenAny) return false;

        SawSyn = true;
        _initialSequence = sequence;
        _next = (long)sequence + 1;
        _anchored = _atBeginning = _seenAny = true;
        return true;
    }

    public void Add(uint sequence, ReadOnlySpan<byte> bytes, in CapturedPacket packet)
    {
        if (IsFull) return;
        if (!_seenAny)
        {
            _seenAny = true;
            _next = sequence + (1L << 32); // leaves room for segments from before it
        }

        long start = Position(sequence);
        if (Math.Abs(start - _next) > MaxWindow)
        {
            warnings.Add("Tcp.OutOfWindow", packet.Offset,
                $"{name}: a segment {start - _next} bytes away from its stream; ignored");
            return;
        }

        if (_anchored && start < _next)
        {
            int known = (int)Math.Min(bytes.Length, _next - start);
            Compare(start, bytes[..known], packet);
            start += known;
            bytes = bytes[known..];
        }

        if (bytes.IsEmpty) return;
        if (_finish is { } finish && start + bytes.Length > finish)
        {
            warnings.Add("Tcp.AfterFin", packet.Offset, $"{name}: bytes after the end the sender declared; ignored");
            if (start >= finish) return;
            bytes = bytes[..(int)(finish - start)];
        }

        if (_anchored && start == _next && _pending.Count == 0)
        {
            _done.Add(new FirstCopy.Piece(start, bytes.ToArray(), packet.Number, packet.Time));
            _next += bytes.Length;
            Kept += bytes.Length;
            return;
        }

        (int again, bool differs) = _pending.Add(start, bytes, packet.Number, packet.Time);
        Report(again, differs, packet);
        if (!_anchored && ++_waiting >= SegmentsBeforeAnchor) Anchor();
        if (_anchored) Drain();
        while (_anchored && (_pending.Size > limits.MaxReorderSize || _pending.Count > limits.MaxReorderSegments))
            CutAtHole(packet.Offset);
    }

    public void Finish(uint sequenceAfterLast)
    {
        if (!_seenAny) return;
        long finish = Position(sequenceAfterLast);
        if (_finish is null && (!_anchored || finish >= _next)) _finish = finish;
    }

    /// <summary>Ends the stream and gives its sections, in order.</summary>
    public IReadOnlyList<(List<FirstCopy.Piece> Pieces, bool AtBeginning, SectionEnd End)> Complete(long offset,
        bool isSample = false)
    {
        if (IsFull || isSample)
        {
            if (!_anchored && _pending.Count > 0) Anchor();
            CloseSection(SectionEnd.Sampled);
            return _sections;
        }

        if (!_anchored && _pending.Count > 0) Anchor();
        while (_pending.Count > 0) CutAtHole(offset);
        bool missingTail = _finish > _next;
        if (missingTail) warnings.Add("Tcp.Gap", offset, $"{name}: the last {_finish - _next} bytes were not captured");
        CloseSection(missingTail ? SectionEnd.Gap : _finish is not null ? SectionEnd.Finished : SectionEnd.Stopped);
        return _sections;
    }

    /// <summary>The section in hand, which may still grow; null where there is none.</summary>
    public (List<FirstCopy.Piece> Pieces, bool AtBeginning)? SoFar =>
        _sections.Count > 0 ? (_sections[0].Pieces, _sections[0].AtBeginning)
        : _done.Count > 0 ? (_done, _atBeginning) : null;

    public void Save(StateWriter state)
    {
        state.Write(SampleSize);
        state.Write(SawSyn);
        state.Write(_next);
        state.Write(_anchored);
        state.Write(_atBeginning);
        state.Write(_waiting);
        state.Write(_seenAny);
        state.Write(_initialSequence);
        state.Write(_finish.HasValue);
        state.Write(_finish ?? 0);
        FirstCopy.Save(state, _done);
        _pending.Save(state);
        state.List(_sections, section =>
        {
            FirstCopy.Save(state, section.Pieces);
            state.Write(section.AtBeginning);
            state.Write((byte)section.End);
        });
    }

    public void Load(StateReader state)
    {
        SampleSize = state.ReadInt64();
        SawSyn = state.ReadBoolean();
        _next = state.ReadInt64();
        _anchored = state.ReadBoolean();
        _atBeginning = state.ReadBoolean();
        _waiting = state.ReadInt32();
        _seenAny = state.ReadBoolean();
        _initialSequence = state.ReadUInt32();
        bool hasFinish = state.ReadBoolean();
        long finish = state.ReadInt64();
        if (hasFinish) _finish = finish;
        if (_next is < 0 or > 1L << 62 || finish is < -(1L << 62) or > 1L << 62)
            throw state.Wrong("a place in a stream", $"{_next}");
        _done.AddRange(FirstCopy.Load(state));
        _pending.LoadPieces(state);
        state.List(() =>
        {
            List<FirstCopy.Piece> pieces = FirstCopy.Load(state);
            if (pieces.Count == 0) throw state.Wrong("a section of a stream", "an empty one");
            _sections.Add((pieces, state.ReadBoolean(), (SectionEnd)state.ReadByte()));
        });
        Kept = _done.Sum(p => (long)p.Bytes.Length) + _sections.Sum(s => s.Pieces.Sum(p => (long)p.Bytes.Length));
    }

    private long Position(uint sequence) => _next + unchecked((int)(sequence - (uint)_next));

    private void Anchor()
    {
        _anchored = true;
        _next = _pending.First.Start;
        Drain();
    }

    private void Drain()
    {
        while (_pending.Count > 0 && _pending.First.Start == _next)
        {
            _done.Add(_pending.RemoveFirst());
            _next = _done[^1].End;
            Kept += _done[^1].Bytes.Length;
        }
    }

    private void CutAtHole(long offset)
    {
        long missing = _pending.First.Start - _next;
        warnings.Add("Tcp.Gap", offset, $"{name}: {missing} bytes were not captured; the stream is cut there");
        CloseSection(SectionEnd.Gap);
        _next = _pending.First.Start;
        Drain();
    }

    private void CloseSection(SectionEnd end)
    {
        if (_done.Count > 0) _sections.Add(([.. _done], _atBeginning, end));
        _done.Clear();
        _atBeginning = false;
    }

    private void Compare(long start, ReadOnlySpan<byte> bytes, in CapturedPacket packet)
    {
        if (bytes.Length == 1 && start == _next - 1) return; // a keep-alive probe repeats one byte, of any value

        bool differs = false;
        int known = 0;
        int i = IndexOfDone(start);
        while (i < _done.Count && bytes.Length > 0)
        {
            FirstCopy.Piece piece = _done[i++];
            if (piece.Start > start)
            {
                int before = (int)Math.Min(bytes.Length, piece.Start - start);
                bytes = bytes[before..];
                start += before;
            }

            int common = (int)Math.Min(bytes.Length, piece.End - start);
            if (common <= 0) continue;
            differs |= !piece.Bytes.Span.Slice((int)(start - piece.Start), common).SequenceEqual(bytes[..common]);
            known += common;
            bytes = bytes[common..];
            start += common;
        }

        Report(known, differs, packet);
    }

    private void Report(int known, bool differs, in CapturedPacket packet)
    {
        if (differs)
        {
            warnings.Add("Tcp.Overlap", packet.Offset,
                $"{name}: {known} bytes came again with other values; the first copy is kept");
        }
        else if (known > 0)
        {
            warnings.Add("Tcp.Retransmission", packet.Offset, $"{name}: {known} bytes came again unchanged");
        }
    }

    private int IndexOfDone(long start)
    {
        int low = 0, high = _done.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_done[middle].End > start) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
