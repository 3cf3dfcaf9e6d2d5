using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards;

/// <summary>PINs by the IBM 3624 method: a natural PIN from the card's data, and an offset to the chosen one.</summary>
public static class Ibm3624Pin
{
    /// <summary>The PIN that belongs to an offset: the natural PIN plus the offset, digit by digit modulo 10.</summary>
    /// <param name="key">The PVK, 16 bytes (or 24).</param>
    /// <param name="decimalisation">16 digits, one for each nibble; see <see cref="RequireStrongTable"/>.</param>
    /// <param name="validationData">16 digits by agreement from the card number, or A to F where they are
    /// padded.</param>
    /// <param name="offset">4 to 12 digits; zeros for the natural PIN.</param>
    /// <param name="pin">Receives as many digits.</param>
    /// <exception cref="CardException">An input is of another form.</exception>
    public static void Compute(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> decimalisation, ReadOnlySpan<char> validationData,
        ReadOnlySpan<char> offset,
        Span<char> pin)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pin.Length, offset.Length, nameof(pin));
        Digits.Require(offset, 4, 12, "offset");
        Combine(key, decimalisation, validationData, offset, pin, sign: 1);
    }

    /// <summary>The offset that makes a chosen PIN: the PIN less the natural PIN, digit by digit modulo 10.</summary>
    public static void ComputeOffset(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> decimalisation, ReadOnlySpan<char> validationData,
        ReadOnlySpan<char> pin,
        Span<char> offset)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset.Length, pin.Length, nameof(offset));
        Digits.Require(pin, 4, 12, "PIN");
        Combine(key, decimalisation, validationData, pin, offset, sign: -1);
    }

    /// <summary>
    /// Refuses decimalisation tables that help to guess PINs: fewer than 8 different digits, or one more than four
    /// times.
    /// </summary>
    /// <exception cref="CardException">The table is malformed or weak.</exception>
    public static void RequireStrongTable(ReadOnlySpan<char> decimalisation)
    {
        Digits.Require(decimalisation, Digits.NibblesPerBlock, Digits.NibblesPerBlock, "decimalisation table");
        int different = 0;
        for (char digit = '0'; digit <= '9'; digit++)
        {
            int times = decimalisation.Count(digit);
            if (times > 0) different++;
            if (times > 4)
            {
                throw new CardException(CardFault.InvalidInput,
                    "The decimalisation table holds one digit more than four times.");
            }
        }

        if (different < 8)
        {
            throw new CardException(CardFault.InvalidInput,
                $"The decimalisation table holds {different} different digits; it needs 8.");
        }
    }

    private static void Combine(
        ReadOnlySpan<byte> key, ReadOnlySpan<char> decimalisation, ReadOnlySpan<char> validationData,
        ReadOnlySpan<char> given,
        Span<char> result, int sign)
    {
        Digits.RequireKey(key, "PIN verification key", 16, 24);
        Digits.Require(decimalisation, Digits.NibblesPerBlock, Digits.NibblesPerBlock, "decimalisation table");
        ulong data = Digits.PackHex(validationData, "validation data");

        TripleDes cipher = new(key);
        ulong block = cipher.Encrypt(data);
        cipher.Clear();
        for (int i = 0; i < given.Length; i++)
        {
            // The table lies within one cache line; every nibble is read from it by looking at all sixteen.
            int nibble = Digits.NibbleAt(block, i), natural = 0;
            for (int j = 0; j < Digits.NibblesPerBlock; j++)
                natural |= (decimalisation[j] - '0') & (((nibble ^ j) - 1) >> 31);

            int first = sign > 0 ? natural : given[i] - '0', second = sign > 0 ? given[i] - '0' : 10 - natural;
            int sum = first + second;
            result[i] = (char)('0' + sum - (10 & ((9 - sum) >> 31)));
        }
    }
}
