using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>Messages to compare a message with: like it, but of another length, and the one it answers or is answered
/// by.</summary>
internal sealed class Neighbours
{
    public const int Count = 3;

    private const int MaxCandidates = 96;
    private const int SketchBits = 512;

    private readonly ulong[][] _sketches;
    private readonly TraceView _trace;
    private readonly int[] _counterpart;

    public Neighbours(TraceView trace)
    {
        _trace = trace;
        _sketches = [.. trace.Bytes.Select(Sketch)];
        _counterpart = Counterparts(trace.Samples);
    }

    /// <summary>The message before it in the same flow that went the other way, else the next one; -1 without.
    /// </summary>
    public int CounterpartOf(int message) => _counterpart[message];

    public List<int> Of(int message)
    {
        int[] cluster = _trace.Clusters[_trace.Types[message]];
        List<(int Score, int Index)> found = Candidates(message, cluster, sameLength: false);
        if (found.Count < Count) found.AddRange(Candidates(message, _trace.Counted, sameLength: false));
        if (found.Count < Count) found.AddRange(Candidates(message, cluster, sameLength: true));
        List<int> chosen = [];
        foreach ((_, int index) in found)
        {
            if (chosen.Count < Count && !chosen.Contains(index)) chosen.Add(index);
        }

        return chosen;
    }

    private List<(int Score, int Index)> Candidates(int message, int[] pool, bool sameLength)
    {
        byte[] own = _trace.Bytes[message];
        List<(int Score, int Index)> found = [];
        int step = Math.Max(1, pool.Length / MaxCandidates);
        for (int k = message % step; k < pool.Length; k += step)
        {
            int other = pool[k];
            if (other == message || (_trace.Bytes[other].Length == own.Length) != sameLength) continue;
            if (sameLength && own.AsSpan().SequenceEqual(_trace.Bytes[other])) continue;
            int score = 0;
            for (int w = 0; w < SketchBits / 64; w++)
                score += System.Numerics.BitOperations.PopCount(_sketches[message][w] ^ _sketches[other][w]);
            found.Add((score, other));
        }

        found.Sort();
        if (found.Count > 2 * Count) found.RemoveRange(2 * Count, found.Count - (2 * Count));
        return found;
    }

    // One bit for each pair of neighbouring bytes, hashed.
    private static ulong[] Sketch(byte[] bytes)
    {
        ulong[] bits = new ulong[SketchBits / 64];
        for (int i = 0; i + 1 < bytes.Length; i++)
        {
            uint hash = unchecked((((uint)bytes[i] << 8) | bytes[i + 1]) * 0x9E3779B1u) >> 23;
            bits[hash >> 6] |= 1UL << (int)(hash & 63);
        }

        return bits;
    }

    private static int[] Counterparts(IReadOnlyList<Sample> samples)
    {
        int[] counterpart = new int[samples.Count];
        Array.Fill(counterpart, -1);
        Dictionary<string, int> waiting = new(StringComparer.Ordinal);
        for (int i = 0; i < samples.Count; i++)
        {
            if (samples[i].Direction == FlowDirection.Unknown) continue;
            if (waiting.TryGetValue(samples[i].Flow.Name, out int before)
                && samples[before].Direction != samples[i].Direction)
            {
                counterpart[i] = before;
                if (counterpart[before] < 0) counterpart[before] = i;
            }

            waiting[samples[i].Flow.Name] = i;
        }

        return counterpart;
    }
}
