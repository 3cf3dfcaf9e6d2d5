using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Boundaries;
using Qbitel.Discovery.Boundaries.Training;
using Qbitel.Discovery.Traces;

namespace Qbitel.Discovery.Evaluation;

/// <summary>Discovers traces whose truth is known, and says how right it was.</summary>
public static class DiscoveryEvaluation
{
    /// <summary>Each file by the model that comes with the program. A file that model was trained on tells nothing of
    /// protocols it has not seen.</summary>
    /// <param name="files">Name and content of truth files.</param>
    /// <exception cref="InputFormatException">A file is none.</exception>
    public static EvaluationReport Run(IReadOnlyList<KeyValuePair<string, byte[]>> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return new EvaluationReport
        {
            LeftFamilyOut = false,
            Rows = [.. files.Select(f => Row(TruthFile.Parse(f.Key, f.Value), f.Value, () => BoundaryModel.Shipped))],
        };
    }

    /// <summary>Each file by a model trained without the protocols of its family.</summary>
    /// <param name="files">Name and content of truth files.</param>
    /// <param name="seed">Of the training.</param>
    /// <param name="progress">Told each row as it is there.</param>
    /// <exception cref="InputFormatException">A file is none.</exception>
    public static EvaluationReport RunLeavingFamiliesOut(IReadOnlyList<KeyValuePair<string, byte[]>> files, int seed,
        Action<EvaluationRow>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        List<TruthFile> truth = [.. files.Select(f => TruthFile.Parse(f.Key, f.Value))];
        List<TrainingTrace> traces = TrainingSet.Of(truth, Families.Of, f => KnownTraces.Reads(f.Samples));
        Dictionary<string, EvaluationRow> rows = new(StringComparer.Ordinal);
        foreach (string family in truth.Select(f => Families.Of(f.Name)).Distinct(StringComparer.Ordinal))
        {
            // Trained when it is asked for: files that a reader knows need none.
            Lazy<BoundaryModel> model = new(() =>
                BoundaryTrainer.Train([.. traces.Where(t => t.Family != family)], (ulong)seed));
            for (int i = 0; i < truth.Count; i++)
            {
                if (Families.Of(truth[i].Name) != family) continue;
                EvaluationRow row = Row(truth[i], files[i].Value, () => model.Value);
                rows[truth[i].Name] = row;
                progress?.Invoke(row);
            }
        }

        return new EvaluationReport { LeftFamilyOut = true, Rows = [.. truth.Select(f => rows[f.Name])] };
    }

    private static EvaluationRow Row(TruthFile truth, byte[] content, Func<BoundaryModel> model)
    {
        using MemoryStream input = new(content);
        Traffic traffic = TrafficReader.ReadAsync(input, null, CancellationToken.None).AsTask().GetAwaiter()
            .GetResult(); // memory never waits
        DiscoveryDocument document = ProtocolDiscoveryOrchestrator.Discover(traffic, null, model);
        return new EvaluationRow(truth.Name, Families.Of(truth.Name),
            string.Join(' ', document.Protocols.Select(p => p.Name)), DocumentScore.Of(truth, document),
            [.. TrivialCutters.All.Select(cutter => CutScore.Of(truth.Messages,
                [.. truth.Messages.Select(m => TrivialCutters.Cut(m.Sample.Bytes.Length, cutter.Step))]))]);
    }
}
