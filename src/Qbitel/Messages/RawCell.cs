using System.Buffers;
using System.Globalization;
using System.Text;

namespace Qbitel.Messages;

/// <summary>Bytes as a person can read them: text with its controls made visible, or hexadecimal.</summary>
/// <param name="Text">One or more characters on the screen, none of which acts.</param>
/// <param name="Offset">Of the byte it stands for, in its part.</param>
/// <param name="EndsLine">Whether a line of the input ends here.</param>
internal readonly record struct RawCell(string Text, int Offset, bool EndsLine)
{
    // ASCII's controls by their names, of two or three letters each.
    private static readonly string[] Controls =
        ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 "
        + "DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US SP DEL").Split(' ');

    /// <summary>The name of the control it stands for, for a font that has no picture of it.</summary>
    public string? Control => Text.Length == 1 && Text[0] is >= '\u2400' and <= '\u2421' ? Controls[Text[0] - 0x2400]
        : null;

    public static IReadOnlyList<RawCell> Of(ReadOnlySpan<byte> bytes)
    {
        bool isHex = !IsText(bytes);
        List<RawCell> cells = new(bytes.Length);
        for (int i = 0; i < bytes.Length;)
        {
            byte b = bytes[i];
            if (isHex)
            {
                cells.Add(new(b.ToString("x2", CultureInfo.InvariantCulture) + " ", i++, false));
                continue;
            }

            bool endsLine = b == '\n' || (b == '\r' && (i + 1 == bytes.Length || bytes[i + 1] != '\n'));
            if (b < 0x80)
            {
                // U+2400 and on are pictures of the controls.
                char shown = b < 0x20 ? (char)(0x2400 + b) : b == 0x7F ? '\u2421' : (char)b;
                cells.Add(new(shown.ToString(), i++, endsLine));
                continue;
            }

            Rune.DecodeFromUtf8(bytes[i..], out Rune rune, out int size);
            cells.Add(new(IsSeen(rune) ? rune.ToString() : "\u00B7", i, false));
            i += size;
        }

        return cells;
    }

    // Letters, signs and figures; what is invisible or reorders its neighbours is a dot.
    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark);

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        int odd = 0;
        for (int i = 0; i < bytes.Length;)
        {
            byte b = bytes[i];
            int size = 1;
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n' or 0x01 or 0x03)) odd++;
            else if (b >= 0x80 && Rune.DecodeFromUtf8(bytes[i..], out _, out size) != OperationStatus.Done) odd++;
            i += size;
        }

        return odd * 8 <= bytes.Length;
    }
}
