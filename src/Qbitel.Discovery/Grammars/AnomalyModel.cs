using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars;

/// <summary>How a message compares with those that were learnt from.</summary>
/// <param name="Score">Bits a byte above the mean of the calibration, in its standard deviations.</param>
/// <param name="IsAlarm">Above the threshold, or one field is, or something does not hold that always held.</param>
/// <param name="Path">The field that surprises most, or that does not hold.</param>
/// <param name="Offset">Where it is.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Bits">Its surprise.</param>
/// <param name="Finding">What does not hold; null where the message reads to its end.</param>
/// <param name="NewType">The value of the type key, where no message of the baseline had it.</param>
/// <param name="BitsPerByte">How well the grammar fits it: of several, the one with the fewest is its own.</param>
internal sealed record MessageScore(double Score, bool IsAlarm, string Path, int Offset, int Length, double Bits,
    LayoutFinding? Finding, string? NewType, double BitsPerByte);

/// <summary>A grammar with a threshold: each message of the baseline was scored by a grammar learnt without
/// it.</summary>
internal sealed class AnomalyModel
{
    private const int Folds = 5;

    private readonly ProtocolGrammar _grammar;
    private readonly RuleTrust _trust;
    private readonly double _mean, _deviation, _peak;
    private readonly FieldPeaks _peaks;

    private AnomalyModel(ProtocolGrammar grammar, RuleTrust trust, List<Unseen> unseen)
    {
        _grammar = grammar;
        _trust = trust;
        _peaks = new FieldPeaks(Folds, [.. unseen.Select(m => (m.Fold, m.Surprises))]);
        double[] bits = [.. unseen.Select(m => m.BitsPerByte)];
        double[] rarities = [.. unseen.Select(m => _peaks.Of(m.Surprises, m.Fold)?.Rarity ?? 0)];
        _peak = Math.Max(Tail.Threshold(rarities), -Math.Log2(1 - Tail.Quantile));
        _mean = bits.Length == 0 ? 0 : bits.Average();
        // Bits of a sample that are all the same would make any other message infinitely far.
        _deviation = bits.Length < 2 ? 1
            : Math.Max(Math.Sqrt(bits.Sum(b => (b - _mean) * (b - _mean)) / (bits.Length - 1)), 0.01);
        double[] scores = [.. bits.Select(b => (b - _mean) / _deviation)];
        Threshold = scores.Length < FieldPeaks.Enough ? double.PositiveInfinity : Tail.Threshold(scores);
        Calibrated = unseen.Count;
        FalseAlarms = unseen.Where((m, i) => (m.Parsed.Type is not null && scores[i] > Threshold) || rarities[i] > _peak
            || m.Parsed.Findings.Any(f => _trust.IsFirm(f, m.Parsed))).Count();
    }

    /// <summary>The empirical 99.9 % quantile of the calibration; where it has fewer than 1,000 scores, that of an
    /// exponential tail through the highest of them, and never below the largest.</summary>
    public double Threshold { get; }

    /// <summary>Messages scored for the calibration.</summary>
    public int Calibrated { get; }

    public int FalseAlarms { get; }

    public ProtocolGrammar Grammar => _grammar;

    /// <summary>The share of good messages that raise an alarm: 95 % confidence, Clopper and Pearson.</summary>
    public (double Low, double High) FalseAlarmRate => Binomial.Interval(FalseAlarms, Calibrated);

    public static AnomalyModel Learn(InferredProtocol protocol)
    {
        List<Unseen> unseen = [];
        for (int fold = 0; fold < Folds && protocol.Samples.Count >= 2 * Folds; fold++)
        {
            // Stretches of the trace, as what is judged comes later and numbers move on.
            int from = First(fold), to = First(fold + 1);
            ProtocolGrammar grammar = ProtocolGrammar.Learn(protocol, i => i < from || i >= to, hasOther: true);
            for (int i = from; i < to; i++)
            {
                ParsedMessage parsed = LayoutParser.Parse(grammar.Layout, protocol.Samples[i].Bytes);
                unseen.Add(new Unseen(fold, parsed, grammar.Surprises(parsed), BitsPerByte(grammar, parsed)));
            }
        }

        ProtocolGrammar all = ProtocolGrammar.Learn(protocol, hasOther: true);
        return new AnomalyModel(all, new RuleTrust(all.Layout, protocol.Samples.Select(s => s.Bytes),
            unseen.Select(m => m.Parsed)), unseen);

        int First(int fold) => (int)((long)fold * protocol.Samples.Count / Folds);
    }

    public MessageScore Score(ReadOnlyMemory<byte> message)
    {
        ParsedMessage parsed = LayoutParser.Parse(_grammar.Layout, message);
        double own = BitsPerByte(_grammar, parsed), score = (own - _mean) / _deviation;
        IReadOnlyList<Surprise> surprises = _grammar.Surprises(parsed);
        Surprise most = surprises.OrderByDescending(s => s.Bits / Math.Sqrt(Math.Max(s.Length, 1)))
            .FirstOrDefault(new Surprise("(message)", 0, message.Length, 0));
        LayoutFinding? broken = parsed.Findings.FirstOrDefault(f => _trust.IsFirm(f, parsed));
        if (broken is null && _peaks.Of(surprises) is { } peak && peak.Rarity > _peak)
            return Scored(true, peak.Surprise, null);

        // Of a type that was never seen nothing but the type was read.
        return Scored(broken is not null || (score > Threshold && parsed.Type is not null),
            broken is null ? most : new Surprise(broken.Path, broken.Offset, 1, most.Bits),
            broken ?? (parsed.Findings.Count > 0 ? parsed.Findings[0] : null));

        MessageScore Scored(bool isAlarm, Surprise at, LayoutFinding? finding) => new(score, isAlarm, at.Path, at.Start,
            at.Length, at.Bits, finding, _trust.NewType(message), own);
    }

    // What was not read costs its bytes in full, and each thing that does not hold what a check of 16 bits would.
    private static double BitsPerByte(ProtocolGrammar grammar, ParsedMessage parsed)
    {
        double bits = grammar.Surprises(parsed).Where(s => !s.IsWithin).Sum(s => s.Bits)
            + (16.0 * parsed.Findings.Count) + (8.0 * (parsed.Bytes.Length - parsed.PrefixEnd));
        return bits / Math.Max(parsed.Bytes.Length, 1);
    }

    // A message, and what a grammar learnt without its part of the trace made of it.
    private sealed record Unseen(int Fold, ParsedMessage Parsed, IReadOnlyList<Surprise> Surprises, double BitsPerByte);
}
