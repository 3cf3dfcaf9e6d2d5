namespace Qbitel.Discovery.Grammars;

/// <summary>How far fields of good messages surprise at most. A long message hides a strange field in its mean.</summary>
/// <remarks>A field is compared with the highest surprise that the same field had in messages scored by a grammar learnt
/// without them; the field that lies highest above is the message's peak.</remarks>
internal sealed class FieldPeaks(int folds)
{
    private readonly Dictionary<string, double[]> _highest = new(StringComparer.Ordinal);

    public void Note(int fold, IEnumerable<(string Path, int Start, int Length, double Bits)> surprises)
    {
        foreach ((string path, _, int length, double bits) in surprises)
        {
            string key = Key(path);
            if (!_highest.TryGetValue(key, out double[]? own)) _highest[key] = own = new double[folds];
            own[fold] = Math.Max(own[fold], Height(bits, length));
        }
    }

    /// <param name="surprises">Those of a message.</param>
    /// <param name="without">The fold it belongs to; -1 where it belongs to none.</param>
    /// <returns>The field, and how far it lies above.</returns>
    public (string Path, int Start, int Length, double Bits, double Excess)? Of(
        IEnumerable<(string Path, int Start, int Length, double Bits)> surprises, int without = -1)
    {
        (string, int, int, double, double Excess)? peak = null;
        foreach ((string path, int start, int length, double bits) in surprises)
        {
            double highest = 0;
            if (_highest.TryGetValue(Key(path), out double[]? own))
            {
                for (int fold = 0; fold < folds; fold++)
                {
                    if (fold != without) highest = Math.Max(highest, own[fold]);
                }
            }

            double excess = Height(bits, length) - highest;
            if (peak is null || excess > peak.Value.Excess) peak = (path, start, length, bits, excess);
        }

        return peak;
    }

    /// <summary>What a field surprises for its size.</summary>
    public static double Height(double bits, int length) => bits / Math.Sqrt(Math.Max(length, 1));

    // Items of a chain are alike whatever their number.
    private static string Key(string path)
    {
        int at = path.IndexOf('[', StringComparison.Ordinal);
        if (at < 0) return path;
        System.Text.StringBuilder key = new(path.Length);
        bool isInside = false;
        foreach (char c in path)
        {
            if (c == ']') isInside = false;
            if (!isInside) key.Append(c);
            if (c == '[') isInside = true;
        }

        return key.ToString();
    }
}
