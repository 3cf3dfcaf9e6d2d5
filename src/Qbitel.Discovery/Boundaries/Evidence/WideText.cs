namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>Text in UTF-16, as far as it is ASCII: printed characters and zeros in turn.</summary>
internal static class WideText
{
    // Shorter ones are small numbers as often as text.
    private const int MinCharacters = 4, MinDistinct = 3;

    /// <summary>Stretches in which no field begins; they may be a part of one.</summary>
    public static List<(int Start, int Length)> Find(ReadOnlySpan<byte> message)
    {
        List<(int, int)> found = [];
        for (int at = 0; at + (2 * MinCharacters) <= message.Length; at++)
        {
            // A zero before text whose lesser bytes come first could be the greater one of its first character.
            int first = message[at] == 0 && Length(message, at, 1) > Length(message, at + 1, 0) ? 1 : 0;
            int length = Length(message, at, first);
            if (length < 2 * MinCharacters || !IsText(message.Slice(at, length), first)) continue;
            found.Add((at, length));
            at += length - 1;
        }

        return found;
    }

    private static int Length(ReadOnlySpan<byte> message, int at, int first)
    {
        int length = 0;
        while (at + length + 2 <= message.Length && message[at + length + 1 - first] == 0
            && ByteRuns.IsPrintable(message[at + length + first]))
        {
            length += 2;
        }

        return length;
    }

    private static bool IsText(ReadOnlySpan<byte> wide, int first)
    {
        int letters = 0;
        UInt128 seen = 0;
        for (int i = first; i < wide.Length; i += 2)
        {
            if (ByteRuns.IsLetter(wide[i]) || ByteRuns.IsDigit(wide[i])) letters++;
            seen |= UInt128.One << wide[i];
        }

        return 4 * letters >= wide.Length && UInt128.PopCount(seen) >= MinDistinct;
    }
}
