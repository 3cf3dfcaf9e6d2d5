namespace Qbitel.Discovery.Grammars;

/// <summary>The rules of a grammar while it is learnt: numbered alternatives of named symbols.</summary>
internal sealed class RuleBook
{
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);

    public List<(string Symbol, IReadOnlyList<string> Symbols)> Rules { get; } = [];

    public double[] Probability { get; private set; } = [];

    /// <summary>The number of a rule, which is made where it is new.</summary>
    public int this[string symbol, params string[] symbols]
    {
        get
        {
            string text = $"{symbol}\0{string.Join('\0', symbols)}";
            if (_byText.TryGetValue(text, out int known)) return known;
            Rules.Add((symbol, symbols));
            return _byText[text] = Rules.Count - 1;
        }
    }

    /// <summary>
    /// Probabilities from the forests of all messages by expectation and maximisation, with a Dirichlet prior of 0.5
    /// over the alternatives of each symbol. Where every message has one derivation the first round is the last.
    /// </summary>
    public void Estimate(IReadOnlyList<ForestNode> forests)
    {
        const int MaxRounds = 30;
        Dictionary<string, int> alternatives = Rules.GroupBy(r => r.Symbol, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        Probability = [.. Rules.Select(r => 1.0 / alternatives[r.Symbol])];
        double before = double.NegativeInfinity;
        for (int round = 0; round < MaxRounds; round++)
        {
            double[] expected = new double[Rules.Count];
            double now = forests.Sum(f => ParseForest.Expect(f, Probability, expected));
            Dictionary<string, double> total = new(StringComparer.Ordinal);
            for (int i = 0; i < Rules.Count; i++)
                total[Rules[i].Symbol] = total.GetValueOrDefault(Rules[i].Symbol) + expected[i] + 0.5;

            for (int i = 0; i < Rules.Count; i++) Probability[i] = (expected[i] + 0.5) / total[Rules[i].Symbol];
            if (now - before < 1e-6 * Math.Abs(now)) break;
            before = now;
        }
    }
}
