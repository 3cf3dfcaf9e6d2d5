namespace Qbitel.Discovery.Traces.Framing;

/// <summary>How much more likely a cutting makes the bytes than chance does, in bits.</summary>
/// <remarks>
/// Three independent signs: messages end where the stream ends; messages begin where segments begin, since programs
/// write whole messages; and bytes at the same place of messages resemble each other more than they resemble the stream
/// at large.
/// </remarks>
internal sealed class FramingEvidence(IEnumerable<StreamSection> streams)
{
    private const int Columns = 16;
    private const int MaxColumns = 256;
    private const double ColumnChoiceBits = 1;
    private const int MaxRows = 2_000;

    // Counted once: thousands of rules are held against the same streams.
    private readonly Dictionary<StreamSection, int[]> _byteCounts = streams.ToDictionary(section => section, Count);

    public double Bits(FramingRule rule, IReadOnlyList<FramedStream> streams)
    {
        double bits = 0;
        long frames = 0, size = 0;
        foreach (FramedStream stream in streams)
        {
            frames += stream.Count;
            size += stream.Starts[^1] - stream.Starts[0];
        }

        double chance = Math.Log2(Math.Max(2.0, (double)size / frames)); // of a boundary falling on a given byte
        int segments = 0, aligned = 0;
        foreach (FramedStream stream in streams)
        {
            if (stream.EndsExactly && rule is LengthFraming) bits += chance;
            (int all, int ours) = Segments(stream);
            segments += all;
            aligned += ours;
        }

        bits += Surprise(aligned, segments, Math.Pow(2, -chance));

        // Records of one length are told from their halves and multiples only by looking at all of them.
        return bits + ColumnGain(streams, rule is FixedFraming { Length: var length }
            ? Math.Min(length, MaxColumns) : Columns);
    }

    private static (int All, int Aligned) Segments(FramedStream stream)
    {
        int all = 0, aligned = 0, frame = 0;
        foreach (StreamSegment segment in stream.Section.Segments)
        {
            if (segment.Start <= stream.Starts[0]) continue;
            while (frame < stream.Starts.Count && stream.Starts[frame] < segment.Start) frame++;
            if (frame == stream.Starts.Count) break;
            all++;
            if (stream.Starts[frame] == segment.Start) aligned++;
        }

        return (all, aligned);
    }

    // How many bits the share seen beats the share expected by chance (log likelihood ratio); nothing where it is
    // smaller.
    private static double Surprise(int hits, int trials, double chance)
    {
        if (trials == 0 || (double)hits / trials <= chance) return 0;
        double share = (double)hits / trials;
        return (hits * Math.Log2(share / chance)) + (hits == trials ? 0
            : (trials - hits) * Math.Log2((1 - share) / (1 - chance)));
    }

    // Each column is coded adaptively (after Krichevsky and Trofimov) against the static distribution of all bytes; a
    // column that is the worse for it is left to the latter, and either choice costs bits to say.
    private double ColumnGain(IReadOnlyList<FramedStream> streams, int columns)
    {
        double[] background = Background(streams);
        int[,] counts = new int[columns, 256];
        double[] gains = new double[columns];
        int[] totals = new int[columns];
        int rows = 0;
        foreach (FramedStream stream in streams)
        {
            for (int i = 0; i < stream.Count && rows < MaxRows; i++, rows++)
            {
                ReadOnlySpan<byte> frame = stream[i].Span;
                for (int column = 0; column < Math.Min(columns, frame.Length); column++)
                {
                    byte value = frame[column];
                    double adaptive = (counts[column, value] + (1.0 / 64)) / (totals[column] + 4.0);
                    gains[column] += Math.Log2(adaptive) - Math.Log2(background[value]);
                    counts[column, value]++;
                    totals[column]++;
                }
            }
        }

        return gains.Sum(gain => Math.Max(0, gain) - ColumnChoiceBits);
    }

    private double[] Background(IReadOnlyList<FramedStream> streams)
    {
        double[] counts = new double[256];
        Array.Fill(counts, 1.0 / 16);
        double total = 16;
        foreach (FramedStream stream in streams)
        {
            int[] known = _byteCounts[stream.Section];
            for (int b = 0; b < counts.Length; b++)
            {
                counts[b] += known[b];
                total += known[b];
            }
        }

        for (int i = 0; i < counts.Length; i++) counts[i] /= total;
        return counts;
    }

    private static int[] Count(StreamSection section)
    {
        int[] counts = new int[256];
        ReadOnlySpan<byte> bytes = section.Bytes.Span;
        foreach (byte b in bytes[..Math.Min(bytes.Length, FramedStream.SampleSize)]) counts[b]++;
        return counts;
    }
}
