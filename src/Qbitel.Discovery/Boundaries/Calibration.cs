namespace Qbitel.Discovery.Boundaries;

/// <summary>From a raw confidence to the share of fields that had it and were right: a rising staircase.</summary>
internal sealed class Calibration(float[] raw, float[] share)
{
    public static readonly Calibration Identity = new([0, 1], [0, 1]);

    /// <summary>Between the steps it goes straight.</summary>
    public double Of(double confidence)
    {
        int at = Array.BinarySearch(raw, (float)confidence);
        if (at >= 0) return share[at];
        at = ~at;
        if (at == 0) return share[0];
        if (at == raw.Length) return share[^1];
        double part = (confidence - raw[at - 1]) / (raw[at] - raw[at - 1]);
        return share[at - 1] + (part * (share[at] - share[at - 1]));
    }

    /// <summary>Pools neighbours until the shares rise (pool adjacent violators).</summary>
    /// <param name="claims">What was said, and whether it was right.</param>
    /// <param name="kept">How much of a share's distance from the mean of all is kept; the order stays.</param>
    public static Calibration Fit(IEnumerable<(double Raw, bool IsRight, double Weight)> claims, double kept = 1)
    {
        List<(double Raw, double Right, double Weight)> pools = [];
        foreach (IGrouping<int, (double Raw, bool IsRight, double Weight)> bin in claims
            .GroupBy(c => (int)(c.Raw * 200)).OrderBy(g => g.Key))
        {
            double weight = bin.Sum(c => c.Weight);
            pools.Add((bin.Sum(c => c.Raw * c.Weight), bin.Sum(c => c.IsRight ? c.Weight : 0), weight));
            while (pools.Count > 1 && pools[^2].Right / pools[^2].Weight >= pools[^1].Right / pools[^1].Weight)
            {
                (double r, double y, double w) = pools[^1];
                pools.RemoveAt(pools.Count - 1);
                pools[^1] = (pools[^1].Raw + r, pools[^1].Right + y, pools[^1].Weight + w);
            }
        }

        if (pools.Count == 0) return Identity;
        double mean = pools.Sum(p => p.Right) / pools.Sum(p => p.Weight);
        List<float> raw = [], share = [];
        foreach ((double r, double right, double weight) in pools)
        {
            float x = (float)(r / weight);
            if (raw.Count > 0 && x <= raw[^1]) continue;
            raw.Add(x);
            share.Add((float)(mean + (kept * ((right / weight) - mean))));
        }

        return new Calibration([.. raw], [.. share]);
    }

    public void WriteTo(BinaryWriter writer)
    {
        writer.Write((ushort)raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            writer.Write(raw[i]);
            writer.Write(share[i]);
        }
    }

    public static Calibration Read(BinaryReader reader)
    {
        int count = reader.ReadUInt16();
        if (count == 0) throw new InvalidDataException("The model has no calibration.");
        float[] raw = new float[count], share = new float[count];
        for (int i = 0; i < count; i++) (raw[i], share[i]) = (reader.ReadSingle(), reader.ReadSingle());
        return new Calibration(raw, share);
    }
}
