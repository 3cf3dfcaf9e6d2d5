namespace Qbitel.Discovery.Traces.Framing;

/// <summary>A stream cut into frames by a rule.</summary>
/// <remarks>
/// Starts has one entry more than there are frames: where the last one ends. Bytes before the first frame (of a capture
/// that began in the middle) and behind the last (of a message that was cut) belong to no frame.
/// </remarks>
internal sealed record FramedStream(StreamSection Section, IReadOnlyList<int> Starts)
{
    /// <summary>Bytes of a stream by which a rule is judged.</summary>
    public const int SampleSize = 1 << 18;

    private const int MaxSyncAttempts = 64;

    public int Count => Starts.Count - 1;

    /// <summary>The last frame ends where the stream does.</summary>
    public bool EndsExactly => Starts[^1] == Section.Bytes.Length;

    public ReadOnlyMemory<byte> this[int frame] => Section.Bytes[Starts[frame]..Starts[frame + 1]];

    /// <summary>Cuts a stream from its beginning; null where the rule does not fit to the end.</summary>
    /// <remarks>An incomplete message is accepted at the end only where the capture, not the sender, ended the
    /// stream.</remarks>
    public static FramedStream? TryCut(StreamSection section, FramingRule rule) => TryCut(section, rule, int.MaxValue);

    /// <summary>Cuts only the first part of a long stream, which is enough to judge a rule.</summary>
    public static FramedStream? TryCutSample(StreamSection section, FramingRule rule) =>
        TryCut(section, rule, SampleSize);

    private static FramedStream? TryCut(StreamSection section, FramingRule rule, int limit)
    {
        int[] from = section.StartsAtBeginning ? [0] : [.. section.Segments.Select(s => s.Start).Take(MaxSyncAttempts)];
        foreach (int start in from)
        {
            if (TryCut(section, rule, start, limit) is { } framed) return framed;
        }

        return null;
    }

    private static FramedStream? TryCut(StreamSection section, FramingRule rule, int start, int limit)
    {
        ReadOnlySpan<byte> bytes = section.Bytes.Span;
        List<int> starts = [start];
        for (int at = start; at < bytes.Length && at - start < limit;)
        {
            int length = rule.Measure(bytes[at..]);
            if (length == FramingRule.Impossible) return null;
            if (length == FramingRule.Incomplete)
            {
                if (section.End == SectionEnd.Finished || starts.Count == 1) return null;
                break;
            }

            at += length;
            starts.Add(at);
        }

        return starts.Count > 1 ? new FramedStream(section, starts) : null;
    }
}
