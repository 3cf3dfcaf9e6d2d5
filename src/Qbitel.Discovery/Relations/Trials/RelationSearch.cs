using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Tries every relation on all messages and on those of each type, and keeps what chance does not
/// explain.</summary>
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
        groups.RemoveAll(group => group.Count < MinMessages);

        long tested = 0;
        List<Tried> results = [];
        foreach (Group group in groups) results.Add(Try(group, ref tested));

        ScatteredTexts? texts = groups.Count > 0 ? ScatteredTextTest.Find(groups[0], ref tested) : null;
        double threshold = Chance.Threshold(results.SelectMany(r => r.Findings.Select(f => f.LogP)
            .Concat(r.Chain is { } chain ? [chain.LogP] : []).Concat(r.Bitmap is { } map ? [map.LogP] : [])
            .Concat(r.Texts.Select(t => t.LogP))).Concat(texts is null ? [] : [texts.LogP]), tested);
        FieldMap[] maps = [.. samples.Select(s => new FieldMap(s.Bytes.Length))];
        foreach (Tried tried in results) Place(samples, tried, threshold, maps);
        if (texts is not null && texts.LogP <= threshold) Placing.Add(samples, groups[0], texts, maps);
        foreach (Tried tried in results) Rest(tried, maps);
        return [.. maps.Select(map => map.Fields)];
    }

    private static Tried Try(Group group, ref long tested)
    {
        List<Finding> found = [];
        List<Candidates> candidates = Candidates.Of(group, NumberForm.All);
        LengthTest.Run(group, candidates, found, ref tested);
        CounterTest.Run(group, [.. candidates, .. Candidates.Of(group, Wide)], found, ref tested);
        ClockTest.Run(group, found, ref tested);
        DateTest.Run(group, found, ref tested);
        ChecksumTest.Run(group, found, ref tested);
        EchoTest.Run(group, found, ref tested);
        FloatTest.Run(group, found, ref tested);
        Chain? chain = ChainTest.Find(group, ref tested);
        if (chain is not null) LinkCountTest.Run(group, chain, found, ref tested);
        return new Tried(group, found, candidates, chain, chain is null ? BitmapTest.Find(group, ref tested) : null,
            chain is null ? TextRunTest.Find(group, ref tested) : []);
    }

    // What is hardest to meet by chance goes first where two claim the same bytes.
    private static void Place(IReadOnlyList<Sample> samples, Tried tried, double threshold, FieldMap[] maps)
    {
        Group group = tried.Group;
        List<Finding> accepted = [.. FieldSizes.Choose(tried.Findings.Where(f => f.LogP <= threshold))
            .OrderBy(Order).ThenBy(f => f.LogP).ThenBy(f => f.At).ThenBy(f => f.Form.Size)];
        foreach (Finding finding in accepted.Where(f => f.Kind == RelationKind.Checksum))
            Placing.Add(group, finding, maps);
        if (tried.Chain is { } chain && chain.LogP <= threshold) Placing.Add(samples, group, chain, maps);
        if (tried.Bitmap is { } bitmap && bitmap.LogP <= threshold) Placing.Add(samples, group, bitmap, maps);
        foreach (Finding finding in accepted.Where(f => f.Kind != RelationKind.Checksum))
        {
            // A counter whose value the other side repeats names the request.
            Placing.Add(group, finding.Kind == RelationKind.Sequence
                && EchoTest.Repeats(group, finding.At, finding.Form.Size)
                    ? finding with { Semantic = "id", Words = $"{finding.Words}, is repeated by replies, and is so" }
                    : finding, maps);
        }

        Placing.Add(samples, group, [.. tried.Texts.TakeWhile(t => t.LogP <= threshold)
            .Select(t => (t.Gap, t.Form, t.Relation))], maps);
    }

    // What needs the fields found so far, and what stands between them.
    private static void Rest(Tried tried, FieldMap[] maps)
    {
        Group group = tried.Group;
        long tested = 0;
        List<Finding> pointers = [];
        PointerTest.Run(group, tried.Numbers, maps, pointers, ref tested);
        double threshold = Chance.Threshold(pointers.Select(p => p.LogP), tested);
        foreach (Finding finding in FieldSizes.Choose(pointers.Where(p => p.LogP <= threshold)))
            Placing.Add(group, finding, maps);
        foreach ((int start, int length, Relation relation) in ConstantTest.Find(group))
            Placing.AddConstant(group, start, length, relation, maps);
        if (OpaqueTest.Find(group) is { } region) Placing.AddOpaque(group, region.Start, region.Relation, maps);
    }

    private static int Order(Finding finding) => finding.Kind switch
    {
        RelationKind.Checksum => 0,
        RelationKind.Length or RelationKind.Count => 1,
        RelationKind.Timestamp => 2,
        RelationKind.Sequence => 3,
        RelationKind.Echo => 4,
        _ => 5,
    };

    private sealed record Tried(Group Group, List<Finding> Findings, List<Candidates> Numbers, Chain? Chain,
        Bitmap? Bitmap, List<(int Gap, NumberForm Form, double LogP, Relation Relation)> Texts);
}
