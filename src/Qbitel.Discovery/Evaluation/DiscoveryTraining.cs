using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Boundaries;
using Qbitel.Discovery.Boundaries.Training;

namespace Qbitel.Discovery.Evaluation;

/// <summary>Trains the model that says where fields of unknown protocols begin.</summary>
public static class DiscoveryTraining
{
    /// <summary>The same files and seed give the same bytes.</summary>
    /// <param name="files">Name and content of truth files; none, to train on made-up protocols alone.</param>
    /// <param name="seed">Of the trees' choices.</param>
    /// <returns>The file of the model, and what it was trained on in words.</returns>
    /// <exception cref="InputFormatException">A file holds no truth.</exception>
    public static (byte[] Model, string Card) Train(IReadOnlyList<KeyValuePair<string, byte[]>> files, int seed)
    {
        ArgumentNullException.ThrowIfNull(files);
        List<TruthFile> truth = [.. files.Select(f => TruthFile.Parse(f.Key, f.Value))];
        BoundaryModel model = BoundaryTrainer.Train(
            TrainingSet.Of(truth, Families.Of, f => KnownTraces.Reads(f.Samples)), (ulong)seed);
        return (model.ToBytes(), model.Card);
    }
}
