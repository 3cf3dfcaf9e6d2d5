using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.EmvQr;

/// <summary>What an object's value must be: a kind with lengths in characters, or codes.</summary>
internal sealed record EmvQrForm(string Kind, int Minimum, int Maximum, IReadOnlyList<string> Codes)
{
    public bool IsTemplate => Kind == "template";

    public string Words { get; } = Kind switch
    {
        "code" => $"one of {string.Join(", ", Codes)}",
        "template" => "other objects",
        "currency" => "three digits of ISO 4217",
        "country" => "two letters of ISO 3166-1",
        "checksum" => "four hexadecimal digits",
        "amount" => $"digits, with a point between them or none, {Minimum} to {Maximum} in all",
        "percent" => "a number above 0 and below 100, with two decimals at most",
        "request" => "A, M and E, each once at most",
        "digits" => Minimum == Maximum ? $"{Minimum} digits" : $"{Minimum} to {Maximum} digits",
        "letters" => $"{Minimum} letters",
        _ => $"{Minimum} to {Maximum} characters",
    };

    public static EmvQrForm Read(string text)
    {
        string[] words = text.Split(' ');
        if (words.Length == 1) return new(words[0], 0, 99, []);
        if (words[0] == "code") return new(words[0], 2, 2, words[1].Split(','));
        string[] ends = words[1].Split("..");
        return new(words[0], int.Parse(ends[0], CultureInfo.InvariantCulture),
            int.Parse(ends[1], CultureInfo.InvariantCulture), []);
    }

    public bool Fits(string value)
    {
        int length = Length(value);
        return Kind switch
        {
            "code" => Codes.Contains(value, StringComparer.Ordinal),
            "template" => true,
            "currency" => value.Length == 3 && Ascii.IsDigits(value)
                && Currency.TryFind(int.Parse(value, CultureInfo.InvariantCulture), out _),
            "country" => Country.Exists(value),
            "checksum" => value.Length == 4 && value.All(char.IsAsciiHexDigit),
            "digits" => length >= Minimum && length <= Maximum && Ascii.IsDigits(value),
            "letters" => length >= Minimum && length <= Maximum && value.All(char.IsAsciiLetter),
            "amount" => length >= Minimum && length <= Maximum && IsAmount(value),
            "percent" => length >= Minimum && length <= Maximum && IsAmount(value) && IsPercent(value),
            "request" => length >= Minimum && length <= Maximum && value.All(each => each is 'A' or 'M' or 'E')
                && value.Distinct().Count() == value.Length,
            _ => length >= Minimum && length <= Maximum && !value.Any(char.IsControl),
        };
    }

    /// <summary>Characters as the lengths of objects count them.</summary>
    public static int Length(string value) => value.EnumerateRunes().Count();

    private static bool IsAmount(string value)
    {
        int point = value.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? value.Length > 0 && Ascii.IsDigits(value)
            : point > 0 && Ascii.IsDigits(value.AsSpan(0, point)) && Ascii.IsDigits(value.AsSpan(point + 1));
    }

    private static bool IsPercent(string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
        && percent is > 0 and < 100 && decimal.Round(percent, 2) == percent;
}
