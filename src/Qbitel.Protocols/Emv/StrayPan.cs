namespace Qbitel.Protocols.Emv;

/// <summary>Finds card numbers in values whose tags do not have one: as characters, and as packed digits.</summary>
internal static class StrayPan
{
    /// <summary>Writes zeros over the middle of what looks like one; whether there was any.</summary>
    public static bool Cover(Span<byte> value)
    {
        if (value.Length < 7) return false;
        bool isFound = CoverDigits(value);
        char[] packed = Convert.ToHexString(value).ToCharArray();
        if (!CoverDigits(packed)) return isFound;
        Convert.FromHexString(packed, value, out _, out _);
        return true;
    }

    private static bool CoverDigits(Span<byte> text)
    {
        bool isFound = false;
        Span<char> digits = stackalloc char[19];
        for (int i = 0; i < text.Length;)
        {
            int run = 0;
            while (i + run < text.Length && char.IsAsciiDigit((char)text[i + run])) run++;
            if (run is >= 13 and <= 19)
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

    // The first six and last four stay; what stands there afterwards is no card's number.
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
                digits[6..^4].Fill('0');
                if (Masking.LuhnHolds(digits)) digits[6] = '1';
                isFound = true;
            }

            i += Math.Max(run, 1);
        }

        return isFound;
    }
}
