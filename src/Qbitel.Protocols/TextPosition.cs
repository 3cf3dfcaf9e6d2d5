using System.Runtime.InteropServices;

namespace Qbitel.Protocols;

/// <summary>
/// Line and column of a byte offset, both counted from 1. CRLF, LF and CR end lines; columns count characters.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>
    /// Counts from the start of the text; for many offsets of one text use a <see cref="LineCounter"/>.
    /// </summary>
    public static TextPosition Of(ReadOnlySpan<byte> text, int offset) => new LineCounter().Of(text, offset);
}
