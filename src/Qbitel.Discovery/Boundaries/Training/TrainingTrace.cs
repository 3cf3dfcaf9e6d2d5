using Qbitel.Discovery.Boundaries.Evidence;
using Qbitel.Discovery.Boundaries.Typing;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations;

namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>A trace with truth, ready to be learned from: features of some of its messages.</summary>
internal sealed class TrainingTrace
{
    private const int MaxMessages = 100;
    private const int MaxRows = 4_000;
    private const int MaxRowsMade = 1_000;
    private const double MaxCovered = 0.8;

    private TrainingTrace(string name, string family, BoundaryFeatures features, double weight)
    {
        Name = name;
        Family = family;
        Features = features;
        Weight = weight;
    }

    public string Name { get; }

    /// <summary>Traces of one family are never on both sides of a test.</summary>
    public string Family { get; }

    public double Weight { get; }

    public BoundaryFeatures Features { get; }

    public Dictionary<int, MessageEvidence> Evidence { get; } = [];

    public Dictionary<int, bool[]> Labels { get; } = [];

    public Dictionary<int, TruthMessage> Truth { get; } = [];

    public IReadOnlyList<IReadOnlyList<Hint>> Hints { get; private init; } = [];

    /// <summary>A reader or a structure explains such messages, so that in use the forests never cut them: they teach
    /// where boundaries are, and not what the forests' cuts are worth.</summary>
    public bool IsExplained { get; private init; }

    public static TrainingTrace Of(TruthFile file, string family, double weight, bool isRead = false)
    {
        IReadOnlyList<Sample> samples = file.Samples;
        MessageTyping typing = MessageTyping.Of(samples);
        IReadOnlyList<IReadOnlyList<Hint>> hints = Recognisers.Find(samples, typing.Types);
        // A trace whose fields are certain teaches the forest only to follow hints; without them it teaches more.
        bool isCovered = Covered(samples, hints) > MaxCovered;
        if (isCovered) hints = [.. samples.Select(_ => (IReadOnlyList<Hint>)[])];
        TrainingTrace trace = new(file.Name, family, new BoundaryFeatures(new TraceView(samples, typing.Types), hints),
            weight)
        { Hints = hints, IsExplained = isRead || isCovered };
        long total = file.Messages.Sum(m => (long)m.Sample.Bytes.Length);
        int wanted = (int)Math.Clamp((weight < 1 ? MaxRowsMade : MaxRows) * (long)file.Messages.Count / Math.Max(1,
            total), 8, MaxMessages);
        wanted = Math.Min(wanted, file.Messages.Count);
        PairAlignment alignment = new();
        for (int k = 0; k < wanted; k++)
        {
            int i = (int)((long)k * file.Messages.Count / wanted);
            trace.Evidence[i] = trace.Features.Of(i, alignment);
            trace.Truth[i] = file.Messages[i];
            bool[] labels = new bool[Math.Max(0, trace.Features.Trace.LookedAt(i) - 1)];
            foreach (int boundary in file.Messages[i].Boundaries)
            {
                if (boundary <= labels.Length) labels[boundary - 1] = true;
            }

            trace.Labels[i] = labels;
        }

        return trace;
    }

    private static double Covered(IReadOnlyList<Sample> samples, IReadOnlyList<IReadOnlyList<Hint>> hints) =>
        (double)hints.Sum(h => h.Where(x => x.IsExact).Sum(x => (long)x.Length))
            / Math.Max(1, samples.Sum(s => (long)s.Bytes.Length));

    public RowBlock Block(Func<int, float[]> rowsOf)
    {
        int[] messages = [.. Evidence.Keys.Order()];
        bool[] labels = [.. messages.SelectMany(i => Labels[i])];
        return new RowBlock([.. messages.SelectMany(rowsOf)], labels, (float)(Weight / Math.Max(1, labels.Length)));
    }
}
