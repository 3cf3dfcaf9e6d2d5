namespace Qbitel.Hsm.Custody;

/// <summary>
/// 48 bytes as eleven groups a person can copy: seven digits to base 32 and one that checks them, by their values and
/// places and by the place of the group.
/// </summary>
/// <remarks>
/// Digits are those of Crockford's base 32, without I, L, O and U; I and L are read as 1, O as 0. A wrong digit, two
/// that changed places and groups that changed places are found in their group. Digits are made without a table, since
/// they are the secret.
/// </remarks>
internal static class ShareText
{
    public const int Size = 48;

    public const int Groups = 11;

    public const string Prefix = "QBS1";

    private const int DigitsInGroup = 7;

    /// <summary>Of the prefix, a hyphen before each group, and the groups.</summary>
    public const int Length = 4 + (Groups * (DigitsInGroup + 2));

    public static void Write(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        ArgumentOutOfRangeException.ThrowIfNotEqual(text.Length, Length, nameof(text));
        Prefix.CopyTo(text);
        for (int group = 0; group < Groups; group++)
        {
            Span<char> place = text.Slice(4 + (group * (DigitsInGroup + 2)), DigitsInGroup + 2);
            place[0] = '-';
            int check = group + 1;
            for (int i = 0; i < DigitsInGroup; i++)
            {
                int digit = Bits(bytes, ((group * DigitsInGroup) + i) * 5);
                place[1 + i] = Digit(digit);
                check ^= Weigh(digit, i);
            }

            place[^1] = Digit(check);
        }
    }

    /// <param name="text">Spaces, hyphens and line breaks may stand anywhere; small letters are read as
    /// capitals.</param>
    /// <param name="bytes">Zeroed where it is wrong.</param>
    /// <returns>Null, or what is wrong and in which group.</returns>
    public static string? Read(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        bytes.Clear();
        Span<byte> digits = stackalloc byte[Groups * (DigitsInGroup + 1)];
        try
        {
            int count = -Prefix.Length;
            foreach (char c in text)
            {
                if (c == '-' || char.IsWhiteSpace(c)) continue;
                if (count < 0)
                {
                    if (char.ToUpperInvariant(c) != Prefix[count + Prefix.Length])
                        return $"it does not begin with {Prefix}: no share of a custodian, or a newer one";
                }
                else if (count >= digits.Length)
                {
                    return $"it is longer than {Groups} groups of {DigitsInGroup + 1}";
                }
                else if (Value(c) is var value && value < 0)
                {
                    return $"group {(count / (DigitsInGroup + 1)) + 1} has a character that is no digit of a share";
                }
                else
                {
                    digits[count] = (byte)value;
                }

                count++;
            }

            if (count < digits.Length)
                return $"it ends in group {Math.Max(0, count / (DigitsInGroup + 1)) + 1} of {Groups}";

            List<int> wrong = [];
            for (int group = 0; group < Groups; group++)
            {
                Span<byte> place = digits.Slice(group * (DigitsInGroup + 1), DigitsInGroup + 1);
                int check = group + 1;
                for (int i = 0; i < DigitsInGroup; i++)
                {
                    check ^= Weigh(place[i], i);
                    Put(bytes, ((group * DigitsInGroup) + i) * 5, place[i]);
                }

                if (check != place[^1]) wrong.Add(group + 1);
            }

            // 77 digits hold one bit more than 48 bytes.
            if (wrong.Count == 0 && (digits[((Groups - 1) * (DigitsInGroup + 1)) + DigitsInGroup - 1] & 1) != 0)
                wrong.Add(Groups);
            if (wrong.Count == 0) return null;

            bytes.Clear();
            return $"group {string.Join(", ", wrong)} is not as it was printed";
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(digits);
        }
    }

    // 0-9, then the letters without I, L, O and U: each letter left out moves those after it by one.
    private static char Digit(int value)
    {
        unchecked
        {
            int c = '0' + value;
            c += 7 & ((9 - value) >> 31);
            c += 1 & ((17 - value) >> 31);
            c += 1 & ((19 - value) >> 31);
            c += 1 & ((21 - value) >> 31);
            c += 1 & ((26 - value) >> 31);
            return (char)c;
        }
    }

    // Over all digits, whichever it is.
    private static int Value(char c)
    {
        char capital = char.ToUpperInvariant(c);
        capital = capital is 'I' or 'L' ? '1' : capital == 'O' ? '0' : capital;
        int found = -1;
        for (int value = 0; value < 32; value++)
        {
            unchecked
            {
                int differs = Digit(value) ^ capital;
                int same = ~((differs | -differs) >> 31);
                found = (found & ~same) | (value & same);
            }
        }

        return found;
    }

    // In GF(2^5) modulo x^5 + x^2 + 1: the digit times x to the place plus one, so that every place weighs differently.
    private static int Weigh(int digit, int place)
    {
        unchecked
        {
            for (int i = 0; i <= place; i++) digit = (digit << 1) ^ (0x25 & -(digit >> 4));
            return digit;
        }
    }

    private static int Bits(ReadOnlySpan<byte> bytes, int at)
    {
        int value = 0;
        for (int i = 0; i < 5; i++)
        {
            int bit = at + i;
            value = (value << 1) | (bit < bytes.Length * 8 ? (bytes[bit / 8] >> (7 - (bit % 8))) & 1 : 0);
        }

        return value;
    }

    private static void Put(Span<byte> bytes, int at, int value)
    {
        for (int i = 0; i < 5; i++)
        {
            int bit = at + i;
            if (bit < bytes.Length * 8) bytes[bit / 8] |= (byte)(((value >> (4 - i)) & 1) << (7 - (bit % 8)));
        }
    }
}
