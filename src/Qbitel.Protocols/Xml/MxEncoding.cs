using System.Text;

namespace Qbitel.Protocols.Xml;

/// <summary>The bytes of an input as UTF-8.</summary>
internal static class MxEncoding
{
    /// <summary>
    /// UTF-8 stays as it is. UTF-16 with a byte order mark becomes UTF-8 without one; offsets are then those of that
    /// text, lines and columns the same.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> source, out ReadOnlyMemory<byte> text, out ParseError error)
    {
        text = source;
        error = null!;
        if (source.Length > MxLimits.Size)
        {
            error = new ParseError(new Diagnostic("Mx.TooLarge", Severity.Error, "the message is too large")
            {
                Offset = MxLimits.Size,
                Expected = $"at most {MxLimits.Size} bytes",
                Actual = $"{source.Length} bytes",
            });
            return false;
        }

        if (Utf16(source.Span) is { } encoding && !TryDecode(source, encoding, out text, out error)) return false;

        int invalid = MxCharacters.IndexOfInvalid(text.Span, out bool isCut);
        if (invalid < 0) return true;

        TextPosition place = TextPosition.Of(text.Span, invalid);
        error = new ParseError(new Diagnostic(isCut ? "Mx.Incomplete" : "Mx.Characters", Severity.Error, isCut
            ? "the text breaks off" : "the bytes are not characters of XML in UTF-8")
        {
            Offset = invalid,
            Line = place.Line,
            Column = place.Column,
            Path = "/",
            Expected = "characters of XML 1.0",
            Actual = isCut ? "the end of the text" : "other bytes",
        }, isCut);
        return false;
    }

    /// <summary>The encoding a byte order mark of UTF-16 names; null for UTF-8.</summary>
    public static Encoding? Utf16(ReadOnlySpan<byte> source) =>
        source is [0xFF, 0xFE, ..] ? new UnicodeEncoding(false, true, throwOnInvalidBytes: true)
        : source is [0xFE, 0xFF, ..] ? new UnicodeEncoding(true, true, throwOnInvalidBytes: true) : null;

    private static bool TryDecode(ReadOnlyMemory<byte> source, Encoding encoding, out ReadOnlyMemory<byte> text,
        out ParseError error)
    {
        text = default;
        error = null!;
        try
        {
            text = Encoding.UTF8.GetBytes(encoding.GetString(source.Span[2..]));
            return true;
        }
        catch (DecoderFallbackException e)
        {
            bool isCut = e.Index + 4 >= source.Length;
            error = new ParseError(new Diagnostic(isCut ? "Mx.Incomplete" : "Mx.Characters", Severity.Error,
                isCut ? "the text breaks off" : "the bytes are not UTF-16")
            {
                Offset = Math.Clamp(2 + e.Index, 0, source.Length),
                Path = "/",
                Expected = "UTF-16",
                Actual = isCut ? "the end of the text" : "other bytes",
            }, isCut);
            return false;
        }
    }
}
