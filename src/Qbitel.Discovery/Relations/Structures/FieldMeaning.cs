using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>What the values of one field are, told by what all of them satisfy and random ones would not.</summary>
internal static class FieldMeaning
{
    private const int MinDates = 20, MinChecked = 10;

    // A value seen in so many fields by chance must still be unlikely when every field of a trace is tried.
    private static readonly double Needed = Math.Log(1e-6);

    public static (string Semantic, Relation Relation) Of(IReadOnlyList<ReadOnlyMemory<byte>> values, string type,
        TextCode code)
    {
        if (values.All(v => IsAll(v.Span, 0)) || values.All(v => IsAll(v.Span, code.Blank)))
        {
            return ("padding", new Relation(RelationKind.Padding, string.Create(CultureInfo.InvariantCulture,
                $"is filled with {values[0].Span[0]:X2} in all {values.Count} messages"),
                Chance.Share(values.Count, values.Count)));
        }

        string[] texts = [.. values.Select(v => Text(v.Span, type, code)).Distinct(StringComparer.Ordinal)];
        if (type is "packed" && values.Any(v => (v.Span[^1] & 0xF) == 0xD)
            && values.Any(v => (v.Span[^1] & 0xF) == 0xC))
        {
            return ("amount", new Relation(RelationKind.PackedDecimal, string.Create(CultureInfo.InvariantCulture,
                $"is packed decimal with both signs in {values.Count} of {values.Count} messages"),
                Chance.Share(values.Count, values.Count)));
        }

        if (type.StartsWith("zoned-", StringComparison.Ordinal))
        {
            bool[] signs = [.. values.Where(v => code.TryOverpunch(v.Span[^1], out _, out _))
                .Select(v => code.TryOverpunch(v.Span[^1], out _, out bool isNegative) && isNegative).Distinct()];
            return (signs.Length > 1 ? "amount" : "unknown", new Relation(RelationKind.ZonedDecimal,
                string.Create(CultureInfo.InvariantCulture, $"is zoned decimal with {(signs.Length > 1 ? "both signs"
                    : "a sign over the last digit")} in {values.Count} of {values.Count} messages"),
                Chance.Share(values.Count, values.Count)));
        }

        if (OfText(texts) is { } found) return found;
        if (type == "packed")
        {
            return ("unknown", new Relation(RelationKind.PackedDecimal, string.Create(CultureInfo.InvariantCulture,
                $"is packed decimal, digits and a sign, in {values.Count} of {values.Count} messages"),
                Chance.Share(values.Count, values.Count)));
        }

        int words = values.Count(v => IsWords(v.Span, code));
        return type is "ascii" or "ebcdic" && words > 0.9 * values.Count && texts.Length > 1
            ? ("string", new Relation(RelationKind.Text, string.Create(CultureInfo.InvariantCulture,
                $"is words filled with blanks in {words} of {values.Count} messages"),
                Chance.Share(words, values.Count)))
            : ("unknown", new Relation(RelationKind.Text, string.Create(CultureInfo.InvariantCulture,
                $"holds bytes of one kind between others in {values.Count} messages"),
                Chance.Share(values.Count, values.Count)));
    }

    /// <summary>Dates, times, check digits and codes of text; null where nothing is proved.</summary>
    public static (string Semantic, Relation Relation)? OfText(IReadOnlyList<string> distinct)
    {
        if (distinct.Count == 0) return null;
        foreach ((string form, double chance, string semantic) in DigitDates.Forms)
        {
            if (distinct.Count <= MinDates || distinct[0].Length != form.Length) continue;
            int holding = distinct.Count(t => DigitDates.Holds(form, t));
            double log = Chance.LogTail(holding, distinct.Count, chance);
            if (holding < 0.99 * distinct.Count || log > Needed) continue;
            return (semantic, new Relation(RelationKind.Timestamp, string.Create(CultureInfo.InvariantCulture,
                $"is a valid {form} in {holding} of {distinct.Count} different values, {Chance.Words(log)}"),
                Chance.Share(holding, distinct.Count))
            { Parameters = [new("form", form)] });
        }

        if (distinct.Count >= MinChecked && distinct.All(t => Pan.TryParse(t, out _)))
        {
            return ("id", Checked("Luhn", distinct.Count, 10));
        }

        if (distinct.Count >= MinChecked && distinct.All(t => AbaRoutingNumber.TryParse(t, out _)))
        {
            return ("id", Checked("ABA 3-7-1", distinct.Count, 10));
        }

        return distinct.Count >= 5 && distinct.All(t => Iban.TryParse(t, out _))
            ? ("id", Checked("IBAN modulo 97", distinct.Count, 97)) : null;
    }

    private static Relation Checked(string rule, int count, double oneIn) => new(RelationKind.CheckDigits,
        string.Create(CultureInfo.InvariantCulture,
            $"has the check digits of {rule} in {count} of {count} different values, "
            + $"{Chance.Words(-count * Math.Log(oneIn))}"),
        Chance.Share(count, count))
    { Parameters = [new("rule", rule)] };

    private static string Text(ReadOnlySpan<byte> value, string type, TextCode code)
    {
        if (type != "packed")
            return code.Name == "ascii" ? System.Text.Encoding.Latin1.GetString(value) : code.Digits(value);

        string digits = Convert.ToHexString(value)[..^1];
        // Of an even number of digits the first half byte is a zero.
        return digits.Length is 9 or 7 && digits[0] == '0' ? digits[1..] : digits;
    }

    private static bool IsWords(ReadOnlySpan<byte> value, TextCode code)
    {
        int letters = 0;
        foreach (byte b in value)
        {
            if (code.IsLetter(b)) letters++;
            else if (code.IsDigit(b) || !code.IsPrinted(b)) return false;
        }

        return letters > 2 && code.IsLetter(value[0]);
    }

    private static bool IsAll(ReadOnlySpan<byte> value, byte b) => !value.ContainsAnyExcept(b);
}
