using System.Globalization;
using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>A type of values: a base type of XML Schema part 2 and the facets of all types on the way to it.</summary>
internal sealed class FpmlSimpleType
{
    private readonly FpmlSimpleType[] _members = [];
    private readonly FpmlSimpleType? _parent;
    private readonly Func<ReadOnlySpan<byte>, bool>? _isOfBase;
    private readonly bool _preserves, _replaces;
    private readonly int _minLength, _maxLength = int.MaxValue;
    private readonly decimal? _least, _greatest, _above;
    private readonly MxPattern? _pattern;
    private readonly HashSet<string>? _codes;

    /// <summary>A type of XML Schema itself.</summary>
    public FpmlSimpleType(string builtIn)
    {
        Primitive = builtIn;
        Expected = builtIn;
        _preserves = builtIn is "string";
        _replaces = builtIn is "normalizedString";
        _isOfBase = builtIn switch
        {
            "string" or "normalizedString" or "token" or "anyURI" => null,
            "decimal" => IsDecimal,
            "integer" => IsInteger,
            "nonNegativeInteger" => static text => IsInteger(text) && (text[0] != '-' || IsZero(text)),
            "positiveInteger" => static text => IsInteger(text) && text[0] != '-' && !IsZero(text),
            "boolean" => static text => text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8)
                || text.SequenceEqual("1"u8) || text.SequenceEqual("0"u8),
            "date" => MxCalendar.IsDate,
            "dateTime" => MxCalendar.IsDateTime,
            "time" => MxCalendar.IsTime,
            "gYear" => MxCalendar.IsYear,
            "gYearMonth" => MxCalendar.IsYearMonth,
            "ID" or "IDREF" or "NCName" => static text => !text.IsEmpty && MxCharacters.NameLength(text) == text.Length,
            "base64Binary" => MxBinary.IsBase64,
            "hexBinary" => IsHex,
            _ => throw new InvalidOperationException($"unknown base type {builtIn}"),
        };
    }

    /// <summary>One of several.</summary>
    public FpmlSimpleType(IEnumerable<FpmlSimpleType> members)
    {
        _members = [.. members];
        Primitive = "token";
        Expected = string.Join(" or ", _members.Select(member => member.Expected));
    }

    /// <param name="parent">The type it restricts.</param>
    /// <param name="facets">As the table writes them.</param>
    public FpmlSimpleType(FpmlSimpleType parent, IEnumerable<string> facets)
    {
        _parent = parent;
        Primitive = parent.Primitive;
        _preserves = parent._preserves;
        _replaces = parent._replaces;
        List<string> expected = [parent.Expected];
        foreach (string facet in facets)
        {
            int equals = facet.IndexOf('=', StringComparison.Ordinal);
            string name = facet[..equals], value = facet[(equals + 1)..];
            int Number() => int.Parse(value, CultureInfo.InvariantCulture);
            decimal Exact() => decimal.Parse(value, CultureInfo.InvariantCulture);
            switch (name)
            {
                case "length": _minLength = _maxLength = Number(); break;
                case "minLength": _minLength = Number(); break;
                case "maxLength": _maxLength = Number(); break;
                case "minInclusive": _least = Exact(); break;
                case "maxInclusive": _greatest = Exact(); break;
                case "minExclusive": _above = Exact(); break;
                case "pattern": _pattern = new MxPattern(value); break;
                case "codes":
                    Codes = value.Split('|');
                    _codes = new HashSet<string>(Codes, StringComparer.Ordinal);
                    break;
                default: throw new InvalidOperationException($"unknown facet {facet}");
            }

            if (name == "codes") expected = ["one of " + value.Replace("|", ", ", StringComparison.Ordinal)];
            else if (value != "0" || name[3..] != "Length") expected.Add($"{name} {value}");
        }

        Expected = string.Join(", ", expected);
    }

    /// <summary>The type of XML Schema at its root, e.g. <c>date</c>.</summary>
    public string Primitive { get; }

    /// <summary>What a value must be, in words.</summary>
    public string Expected { get; }

    /// <summary>The values it may have, where they are listed.</summary>
    public IReadOnlyList<string> Codes { get; } = [];

    public bool Accepts(string text) => Accepts(Encoding.UTF8.GetBytes(text));

    /// <param name="text">The value in UTF-8, references replaced and line ends normalised.</param>
    public bool Accepts(ReadOnlySpan<byte> text)
    {
        if (_members.Length > 0)
        {
            foreach (FpmlSimpleType member in _members) if (member.Accepts(text)) return true;
            return false;
        }

        if (!_preserves && NeedsNormalising(text)) text = Encoding.UTF8.GetBytes(Normalised(text));
        return AcceptsNormalised(text);
    }

    /// <summary>The value with white space as its type has it (XML Schema part 2, 4.3.6).</summary>
    public string Normalised(ReadOnlySpan<byte> text)
    {
        string value = Encoding.UTF8.GetString(text);
        if (_preserves) return value;
        value = value.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ');
        return _replaces ? value : string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private bool NeedsNormalising(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return false;
        if (text.ContainsAny("\t\n\r"u8)) return true;
        return !_replaces && (text[0] == ' ' || text[^1] == ' ' || text.IndexOf("  "u8) >= 0);
    }

    private bool AcceptsNormalised(ReadOnlySpan<byte> text)
    {
        if (_parent is not null && !_parent.AcceptsNormalised(text)) return false;
        if (_isOfBase is not null) return _isOfBase(text);
        if (_minLength > 0 && text.Length < 4L * _minLength && Characters(text) < _minLength) return false;
        if (text.Length > _maxLength && Characters(text) > _maxLength) return false;
        if (_pattern is not null && !_pattern.IsMatch(text)) return false;
        if (_codes is not null && !IsCode(text)) return false;
        return (_least is null && _greatest is null && _above is null) || IsInRange(text);
    }

    private bool IsCode(ReadOnlySpan<byte> text)
    {
        Span<char> characters = stackalloc char[128];
        if (text.Length > characters.Length) return false;
        int length = Encoding.UTF8.GetChars(text, characters);
        return _codes!.GetAlternateLookup<ReadOnlySpan<char>>().Contains(characters[..length]);
    }

    private bool IsInRange(ReadOnlySpan<byte> text)
    {
        if (_least == 0 && _greatest is null) return text[0] != '-' || IsZero(text);
        if (_above == 0) return text[0] != '-' && !IsZero(text);
        return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value)
            && (_least is not { } least || value >= least) && (_greatest is not { } greatest || value <= greatest);
    }

    private static int Characters(ReadOnlySpan<byte> text)
    {
        int characters = 0;
        foreach (byte b in text) if ((b & 0xC0) != 0x80) characters++;
        return characters;
    }

    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text[0] is (byte)'+' or (byte)'-') text = text[1..];
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point], fraction = point < 0 ? [] : text[(point + 1)..];
        return whole.Length + fraction.Length > 0 && Ascii.IsDigits(whole) && Ascii.IsDigits(fraction);
    }

    private static bool IsInteger(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return false;
        if (text[0] is (byte)'+' or (byte)'-') text = text[1..];
        return !text.IsEmpty && Ascii.IsDigits(text);
    }

    private static bool IsHex(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text) if (!char.IsAsciiHexDigit((char)b)) return false;
        return text.Length % 2 == 0;
    }

    private static bool IsZero(ReadOnlySpan<byte> number) => !number.ContainsAnyInRange((byte)'1', (byte)'9');
}
