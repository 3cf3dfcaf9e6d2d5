using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces;

/// <summary>Messages as lines of hexadecimal digits; between the bytes may stand spaces, tabs, colons or
/// hyphens.</summary>
internal sealed class HexLines(CaptureLimits limits, WarningLog warnings) : LineMessages("hex", limits, warnings)
{
    private const int MinDigitsToTell = 16;

    /// <summary>Whether the beginning of an input can be nothing else.</summary>
    /// <remarks>Decimal digits alone may be anything, so a letter is wanted too.</remarks>
    public static bool Recognise(ReadOnlySpan<byte> beginning)
    {
        int digits = 0, letters = 0;
        foreach (byte b in beginning)
        {
            if (char.IsAsciiHexDigit((char)b)) digits++;
            else if (!IsSeparator(b) && b is not ((byte)'\r' or (byte)'\n')) return false;
            if (char.IsAsciiLetter((char)b)) letters++;
        }

        return digits >= MinDigitsToTell && letters > 0 && letters < digits;
    }

    protected override Datagram Read(ReadOnlyMemory<byte> line, long number)
    {
        ReadOnlySpan<byte> text = line.Span.TrimEnd("\r"u8);
        byte[] bytes = new byte[text.Length / 2];
        int count = 0, high = -1;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiHexDigit((char)text[i]))
            {
                int digit = ValueOf(text[i]);
                if (high < 0)
                {
                    high = digit;
                }
                else
                {
                    bytes[count++] = (byte)((high << 4) | digit);
                    high = -1;
                }
            }
            else if (high >= 0 || !IsSeparator(text[i]))
            {
                throw new InputFormatException(
                    Offset + i, high >= 0 ? "the second digit of a byte" : "hexadecimal digits",
                    $"byte {text[i]:X2}", LineCount);
            }
        }

        if (high >= 0)
        {
            throw new InputFormatException(Offset + text.Length, "the second digit of a byte", "the end of the line",
                LineCount);
        }

        return new Datagram(number, Flow.None, FlowDirection.Unknown, null, bytes.AsMemory(0, count));
    }

    private static int ValueOf(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsSeparator(byte b) => b is (byte)' ' or (byte)'\t' or (byte)':' or (byte)'-';
}
