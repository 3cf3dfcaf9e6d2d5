using System.Text;

namespace Qbitel.Protocols;

/// <summary>
/// Line and column of ascending offsets in one text, without counting the lines before them again each time.
/// </summary>
internal sealed class LineCounter
{
    private int _counted;
    private int _line = 1;
    private int _lineStart;

    public TextPosition Of(ReadOnlySpan<byte> text, int offset)
    {
        offset = Math.Clamp(offset, 0, text.Length);
        if (offset < _counted) (_counted, _line, _lineStart) = (0, 1, 0);
        while (_counted < offset)
        {
            int next = text[_counted..offset].IndexOfAny((byte)'\r', (byte)'\n');
            if (next < 0)
            {
                _counted = offset;
                break;
            }

            int at = _counted + next;
            bool isPair = text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n';
            if (isPair && at + 1 == offset) break; // the LF of a CRLF belongs to the line it ends
            _counted = at + (isPair ? 2 : 1);
            _line++;
            _lineStart = _counted;
        }

        return new TextPosition(_line, Encoding.UTF8.GetCharCount(text[_lineStart..offset]) + 1);
    }
}
