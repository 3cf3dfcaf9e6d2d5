using Qbitel.Discovery.Boundaries.Evidence;
using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries.Typing;

/// <summary>Bytes that may tell the type of a message.</summary>
internal sealed record TypeKey(int Start, int Length)
{
    public double Gain { get; init; }

    /// <summary>In hex; empty for messages too short to have it.</summary>
    public string ValueOf(Sample sample) => sample.Bytes.Length < Start + Length ? ""
        : Convert.ToHexStringLower(sample.Bytes.Span.Slice(Start, Length));
}

/// <summary>Finds the key whose values save the most bits.</summary>
internal static class TypeKeys
{
    private const int MaxOffset = 24;
    private const int MaxTypes = 64;
    private const int Columns = 48;
    private const double MinGainShare = 0.015;
    private const double NearBest = 0.5;
    private const double LengthWeight = 3;
    private const double DirectionWeight = 6;
    private const double TypeCost = 6;
    private const double MaxOfFlow = 0.8;
    private const double MinKeyBits = 0.1;

    private const double Prior = 1;

    public static TypeKey? Best(IReadOnlyList<Sample> samples) => All(samples).FirstOrDefault();

    /// <summary>Keys worth having, the best first.</summary>
    public static List<TypeKey> All(IReadOnlyList<Sample> samples)
    {
        if (samples.Count < 8) return [];
        byte[][] bytes = [.. samples.Select(s => s.Bytes.ToArray())];
        int[] all = [.. Enumerable.Range(0, samples.Count)];
        int[] directions = [.. samples.Select(s => (int)s.Direction)];
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        int[] flows = [.. samples.Select(m => names.TryGetValue(m.Flow.Name, out int f) ? f
            : names[m.Flow.Name] = names.Count)];
        int[][] counts = [.. Enumerable.Range(0, Columns + 2).Select(c => Counts(bytes, directions, all, c))];
        double[] whole = Costs(bytes, directions, all, null);
        List<TypeKey> keys = [];
        int reach = Math.Min(MaxOffset, bytes.Min(b => b.Length));
        foreach (int width in (int[])[1, 2, 4])
        {
            for (int at = 0; at + width <= reach; at++)
            {
                if (Score(bytes, directions, whole, counts, flows, at, width) is { } key) keys.Add(key);
            }
        }

        if (keys.Count == 0) return [];
        double near = NearBest * keys.Max(k => k.Gain);
        return [.. keys.Where(k => k.Gain >= near).OrderBy(k => k.Start + k.Length).ThenBy(k => k.Length)];
    }

    private static TypeKey? Score(byte[][] bytes, int[] directions, double[] whole, int[][] counts, int[] flows,
        int at, int width)
    {
        int[][] groups = [.. Enumerable.Range(0, bytes.Length)
            .GroupBy(i => Convert.ToHexString(bytes[i].AsSpan(at, width)), StringComparer.Ordinal).Select(g =>
                g.ToArray())];
        if (groups.Length < 2 || groups.Length > Math.Min(MaxTypes, bytes.Length / 3)) return null;
        if (IsOfFlow(groups, flows, directions)) return null;
        if (Enumerable.Range(at, width).Any(c => IsLength(bytes, c, 1) || IsText(bytes, c))) return null;

        double before = 0, after = 0;
        double[] sum = new double[whole.Length];
        foreach (int[] group in groups)
        {
            double[] costs = Costs(bytes, directions, group, counts);
            for (int c = 0; c < sum.Length; c++) sum[c] += costs[c];
        }

        for (int c = 0; c < whole.Length; c++)
        {
            if (c >= at && c < at + width) continue;
            before += whole[c];
            after += sum[c];
        }

        double gain = (before - after - (groups.Length * TypeCost)) / before;
        double entropy = groups.Sum(g => (double)g.Length / bytes.Length * Math.Log2((double)bytes.Length / g.Length));
        return gain < MinGainShare ? null : new TypeKey(at, width) { Gain = gain / Math.Sqrt(entropy + 0.5) };
    }

    // What a conversation keeps is its number and no type, but for what it keeps because all it has goes one way.
    private static bool IsOfFlow(int[][] groups, int[] flows, int[] directions)
    {
        int[] keys = new int[flows.Length];
        for (int k = 0; k < groups.Length; k++)
        {
            foreach (int i in groups[k]) keys[i] = k;
        }

        int count = flows.Max() + 1;
        return count >= 3 && keys.Length >= 3 * count && ShareToldBy(flows, keys, new int[keys.Length]) > MaxOfFlow
            && ShareToldBy(flows, keys, directions) > MaxOfFlow;
    }

    // How much of what the keys say, beyond what is given, the flows say as well.
    private static double ShareToldBy(int[] flows, int[] keys, int[] given)
    {
        double alone = Bits(i => (given[i], 0, 0));
        double ofKeys = Bits(i => (given[i], keys[i], 0)) - alone;
        double ofFlows = Bits(i => (given[i], 0, flows[i])) - alone;
        double both = Bits(i => (given[i], keys[i], flows[i])) - alone;
        return ofKeys < MinKeyBits ? 0 : (ofKeys + ofFlows - both) / ofKeys;

        double Bits(Func<int, (int, int, int)> value) => Enumerable.Range(0, keys.Length).GroupBy(value)
            .Sum(g => (double)g.Count() / keys.Length * Math.Log2((double)keys.Length / g.Count()));
    }

    // Far into a message a text is hardly its type.
    private static bool IsText(byte[][] bytes, int at) => at >= 6
        && bytes.Count(b => ByteRuns.IsPrintable(b[at]) || b[at] == 0) > 0.9 * bytes.Length
        && bytes.Count(b => ByteRuns.IsPrintable(b[at])) > 0.7 * bytes.Length;

    // What moves with the length of the message is no type.
    private static bool IsLength(byte[][] bytes, int at, int width)
    {
        Dictionary<long, int> addends = [], lengths = [];
        foreach (byte[] message in bytes)
        {
            long value = 0;
            for (int k = 0; k < width; k++) value = (value << 8) | message[at + k];
            long addend = (message.Length & 0xFF) - (value & 0xFF) & 0xFF;
            addends[addend] = addends.GetValueOrDefault(addend) + 1;
            lengths[message.Length] = lengths.GetValueOrDefault(message.Length) + 1;
        }

        return lengths.Count > 2 && addends.Values.Max() >= 0.95 * bytes.Length;
    }

    // Bits of each column of the messages: coded as in all messages together, or where that is shorter by how often a
    // value came before in this group. Then those of the lengths and of the directions.
    private static double[] Costs(byte[][] bytes, int[] directions, int[] members, int[][]? whole)
    {
        double[] costs = new double[Columns + 2];
        for (int c = 0; c < costs.Length; c++)
        {
            int[] counts = Counts(bytes, directions, members, c);
            int present = counts.Sum();
            if (whole is null)
            {
                costs[c] = Plain(counts, counts, present);
                continue;
            }

            int all = whole[c].Sum();
            costs[c] = 0.5 + Math.Min(Cost(counts, whole[c], all, present), Plain(counts, whole[c], all));
        }

        costs[Columns] *= LengthWeight;
        costs[Columns + 1] *= DirectionWeight;
        return costs;
    }

    private static int[] Counts(byte[][] bytes, int[] directions, int[] members, int column)
    {
        int[] counts = new int[256];
        foreach (int i in members)
        {
            if (column == Columns)
                counts[bytes[i].Length & 0xFF]++;
            else if (column > Columns)
                counts[directions[i]]++;
            else if (column < bytes[i].Length)
                counts[Class(bytes[i][column])]++;
        }

        return counts;
    }

    // Types differ in structure, so the kind of a byte counts and not its value; small numbers are told apart.
    private static int Class(byte b) => b switch
    {
        < 16 => b,
        < 0x20 => 16,
        0x20 => 17,
        0xFF => 18,
        _ when ByteRuns.IsDigit(b) => 19,
        _ when char.IsAsciiLetter((char)b) => 20,
        < 0x7F => 21,
        < 0xC0 => 22,
        _ => 23,
    };

    private static double Plain(int[] counts, int[] whole, int total)
    {
        double bits = 0;
        for (int v = 0; v < counts.Length; v++)
        {
            if (counts[v] > 0) bits += counts[v] * Math.Log2((double)total / whole[v]);
        }

        return bits;
    }

    // Polya's urn that begins with what the whole trace shows, as if one message had been seen.
    private static double Cost(int[] counts, int[] whole, int all, int total)
    {
        if (total == 0) return 0;
        double log = LogGamma(Prior) - LogGamma(total + Prior);
        for (int v = 0; v < counts.Length; v++)
        {
            if (counts[v] == 0) continue;
            double share = Prior * whole[v] / all;
            log += LogGamma(counts[v] + share) - LogGamma(share);
        }

        return -log / Math.Log(2);
    }

    // Stirling's series after shifting the argument up.
    private static double LogGamma(double x)
    {
        double shift = 0;
        while (x < 8)
        {
            shift -= Math.Log(x);
            x++;
        }

        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x))
            - (1 / (360 * x * x * x));
    }
}
