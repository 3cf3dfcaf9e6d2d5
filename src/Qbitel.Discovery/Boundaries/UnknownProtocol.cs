using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Discovery.Boundaries.Evidence;
using Qbitel.Discovery.Boundaries.Typing;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations;

namespace Qbitel.Discovery.Boundaries;

/// <summary>What can be said of the messages of a protocol nobody knows: their types, where their fields are, and what
/// those mean as far as a relation shows it.</summary>
internal static class UnknownProtocol
{
    private const double NeededOfKey = 0.9;

    public static InferredProtocol Infer(IReadOnlyList<Sample> samples) => Infer(samples, BoundaryModel.Shipped);

    public static InferredProtocol Infer(IReadOnlyList<Sample> samples, BoundaryModel model)
    {
        MessageTyping typing = MessageTyping.Of(samples);
        IReadOnlyList<IReadOnlyList<Hint>> hints = Recognisers.Find(samples, typing.Types);
        BoundaryFeatures features = new(new TraceView(samples, typing.Types), hints);
        float[][] logOdds = Boundaries(features, model);
        List<RawField>[] cut = Cut(samples, logOdds, hints);
        FieldTrust trust = new(features.Trace, features.Trace.Counted.ToDictionary(i => i, i => cut[i]));
        (int Start, int Length)? key = StandsAlone(typing.Key, cut) ? typing.Key : null;
        return new InferredProtocol
        {
            Samples = samples,
            Types = [.. typing.Types.Select(t => typing.Names[t])],
            Fields = [.. samples.Select((s, i) =>
                Fields(s, key, cut[i], hints[i], f => model.Confidence(trust.Of(i, f))))],
        };
    }

    internal static float[][] Boundaries(BoundaryFeatures features, BoundaryModel model)
    {
        TraceView trace = features.Trace;
        int[] counted = trace.Counted;
        MessageEvidence[] evidence = new MessageEvidence[counted.Length];
        float[][] first = new float[counted.Length][];
        ForEach(counted.Length, (k, alignment) =>
        {
            evidence[k] = features.Of(counted[k], alignment);
            first[k] = Probabilities(model.First, evidence[k].Rows, BoundaryFeatures.Count);
        });
        Dictionary<int, int> at = counted.Select((i, k) => (i, k)).ToDictionary(pair => pair.i, pair => pair.k);
        SecondLook second = new(trace, at.ToDictionary(pair => pair.Key, pair => first[pair.Value]));
        float[][] logOdds = new float[trace.Bytes.Length][];
        int[] same = Repeated(trace, at);
        int[] needed = [.. Enumerable.Range(0, same.Length).Where(i => same[i] == i)];
        ForEach(needed.Length, (k, alignment) => Second(needed[k], alignment));
        for (int i = 0; i < same.Length; i++) logOdds[i] = logOdds[same[i]];
        return logOdds;

        void Second(int i, PairAlignment alignment)
        {
            bool isCounted = at.TryGetValue(i, out int k);
            MessageEvidence own = isCounted ? evidence[k] : features.Of(i, alignment);
            float[] probabilities = isCounted ? first[k] : Probabilities(model.First, own.Rows, BoundaryFeatures.Count);
            logOdds[i] = LogOdds(model.Second, second.Of(i, own, probabilities), BoundaryFeatures.Count
                + SecondLook.Count);
        }
    }

    // Messages that are the same share their probabilities, and, where their hints are the same too, their fields.
    private static List<RawField>[] Cut(IReadOnlyList<Sample> samples, float[][] logOdds,
        IReadOnlyList<IReadOnlyList<Hint>> hints)
    {
        List<RawField>[] cut = new List<RawField>[samples.Count];
        Dictionary<float[], int> first = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < cut.Length; i++)
        {
            cut[i] = first.TryGetValue(logOdds[i], out int same) && hints[same].SequenceEqual(hints[i]) ? cut[same]
                : FieldCutter.Cut(samples[i].Bytes.Span, logOdds[i], hints[i]);
            first.TryAdd(logOdds[i], i);
        }

        return cut;
    }

    // Messages that were not counted and are the same as another are looked at once.
    private static int[] Repeated(TraceView trace, Dictionary<int, int> counted)
    {
        int[] same = [.. Enumerable.Range(0, trace.Bytes.Length)];
        if (counted.Count == same.Length) return same;
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        foreach (int i in trace.Counted.Concat(same.Where(i => !counted.ContainsKey(i))))
        {
            string key = $"{trace.Samples[i].Direction} {Convert.ToHexString(SHA256.HashData(trace.Bytes[i]))}";
            if (!seen.TryAdd(key, i) && !counted.ContainsKey(i)) same[i] = seen[key];
        }

        return same;
    }

    // Each message by itself, so that the order in which threads come makes no difference.
    private static void ForEach(int count, Action<int, PairAlignment> act) =>
        Parallel.For(0, count, () => new PairAlignment(), (i, _, alignment) =>
        {
            act(i, alignment);
            return alignment;
        }, _ => { });

    internal static float Probability(Forest forest, ReadOnlySpan<float> row) => 1 / (1
        + MathF.Exp(-forest.LogOdds(row)));

    internal static float[] Probabilities(Forest forest, float[] rows, int width)
    {
        float[] values = LogOdds(forest, rows, width);
        for (int i = 0; i < values.Length; i++) values[i] = 1 / (1 + MathF.Exp(-values[i]));
        return values;
    }

    internal static float[] LogOdds(Forest forest, float[] rows, int width)
    {
        float[] values = new float[rows.Length / width];
        for (int i = 0; i < values.Length; i++) values[i] = forest.LogOdds(rows.AsSpan(i * width, width));
        return values;
    }

    // Bytes that sort messages are a part of something greater, or flags, as often as they are a type. The key means it
    // only where it is a field of its own in nearly all messages.
    private static bool StandsAlone((int Start, int Length)? key, List<RawField>[] cut) => key is { } place
        && cut.Count(fields => fields.Exists(f => (f.Start, f.Length) == place)) >= NeededOfKey * cut.Length;

    private static List<InferredField> Fields(Sample sample, (int Start, int Length)? key, List<RawField> cut,
        IReadOnlyList<Hint> hints, Func<RawField, double> confidenceOf)
    {
        List<InferredField> fields = [];
        foreach (RawField field in cut)
        {
            (int start, int length) = (field.Start, field.Length);
            Hint? hint = hints.Where(h => h.Start == start && h.Length == length)
                .OrderByDescending(h => h.IsExact).ThenByDescending(h => h.Semantic != "unknown")
                .ThenByDescending(h => h.Relation.Confidence).FirstOrDefault();
            double confidence = hint is { IsExact: true } ? hint.Relation.Confidence : confidenceOf(field);
            bool isKey = key == (start, length);
            fields.Add(new InferredField(start, length,
                hint?.Name ?? $"f{start.ToString(CultureInfo.InvariantCulture)}",
                hint?.Type ?? FieldForm.Of(sample.Bytes.Span.Slice(start, length)),
                hint?.Semantic ?? (isKey ? "msgtype" : "unknown"), confidence)
            { Relation = hint?.Relation });
        }

        return fields;
    }
}
