using System.Buffers;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Streams;

/// <summary>Covers text of an XML message without touching its markup.</summary>
internal static class CoveredMarkup
{
    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n/>"u8);

    private static readonly byte[] Header = "AppHdr"u8.ToArray();

    public static bool IsMarkup(ReadOnlySpan<byte> message)
    {
        int first = message.IndexOfAnyExcept(Gap);
        return first >= 0 && message[first] == '<';
    }

    private static ReadOnlySpan<byte> Gap => [(byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0xEF, 0xBB, 0xBF];

    /// <summary>Covers the text of a value and leaves tags and references to characters in it.</summary>
    public static void CoverValue(MessageFormat format, ReportField field, Span<byte> value)
    {
        if (!value.ContainsAny((byte)'<', (byte)'&'))
        {
            format.Cover(field, value);
            return;
        }

        for (int at = 0; at < value.Length;)
        {
            Span<byte> rest = value[at..];
            int size = rest[0] switch
            {
                (byte)'<' => Tag(rest, field.Redaction != Redaction.None),
                (byte)'&' => Reference(rest, field.Redaction != Redaction.None),
                _ => rest.IndexOfAny((byte)'<', (byte)'&') is >= 0 and var next ? next : rest.Length,
            };
            if (rest[0] is not ((byte)'<' or (byte)'&')) format.Cover(field, rest[..size]);
            at += size;
        }
    }

    /// <summary>
    /// Covers everything between tags that no field has told of: comments, foreign elements, attributes. The header's
    /// own text stays, which names banks and not people.
    /// </summary>
    /// <param name="message">The message, in which what is told of is covered already.</param>
    /// <param name="told">For each byte whether a field has told of it.</param>
    public static void CoverRest(Span<byte> message, ReadOnlySpan<bool> told)
    {
        bool isHeader = false;
        for (int at = 0; at < message.Length;)
        {
            Span<byte> rest = message[at..];
            if (told[at])
            {
                int end = told[at..].IndexOf(false);
                at = end < 0 ? message.Length : at + end;
            }
            else if (rest[0] == '<')
            {
                bool isOfHeader = IsTagOf(rest, Header);
                int size = Tag(rest, covers: true);
                if (isOfHeader) isHeader = rest[1] != '/' && rest[size - 2] != '/';
                at += size;
            }
            else if (rest[0] == '&')
            {
                at += Reference(rest, covers: !isHeader);
            }
            else
            {
                int end = rest.IndexOfAny((byte)'<', (byte)'&');
                if (end < 0) end = rest.Length;
                int stop = told[at..].IndexOf(true);
                if (stop >= 0) end = Math.Min(end, stop);
                if (!isHeader) Covering.CoverText(rest[..end]);
                else Covering.CoverStrayPans(rest[..end]);
                at += end;
            }
        }
    }

    // A tag, a comment, a declaration or a section; what may be text in it is covered.
    private static int Tag(Span<byte> rest, bool covers)
    {
        if (rest.StartsWith("<!--"u8)) return Section(rest, 4, "-->"u8, covers);
        if (rest.StartsWith("<![CDATA["u8)) return Section(rest, 9, "]]>"u8, covers);
        if (rest.StartsWith("<?xml"u8)) covers = false;

        char quote = '\0';
        int nameEnd = rest.IndexOfAny(NameEnds), valueStart = 0, name = 0;
        for (int i = Math.Max(1, nameEnd); i < rest.Length; i++)
        {
            char c = (char)rest[i];
            if (quote != '\0')
            {
                if (c != quote) continue;
                quote = '\0';
                if (covers && !IsPublic(rest[name..valueStart])) Covering.CoverText(rest[valueStart..i]);
            }
            else if (c is '"' or '\'')
            {
                (quote, valueStart) = (c, i + 1);
            }
            else if (c is ' ' or '\t' or '\r' or '\n')
            {
                name = i + 1;
            }
            else if (c == '>')
            {
                return i + 1;
            }
        }

        Covering.CoverText(rest[1..]); // it does not end
        return rest.Length;
    }

    // Namespaces and the currency of an amount are the message's own.
    private static bool IsPublic(ReadOnlySpan<byte> attribute) =>
        attribute.StartsWith("xmlns"u8) || attribute.StartsWith("Ccy"u8) || attribute.StartsWith("xsi:"u8);

    private static int Section(Span<byte> rest, int opening, ReadOnlySpan<byte> closing, bool covers)
    {
        int end = rest.IndexOf(closing);
        Span<byte> text = end < 0 ? rest[opening..] : rest[opening..end];
        if (covers) Covering.CoverText(text);
        return end < 0 ? rest.Length : end + closing.Length;
    }

    // A reference to a letter by its number becomes one to X; those by name are no letters.
    private static int Reference(Span<byte> rest, bool covers)
    {
        int end = rest[..Math.Min(rest.Length, 12)].IndexOf((byte)';');
        if (end < 0) return 1;
        if (!covers || !rest.StartsWith("&#"u8)) return end + 1;

        bool isHex = rest[2] == 'x';
        Span<byte> digits = rest[(isHex ? 3 : 2)..end];
        if (digits.Length < 2) return end + 1; // a control character
        digits.Fill((byte)'0');
        (isHex ? "58"u8 : "88"u8).CopyTo(digits[^2..]);
        return end + 1;
    }

    private static bool IsTagOf(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name)
    {
        int start = rest.StartsWith("</"u8) ? 2 : 1;
        int end = rest.Length > start ? rest[start..].IndexOfAny(NameEnds) : -1;
        ReadOnlySpan<byte> own = end < 0 ? [] : rest.Slice(start, end);
        return own.EndsWith(name) && (own.Length == name.Length || own[^(name.Length + 1)] == ':');
    }
}
