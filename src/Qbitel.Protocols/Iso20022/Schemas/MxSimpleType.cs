using System.Globalization;
using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Schemas;

/// <summary>A simple type of a message schema: a base type of XML Schema part 2 and its facets.</summary>
internal sealed class MxSimpleType
{
    private readonly Func<ReadOnlySpan<byte>, bool>? _isOfBase;
    private readonly bool _collapses;
    private readonly bool _isBinary, _isDecimal;
    private readonly int _minLength, _maxLength = int.MaxValue, _fractionDigits = int.MaxValue,
        _totalDigits = int.MaxValue;
    private readonly decimal? _least, _greatest;
    private readonly MxPattern? _pattern;
    private readonly byte[][]? _codes;

    /// <param name="words">The words of its line in the table: S, base, facets.</param>
    public MxSimpleType(string[] words)
    {
        Base = words[1];
        _collapses = Base != "string";
        _isBinary = Base == "base64Binary";
        _isDecimal = Base == "decimal";
        _isOfBase = Base switch
        {
            "string" => null,
            "decimal" => IsDecimal,
            "boolean" => static text => text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8)
                || text.SequenceEqual("1"u8) || text.SequenceEqual("0"u8),
            "date" => MxCalendar.IsDate,
            "dateTime" => MxCalendar.IsDateTime,
            "time" => MxCalendar.IsTime,
            "gYear" => MxCalendar.IsYear,
            "gYearMonth" => MxCalendar.IsYearMonth,
            "base64Binary" => MxBinary.IsBase64,
            _ => throw new InvalidOperationException($"unknown base type {Base}"),
        };

        List<string> expected = [Base];
        foreach (string facet in words.Skip(2))
        {
            int equals = facet.IndexOf('=', StringComparison.Ordinal);
            string name = facet[..equals], value = facet[(equals + 1)..];
            int Number() => int.Parse(value, CultureInfo.InvariantCulture);
            switch (name)
            {
                case "length": _minLength = _maxLength = Number(); break;
                case "minLength": _minLength = Number(); break;
                case "maxLength": _maxLength = Number(); break;
                case "fractionDigits": _fractionDigits = Number(); break;
                case "totalDigits": _totalDigits = Number(); break;
                case "minInclusive": _least = decimal.Parse(value, CultureInfo.InvariantCulture); break;
                case "maxInclusive": _greatest = decimal.Parse(value, CultureInfo.InvariantCulture); break;
                case "whiteSpace": _collapses = value == "collapse"; break;
                case "pattern": _pattern = new MxPattern(value); break;
                case "codes": _codes = [.. value.Split(',').Select(Encoding.UTF8.GetBytes)]; break;
                default: throw new InvalidOperationException($"unknown facet {facet}");
            }

            expected.Add(name == "codes" ? "one of " + value.Replace(",", ", ", StringComparison.Ordinal)
                : $"{name} {value}");
        }

        Expected = string.Join(", ", expected);
    }

    /// <summary>The base type, e.g. <c>dateTime</c>.</summary>
    public string Base { get; }

    /// <summary>What a value must be, in words.</summary>
    public string Expected { get; }

    /// <summary>The pattern, where it has one.</summary>
    internal MxPattern? Pattern => _pattern;

    public bool Accepts(string text) => Accepts(Encoding.UTF8.GetBytes(text));

    /// <param name="text">The value in UTF-8, references replaced and line ends normalised.</param>
    public bool Accepts(ReadOnlySpan<byte> text)
    {
        if (_collapses && !text.IsEmpty && (text[0] <= ' ' || text[^1] <= ' ')) text = text.Trim(" \t\r\n"u8);
        if (_isOfBase is not null && !_isOfBase(text)) return false;
        if ((_minLength > 0 || _maxLength < int.MaxValue) && !HasLength(text)) return false;
        if (_pattern is not null && !_pattern.IsMatch(text)) return false;
        if (_codes is not null && !IsCode(text)) return false;
        return !_isDecimal || HasDigits(text);
    }

    // Lengths are in characters: every byte that begins one counts.
    private bool HasLength(ReadOnlySpan<byte> text)
    {
        int length = text.Length;
        // A character has one to four bytes: most texts need not be counted.
        if (!_isBinary && length <= _maxLength && length >= 4L * _minLength - 3) return true;
        if (_isBinary) length = MxBinary.Length(text);
        else if (length > _maxLength || !System.Text.Ascii.IsValid(text)) length = Characters(text);
        return length >= _minLength && length <= _maxLength;
    }

    private static int Characters(ReadOnlySpan<byte> text)
    {
        int characters = 0;
        foreach (byte b in text) if ((b & 0xC0) != 0x80) characters++;
        return characters;
    }

    private bool IsCode(ReadOnlySpan<byte> text)
    {
        foreach (byte[] code in _codes!) if (text.SequenceEqual(code)) return true;
        return false;
    }

    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text[0] is (byte)'+' or (byte)'-') text = text[1..];
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point], fraction = point < 0 ? [] : text[(point + 1)..];
        return whole.Length + fraction.Length > 0 && Qbitel.Protocols.Ascii.IsDigits(whole)
            && Qbitel.Protocols.Ascii.IsDigits(fraction);
    }

    // Digits are those of the value: leading zeros and trailing zeros of the fraction do not count (XML Schema part 2,
    // 4.3.11 and 4.3.12).
    private bool HasDigits(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> digits = text.TrimStart("+-"u8);
        int point = digits.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = (point < 0 ? digits : digits[..point]).TrimStart((byte)'0');
        ReadOnlySpan<byte> fraction = point < 0 ? [] : digits[(point + 1)..].TrimEnd((byte)'0');
        int total = whole.Length > 0 ? whole.Length + fraction.Length : fraction.TrimStart((byte)'0').Length;
        if (fraction.Length > _fractionDigits || total > _totalDigits) return false;
        if (_least is null && _greatest is null) return true;
        if (_least == 0 && _greatest is null) return text[0] != '-' || total == 0;

        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value)
            && (_least is not { } least || value >= least) && (_greatest is not { } greatest || value <= greatest);
    }
}
