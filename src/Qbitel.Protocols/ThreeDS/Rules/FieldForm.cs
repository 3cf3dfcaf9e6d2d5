using System.Collections.Frozen;
using System.Globalization;

namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>What a field's value must be.</summary>
/// <param name="Kind">The first word of the form in fields.txt.</param>
/// <param name="Minimum">Characters, digits, entries or the least number.</param>
/// <param name="Maximum">Characters, digits, entries or the greatest number.</param>
internal sealed record FieldForm(string Kind, int Minimum, int Maximum)
{
    /// <summary>The codes that may stand; null where they are not listed.</summary>
    public FrozenSet<string>? Codes { get; private init; }

    /// <summary>Of a list's entries.</summary>
    public FieldForm? Entry { get; private init; }

    /// <summary>In words.</summary>
    public required string Words { get; init; }

    /// <summary>Whether the value is true or false.</summary>
    public bool IsBoolean => Kind == "bool";

    public static FieldForm Read(string text)
    {
        string[] words = text.Split(' ', 3);
        string kind = words[0], range = words.Length > 1 ? words[1] : "";
        switch (kind)
        {
            case "list":
                FieldForm entry = Read(words[2]);
                (int fewest, int most) = Ends(range);
                return new(kind, fewest, most)
                {
                    Entry = entry,
                    Words = $"a list of {fewest} to {most}: {entry.Words}",
                };
            case "text" or "digits" or "amount" or "minutes":
                (int least, int greatest) = Ends(range);
                string size = least == greatest ? $"{least}" : $"{least} to {greatest}";
                return new(kind, least, greatest)
                {
                    Words = kind switch
                    {
                        "text" => $"{size} characters",
                        "minutes" => $"a number from {size}",
                        _ => $"{size} digits",
                    },
                };
            case "code":
                return new(kind, 0, 0)
                {
                    Codes = range.Split(',').ToFrozenSet(StringComparer.Ordinal),
                    Words = $"one of {range.Replace(",", ", ", StringComparison.Ordinal)}",
                };
            case "codes":
                return new("code", 0, 0)
                {
                    Codes = Ranges(range).ToFrozenSet(StringComparer.Ordinal),
                    Words = $"two digits, {range.Replace(",", ", ", StringComparison.Ordinal)}",
                };
            default:
                int maximum =
                    range.Length > 0 && int.TryParse(range, CultureInfo.InvariantCulture, out int most1) ? most1 : 0;
                return new(kind, range == "true" ? 1 : 0, maximum) { Words = InWords(kind, range) };
        }
    }

    private static string InWords(string kind, string range) => kind switch
    {
        "uuid" => "a UUID of 8-4-4-4-12 hexadecimal digits",
        "url" => $"an absolute address of at most {range} characters",
        "ip" => "an IPv4 or IPv6 address",
        "date" => "a date, YYYYMMDD",
        "time" => "a time, YYYYMMDDHHMMSS",
        "minute" => "a time, YYYYMMDDHHMM",
        "yymm" => "year and month, YYMM",
        "country" => "three digits of ISO 3166-1",
        "currency" => "three digits of ISO 4217",
        "version" => "a version, as 2.2.0",
        "email" => $"an e-mail address of at most {range} characters",
        "pan" => "13 to 19 digits",
        "cavv" => "28 characters of Base64, which are 20 bytes",
        "base64url" => $"at most {range} characters of Base64url",
        "offset" => "minutes from UTC, as -120",
        "bool" => range == "true" ? "true" : "true or false",
        "status" => "a transaction status",
        "jwe" => "an encrypted JSON object (RFC 7516)",
        "jws" => "a signed JSON object (RFC 7515)",
        "jwk" => "a public key on P-256 (RFC 7517)",
        "object" => "an object",
        _ => "a value",
    };

    private static (int Minimum, int Maximum) Ends(string range)
    {
        string[] ends = range.Split("..");
        return (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[1], CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> Ranges(string text)
    {
        foreach (string range in text.Split(','))
        {
            string[] ends = range.Split('-');
            int last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (int code = int.Parse(ends[0], CultureInfo.InvariantCulture); code <= last; code++)
                yield return code.ToString("D2", CultureInfo.InvariantCulture);
        }
    }
}
