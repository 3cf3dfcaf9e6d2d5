using System.Buffers;
using System.Text;

namespace Qbitel.Governance.Audit;

/// <summary>Finds what looks like a primary account number in free text, so that none enters a log that is kept for ten
/// years.</summary>
/// <remarks>
/// ISO/IEC 7812: 13 to 19 digits in the ranges of card schemes (first digit 2 to 6) with a Luhn check digit, written
/// together or in groups of three to six parted by one space or hyphen. Digits inside a hexadecimal word (a hash, a
/// UUID) are no candidate: one hash in two hundred would be one by chance.
/// </remarks>
internal static class CardNumbers
{
    /// <summary>Fewer digits than that are no card number.</summary>
    public const int Shortest = 13;

    private const int Longest = 19, ShortestGroup = 3, LongestGroup = 6;

    private static readonly SearchValues<char> HexLetters = SearchValues.Create("abcdefABCDEF");
    private static readonly SearchValues<char> HexWord = SearchValues.Create("0123456789abcdefABCDEF- ");

    public static bool AppearIn(ReadOnlySpan<char> text) => Find(text, 0, out _, out _);

    /// <summary>Replaces all but the last four digits of every candidate by asterisks.</summary>
    public static string Mask(string text)
    {
        StringBuilder? masked = null;
        for (int from = 0; Find(text, from, out int start, out int end); from = end)
        {
            masked ??= new StringBuilder(text);
            int hide = CountDigits(text.AsSpan(start, end - start)) - 4;
            for (int i = start; hide > 0; i++)
            {
                if (!char.IsAsciiDigit(text[i])) continue;
                masked[i] = '*';
                hide--;
            }
        }

        return masked?.ToString() ?? text;
    }

    private static bool Find(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        for (start = from; start < text.Length; start = EndOfDigits(text, start) + 1)
        {
            if (!char.IsAsciiDigit(text[start])) continue;

            end = EndOfDigits(text, start);
            if (end - start > LongestGroup)
            {
                if (IsCandidate(text, start, end)) return true;
                continue;
            }

            for (int groupStart = start; end - groupStart is >= ShortestGroup and <= LongestGroup
                && end - start < 2 * Longest;)
            {
                if (IsCandidate(text, start, end)) return true;
                if (end + 1 >= text.Length || text[end] is not (' ' or '-') || !char.IsAsciiDigit(text[end + 1])) break;
                groupStart = end + 1;
                end = EndOfDigits(text, groupStart);
            }
        }

        end = start;
        return false;
    }

    private static int EndOfDigits(ReadOnlySpan<char> text, int start)
    {
        int end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end;
    }

    private static bool IsCandidate(ReadOnlySpan<char> text, int start, int end)
    {
        ReadOnlySpan<char> groups = text[start..end];
        if (groups[0] is < '2' or > '6' || CountDigits(groups) is < Shortest or > Longest) return false;

        int sum = 0;
        bool twice = false;
        for (int i = groups.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(groups[i])) continue;
            int digit = (groups[i] - '0') * (twice ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
            twice = !twice;
        }

        return sum % 10 == 0 && !IsInHexWord(text, start, end);
    }

    private static bool IsInHexWord(ReadOnlySpan<char> text, int start, int end)
    {
        while (start > 0 && IsWord(text[start - 1])) start--;
        while (end < text.Length && IsWord(text[end])) end++;
        ReadOnlySpan<char> word = text[start..end];
        return word.ContainsAny(HexLetters) && !word.ContainsAnyExcept(HexWord);
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '-';

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (char c in text) if (char.IsAsciiDigit(c)) count++;
        return count;
    }
}
