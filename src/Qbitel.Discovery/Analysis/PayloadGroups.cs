using Qbitel.Discovery.Traces.Framing;

namespace Qbitel.Discovery.Analysis;

/// <summary>Messages of unknown protocols, sorted into groups of likeness.</summary>
/// <remarks>
/// One TCP connection speaks one protocol. Messages that one rule framed, and those of one flow, are likely to be one
/// protocol's and need less likeness than others; ports say nothing. The order of the input decides ties, so the same
/// input gives the same groups.
/// </remarks>
internal static class PayloadGroups
{
    /// <summary>A group of fewer messages is no protocol yet.</summary>
    public const int MinMessages = 3;

    // Chosen on 22 open traces, 231 pairs of them mixed: at these bounds three pairs of siblings (such as DNS and
    // NetBIOS names) grow together when they have flows of their own, and five protocols fall apart into types.
    // Structure, not likeness, will have to tell those.
    private const double MinLikeness = 0.58;
    private const double MinLikenessTogether = 0.44;
    private const int MaxSeeds = 128;

    public static List<List<CutMessage>> Sort(IReadOnlyList<CutMessage> messages)
    {
        List<Group> groups = Seeds(messages);
        while (Closest(groups) is { } pair)
        {
            groups[pair.Into].Take(groups[pair.From]);
            groups.RemoveAt(pair.From);
        }

        return [.. groups.Where(g => g.Messages.Count >= MinMessages && !g.Profile.IsRandom())
            .Select(g => g.Messages.OrderBy(m => m.Index).ToList())
            .OrderByDescending(g => g.Count).ThenBy(g => g[0].Index)];
    }

    /// <summary>How like its messages a message must look to belong to a group.</summary>
    public static double LikenessTo(PayloadProfile profile, ReadOnlySpan<byte> message)
    {
        PayloadProfile single = new();
        single.Add(message);
        return profile.Likeness(single);
    }

    // To begin with, messages that share their rule, flow and first two bytes are a group, up to a bound on their
    // number.
    private static List<Group> Seeds(IReadOnlyList<CutMessage> messages)
    {
        Dictionary<(object?, string, int), Group> seeds = [];
        List<Group> order = [];
        foreach (CutMessage message in messages)
        {
            ReadOnlySpan<byte> bytes = message.Bytes.Span;
            int first = order.Count >= MaxSeeds ? -1 : bytes.Length < 2 ? bytes.Length : (bytes[0] << 8) | bytes[1];
            string flow = order.Count >= 2 * MaxSeeds ? "" : message.Flow.Name;
            (object?, string, int) key = (message.Rule, flow, first);
            if (!seeds.TryGetValue(key, out Group? group))
            {
                seeds[key] = group = new Group();
                order.Add(group);
            }

            group.Add(message);
        }

        return order;
    }

    private static (int Into, int From)? Closest(List<Group> groups)
    {
        double best = -1;
        (int, int)? pair = null;
        for (int i = 0; i < groups.Count; i++)
        {
            for (int j = i + 1; j < groups.Count; j++)
            {
                double likeness = groups[i].LikenessTo(groups[j]);
                double needed = groups[i].SharesConnectionWith(groups[j]) ? 0 : groups[i].SharesOriginWith(groups[j])
                    ? MinLikenessTogether : MinLikeness;
                if (likeness < needed || likeness <= best) continue;
                best = likeness;
                pair = (i, j);
            }
        }

        return pair;
    }

    private sealed class Group
    {
        private readonly HashSet<string> _flows = new(StringComparer.Ordinal);
        private readonly HashSet<string> _connections = new(StringComparer.Ordinal);
        private readonly HashSet<FramingRule> _rules = [];
        private readonly Dictionary<Group, double> _likeness = [];

        public List<CutMessage> Messages { get; } = [];

        public PayloadProfile Profile { get; } = new();

        public void Add(CutMessage message)
        {
            Messages.Add(message);
            Profile.Add(message.Bytes.Span);
            if (message.Flow.Name.Length > 0) _flows.Add(message.Flow.Name);
            if (message.IsFromStream) _connections.Add(message.Flow.Name);
            if (message.Rule is { } rule) _rules.Add(rule);
        }

        public void Take(Group other)
        {
            Messages.AddRange(other.Messages);
            Profile.Add(other.Profile);
            _flows.UnionWith(other._flows);
            _connections.UnionWith(other._connections);
            _rules.UnionWith(other._rules);
            foreach (Group known in _likeness.Keys) known._likeness.Remove(this);
            foreach (Group known in other._likeness.Keys) known._likeness.Remove(other);
            _likeness.Clear();
        }

        public bool SharesConnectionWith(Group other) => _connections.Overlaps(other._connections);

        public bool SharesOriginWith(Group other) => _flows.Overlaps(other._flows) || _rules.Overlaps(other._rules);

        public double LikenessTo(Group other)
        {
            if (_likeness.TryGetValue(other, out double known)) return known;
            return _likeness[other] = other._likeness[this] = Profile.Likeness(other.Profile);
        }
    }
}
