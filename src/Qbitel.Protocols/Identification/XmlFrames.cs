using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Identification;

/// <summary>Where messages in XML begin and end, whatever they are.</summary>
internal static class XmlFrames
{
    /// <summary>
    /// What a text begins with, in UTF-8, from its first element or declaration on; empty where it begins with neither.
    /// </summary>
    public static ReadOnlySpan<byte> Window(ReadOnlySpan<byte> bytes, int size)
    {
        ReadOnlySpan<byte> window = bytes[..Math.Min(bytes.Length, size)];
        if (MxEncoding.Utf16(window) is { } utf16)
        {
            Encoding lenient = utf16.CodePage == Encoding.Unicode.CodePage ? Encoding.Unicode
                : Encoding.BigEndianUnicode;
            window = Encoding.UTF8.GetBytes(lenient.GetString(window[2..]));
        }

        int start = Start(window);
        return start == window.Length || window[start] != '<' ? [] : window;
    }

    /// <summary>Finds the end of the message a stream begins with, as <see cref="MessageFormat.TryReadMessage"/> says.
    /// </summary>
    public static FrameStatus TryRead(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        if (MxEncoding.Utf16(stream) is not null) return Utf16Message(stream, out consumed, out error);

        int start = Start(stream);
        FrameStatus status = MxTextReader.TryFrame(stream, start, out consumed, out error);
        if (status == FrameStatus.Incomplete && stream.Length > MxLimits.Size)
        {
            status = FrameStatus.Invalid;
            error = new ParseError(new Diagnostic("Mx.TooLarge", Severity.Error, "the message is too large")
            {
                Offset = MxLimits.Size,
                Expected = $"at most {MxLimits.Size} bytes",
                Actual = "more",
            });
        }

        if (status == FrameStatus.Incomplete) consumed = 0;
        if (status != FrameStatus.Invalid) return status;

        int next = start + 1 < stream.Length ? stream[(start + 1)..].IndexOf((byte)'<') : -1;
        consumed = next < 0 ? Math.Min(start + 1, stream.Length) : start + 1 + next;
        return status;
    }

    // Past byte order marks and white space, which may stand before a message in a stream.
    private static int Start(ReadOnlySpan<byte> bytes)
    {
        int start = 0;
        while (start < bytes.Length)
        {
            if (MxCharacters.IsSpace(bytes[start])) start++;
            else if (bytes[start..].StartsWith(Encoding.UTF8.Preamble)) start += Encoding.UTF8.Preamble.Length;
            else break;
        }

        return start;
    }

    private static FrameStatus Utf16Message(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        if (!MxEncoding.TryDecode(stream.ToArray(), out ReadOnlyMemory<byte> text, out ParseError fault))
        {
            error = fault;
            if (!fault.IsIncomplete) consumed = 2;
            return fault.IsIncomplete ? FrameStatus.Incomplete : FrameStatus.Invalid;
        }

        FrameStatus status = TryRead(text.Span, out int end, out error);
        if (status != FrameStatus.Incomplete)
            consumed = Math.Min(stream.Length, 2 + (2 * Encoding.UTF8.GetCharCount(text.Span[..end])));
        return status;
    }
}
