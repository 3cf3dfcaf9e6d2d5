namespace Qbitel.Protocols.Identifiers;

/// <summary>
/// A security's number of the London Stock Exchange: six digits and consonants, and a check digit.
/// </summary>
public sealed record Sedol
{
    private static readonly int[] Weights = [1, 3, 1, 7, 3, 9, 1];

    private Sedol(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(ReadOnlySpan<char> text, out Sedol sedol)
    {
        bool valid = text.Length == 7 && char.IsAsciiDigit(text[6]) && CheckDigitHolds(text);
        sedol = valid ? new Sedol(text.ToString()) : null!;
        return valid;
    }

    public override string ToString() => Value;

    // Vowels are never used, so that no number spells a word.
    private static bool CheckDigitHolds(ReadOnlySpan<char> text)
    {
        int sum = 0;
        for (int i = 0; i < 7; i++)
        {
            char c = text[i];
            bool isConsonant = char.IsAsciiLetterUpper(c) && c is not ('A' or 'E' or 'I' or 'O' or 'U');
            if (!isConsonant && !char.IsAsciiDigit(c)) return false;
            sum += Weights[i] * (char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10);
        }

        return sum % 10 == 0;
    }
}
