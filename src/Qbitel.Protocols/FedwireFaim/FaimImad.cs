using System.Globalization;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>
/// The input message accountability data, {1520}: 22 characters that name a message for good.
/// </summary>
public sealed record FaimImad
{
    /// <summary>A date of eight digits, a source of eight characters and a number of six digits.</summary>
    public const int Length = 22;

    private FaimImad(string value) => Value = value;

    public string Value { get; }

    public DateOnly CycleDate =>
        DateOnly.ParseExact(Value.AsSpan(0, 8), "yyyyMMdd", CultureInfo.InvariantCulture);

    public string Source => Value[8..16];

    public string Sequence => Value[16..];

    public static bool TryParse(ReadOnlySpan<char> text, out FaimImad imad)
    {
        bool valid = text.Length == Length && Ascii.IsDigits(text[16..])
            && DateOnly.TryParseExact(text[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && !text[8..16].ContainsAnyExceptInRange(' ', '~') && text[8..16].IndexOfAny("*{}") < 0;
        imad = valid ? new FaimImad(text.ToString()) : null!;
        return valid;
    }

    /// <exception cref="ArgumentException">The parts do not have their form.</exception>
    public static FaimImad Create(DateOnly cycleDate, string source, int sequence)
    {
        ArgumentNullException.ThrowIfNull(source);
        string value = string.Create(CultureInfo.InvariantCulture, $"{cycleDate:yyyyMMdd}{source}{sequence:000000}");
        return TryParse(value, out FaimImad imad) ? imad : throw new ArgumentException(
            "the source has eight characters and the number at most six digits", nameof(source));
    }

    public override string ToString() => Value;
}
