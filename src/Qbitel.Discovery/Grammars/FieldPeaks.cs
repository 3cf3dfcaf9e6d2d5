namespace Qbitel.Discovery.Grammars;

/// <summary>Whether one field of a message surprises far more than it did in good ones. A long message hides a
/// strange field in its mean.</summary>
/// <remarks>A field is compared with its own surprises in messages scored by a grammar learnt without them, and the
/// one that good messages reach least often is the message's peak. A field that few of them had is not judged.
/// </remarks>
internal sealed class FieldPeaks
{
    /// <summary>Messages, or fields, from which one in a thousand can be told: fewer say nothing of what is so rare.
    /// </summary>
    public const int Enough = 30;

    private const double Chance = 5; // bits: of 32 fields that stand still one looks as if it moved

    private readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal);

    /// <param name="folds">The parts of the baseline.</param>
    /// <param name="scored">What surprised in each message, and the part it belongs to.</param>
    public FieldPeaks(int folds, IReadOnlyList<(int Fold, IReadOnlyList<Surprise> Surprises)> scored)
    {
        foreach ((int fold, IReadOnlyList<Surprise> surprises) in scored)
        {
            foreach (Surprise surprise in surprises.Where(s => s.IsOfValue))
            {
                if (!_fields.TryGetValue(surprise.Key, out Field? own)) _fields[surprise.Key] = own = new Field();
                own.Seen.Add((fold, surprise.Bits, surprise.Length));
            }
        }

        foreach (Field field in _fields.Values) field.Order();
        // What has hardly varied so far varies as others do.
        double usual = _fields.Count == 0 ? 1 : _fields.Values.Average(f => f.MeanExcess);
        foreach (Field field in _fields.Values) field.Fit(folds, usual);
    }

    /// <param name="surprises">Those of a message.</param>
    /// <param name="without">The fold it belongs to; -1 where it belongs to none.</param>
    /// <returns>The field, and in bits how seldom a good message has one as high.</returns>
    public (Surprise Surprise, double Rarity)? Of(IReadOnlyList<Surprise> surprises, int without = -1)
    {
        (Surprise, double Rarity)? peak = null;
        foreach (Surprise surprise in surprises)
        {
            if (!_fields.TryGetValue(surprise.Key, out Field? own) || own.Count < Enough) continue;
            double rarity = own.Tails[without + 1].Rarity(own.Height(surprise.Bits, surprise.Length)) - own.Drift;
            rarity = Math.Min(rarity, surprise.Bits); // what is expected once in eight is no rarer than that
            if (peak is null || rarity > peak.Value.Rarity) peak = (surprise, rarity);
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

        public int Count => _ordered.Length;

        public double MeanExcess => Tail.Of(Heights(-1)).MeanExcess;

        /// <summary>One for all messages, then those without one part each.</summary>
        public Tail[] Tails { get; private set; } = [];

        /// <summary>How much rarer its values are in a part than the other parts let expect: they move on.</summary>
        public double Drift { get; private set; }

        public void Order()
        {
            _usual = Seen.Sum(s => s.Bits) / Math.Max(Seen.Sum(s => (long)s.Length), 1);
            _ordered = [.. Seen.Select(s => (s.Fold, Height: Height(s.Bits, s.Length))).OrderBy(s => s.Height)];
            Seen.Clear();
        }

        // What it surprises beyond the bits a byte that are usual, for its size: a longer one of its kind is no news.
        public double Height(double bits, int length) => (bits - (_usual * length)) / Math.Sqrt(Math.Max(length, 1));

        public void Fit(int folds, double usual)
        {
            Tails = [.. Enumerable.Range(-1, folds + 1).Select(without => Tail.Of(Heights(without), usual))];
            double rarest = _ordered.Max(s => Tails[s.Fold + 1].Rarity(s.Height));
            Drift = Math.Max(0, rarest - Math.Log2(_ordered.Length) - Chance);
        }

        private double[] Heights(int without) => [.. _ordered.Where(s => s.Fold != without).Select(s => s.Height)];
    }
}
