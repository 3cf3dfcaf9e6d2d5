namespace Qbitel.Protocols.Identifiers;

/// <summary>
/// A security's number in the United States and Canada: ANSI X9.6, eight characters and a check digit.
/// </summary>
public sealed record Cusip
{
    private Cusip(string value) => Value = value;

    public string Value { get; }

    /// <summary>The first six characters.</summary>
    public string Issuer => Value[..6];

    public static bool TryParse(ReadOnlySpan<char> text, out Cusip cusip)
    {
        bool valid = text.Length == 9 && char.IsAsciiDigit(text[8]) && CheckDigit(text[..8]) == text[8] - '0';
        cusip = valid ? new Cusip(text.ToString()) : null!;
        return valid;
    }

    public override string ToString() => Value;

    // ANSI X9.6: letters as A=10 to Z=35, '*' 36, '@' 37, '#' 38; every second value doubled, digits summed.
    private static int CheckDigit(ReadOnlySpan<char> text)
    {
        int sum = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int value = text[i] switch
            {
                >= '0' and <= '9' => text[i] - '0',
                >= 'A' and <= 'Z' => text[i] - 'A' + 10,
                '*' => 36,
                '@' => 37,
                '#' => 38,
                _ => -1,
            };
            if (value < 0) return -1;
            if (i % 2 == 1) value *= 2;
            sum += (value / 10) + (value % 10);
        }

        return (10 - (sum % 10)) % 10;
    }
}
