using System.Globalization;

namespace Qbitel.Protocols.Fedwire;

/// <summary>
/// An input message accountability data: day, endpoint and sequence number in exactly 22 characters, which names a
/// Fedwire message.
/// </summary>
public sealed record Imad
{
    /// <summary>The highest sequence number of a day.</summary>
    public const int MaximumSequence = 999_999;

    private Imad(DateOnly day, string endpoint, int sequence)
    {
        Day = day;
        Endpoint = endpoint;
        Sequence = sequence;
    }

    /// <summary>The cycle date: the funds-transfer business day, not the calendar's.</summary>
    public DateOnly Day { get; }

    /// <summary>Where the message entered the service: eight capital letters and digits.</summary>
    public string Endpoint { get; }

    public int Sequence { get; }

    public string Value => string.Create(CultureInfo.InvariantCulture, $"{Day:yyyyMMdd}{Endpoint}{Sequence:D6}");

    public static bool TryCreate(DateOnly day, string endpoint, int sequence, out Imad imad)
    {
        bool valid = endpoint is { Length: 8 } && endpoint.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
            && sequence is >= 0 and <= MaximumSequence;
        imad = valid ? new Imad(day, endpoint, sequence) : null!;
        return valid;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Imad imad)
    {
        imad = null!;
        return text.Length == 22 && Ascii.IsDigits(text[..8]) && Ascii.IsDigits(text[16..])
            && DateOnly.TryParseExact(text[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                out DateOnly day)
            && TryCreate(day, text[8..16].ToString(), int.Parse(text[16..], NumberStyles.None,
                CultureInfo.InvariantCulture), out imad);
    }

    public override string ToString() => Value;
}
