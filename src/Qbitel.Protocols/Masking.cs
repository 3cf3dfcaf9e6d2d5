using System.Text;

namespace Qbitel.Protocols;

/// <summary>Shows as much of a value as its class allows.</summary>
public static class Masking
{
    /// <summary>Longer public values are cut: a finding is a sentence, not a copy of the message.</summary>
    private const int MaximumShown = 80;

    public static string Mask(this Redaction redaction, ReadOnlySpan<char> value) => redaction switch
    {
        Redaction.None => Shown(value),
        Redaction.Pan => MaskPan(value),
        Redaction.Account => value.Length >= 8 ? "***" + Shown(value[^4..]) : "***",
        Redaction.Name => value.Length > 0 && char.IsLetter(value[0]) ? value[0] + "***" : "***",
        Redaction.Text => $"*** ({value.Length} characters)",
        _ => "***",
    };

    /// <summary>Masks bytes read as Latin-1, which shows every byte as something.</summary>
    public static string Mask(this Redaction redaction, ReadOnlySpan<byte> value)
    {
        // Nothing past the limit is ever shown, but a length must be the true one.
        if (redaction == Redaction.Text) return $"*** ({value.Length} characters)";
        if (redaction == Redaction.Secret) return "***";
        return redaction.Mask(Encoding.Latin1.GetString(value.Length > 2 * MaximumShown && redaction == Redaction.None
            ? value[..(2 * MaximumShown)] : value));
    }

    /// <summary>
    /// ISO/IEC 7812-1, annex B: every second digit from the right doubled, digits summed, a multiple of ten.
    /// </summary>
    internal static bool LuhnHolds(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[digits.Length - 1 - i] - '0';
            if (digit is < 0 or > 9) return false;
            if (i % 2 == 1) digit = digit > 4 ? (2 * digit) - 9 : 2 * digit;
            sum += digit;
        }

        return sum % 10 == 0;
    }

    private static string MaskPan(ReadOnlySpan<char> value)
    {
        if (value.Length < 12) return "***";
        return string.Concat(value[..6], new string('*', Math.Min(value.Length, MaximumShown) - 10), value[^4..]);
    }

    private static string Shown(ReadOnlySpan<char> value)
    {
        bool cut = value.Length > MaximumShown;
        StringBuilder shown = new(Math.Min(value.Length, MaximumShown) + 1);
        for (int i = 0; i < value.Length && shown.Length < MaximumShown;)
        {
            int run = 0;
            while (i + run < value.Length && char.IsAsciiDigit(value[i + run])) run++;
            if (LooksLikePan(value.Slice(i, run)))
            {
                shown.Append(MaskPan(value.Slice(i, run)));
                i += run;
            }
            else
            {
                int step = Math.Max(run, 1);
                foreach (char c in value.Slice(i, step)) shown.Append(char.IsControl(c) ? '\u00B7' : c);
                i += step;
            }
        }

        if (shown.Length > MaximumShown) shown.Length = MaximumShown;
        return cut ? shown.Append('\u2026').ToString() : shown.ToString();
    }

    // Issuers' ranges begin with 2 to 6; the check digit lets one other number in ten through, which costs only
    // legibility.
    internal static bool LooksLikePan(ReadOnlySpan<char> digits) =>
        digits.Length is >= 13 and <= 19 && digits[0] is >= '2' and <= '6' && LuhnHolds(digits);
}
