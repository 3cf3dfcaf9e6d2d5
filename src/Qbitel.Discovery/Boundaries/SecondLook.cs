using System.Runtime.InteropServices;
using Qbitel.Discovery.Boundaries.Evidence;

namespace Qbitel.Discovery.Boundaries;

/// <summary>What the probabilities of a first look, seen together, say of each offset: those around it, and those of
/// the same column, the same bytes and the corresponding bytes of other messages.</summary>
internal sealed class SecondLook
{
    /// <summary>Features of an offset beside those of the first look.</summary>
    public const int Count = 29;

    private const int Reach = 4;

    private readonly TraceView _trace;
    private readonly Dictionary<int, float[]> _first;
    private readonly Mean[][] _columns, _tails;
    private readonly Mean[] _allColumns;
    private readonly Dictionary<ulong, Mean> _pairs = [], _quads = [];

    /// <param name="trace">The messages.</param>
    /// <param name="first">Probabilities of a boundary by message, the first for offset 1; of some of the messages.
    /// </param>
    public SecondLook(TraceView trace, IReadOnlyDictionary<int, float[]> first)
    {
        _trace = trace;
        _first = new Dictionary<int, float[]>(first);
        int longest = _trace.Bytes.Length == 0 ? 0 : _trace.Bytes.Max(b => b.Length);
        _columns = [.. _trace.Clusters.Select(_ => new Mean[longest + 1])];
        _tails = [.. _trace.Clusters.Select(_ => new Mean[longest + 1])];
        _allColumns = new Mean[longest + 1];
        foreach (int i in first.Keys.Order()) Note(i, first[i]);
    }

    private void Note(int index, float[] probabilities)
    {
        byte[] message = _trace.Bytes[index];
        int type = _trace.Types[index], n = message.Length;
        for (int p = 1; p <= probabilities.Length; p++)
        {
            float probability = probabilities[p - 1];
            _columns[type][p].Add(probability);
            _tails[type][n - p].Add(probability);
            _allColumns[p].Add(probability);
            CollectionsMarshal.GetValueRefOrAddDefault(_pairs, Pair(message, p), out _).Add(probability);
            CollectionsMarshal.GetValueRefOrAddDefault(_quads, Quad(message, p), out _).Add(probability);
        }
    }

    /// <summary>Rows of both looks' features for each interior offset.</summary>
    public float[] Of(int index, MessageEvidence evidence, float[] probabilities)
    {
        byte[] message = _trace.Bytes[index];
        int n = probabilities.Length + 1, end = message.Length, type = _trace.Types[index], width = BoundaryFeatures.Count + Count;
        float[] all = new float[Math.Max(0, n - 1) * width];
        int[] left = new int[n + 1], right = new int[n + 1];
        for (int p = 1; p <= n; p++) left[p] = p - 1 > 0 && probabilities[p - 2] >= 0.5f ? p - 1 : left[p - 1];
        right[n] = n;
        for (int p = n - 1; p >= 0; p--) right[p] = p + 1 < n && probabilities[p] >= 0.5f ? p + 1 : right[p + 1];
        if (n > 0) right[n - 1] = n;
        float[] aligned = AlignedMeans(evidence, n);
        for (int p = 1; p < n; p++)
        {
            Span<float> row = all.AsSpan((p - 1) * width, width);
            evidence.Rows.AsSpan((p - 1) * BoundaryFeatures.Count, BoundaryFeatures.Count).CopyTo(row);
            Span<float> more = row[BoundaryFeatures.Count..];
            int at = 0;
            for (int q = p - Reach; q <= p + Reach; q++)
                more[at++] = q == 0 || q == n ? 1.5f : q < 0 || q > n ? -1 : probabilities[q - 1];
            float own = probabilities[p - 1];
            more[at++] = _columns[type][p].Value;
            more[at++] = _tails[type][end - p].Value;
            more[at++] = _allColumns[p].Value;
            more[at++] = own - _columns[type][p].Value;
            more[at++] = _pairs.GetValueOrDefault(Pair(message, p)).Value;
            more[at++] = _quads.GetValueOrDefault(Quad(message, p)).Value;
            more[at++] = aligned[p];
            more[at++] = aligned[n + 1 + p];
            more[at++] = p - left[p];
            more[at++] = right[p] - p;
            more[at++] = right[p] - left[p];
            more[at++] = (p - left[p]) & 1;
            more[at++] = (p - left[p]) & 3;
            more[at++] = (right[p] - p) & 3;
            more[at++] = left[p] - left[left[p]];
            more[at++] = right[right[p]] - right[p];
            float before = 0, after = 0;
            for (int q = Math.Max(1, p - 8); q < p; q++) before += probabilities[q - 1];
            for (int q = p + 1; q <= Math.Min(n - 1, p + 8); q++) after += probabilities[q - 1];
            more[at++] = before;
            more[at++] = after;
            more[at++] = message[left[p]];
            more[at] = message[right[p] - 1];
        }

        return all;
    }

    // Means over the neighbours' probabilities at the offsets that correspond, by this message's left and right byte.
    private float[] AlignedMeans(MessageEvidence evidence, int n)
    {
        float[] found = new float[2 * (n + 1)];
        found.AsSpan().Fill(-1);
        Span<int> counts = new int[2 * (n + 1)];
        foreach ((int other, short[] partner) in evidence.Partners)
        {
            if (!_first.TryGetValue(other, out float[]? theirs)) continue;
            for (int p = 1; p < n; p++)
            {
                Take(p, partner[p], found, counts);
                Take(n + 1 + p, partner[p - 1] + (partner[p - 1] < 0 ? 0 : 1), found, counts);
            }

            void Take(int slot, int offset, float[] sums, Span<int> seen)
            {
                if (offset <= 0 || offset > theirs.Length) return;
                sums[slot] = (seen[slot] == 0 ? 0 : sums[slot]) + theirs[offset - 1];
                seen[slot]++;
            }
        }

        for (int i = 0; i < found.Length; i++)
        {
            if (counts[i] > 0) found[i] /= counts[i];
        }

        return found;
    }

    private static ulong Pair(byte[] message, int p) => ((ulong)message[p - 1] << 8) | message[p];

    private static ulong Quad(byte[] message, int p)
    {
        ulong key = 1;
        for (int q = p - 2; q < p + 2; q++) key = (key << 9) | (q < 0 || q >= message.Length ? 256u : message[q]);
        return key;
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    private struct Mean
    {
        private float _sum;
        private int _count;

        public void Add(float value)
        {
            _sum += value;
            _count++;
        }

        public readonly float Value => _count == 0 ? -1 : _sum / _count;
    }
}
