namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>What a model is trained on: truth, where there is some, and made-up protocols.</summary>
internal static class TrainingSet
{
    /// <summary>Made-up protocols beside the truth.</summary>
    public const int Made = 120;

    /// <summary>Without any truth there must be more of them.</summary>
    public const int MadeAlone = 300;

    // Real protocols say more, each as much as any other.
    private const double MadeWeight = 0.3;

    /// <param name="truth">Real traces.</param>
    /// <param name="familyOf">The family of a file.</param>
    /// <param name="isRead">Whether messages are read as those of a known protocol.</param>
    public static List<TrainingTrace> Of(IReadOnlyList<TruthFile> truth, Func<string, string> familyOf,
        Func<TruthFile, bool> isRead)
    {
        List<TrainingTrace> traces = [.. truth.Select(f => TrainingTrace.Of(f, familyOf(f.Name), 1, isRead(f)))];
        for (int number = 1; number <= (truth.Count == 0 ? MadeAlone : Made); number++)
        {
            TruthFile made = FormatGenerator.Trace(number, 40 + (number * 37 % 160));
            traces.Add(TrainingTrace.Of(made, made.Name, MadeWeight));
        }

        return traces;
    }
}
