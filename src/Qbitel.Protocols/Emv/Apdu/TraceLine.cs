using System.Buffers;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>Which way a line of a trace says its bytes went.</summary>
internal enum TraceDirection
{
    Untold,
    ToCard,
    FromCard,
}

/// <summary>One line of a trace: an optional time, an optional mark of the direction, and digits.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TraceLine(int Number, int Start, TraceDirection Direction, HexText Hex)
{
    private static readonly SearchValues<byte> Times = SearchValues.Create("0123456789:.,-+TZ"u8);

    // The longest first, since some begin with others. C and R alone need a colon: C is a digit.
    private static readonly (string Mark, TraceDirection Direction)[] Marks =
    [
        .. new[] { "COMMAND APDU", "TERMINAL->CARD", "C-APDU", "COMMAND", "REQUEST", "CAPDU", "T->C", "APDU",
            "SENT", "SEND", "CMD", "A>>", "REQ", "-->", "==>", ">>", "->", "=>", "TX", "C:", ">" }
            .Select(mark => (mark, TraceDirection.ToCard)),
        .. new[] { "RESPONSE APDU", "CARD->TERMINAL", "R-APDU", "RESPONSE", "RECEIVED", "RAPDU", "RECV", "C->T",
            "RESP", "RSP", "RCV", "A<<", "<--", "<==", "<<", "<-", "<=", "RX", "SW", "R:", "<" }
            .Select(mark => (mark, TraceDirection.FromCard)),
    ];

    /// <summary>
    /// Reads the line at a place; false where it is neither one of a trace nor blank nor a remark.
    /// </summary>
    /// <param name="input">All of it.</param>
    /// <param name="from">Where the line begins.</param>
    /// <param name="to">Where it ends, without its end of line.</param>
    /// <param name="number">Of the line.</param>
    /// <param name="line">The line; null for a blank one and a remark.</param>
    /// <param name="wrong">Where what cannot be read stands.</param>
    public static bool TryRead(ReadOnlySpan<byte> input, int from, int to, int number, out TraceLine? line,
        out int wrong)
    {
        line = null;
        wrong = from;
        if (from == 0 && input.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) from = 3;
        int at = Skip(input, from, to);
        if (at == to || input[at] is (byte)'#' or (byte)';' || input[at..to].StartsWith("//"u8)) return true;

        at = SkipTime(input, at, to);
        TraceDirection direction = Mark(input, ref at, to);
        at = SkipRemarks(input, at, to);
        if (!HexText.TryRead(input, at, to, out HexText hex, out wrong))
        {
            if (wrong < 0) wrong = at;
            return false;
        }

        line = new TraceLine(number, from, direction, hex);
        return true;
    }

    private static int Skip(ReadOnlySpan<byte> input, int at, int to)
    {
        while (at < to && input[at] is (byte)' ' or (byte)'\t') at++;
        return at;
    }

    // [anything], and a word of digits with colons, as a time of day has.
    private static int SkipTime(ReadOnlySpan<byte> input, int at, int to)
    {
        while (at < to && input[at] == '[')
        {
            int end = input[at..to].IndexOf((byte)']');
            if (end < 0) return at;
            at = Skip(input, at + end + 1, to);
        }

        for (int words = 0; words < 2; words++)
        {
            int length = input[at..to].IndexOfAny((byte)' ', (byte)'\t');
            if (length < 8) return at;
            ReadOnlySpan<byte> word = input.Slice(at, length);
            bool isDate = word.Length == 10 && word[4] == '-' && word[7] == '-';
            bool isTime = word.Count((byte)':') >= 2 && word[2] != ' ';
            if ((!isDate && !isTime) || word.ContainsAnyExcept(Times)) return at;
            at = Skip(input, at + length, to);
        }

        return at;
    }

    private static TraceDirection Mark(ReadOnlySpan<byte> input, ref int at, int to)
    {
        foreach ((string mark, TraceDirection direction) in Marks)
        {
            if (to - at < mark.Length) continue;
            if (!System.Text.Ascii.EqualsIgnoreCase(input.Slice(at, mark.Length), mark)) continue;
            int next = at + mark.Length;
            // A word must end here, or it is the beginning of another.
            if (next < to && char.IsAsciiLetter(mark[^1]) && char.IsAsciiLetterOrDigit((char)input[next])) continue;
            at = Skip(input, next, to);
            if (at < to && input[at] is (byte)':' or (byte)'=') at = Skip(input, at + 1, to);
            return direction;
        }

        return TraceDirection.Untold;
    }

    // (13 bytes), T=1, 0x: what loggers write before the digits.
    private static int SkipRemarks(ReadOnlySpan<byte> input, int at, int to)
    {
        while (at < to)
        {
            ReadOnlySpan<byte> rest = input[at..to];
            if (rest[0] == '(' && rest.IndexOf((byte)')') is > 0 and int end) at = Skip(input, at + end + 1, to);
            else if (rest.StartsWith("T=0"u8) || rest.StartsWith("T=1"u8)) at = Skip(input, at + 3, to);
            else if (rest.StartsWith("0x"u8)) at += 2;
            else break;
            if (at < to && input[at] == ':') at = Skip(input, at + 1, to);
        }

        return at;
    }
}
