namespace Qbitel.Discovery.Evaluation;

/// <summary>Cutters that look at nothing. Any one measure taken alone can be had from them, so they stand beside ours.
/// </summary>
internal static class TrivialCutters
{
    public static readonly IReadOnlyList<(string Name, int Step)> All = [("every byte", 1), ("every 2", 2), ("every 4",
        4)];

    public static int[] Cut(int length, int step) =>
        [.. Enumerable.Range(1, Math.Max(0, length - 1)).Where(offset => offset % step == 0)];
}
