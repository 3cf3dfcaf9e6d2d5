namespace Qbitel.Protocols.Identifiers;

/// <summary>ISO/IEC 7064, MOD 97-10, with letters as A=10 to Z=35.</summary>
internal static class Mod97
{
    // Below it there is room for two more digits.
    private const long Large = 1_000_000_000_000_000;

    /// <summary>The remainder; -1 where a character is neither a digit nor a capital letter.</summary>
    public static int Remainder(ReadOnlySpan<char> text, int start = 0)
    {
        long remainder = start;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c)) remainder = (remainder * 10) + (c - '0');
            else if (char.IsAsciiLetterUpper(c)) remainder = (remainder * 100) + (c - 'A' + 10);
            else return -1;
            if (remainder >= Large) remainder %= 97;
        }

        return (int)(remainder % 97);
    }
}
