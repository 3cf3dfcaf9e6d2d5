namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>How surely bytes follow each other anywhere in a trace: at the edges of fields it is hard to tell what
/// comes next, and what came before.</summary>
/// <remarks>It needs no alignment of the messages, so it sees fields behind parts of varying length.</remarks>
internal sealed class ContextTable
{
    public const int MaxOrder = 3;

    // Bytes beyond tell little more and cost time.
    private const int MaxBytesOfMessage = 2_048;

    private readonly Dictionary<ulong, Node>[] _forward = new Dictionary<ulong, Node>[MaxOrder + 1];
    private readonly Dictionary<ulong, Node>[] _backward = new Dictionary<ulong, Node>[MaxOrder + 1];
    private readonly Dictionary<ulong, int>[] _counts = new Dictionary<ulong, int>[MaxOrder + 2];
    private readonly int _messages;

    public ContextTable(byte[][] bytes, int[] members)
    {
        _messages = Math.Max(1, members.Length);
        for (int order = 1; order <= MaxOrder + 1; order++)
        {
            Dictionary<ulong, int> grams = [];
            foreach (int i in members)
            {
                ReadOnlySpan<byte> message = bytes[i].AsSpan(0, Math.Min(bytes[i].Length, MaxBytesOfMessage));
                for (int at = 0; at + order <= message.Length; at++)
                {
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                        grams, Key(message.Slice(at, order)), out _)++;
                }
            }

            _counts[order] = grams;
        }

        for (int order = 1; order <= MaxOrder; order++)
        {
            Dictionary<ulong, Node> forward = [], backward = [];
            foreach ((ulong key, int count) in _counts[order + 1])
            {
                Add(forward, key >> 8, count);
                Add(backward, key & ((1UL << (8 * order)) - 1), count);
            }

            _forward[order] = forward;
            _backward[order] = backward;
        }
    }

    /// <summary>Bits of the byte at <paramref name="at"/> when the bytes before it are known.</summary>
    public float Ahead(ReadOnlySpan<byte> message, int at, int order) =>
        at < order ? -1 : Value(_forward[order], Key(message.Slice(at - order, order)));

    /// <summary>Bits of the byte before <paramref name="at"/> when those from there on are known.</summary>
    public float Behind(ReadOnlySpan<byte> message, int at, int order) =>
        at + order > message.Length ? -1 : Value(_backward[order], Key(message.Slice(at, order)));

    /// <summary>How often the bytes occur in the trace, for each message, as a logarithm.</summary>
    public float Frequency(ReadOnlySpan<byte> message, int at, int length)
    {
        if (at < 0 || at + length > message.Length) return -9;
        return (float)Math.Log2((_counts[length].GetValueOrDefault(Key(message.Slice(at, length))) + 0.5) / _messages);
    }

    private static float Value(Dictionary<ulong, Node> nodes, ulong key)
    {
        if (!nodes.TryGetValue(key, out Node node)) return -1;
        return (float)(Math.Log2(node.Total) - (node.Sum / node.Total));
    }

    private static void Add(Dictionary<ulong, Node> nodes, ulong key, int count)
    {
        ref Node node = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(nodes, key,
            out _);
        node = new Node(node.Total + count, node.Sum + (count * Math.Log2(count)));
    }

    private static ulong Key(ReadOnlySpan<byte> bytes)
    {
        ulong key = 0;
        foreach (byte b in bytes) key = (key << 8) | b;
        return key;
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    private readonly record struct Node(int Total, double Sum);
}
