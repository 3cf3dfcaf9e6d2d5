using System.Globalization;
using System.Text;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>What named values of text are: dates, counters, check digits, codes and words.</summary>
internal static class TextMeanings
{
    private const int MinValues = 8, MinDistinct = 5, MaxLooked = 1_000, MaxStep = 16;

    /// <summary>The fields with the meaning of their name's values, where one is proved.</summary>
    public static IReadOnlyList<IReadOnlyList<Hint>> Apply(IReadOnlyList<IReadOnlyList<Hint>> hints,
        IReadOnlyList<Sample> samples)
    {
        Dictionary<string, List<(int Sample, string Text)>> values = new(StringComparer.Ordinal);
        for (int i = 0; i < hints.Count; i++)
        {
            foreach (Hint hint in hints[i].Where(IsOpen))
            {
                if (!values.TryGetValue(hint.Name!, out List<(int, string)>? own)) values[hint.Name!] = own = [];
                if (own.Count < MaxLooked)
                    own.Add((i, Encoding.Latin1.GetString(samples[i].Bytes.Span.Slice(hint.Start, hint.Length))));
            }
        }

        Dictionary<string, (string Semantic, Relation Relation)> found = new(StringComparer.Ordinal);
        foreach ((string name, List<(int, string)> own) in values)
            if (Of(own, samples) is { } meaning) found[name] = meaning;
        if (found.Count == 0) return hints;

        return [.. hints.Select(own => (IReadOnlyList<Hint>)[.. own.Select(hint =>
            IsOpen(hint) && found.TryGetValue(hint.Name!, out (string Semantic, Relation Relation) meaning)
                ? hint with { Semantic = meaning.Semantic, Relation = meaning.Relation } : hint)])];
    }

    private static bool IsOpen(Hint hint) => hint is { Type: "ascii", Semantic: "unknown", Name: not null };

    private static (string Semantic, Relation Relation)? Of(List<(int Sample, string Text)> values,
        IReadOnlyList<Sample> samples)
    {
        if (values.Count < MinValues) return null;
        List<string> distinct = [.. values.Select(v => v.Text).Distinct(StringComparer.Ordinal)];
        if (distinct.Count < MinDistinct) return null;

        if (FieldMeaning.OfText(distinct) is { } digits) return digits;
        if (Stamps(distinct) is { } stamps && FieldMeaning.OfText(stamps) is { } stamp) return stamp;
        if (Steps(values, samples) is { } counter) return counter;
        if (distinct.All(t => t.Length is 8 or 11 && Bic.TryParse(t, out _)))
        {
            // Two letters of a country among 676, and six other characters that are letters or digits.
            return ("id", new Relation(RelationKind.CheckDigits, string.Create(CultureInfo.InvariantCulture,
                $"has the form and country of a BIC in {distinct.Count} of {distinct.Count} different values, "
                + $"{Chance.Words(distinct.Count * Math.Log(0.37))}"),
                Chance.Share(distinct.Count, distinct.Count)));
        }

        int words = distinct.Count(IsWords);
        return words >= 0.9 * distinct.Count ? ("string", new Relation(RelationKind.Text, string.Create(
            CultureInfo.InvariantCulture, $"is words in {words} of {distinct.Count} different values"),
            Chance.Share(words, distinct.Count))) : null;
    }

    // Dates and times with signs between them: the signs must stand at the same places.
    private static List<string>? Stamps(List<string> distinct)
    {
        string form = Signs(distinct[0]);
        if (distinct[0].Length < 8 || form.Length == 0) return null;
        List<string> stamps = [];
        foreach (string text in distinct)
        {
            if (Signs(text) != form) return null;
            string digits = string.Concat(text.Where(char.IsAsciiDigit));
            if (digits.Length < 6 || text.Any(char.IsAsciiLetterLower)) return null;
            stamps.Add(digits.Length >= 14 ? digits[..14] : digits);
        }

        return [.. stamps.Distinct(StringComparer.Ordinal)];

        static string Signs(string text) => string.Concat(text.Select((c, i) => (c, i))
            .Where(p => p.c is '-' or ':' or '/' or 'T' or 'Z' or '.' or ' ' or '+')
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.i}{p.c}")));
    }

    private static (string Semantic, Relation Relation)? Steps(List<(int Sample, string Text)> values,
        IReadOnlyList<Sample> samples)
    {
        Dictionary<(string, FlowDirection), long> last = [];
        int steps = 0, small = 0;
        foreach ((int i, string text) in values)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)) return null;
            (string, FlowDirection) key = (samples[i].Flow.Name, samples[i].Direction);
            if (last.TryGetValue(key, out long before))
            {
                steps++;
                if (value > before && value - before <= MaxStep) small++;
            }

            last[key] = value;
        }

        double log = Chance.LogTail(small, steps, 0.5); // of two different values one is greater
        return steps < MinValues || small < 0.95 * steps || log > Math.Log(1e-6) ? null
            : ("sequence", new Relation(RelationKind.Sequence, string.Create(CultureInfo.InvariantCulture,
                $"grows by 1 to {MaxStep} within a flow in {small} of {steps} steps, {Chance.Words(log)}"),
                Chance.Share(small, steps)));
    }

    private static bool IsWords(string text)
    {
        int letters = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiLetter(c)) letters++;
            else if (c is not (' ' or '.' or ',' or '-' or '\'' or '&')) return false;
        }

        return letters >= 3 && text.Contains(' ', StringComparison.Ordinal);
    }
}
