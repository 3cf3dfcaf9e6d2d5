using System.Text;

namespace Qbitel.Protocols.Iso20022;

/// <summary>Finds the bytes of an element from its line and column, each line once.</summary>
internal ref struct MxOffsets
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly List<int> _lines = [0];

    public MxOffsets(ReadOnlySpan<byte> text)
    {
        _text = text;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                _lines.Add(i + 1);
        }
    }

    /// <summary>
    /// An element with a value: from the opening bracket of its start tag to the closing one of its end tag.
    /// </summary>
    public readonly (int Start, int Length) Of(MxElement element)
    {
        // The column is that of the name, counted in characters.
        ReadOnlySpan<byte> line = _text[_lines[Math.Min(element.Line, _lines.Count) - 1]..];
        int at = 0;
        for (int column = 1; column < element.Column && at < line.Length; column++)
        {
            if (Rune.DecodeFromUtf8(line[at..], out Rune rune, out int size) == System.Buffers.OperationStatus.Done
                && rune.Utf16SequenceLength == 2)
            {
                column++;
            }
            at += size;
        }

        int start = _text.Length - line.Length + Math.Max(0, at - 1);
        ReadOnlySpan<byte> tail = _text[start..];
        int opening = tail.IndexOf((byte)'>');
        if (opening > 0 && tail[opening - 1] == '/') return (start, opening + 1);

        // An element with a value has no elements inside, so the next end tag is its own.
        int closing = tail.IndexOf("</"u8);
        int end = closing < 0 ? -1 : tail[closing..].IndexOf((byte)'>');
        return (start, end < 0 ? Math.Max(1, opening + 1) : closing + end + 1);
    }
}
