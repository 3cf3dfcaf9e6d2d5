namespace Qbitel.Protocols.Identifiers;

/// <summary>
/// A United States bank routing number: nine digits with weights 3-7-1, in a range the Federal Reserve assigns.
/// </summary>
public sealed record AbaRoutingNumber
{
    private AbaRoutingNumber(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(ReadOnlySpan<char> text, out AbaRoutingNumber number)
    {
        bool valid = IsValid(text);
        number = valid ? new AbaRoutingNumber(text.ToString()) : null!;
        return valid;
    }

    /// <summary>As <see cref="TryParse"/>, without making one.</summary>
    internal static bool IsValid(ReadOnlySpan<char> text) => text.Length == 9 && Ascii.IsDigits(text)
        && InRange(Ascii.TwoDigits(text, 0)) && text.ContainsAnyExcept('0') && CheckDigitHolds(text);

    public override string ToString() => Value;

    // 00 the government, 01-12 the Reserve districts, 21-32 thrifts, 61-72 electronic, 80 traveller's cheques.
    private static bool InRange(int prefix) =>
        prefix is (>= 0 and <= 12) or (>= 21 and <= 32) or (>= 61 and <= 72) or 80;

    private static bool CheckDigitHolds(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < 9; i++) sum += (digits[i] - '0') * (i % 3) switch { 0 => 3, 1 => 7, _ => 1 };
        return sum % 10 == 0;
    }
}
