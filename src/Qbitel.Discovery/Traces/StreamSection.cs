using System.Runtime.InteropServices;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces;

/// <summary>Why a contiguous run of stream bytes ends.</summary>
public enum SectionEnd
{
    /// <summary>The sender finished (FIN), and every byte up to there was seen.</summary>
    Finished,

    /// <summary>The capture, or the connection by a reset, ended: the last message may be cut.</summary>
    Stopped,

    /// <summary>Bytes are missing after it.</summary>
    Gap,

    /// <summary>More came, which was only counted.</summary>
    Sampled,
}

/// <summary>Contiguous bytes of one direction of a TCP connection, as the receiver saw them.</summary>
public sealed class StreamSection
{
    internal StreamSection(Flow flow, FlowDirection direction, List<FirstCopy.Piece> pieces, bool startsAtBeginning,
        SectionEnd end)
    {
        Flow = flow;
        Direction = direction;
        StartsAtBeginning = startsAtBeginning;
        End = end;

        byte[] bytes = new byte[checked((int)pieces.Sum(p => (long)p.Bytes.Length))];
        var segments = new StreamSegment[pieces.Count];
        int at = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            pieces[i].Bytes.Span.CopyTo(bytes.AsSpan(at));
            segments[i] = new StreamSegment(at, pieces[i].Packet, pieces[i].Time);
            at += pieces[i].Bytes.Length;
        }

        Bytes = bytes;
        Segments = segments;
    }

    private StreamSection(Flow flow, FlowDirection direction, byte[] bytes, List<StreamSegment> segments,
        bool startsAtBeginning, SectionEnd end)
    {
        (Flow, Direction, Bytes, Segments) = (flow, direction, bytes, segments);
        (StartsAtBeginning, End) = (startsAtBeginning, end);
    }

    public Flow Flow { get; }

    public FlowDirection Direction { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Where the segments that carried the bytes began, in order of the stream.</summary>
    public IReadOnlyList<StreamSegment> Segments { get; }

    /// <summary>
    /// The first byte is the first of the connection: its handshake was seen and nothing is missing before.
    /// </summary>
    public bool StartsAtBeginning { get; }

    public SectionEnd End { get; }

    internal void Save(StateWriter state)
    {
        state.Write((byte)Direction);
        state.Bytes(Bytes.Span);
        state.List(Segments, segment =>
        {
            state.Write7BitEncodedInt(segment.Start);
            state.Write(segment.Packet);
            state.Write(segment.Time);
        });
        state.Write(StartsAtBeginning);
        state.Write((byte)End);
    }

    internal static StreamSection Load(StateReader state, Flow flow)
    {
        var direction = (FlowDirection)state.ReadByte();
        byte[] bytes = state.ReadBlock();
        List<StreamSegment> segments = [];
        state.List(() => segments.Add(new(state.Read7BitEncodedInt(), state.ReadInt64(), state.ReadTime())));
        if (segments.Count == 0 || segments[0].Start != 0 || segments[^1].Start >= bytes.Length
            || segments.Zip(segments.Skip(1)).Any(pair => pair.First.Start >= pair.Second.Start))
        {
            throw state.Wrong("segments of a stream", "others");
        }

        return new StreamSection(flow, direction, bytes, segments, state.ReadBoolean(), (SectionEnd)state.ReadByte());
    }

    /// <summary>The index in <see cref="Segments"/> of the segment that carried the byte at an offset.</summary>
    internal int SegmentAt(int offset)
    {
        int low = 0, high = Segments.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Segments[middle].Start <= offset) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}

/// <summary>Where in a stream a segment's bytes begin, and the packet that brought them first.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StreamSegment(int Start, long Packet, DateTimeOffset? Time);
