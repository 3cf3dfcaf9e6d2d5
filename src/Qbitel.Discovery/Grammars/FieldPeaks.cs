using Surprises = System.Collections.Generic.IReadOnlyList<(string Path, int Start, int Length, double Bits)>;

namespace Qbitel.Discovery.Grammars;

/// <summary>Whether one field of a message surprises far more than it did in good ones. A long message hides a strange
/// field in its mean.</summary>
/// <remarks>A field is compared with its own surprises in messages scored by a grammar learnt without them, and the one
/// that good messages reach least often is the message's peak. A field that no such message had is not judged.</remarks>
internal sealed class FieldPeaks
{
    private readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal);

    /// <param name="folds">The parts of the baseline.</param>
    /// <param name="scored">What surprised in each message, and the part it belongs to.</param>
    public FieldPeaks(int folds, IReadOnlyList<(int Fold, Surprises Surprises)> scored)
    {
        foreach ((int fold, Surprises surprises) in scored)
        {
            foreach ((string path, _, int length, double bits) in surprises)
            {
                if (!_fields.TryGetValue(Key(path), out Field? own)) _fields[Key(path)] = own = new Field();
                own.Seen.Add((fold, bits, length));
            }
        }

        foreach (Field field in _fields.Values) field.Order();
        // What has hardly varied so far varies as others do.
        double usual = _fields.Count == 0 ? 1 : _fields.Values.Average(f => f.MeanExcess(-1));
        foreach (Field field in _fields.Values) field.Tails = [.. Enumerable.Range(-1, folds + 1).Select(without => field.TailOf(without, usual))];
    }

    /// <param name="surprises">Those of a message.</param>
    /// <param name="without">The fold it belongs to; -1 where it belongs to none.</param>
    /// <returns>The field, and in bits how seldom a good message has one as high.</returns>
    public (string Path, int Start, int Length, double Bits, double Rarity)? Of(Surprises surprises, int without = -1)
    {
        (string, int, int, double, double Rarity)? peak = null;
        foreach ((string path, int start, int length, double bits) in surprises)
        {
            if (!_fields.TryGetValue(Key(path), out Field? own)) continue;
            double rarity = own.Tails[without + 1].Rarity(own.Height(bits, length));
            if (peak is null || rarity > peak.Value.Rarity) peak = (path, start, length, bits, rarity);
        }

        return peak;
    }

    /// <summary>A path without numbers of items, which are alike whatever their number.</summary>
    public static string Key(string path)
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

    private sealed class Field
    {
        private double _usual;
        private (int Fold, double Height)[] _ordered = [];

        public List<(int Fold, double Bits, int Length)> Seen { get; } = [];

        public Tail[] Tails { get; set; } = [];

        public void Order()
        {
            _usual = Seen.Sum(s => s.Bits) / Math.Max(Seen.Sum(s => (long)s.Length), 1);
            _ordered = [.. Seen.Select(s => (s.Fold, Height: Height(s.Bits, s.Length))).OrderBy(s => s.Height)];
            Seen.Clear();
        }

        // What it surprises beyond the bits a byte that are usual, for its size: a longer one of the same kind is no news.
        public double Height(double bits, int length) => (bits - (_usual * length)) / Math.Sqrt(Math.Max(length, 1));

        public double MeanExcess(int without) => Tail.Of(Heights(without)).MeanExcess;

        public Tail TailOf(int without, double usual) => Tail.Of(Heights(without), usual);

        private double[] Heights(int without) => [.. _ordered.Where(s => s.Fold != without).Select(s => s.Height)];
    }
}
