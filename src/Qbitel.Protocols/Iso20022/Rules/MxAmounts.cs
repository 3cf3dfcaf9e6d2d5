using System.Globalization;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Rules;

/// <summary>Amounts of a message as exact decimals.</summary>
internal static class MxAmounts
{
    /// <summary>Null for no element, or one that holds no number.</summary>
    public static decimal? Read(MxText text, int node, ref byte[]? rented) =>
        node >= 0 && text.IsLeaf(node) && TryParse(text.Value(node, ref rented), out decimal value) ? value : null;

    /// <summary>Null where one is null, or the sum is greater than a decimal: only hostile files get there.</summary>
    public static decimal? Sum(decimal? one, decimal? other)
    {
        if (one is not { } a || other is not { } b) return null;
        return Math.Abs(a) < decimal.MaxValue / 2 && Math.Abs(b) < decimal.MaxValue / 2 ? a + b : null;
    }

    public static bool IsSameCurrency(MxText text, int one, int other)
    {
        int first = text.Attribute(one, "Ccy"u8), second = text.Attribute(other, "Ccy"u8);
        return first >= 0 && second >= 0 && Raw(text, first).SequenceEqual(Raw(text, second));
    }

    public static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool TryParse(ReadOnlySpan<byte> text, out decimal value) =>
        TryParseShort(text, out value) || decimal.TryParse(text.Trim(MxCharacters.Space),
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    // Digits and a point that fit in 64 bits, as nearly all amounts do.
    private static bool TryParseShort(ReadOnlySpan<byte> text, out decimal value)
    {
        value = 0;
        if (text.Length is 0 or > 18) return false;

        ulong digits = 0;
        int point = -1;
        for (int i = 0; i < text.Length; i++)
        {
            uint digit = unchecked((uint)(text[i] - '0'));
            if (digit <= 9) digits = (digits * 10) + digit;
            else if (text[i] == '.' && point < 0 && text.Length > 1) point = i;
            else return false;
        }

        byte scale = (byte)(point < 0 ? 0 : text.Length - 1 - point);
        value = new decimal(unchecked((int)digits), (int)(digits >> 32), 0, isNegative: false, scale);
        return true;
    }

    private static ReadOnlySpan<byte> Raw(MxText text, int attribute) =>
        text.Span.Slice(text.Attributes[attribute].ValueStart, text.Attributes[attribute].ValueLength);
}
