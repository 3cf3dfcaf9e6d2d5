using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Bytes of a request that its reply repeats at the same place.</summary>
/// <remarks>The null model pairs requests with any reply: how often the bytes would meet by chance follows from how
/// often each value occurs.</remarks>
internal static class EchoTest
{
    private const int MaxOffset = 64, MaxOutstanding = 16;

    public static void Run(Group group, List<Finding> found, ref long tested)
    {
        // Which side is the server is a guess of the capture: either may ask.
        Run(group, Pairs(group, FlowDirection.ClientToServer), found, ref tested);
        Run(group, Pairs(group, FlowDirection.ServerToClient), found, ref tested);
    }

    private static void Run(Group group, List<(int Request, int Reply)> pairs, List<Finding> found, ref long tested)
    {
        if (pairs.Count < 8) return;

        int width = Math.Min(MaxOffset, group.Shortest);
        bool[] echoes = new bool[width];
        for (int at = 0; at < width; at++)
        {
            tested++;
            echoes[at] = Share(group, pairs, at, 1, out _, out _, out int distinct) >= Candidates.NeededShare
                && distinct > 1;
        }

        for (int at = 0; at < width; at++)
        {
            if (!echoes[at]) continue;
            int end = at;
            while (end < width && echoes[end]) end++;
            int size = end - at;
            double share = Share(group, pairs, at, size, out int agreeing, out double expected, out int values);
            if (size is 1 or 2 or 4 or 8 && share >= Candidates.NeededShare && values >= Candidates.MinDistinct
                && !IsText(group, at, size))
            {
                double log = Chance.LogTail(agreeing, pairs.Count, expected);
                string semantic = IsOpen(group, at, size) ? "unknown" : "id";
                found.Add(new Finding(at, new NumberForm(size, NumberCoding.BigEndian), RelationKind.Echo, semantic,
                    agreeing, pairs.Count, log, "is repeated by the reply")
                { Parameters = [new("of", "request")] });
            }

            at = end;
        }
    }

    /// <summary>Whether replies repeat a field that something else has proved, of any of the last requests.</summary>
    public static bool Repeats(Group group, int at, int size)
    {
        if (at < 0 || at + size > group.Shortest) return false;

        Dictionary<(string, FlowDirection), Queue<string>> sent = [];
        Dictionary<FlowDirection, int> counts = [];
        int repeated = 0;
        for (int i = 0; i < group.Count; i++)
        {
            FlowDirection direction = group.Tested[i].Direction;
            if (direction == FlowDirection.Unknown) continue;
            counts[direction] = counts.GetValueOrDefault(direction) + 1;
            string value = Convert.ToHexString(group.Bytes[i].Span.Slice(at, size)), flow = group.Tested[i].Flow.Name;
            FlowDirection other = direction == FlowDirection.ClientToServer
                ? FlowDirection.ServerToClient : FlowDirection.ClientToServer;
            if (sent.TryGetValue((flow, other), out Queue<string>? before) && before.Contains(value)) repeated++;
            if (!sent.TryGetValue((flow, direction), out Queue<string>? own)) sent[(flow, direction)] = own = new();
            own.Enqueue(value);
            if (own.Count > MaxOutstanding) own.Dequeue();
        }

        int answered = counts.Count < 2 ? 0 : counts.Values.Min();
        return answered >= 8 && repeated >= 0.8 * answered;
    }

    // Where nothing but zeros stands beside it in a number of twice its size, it may be that one: what it is stays open
    // with its width.
    private static bool IsOpen(Group group, int at, int size)
    {
        int first = at - (at % (2 * size)), end = first + (2 * size);
        return size > 1 && end <= group.Shortest && (at == first || at + size == end) && group.Bytes.All(b =>
            !b.Span[first..at].ContainsAnyExcept((byte)0) && !b.Span[(at + size)..end].ContainsAnyExcept((byte)0));
    }

    private static bool IsText(Group group, int at, int size) => 2 * group.Bytes.Count(b =>
        !b.Span.Slice(at, size).ContainsAnyExceptInRange((byte)0x20, (byte)0x7E)) > group.Count;

    private static List<(int Request, int Reply)> Pairs(Group group, FlowDirection asking)
    {
        List<(int Request, int Reply)> pairs = [];
        Dictionary<string, int> last = new(StringComparer.Ordinal);
        for (int i = 0; i < group.Count; i++)
        {
            string flow = group.Tested[i].Flow.Name;
            FlowDirection direction = group.Tested[i].Direction;
            if (last.TryGetValue(flow, out int before) && direction != FlowDirection.Unknown && direction != asking
                && group.Tested[before].Direction == asking)
            {
                pairs.Add((before, i));
            }

            last[flow] = i;
        }

        return pairs;
    }

    private static double Share(Group group, List<(int Request, int Reply)> pairs, int at, int size, out int agreeing,
        out double expected, out int distinct)
    {
        Dictionary<string, int> requests = new(StringComparer.Ordinal), replies = new(StringComparer.Ordinal);
        agreeing = 0;
        foreach ((int request, int reply) in pairs)
        {
            string asked = Convert.ToHexString(group.Bytes[request].Span.Slice(at, size));
            string answered = Convert.ToHexString(group.Bytes[reply].Span.Slice(at, size));
            requests[asked] = requests.GetValueOrDefault(asked) + 1;
            replies[answered] = replies.GetValueOrDefault(answered) + 1;
            if (asked == answered) agreeing++;
        }

        distinct = requests.Count;
        expected = requests.Sum(r => (double)r.Value * replies.GetValueOrDefault(r.Key))
            / ((double)pairs.Count * pairs.Count);
        return (double)agreeing / pairs.Count;
    }
}
