using System.Buffers;
using System.Text;
using System.Text.Unicode;
using System.Xml;

namespace Qbitel.Protocols.Xml;

/// <summary>The characters of XML 1.0.</summary>
internal static class MxCharacters
{
    // What no text may hold: the control characters but tab, line feed and carriage return.
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(c => c is not (9 or 10 or 13)).Select(c => (byte)c)]);

    // What most texts are made of.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create([9, 10, 13, .. Enumerable.Range(0x20, 0x60).Select(c => (byte)c)]);

    private static readonly bool[] NameCharacters = [.. Enumerable.Range(0, 128).Select(c => IsNameAscii((char)c))];

    public static ReadOnlySpan<byte> Space => " \t\r\n"u8;

    public static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    /// <summary>Where the first byte stands that no text in UTF-8 may have there; -1 for none.</summary>
    /// <param name="text">All of the text.</param>
    /// <param name="isCut">Whether the bytes end within a character.</param>
    public static int IndexOfInvalid(ReadOnlySpan<byte> text, out bool isCut)
    {
        isCut = false;
        if (!text.ContainsAnyExcept(Plain)) return -1;

        int control = text.IndexOfAny(Controls);
        int other = System.Text.Ascii.IsValid(text) ? -1 : IndexOfInvalidUtf8(text, out isCut);
        if (control < 0) return other;
        if (other >= 0 && other < control) return other;
        isCut = false;
        return control;
    }

    /// <summary>Bytes of the name without a colon that the text begins with; 0 for none.</summary>
    public static int NameLength(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length)
        {
            byte c = text[at];
            if (c < 128)
            {
                if (!NameCharacters[c] || (at == 0 && (char.IsAsciiDigit((char)c) || c is (byte)'-' or (byte)'.')))
                    return at;
                at++;
                continue;
            }

            // The names of other scripts as the platform's reader has them, which knows none beyond 16 bits.
            if (Rune.DecodeFromUtf8(text[at..], out Rune rune, out int size) != OperationStatus.Done || !rune.IsBmp
                || !(at == 0 ? XmlConvert.IsStartNCNameChar((char)rune.Value)
                    : XmlConvert.IsNCNameChar((char)rune.Value)))
            {
                return at;
            }

            at += size;
        }

        return at;
    }

    /// <summary>Reads what stands between <c>&amp;</c> and <c>;</c>: a character by number or one of the five names.
    /// </summary>
    public static bool TryReference(ReadOnlySpan<byte> name, out Rune character)
    {
        character = default;
        if (!name.IsEmpty && name[0] == '#') return TryNumber(name[1..], out character);

        char known = name.SequenceEqual("amp"u8) ? '&' : name.SequenceEqual("lt"u8) ? '<'
            : name.SequenceEqual("gt"u8) ? '>' : name.SequenceEqual("quot"u8) ? '"'
            : name.SequenceEqual("apos"u8) ? '\'' : '\0';
        character = new Rune(known);
        return known != '\0';
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out Rune character)
    {
        character = default;
        bool isHexadecimal = !digits.IsEmpty && digits[0] == 'x';
        if (isHexadecimal) digits = digits[1..];
        if (digits.IsEmpty) return false;

        int value = 0;
        foreach (byte digit in digits)
        {
            int one = char.IsAsciiDigit((char)digit) ? digit - '0'
                : isHexadecimal && char.IsAsciiHexDigit((char)digit) ? (digit | 0x20) - 'a' + 10 : -1;
            if (one < 0) return false;
            value = (value * (isHexadecimal ? 16 : 10)) + one;
            if (value > 0x10FFFF) return false;
        }

        bool isCharacter = value is 9 or 10 or 13 or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD)
            or >= 0x10000;
        if (isCharacter) character = new Rune(value);
        return isCharacter;
    }

    private static int IndexOfInvalidUtf8(ReadOnlySpan<byte> text, out bool isCut)
    {
        isCut = false;
        int at = 0;
        if (!Utf8.IsValid(text))
        {
            while (at < text.Length)
            {
                if (text[at] < 128)
                {
                    at++;
                    continue;
                }

                OperationStatus status = Rune.DecodeFromUtf8(text[at..], out _, out int size);
                if (status != OperationStatus.Done)
                {
                    isCut = status == OperationStatus.NeedMoreData;
                    break;
                }

                at += size;
            }

            text = text[..at];
        }
        else
        {
            at = -1;
        }

        // U+FFFE and U+FFFF.
        for (int from = 0; text[from..].IndexOf("\uFFFE"u8[..2]) is >= 0 and int found; from += found + 2)
        {
            if (from + found + 2 < text.Length && text[from + found + 2] is 0xBE or 0xBF)
            {
                isCut = false;
                return from + found;
            }
        }

        return at;
    }

    private static bool IsNameAscii(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
