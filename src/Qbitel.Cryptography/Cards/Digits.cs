using System.Runtime.CompilerServices;

namespace Qbitel.Cryptography.Cards;

/// <summary>Decimal digits as nibbles of 64-bit blocks.</summary>
internal static class Digits
{
    public const int MinPan = 8, MaxPan = 19; // ISO/IEC 7812-1
    public const int NibblesPerBlock = 16;

    /// <exception cref="CardException">Not all digits, or not so many; the message says neither what they
    /// are.</exception>
    public static void Require(ReadOnlySpan<char> digits, int min, int max, string what)
    {
        if (digits.Length < min || digits.Length > max)
        {
            string range = min == max ? $"{min}" : $"{min} to {max}";
            throw new CardException(CardFault.InvalidInput,
                $"The {what} has {digits.Length} digits; it must have {range}.");
        }

        bool areDigits = true;
        foreach (char digit in digits) areDigits &= digit is >= '0' and <= '9';
        if (!areDigits)
            throw new CardException(CardFault.InvalidInput, $"The {what} holds something other than digits.");
    }

    public static void RequirePan(ReadOnlySpan<char> pan, int min = MinPan) => Require(pan, min, MaxPan, "card number");

    public static void RequireKey(ReadOnlySpan<byte> key, string what, params ReadOnlySpan<int> sizes)
    {
        if (sizes.Contains(key.Length)) return;

        throw new CardException(
            CardFault.InvalidInput,
            $"The {what} has {key.Length} bytes; it must have {string.Join(" or ", sizes.ToArray())}.");
    }

    /// <summary>Up to 16 digits, the last of them in the lowest nibble.</summary>
    public static ulong Pack(ReadOnlySpan<char> digits)
    {
        ulong packed = 0;
        foreach (char digit in digits) packed = (packed << 4) | (uint)(digit - '0');
        return packed;
    }

    /// <summary>16 nibbles in upper-case hexadecimal: digits, and what they were padded with by agreement.</summary>
    public static ulong PackHex(ReadOnlySpan<char> nibbles, string what)
    {
        ulong packed = 0;
        bool areNibbles = nibbles.Length == NibblesPerBlock;
        foreach (char c in nibbles)
        {
            areNibbles &= char.IsAsciiHexDigitUpper(c);
            packed = (packed << 4) | (uint)((c <= '9' ? c - '0' : c - 'A' + 10) & 0xF);
        }

        return areNibbles
            ? packed
            : throw new CardException(CardFault.InvalidInput,
                $"The {what} must be {NibblesPerBlock} digits, or A to F where they are padded.");
    }

    /// <summary>The nibble at a place from the left, 0 to 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NibbleAt(ulong block, int place) => (int)((block >> (60 - (4 * place))) & 0xF);

    /// <summary>
    /// The decimal digits of a block's nibbles from the left, then its letters less ten, until there are enough: how
    /// CVV, PVV and EMV option B make digits.
    /// </summary>
    /// <remarks>A nibble decides only where within 32 bytes of the stack something is written.</remarks>
    public static void Decimalise(ulong block, Span<char> digits)
    {
        Span<char> inOrder = stackalloc char[NibblesPerBlock + 1];
        int count = 0;
        foreach (int from in (ReadOnlySpan<int>)[0, 10])
        {
            for (int i = 0; i < NibblesPerBlock; i++)
            {
                int value = NibbleAt(block, i) - from;
                inOrder[count] = (char)('0' + (value & 0xF));
                count += (from == 0 ? value - 10 : ~value) >>> 31;
            }
        }

        inOrder[..digits.Length].CopyTo(digits);
        inOrder.Clear();
    }
}
