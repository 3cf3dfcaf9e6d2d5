using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Tests;

/// <summary>Tries every relation on all messages and on those of each type, and keeps what chance does not explain.</summary>
internal static class RelationSearch
{
    private const int MinMessages = 8;

    private static readonly NumberForm[] Wide =
        [new(8, NumberCoding.BigEndian), new(8, NumberCoding.LittleEndian)];

    /// <summary>For each sample the fields that a relation proves; ascending, none overlapping another.</summary>
    public static IReadOnlyList<IReadOnlyList<Hint>> Find(IReadOnlyList<Sample> samples, IReadOnlyList<int> types)
    {
        int[] all = [.. Enumerable.Range(0, samples.Count).Where(i => !samples[i].Bytes.IsEmpty)];
        List<Group> groups = [new Group(samples, all)];
        List<int[]> byType = [.. all.GroupBy(i => types[i]).Select(g => g.ToArray())];
        if (byType.Count > 1)
            groups.AddRange(byType.Where(g => g.Length >= MinMessages).Select(g => new Group(samples, g)));

        long tested = 0;
        List<(Group Group, List<Finding> Findings, Chain? Chain)> results = [];
        foreach (Group group in groups.Where(g => g.Count >= MinMessages))
        {
            List<Finding> found = [];
            List<Candidates> candidates = Candidates.Of(group, NumberForm.All);
            LengthTest.Run(group, candidates, found, ref tested);
            CounterTest.Run(group, [.. candidates, .. Candidates.Of(group, Wide)], found, ref tested);
            ClockTest.Run(group, found, ref tested);
            ChecksumTest.Run(group, found, ref tested);
            EchoTest.Run(group, found, ref tested);
            Chain? chain = ChainTest.Find(group, ref tested);
            if (chain is not null) LinkCountTest.Run(group, chain, found, ref tested);
            results.Add((group, found, chain));
        }

        double threshold = Chance.Threshold(results.SelectMany(r => r.Findings.Select(f => f.LogP)
            .Concat(r.Chain is { } chain ? [chain.LogP] : [])), tested);
        FieldMap[] maps = [.. samples.Select(s => new FieldMap(s.Bytes.Length))];
        foreach ((Group group, List<Finding> findings, Chain? chain) in results)
        {
            IEnumerable<Finding> accepted = FieldSizes.Choose(findings.Where(f => f.LogP <= threshold))
                .OrderBy(Order).ThenBy(f => f.LogP).ThenBy(f => f.At).ThenBy(f => f.Form.Size);
            Chain? waiting = chain?.LogP <= threshold ? chain : null;
            foreach (Finding finding in accepted)
            {
                if (waiting is not null && OrderOfChain < Order(finding))
                {
                    AddChain(samples, group, waiting, maps);
                    waiting = null;
                }

                // A counter whose value the reply repeats names the request.
                Add(group, finding.Kind == RelationKind.Sequence
                    && EchoTest.Repeats(group, finding.At, finding.Form.Size) ? finding with
                    { Semantic = "id", Words = $"{finding.Words}, and replies repeat it" } : finding, maps);
            }

            if (waiting is not null) AddChain(samples, group, waiting, maps);
            foreach ((int start, int length, Relation relation) in ConstantTest.Find(group))
            {
                bool isWord = length > 1;
                foreach (int i in group.Members)
                {
                    maps[i].TryAdd(new Hint(start, length, isWord ? "ascii" : "uint8", isWord ? "const" : "unknown",
                        false, relation)
                    { Name = string.Create(CultureInfo.InvariantCulture, $"const_{start}") });
                }
            }
        }

        return [.. maps.Select(map => map.Fields)];
    }

    private const int OrderOfChain = 1;

    // Where two claim the same bytes, the one that is harder to meet by chance goes first.
    private static int Order(Finding finding) => finding.Kind switch
    {
        RelationKind.Checksum => 0,
        RelationKind.Length or RelationKind.Count => 2,
        RelationKind.Timestamp => 3,
        RelationKind.Sequence => 4,
        _ => 5,
    };

    private static void Add(Group group, Finding finding, FieldMap[] maps)
    {
        Relation relation = finding.ToRelation();
        string name = string.Create(CultureInfo.InvariantCulture, $"{finding.Semantic}_{finding.At}")
            .Replace('-', 'e');
        foreach (int i in group.Members)
        {
            int start = finding.Start(maps[i].Length);
            maps[i].TryAdd(new Hint(start, finding.Form.Size, finding.Form.Name, finding.Semantic, true, relation)
            { Name = name });
        }
    }

    private static void AddChain(IReadOnlyList<Sample> samples, Group group, Chain chain, FieldMap[] maps)
    {
        Relation relation = chain.ToRelation();
        string tagType = chain.Form.TagSize == 1 ? "uint8"
            : chain.Form.Length.Coding == NumberCoding.LittleEndian ? "uint16le" : "uint16be";
        foreach (int i in group.Members)
        {
            ReadOnlySpan<byte> message = samples[i].Bytes.Span;
            int links = 0, empty = 0, goal = message.Length - chain.Trailer;
            if (!ChainTest.TryWalk(message, chain.Form, chain.Start, goal, ref links, ref empty, null)) continue;

            List<Hint> own = [];
            int at = chain.Start;
            while (at < goal)
            {
                if (chain.Form.HasEnd && message[at] is 0 or 0xFF)
                {
                    bool isEnd = message[at] == 0xFF;
                    own.Add(new Hint(at, 1, "uint8", isEnd ? "const" : "padding", true, relation)
                    { Name = isEnd ? "end" : "fill" });
                    at++;
                    if (!isEnd) continue;
                    if (at < goal) own.Add(new Hint(at, goal - at, "bytes", "padding", true, relation)
                    { Name = "padding" });
                    break;
                }

                if (!chain.Form.TryNext(message[..goal], at, out int valueAt, out int end)) break;
                int lengthAt = at + chain.Form.TagSize;
                string tag = Convert.ToHexStringLower(message[at..lengthAt]);
                if (chain.Form.TagSize > 0)
                    own.Add(new Hint(at, chain.Form.TagSize, tagType, "unknown", true, relation) { Name = "tag" });
                own.Add(new Hint(lengthAt, chain.Form.Length.Size, chain.Form.Length.Name, "length", true, relation)
                { Name = "tag.length" });
                if (end > valueAt)
                {
                    own.Add(new Hint(valueAt, end - valueAt, "bytes", "unknown", true, relation)
                    { Name = $"value{tag}" });
                }

                at = end;
            }

            maps[i].TryAddAll(own);
        }
    }
}
