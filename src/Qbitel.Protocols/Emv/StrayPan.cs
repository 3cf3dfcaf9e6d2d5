namespace Qbitel.Protocols.Emv;

/// <summary>Finds card numbers in values whose tags do not have one: as characters, and as packed digits.</summary>
internal static class StrayPan
{
    private const int Shortest = 13, Longest = 19;

    /// <summary>Writes zeros over the middle of what looks like one; whether there was any.</summary>
    public static bool Cover(Span<byte> value)
    {
        if (value.Length < 7) return false;
        bool isFound = CoverDigits(value);
        string came = Convert.ToHexString(value);
        char[] packed = came.ToCharArray();
        if (!CoverWithin(came, packed)) return isFound;
        Convert.FromHexString(packed, value, out _, out _);
        return true;
    }

    // Where a tag or length was damaged, the number stands among the digits of its neighbours, and where a digit of a
    // trace was lost, it begins within a byte. What is hidden of one place must not keep another from being found, so
    // all are looked for as they came.
    private static bool CoverWithin(ReadOnlySpan<char> came, Span<char> packed)
    {
        bool isFound = false;
        for (int start = 0; start + Shortest <= came.Length; start++)
        {
            int run = came[start..].IndexOfAnyExceptInRange('0', '9');
            if (run < 0) run = came.Length - start;
            for (int length = Shortest; length <= Math.Min(run, Longest); length++)
            {
                if (!Masking.LooksLikePan(came.Slice(start, length))) continue;
                Hide(packed.Slice(start, length));
                isFound = true;
            }
        }

        return isFound;
    }

    private static bool CoverDigits(Span<byte> text)
    {
        bool isFound = false;
        Span<char> digits = stackalloc char[Longest];
        for (int i = 0; i < text.Length;)
        {
            int run = 0;
            while (i + run < text.Length && char.IsAsciiDigit((char)text[i + run])) run++;
            if (run is >= Shortest and <= Longest)
            {
                for (int k = 0; k < run; k++) digits[k] = (char)text[i + k];
                if (CoverDigits(digits[..run]))
                {
                    for (int k = 0; k < run; k++) text[i + k] = (byte)digits[k];
                    isFound = true;
                }
            }

            i += Math.Max(run, 1);
        }

        return isFound;
    }

    private static bool CoverDigits(Span<char> text)
    {
        bool isFound = false;
        for (int i = 0; i < text.Length;)
        {
            int run = 0;
            while (i + run < text.Length && char.IsAsciiDigit(text[i + run])) run++;
            Span<char> digits = text.Slice(i, run);
            if (Masking.LooksLikePan(digits))
            {
                Hide(digits);
                isFound = true;
            }

            i += Math.Max(run, 1);
        }

        return isFound;
    }

    // The first six and last four stay; what stands there afterwards is no card's number.
    private static void Hide(Span<char> digits)
    {
        digits[6..^4].Fill('0');
        if (Masking.LuhnHolds(digits)) digits[6] = '1';
    }
}
