using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Qbitel.Protocols.Iso20022;

/// <summary>A simple type of a message schema: a base type of XML Schema part 2 and its facets.</summary>
internal sealed partial class MxSimpleType
{
    private readonly string _base;
    private readonly int _minLength, _maxLength = int.MaxValue, _fractionDigits = int.MaxValue,
        _totalDigits = int.MaxValue;
    private readonly decimal? _least;
    private readonly Regex? _pattern;
    private readonly HashSet<string>? _codes;

    /// <param name="words">The words of its line in the table: S, name, base, facets.</param>
    public MxSimpleType(string[] words)
    {
        _base = words[2];
        List<string> expected = [_base];
        foreach (string facet in words.Skip(3))
        {
            int equals = facet.IndexOf('=', StringComparison.Ordinal);
            string name = facet[..equals], value = facet[(equals + 1)..];
            int Number() => int.Parse(value, CultureInfo.InvariantCulture);
            switch (name)
            {
                case "minLength": _minLength = Number(); break;
                case "maxLength": _maxLength = Number(); break;
                case "fractionDigits": _fractionDigits = Number(); break;
                case "totalDigits": _totalDigits = Number(); break;
                case "minInclusive": _least = decimal.Parse(value, CultureInfo.InvariantCulture); break;
                case "pattern":
                    _pattern =
                    new Regex($"^(?:{value})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); break;
                case "codes": _codes = [.. value.Split(',')]; break;
                default: throw new InvalidOperationException($"unknown facet {facet}");
            }

            expected.Add(name == "codes" ? "one of " + value.Replace(",", ", ", StringComparison.Ordinal)
                : $"{name} {value}");
        }

        Expected = string.Join(", ", expected);
    }

    /// <summary>What a value must be, in words.</summary>
    public string Expected { get; }

    public bool Accepts(string text) => _base switch
    {
        "string" => IsString(text),
        "decimal" => IsDecimal(Collapse(text)),
        "boolean" => Collapse(text) is "true" or "false" or "1" or "0",
        "date" => Date().IsMatch(Collapse(text)) && IsCalendar(Collapse(text)),
        "dateTime" => DateAndTime().IsMatch(Collapse(text)) && IsCalendar(Collapse(text)),
        "time" => Time().IsMatch(Collapse(text)) && IsCalendar(Collapse(text)),
        _ => throw new InvalidOperationException($"unknown base type {_base}"),
    };

    private bool IsString(string text)
    {
        int length = text.Length; // in characters: a pair of surrogates is one
        foreach (char c in text) if (char.IsLowSurrogate(c)) length--;
        return length >= _minLength && length <= _maxLength && (_codes?.Contains(text) ?? true)
            && (_pattern?.IsMatch(text) ?? true);
    }

    // Digits are those of the value: leading zeros and trailing zeros of the fraction do not count (XML Schema part 2,
    // 4.3.11 and 4.3.12).
    private bool IsDecimal(string text)
    {
        if (!Decimal().IsMatch(text)) return false;

        string digits = text.TrimStart('+', '-');
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        string whole = (point < 0 ? digits : digits[..point]).TrimStart('0');
        string fraction = point < 0 ? "" : digits[(point + 1)..].TrimEnd('0');
        int total = whole.Length > 0 ? whole.Length + fraction.Length : fraction.TrimStart('0').Length;
        if (fraction.Length > _fractionDigits || total > _totalDigits) return false;

        return _least is not { } least
            || (decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value)
                && value >= least);
    }

    private static string Collapse(string text) => text.Trim(' ', '\t', '\r', '\n');

    private static bool IsCalendar(string text)
    {
        try
        {
            XmlConvert.ToDateTime(text, XmlDateTimeSerializationMode.RoundtripKind);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return false;
        }
    }

    private const RegexOptions Plain = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
        | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\z", Plain)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?\z", Plain)]
    private static partial Regex Date();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?\z",
        Plain)]
    private static partial Regex DateAndTime();

    [GeneratedRegex(@"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?\z", Plain)]
    private static partial Regex Time();
}
