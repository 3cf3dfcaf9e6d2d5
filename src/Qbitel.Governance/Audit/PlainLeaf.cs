using System.Buffers;
using System.Text;

namespace Qbitel.Governance.Audit;

/// <summary>Recognises the leaf of an ordinary entry in one pass and without making objects of it.</summary>
/// <remarks>
/// True only where <see cref="AuditEntry.TryParse"/> accepts the leaf, which a test holds it to; false says nothing:
/// escapes, letters beyond ASCII and approvals are left to the reader. A million entries are verified by this.
/// </remarks>
internal ref struct PlainLeaf
{
    private const int GuidLength = 36, InstantLength = 24;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);
    private static readonly SearchValues<byte> Special = SearchValues.Create("\"\\"u8);

    private ReadOnlySpan<byte> _rest;
    private Span<char> _text;

    /// <param name="leaf">The bytes that were hashed.</param>
    /// <param name="scratch">Room for its text, lent so that it is made once; a longer leaf is not plain.</param>
    public static bool Matches(ReadOnlySpan<byte> leaf, Span<char> scratch) =>
        leaf.Length <= scratch.Length && !leaf.ContainsAnyExceptInRange((byte)' ', (byte)'~')
        && new PlainLeaf { _rest = leaf, _text = scratch }.Matches();

    // The members in the order RFC 8785 sorts them.
    private bool Matches()
    {
        if (!Skip("{\"action\":\""u8) || !Text(out ReadOnlySpan<byte> action) || !IsAction(action)) return false;
        if (!Skip(",\"actor\":\""u8) || !Identifier()) return false;
        if (Skip(",\"afterHash\":\""u8) && !HexDigits(2 * Digest.Size)) return false;
        if (!Skip(",\"at\":\""u8) || !Text(out ReadOnlySpan<byte> at) || !IsInstant(at)) return false;
        if (Skip(",\"beforeHash\":\""u8) && !HexDigits(2 * Digest.Size)) return false;
        if (Skip(",\"decisionId\":\""u8) && !Guid(out _)) return false;
        if (Skip(",\"details\":{"u8) && !Details()) return false;
        if (!Skip(",\"id\":\""u8) || !Guid(out bool isEmpty) || isEmpty) return false;
        if (Skip(",\"onBehalfOf\":\""u8) && !Identifier()) return false;
        if (!Skip(",\"outcome\":\"done\""u8) && !Skip(",\"outcome\":\"refused\""u8)
            && !Skip(",\"outcome\":\"failed\""u8))
        {
            return false;
        }

        return Skip(",\"target\":\""u8) && Identifier() && _rest.SequenceEqual(",\"v\":1}"u8);
    }

    private bool Skip(ReadOnlySpan<byte> token)
    {
        if (!_rest.StartsWith(token)) return false;
        _rest = _rest[token.Length..];
        return true;
    }

    // What stands before the closing quotation mark, which is taken as well.
    private bool Text(out ReadOnlySpan<byte> text)
    {
        int end = _rest.IndexOfAny(Special);
        text = end < 0 ? default : _rest[..end];
        if (end < 0 || _rest[end] != (byte)'"') return false;
        _rest = _rest[(end + 1)..];
        return true;
    }

    private bool Identifier() => Text(out ReadOnlySpan<byte> text) && IsIdentifier(text);

    private readonly bool IsIdentifier(ReadOnlySpan<byte> text) =>
        text.ContainsAnyExcept((byte)' ') && !HoldsCardNumber(text);

    private readonly bool HoldsCardNumber(ReadOnlySpan<byte> text)
    {
        if (text.Length < CardNumbers.Shortest) return false;
        Ascii.ToUtf16(text, _text, out int length);
        return CardNumbers.AppearIn(_text[..length]);
    }

    private bool HexDigits(int count) =>
        Text(out ReadOnlySpan<byte> text) && text.Length == count && !text.ContainsAnyExcept(Hex);

    private bool Guid(out bool isEmpty)
    {
        isEmpty = false;
        if (!Text(out ReadOnlySpan<byte> text) || text.Length != GuidLength) return false;

        isEmpty = !text.ContainsAnyExcept((byte)'0', (byte)'-');
        return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
            && !text[..8].ContainsAnyExcept(Hex) && !text[9..13].ContainsAnyExcept(Hex)
            && !text[14..18].ContainsAnyExcept(Hex) && !text[19..23].ContainsAnyExcept(Hex)
            && !text[24..].ContainsAnyExcept(Hex);
    }

    // Names rise, so none is there twice.
    private bool Details()
    {
        ReadOnlySpan<byte> before = default;
        do
        {
            if (!Skip("\""u8) || !Text(out ReadOnlySpan<byte> name) || !IsIdentifier(name)) return false;
            if (name.SequenceCompareTo(before) <= 0) return false;
            before = name;
            if (!Skip(":\""u8) || !Text(out ReadOnlySpan<byte> value) || HoldsCardNumber(value)) return false;
        }
        while (Skip(","u8));

        return Skip("}"u8);
    }

    // noun.verb: words of lower-case letters, digits, hyphens and underscores; the first begins with a letter.
    private static bool IsAction(ReadOnlySpan<byte> text)
    {
        int words = 0;
        while (true)
        {
            int end = text.IndexOf((byte)'.');
            ReadOnlySpan<byte> word = end < 0 ? text : text[..end];
            if (word.IsEmpty || !(char.IsAsciiLetterLower((char)word[0])
                || (words > 0 && char.IsAsciiDigit((char)word[0]))))
            {
                return false;
            }

            foreach (byte c in word)
            {
                if (!char.IsAsciiLetterLower((char)c) && !char.IsAsciiDigit((char)c)
                    && c is not ((byte)'_' or (byte)'-'))
                {
                    return false;
                }
            }

            words++;
            if (end < 0) return words > 1;
            text = text[(end + 1)..];
        }
    }

    // 2026-11-24T09:00:00.000Z
    private static bool IsInstant(ReadOnlySpan<byte> text)
    {
        if (text.Length != InstantLength || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':'
            || text[16] != ':' || text[19] != '.' || text[23] != 'Z' || text[20..23].ContainsAnyExcept(Digits))
        {
            return false;
        }

        return Number(text[..2]) is >= 0 and int century && Number(text[2..4]) is >= 0 and int yearOfCentury
            && (century * 100) + yearOfCentury is > 0 and int year
            && Number(text[5..7]) is >= 1 and <= 12 and int month
            && Number(text[8..10]) is >= 1 and int day && day <= DateTime.DaysInMonth(year, month)
            && Number(text[11..13]) is >= 0 and <= 23 && Number(text[14..16]) is >= 0 and <= 59
            && Number(text[17..19]) is >= 0 and <= 59;
    }

    // Two digits; a negative number where they are none.
    private static int Number(ReadOnlySpan<byte> two) =>
        char.IsAsciiDigit((char)two[0]) && char.IsAsciiDigit((char)two[1])
            ? ((two[0] - '0') * 10) + two[1] - '0' : -1;
}
