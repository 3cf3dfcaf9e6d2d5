using System.Buffers;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>
/// How much more likely bytes are as a part of a message than as bytes drawn at random, in bits: the logarithm to base
/// 2 of the ratio. The weights are ours: digits are even among ten, text is mostly capitals, digits and spaces.
/// </summary>
internal static class Evidence
{
    /// <summary>A character that its type may not hold: such messages exist, and are rare.</summary>
    private const double Misfit = -10;

    /// <summary>Fields end exactly where the message does.</summary>
    public const double End = 8;

    // Four digits of which 864 numbers are types of one version.
    private const double MtiText = 22.2, MtiPacked = 6.2;

    private const double HexCharacter = 4, Digit = 4.678, PackedDigit = 0.678;

    // Fields that most messages have some of; others are rare, and each that is absent is a little more evidence.
    private static readonly bool[] IsCommon = Flags(
        2, 3, 4, 7, 11, 12, 13, 14, 15, 18, 22, 23, 24, 25, 32, 33, 35, 37, 38, 39, 41, 42, 43, 48, 49, 52, 55, 60, 61,
        62, 63, 64, 70, 90, 102, 103, 128);

    private const double RareAbsent = 0.9, RarePresent = -3;

    public static double OfMti(DigitCoding coding) => coding == DigitCoding.Bcd ? MtiPacked : MtiText;

    /// <summary>Of one bitmap; a written one has proved itself by its digits as well.</summary>
    public static double OfBitmap(ulong bitmap, int firstNumber, Iso8583Bitmap form)
    {
        double bits = form == Iso8583Bitmap.Binary ? 0 : 16 * HexCharacter;
        for (int i = 0; i < 64; i++)
        {
            int number = firstNumber + i;
            if (number is 1 or 65 || IsCommon[number]) continue;
            bits += (bitmap >> (63 - i) & 1) == 0 ? RareAbsent : RarePresent;
        }

        return bits;
    }

    /// <summary>Of one field: its length, its characters, the form of dates, and the check digit of card
    /// numbers.</summary>
    public static double OfField(Iso8583FieldRule rule, in FieldShape shape, ReadOnlySpan<byte> value, int characters)
    {
        double bits = OfPrefix(shape);
        int length = shape.TextLength(value.Length, characters);
        char[]? rented = length > 512 ? ArrayPool<char>.Shared.Rent(length) : null;
        Span<char> text = rented ?? stackalloc char[512];
        text = text[..shape.Decode(value, characters, text)];
        bool fits = true;
        for (int i = 0; i < text.Length; i++)
        {
            double each = OfCharacter(rule.Type, shape.Form, text[i], i);
            fits &= each != Misfit;
            bits += each;
        }

        if (!shape.IsPaddedWell(value, characters)) bits -= 8;
        else if (shape.Form == WireForm.Packed && characters % 2 == 1) bits += 3;
        if (fits && rule.Form is { } form) bits += OfForm(form, Iso8583Forms.Has(form, text));
        if (fits && rule.Number == 2 && text.Length >= 12) bits += Masking.LuhnHolds(text) ? 3.3 : -3;
        if (rented is not null) ArrayPool<char>.Shared.Return(rented, clearArray: true);
        return bits;
    }

    // Every length up to the greatest is as likely as another.
    private static double OfPrefix(in FieldShape shape) =>
        shape.PrefixDigits == 0 ? 0 : (8 * shape.PrefixSize) - Math.Log2(shape.Length + 1);

    private static double OfCharacter(Iso8583Type type, WireForm form, char c, int at)
    {
        switch (form)
        {
            case WireForm.Raw:
                return 0;
            case WireForm.Hex or WireForm.EbcdicHex:
                return char.IsAsciiHexDigit(c) ? HexCharacter : Misfit;
        }

        if (!FieldCharacters.Fits(type, c, at)) return Misfit;
        double digit = form is WireForm.Packed or WireForm.Integer ? PackedDigit : Digit;
        return type switch
        {
            Iso8583Type.Numeric => digit,
            Iso8583Type.SignedNumeric => at == 0 ? 7 : digit,
            Iso8583Type.Track => char.IsAsciiDigit(c) ? digit - 0.05 : form == WireForm.Packed ? -1 : 1.4,
            Iso8583Type.NumericSpecial => char.IsAsciiDigit(c) ? 4.5 : -0.3,
            Iso8583Type.Alphabetic or Iso8583Type.Alphanumeric => char.IsAsciiLetterLower(c) ? -1 : 2.7,
            _ => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == ' ' ? 2.55
                : char.IsAsciiLetterLower(c) ? 0 : -1.3,
        };
    }

    // How many numbers of as many digits are one.
    private static double OfForm(string form, bool holds)
    {
        if (!holds) return -8;
        return form switch
        {
            "MMDDhhmmss" or "YYMMDDhhmmss" or "YYYYMMDDhhmmss" => 8.3,
            "hhmmss" => 3.5,
            "MMDD" or "YYMMDD" or "YYYYMMDD" => 4.8,
            "currency" => 2.5,
            _ => 3,
        };
    }

    private static bool[] Flags(params ReadOnlySpan<int> numbers)
    {
        bool[] flags = new bool[Iso8583Profile.MostFields + 1];
        foreach (int number in numbers) flags[number] = true;
        return flags;
    }
}
