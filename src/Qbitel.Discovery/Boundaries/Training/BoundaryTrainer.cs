using System.Globalization;

namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>Trains a model on traces with truth. The same traces give the same bytes.</summary>
internal static class BoundaryTrainer
{
    private const int Folds = 3;

    // Protocols differ more from each other than fields within one: what tells right fields from wrong ones on those
    // that were learned from holds for a new one in part. Of families left out, this share has the least calibration
    // error.
    private const double Kept = 0.2;

    public static BoundaryModel Train(IReadOnlyList<TrainingTrace> traces, ulong seed) =>
        Train(traces, new ForestOptions { Seed = seed });

    public static BoundaryModel Train(IReadOnlyList<TrainingTrace> traces, ForestOptions options)
    {
        // Traces of one family fall into one fold, so that the second look sees probabilities as a new protocol has
        // them.
        string[] families = [.. traces.Select(t => t.Family).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> folds = families.Select((family, i) => (family, i % Folds))
            .ToDictionary(pair => pair.family, pair => pair.Item2, StringComparer.Ordinal);
        RowBlock[] blocks = [.. traces.Select(t => t.Block(i => t.Evidence[i].Rows))];

        Dictionary<TrainingTrace, Dictionary<int, float[]>> first = [];
        for (int fold = 0; fold < Folds; fold++)
        {
            Forest forest = Grow(blocks.Where((_, i) => folds[traces[i].Family] != fold), BoundaryFeatures.Count,
                options);
            foreach (TrainingTrace trace in traces.Where(t => folds[t.Family] == fold))
            {
                first[trace] = trace.Evidence.ToDictionary(r => r.Key,
                    r => UnknownProtocol.Probabilities(forest, r.Value.Rows, BoundaryFeatures.Count));
            }
        }

        Dictionary<TrainingTrace, Dictionary<int, float[]>> rows = traces.ToDictionary(t => t, t =>
        {
            SecondLook second = new(t.Features.Trace, first[t]);
            return t.Evidence.ToDictionary(r => r.Key, r => second.Of(r.Key, r.Value, first[t][r.Key]));
        });
        int width = BoundaryFeatures.Count + SecondLook.Count;
        RowBlock[] wide = [.. traces.Select(t => t.Block(i => rows[t][i]))];
        bool isAllExplained = traces.All(t => t.IsExplained);
        List<(RowBlock Block, int Fold)> fields = [];
        for (int fold = 0; fold < Folds; fold++)
        {
            Forest forest = Grow(wide.Where((_, i) => folds[traces[i].Family] != fold), width, options);
            foreach (TrainingTrace trace in traces.Where(t => folds[t.Family] == fold
                && (isAllExplained || !t.IsExplained)))
            {
                fields.Add((Fields(trace, rows[trace], forest, width), fold));
            }
        }

        // What trust is worth is asked of fields of families it has not seen either.
        ForestOptions small = options with { Trees = 40, Leaves = 6, FeatureShare = 0.6, RowShare = 0.8 };
        List<(double, bool, double)> claims = [];
        for (int fold = 0; fold < Folds; fold++)
        {
            Forest forest = Grow(fields.Where(f => f.Fold != fold).Select(f => f.Block), FieldTrust.Count, small);
            foreach ((RowBlock block, _) in fields.Where(f => f.Fold == fold))
            {
                claims.AddRange(block.Labels.Select((isRight, i) => ((double)UnknownProtocol.Probability(forest,
                    block.Values.AsSpan(i * FieldTrust.Count, FieldTrust.Count)), isRight, (double)block.Weight)));
            }
        }

        return new BoundaryModel
        {
            First = Grow(blocks, BoundaryFeatures.Count, options),
            Second = Grow(wide, width, options),
            Trust = Grow(fields.Select(f => f.Block), FieldTrust.Count, small),
            Calibration = Calibration.Fit(claims, Kept),
            Card = string.Create(CultureInfo.InvariantCulture,
                $"traces {traces.Count}, rows {blocks.Sum(b => b.Labels.Length)}, seed {options.Seed}, families "
                + $"{string.Join(' ', families.Where(f => !f.StartsWith("made-", StringComparison.Ordinal)))}"),
        };
    }

    private static Forest Grow(IEnumerable<RowBlock> blocks, int features, ForestOptions options) =>
        ForestTrainer.Train(new BinnedRows([.. blocks], features), options);

    // What a forest that has not seen the family cuts, and whether it is right.
    private static RowBlock Fields(TrainingTrace trace, Dictionary<int, float[]> rows, Forest forest, int width)
    {
        Dictionary<int, List<RawField>> cut = rows.ToDictionary(r => r.Key, r => FieldCutter.Cut(
            trace.Truth[r.Key].Sample.Bytes.Span, UnknownProtocol.LogOdds(forest, r.Value, width), trace.Hints[r.Key]));
        FieldTrust trust = new(trace.Features.Trace, cut);
        List<float> values = [];
        List<bool> labels = [];
        foreach (int i in cut.Keys.Order())
        {
            HashSet<(int, int)> real = [.. trace.Truth[i].Fields.Select(f => (f.Start, f.Length))];
            foreach (RawField field in cut[i])
            {
                if (trace.Hints[i].Any(h => h.IsExact && h.Start == field.Start && h.Length == field.Length)) continue;
                values.AddRange(trust.Of(i, field));
                labels.Add(real.Contains((field.Start, field.Length)));
            }
        }

        return new RowBlock([.. values], [.. labels], (float)(trace.Weight / Math.Max(1, labels.Count)));
    }
}
