namespace Qbitel.Discovery.Evaluation;

/// <summary>Measures of labels and of confidences.</summary>
internal static class Agreement
{
    /// <summary>V-measure with beta 1: the harmonic mean of homogeneity and completeness.</summary>
    public static double VMeasure(IReadOnlyList<string> truth, IReadOnlyList<string> given)
    {
        if (truth.Count == 0) return 1;
        double ofTruth = Entropy(truth), ofGiven = Entropy(given),
            joint = Entropy([.. truth.Zip(given, (t, g) => (t, g))]);
        double homogeneity = ofTruth == 0 ? 1 : 1 - ((joint - ofGiven) / ofTruth);
        double completeness = ofGiven == 0 ? 1 : 1 - ((joint - ofTruth) / ofGiven);
        return homogeneity + completeness == 0 ? 0 : 2 * homogeneity * completeness / (homogeneity + completeness);
    }

    /// <summary>Expected calibration error over ten bins of equal width.</summary>
    public static double CalibrationError(IReadOnlyList<(double Confidence, bool IsRight)> claims)
    {
        const int bins = 10;
        double[] sum = new double[bins];
        int[] count = new int[bins], right = new int[bins];
        foreach ((double confidence, bool isRight) in claims)
        {
            int bin = Math.Min((int)(confidence * bins), bins - 1);
            sum[bin] += confidence;
            count[bin]++;
            if (isRight) right[bin]++;
        }

        double error = 0;
        for (int i = 0; i < bins; i++)
        {
            if (count[i] > 0) error += Math.Abs(sum[i] - right[i]) / claims.Count;
        }

        return claims.Count == 0 ? double.NaN : error;
    }

    // In order of first appearance, so that the sum is the same each time.
    private static double Entropy<T>(IReadOnlyList<T> labels)
        where T : notnull
    {
        Dictionary<T, int> index = [];
        List<int> counts = [];
        foreach (T label in labels)
        {
            if (!index.TryGetValue(label, out int i))
            {
                index[label] = i = counts.Count;
                counts.Add(0);
            }

            counts[i]++;
        }

        return -counts.Sum(c => (double)c / labels.Count * Math.Log((double)c / labels.Count));
    }
}
