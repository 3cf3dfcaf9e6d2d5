using System.Runtime.InteropServices;
using System.Text;

namespace Qbitel.Protocols;

/// <summary>
/// Line and column of a byte offset, both counted from 1. CRLF, LF and CR end lines; columns count characters.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextPosition(int Line, int Column)
{
    public static TextPosition Of(ReadOnlySpan<byte> text, int offset)
    {
        ReadOnlySpan<byte> before = text[..Math.Clamp(offset, 0, text.Length)];
        int line = 1, start = 0;
        for (int i = before.IndexOfAny((byte)'\r', (byte)'\n'); i >= 0; i = NextBreak(before, start))
        {
            // The CR of a CRLF that is itself the offset belongs to the line it ends.
            if (before[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                if (i + 1 >= before.Length) break;
                i++;
            }

            line++;
            start = i + 1;
        }

        return new TextPosition(line, Encoding.UTF8.GetCharCount(before[start..]) + 1);
    }

    private static int NextBreak(ReadOnlySpan<byte> text, int start)
    {
        int next = text[start..].IndexOfAny((byte)'\r', (byte)'\n');
        return next < 0 ? -1 : start + next;
    }
}
