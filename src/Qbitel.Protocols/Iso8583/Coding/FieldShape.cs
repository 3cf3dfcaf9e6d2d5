using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>One field as it is sent: its length, then its value. Works on spans and allocates nothing.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FieldShape
{
    /// <summary>An integer of eight bytes has no more digits.</summary>
    private const int MostIntegerDigits = 18;

    private FieldShape(Iso8583Type type, int length, FieldCoding coding, int prefixDigits)
    {
        Type = type;
        Length = length;
        PrefixDigits = prefixDigits;
        Padding = coding.Padding;
        Prefix = coding.Prefix;
        Unit = coding.Unit;
        Text = coding.Numbers == DigitCoding.Ebcdic && coding.Text == TextCoding.Ascii
            && type is Iso8583Type.SignedNumeric ? TextCoding.Ebcdic037 : coding.Text;
        WireForm text = coding.Text switch
        {
            TextCoding.Ebcdic037 => WireForm.Ebcdic037,
            TextCoding.Ebcdic1047 => WireForm.Ebcdic1047,
            _ => WireForm.Ascii,
        };
        WireForm digits = coding.Numbers switch
        {
            DigitCoding.Ascii => WireForm.Ascii,
            DigitCoding.Ebcdic => WireForm.Ebcdic037,
            DigitCoding.Binary when prefixDigits == 0 && type == Iso8583Type.Numeric && length <= MostIntegerDigits =>
                WireForm.Integer,
            _ => WireForm.Packed,
        };
        Form = type switch
        {
            Iso8583Type.Numeric or Iso8583Type.Track or Iso8583Type.SignedNumeric => digits,
            Iso8583Type.Binary => coding.Bytes switch
            {
                BinaryCoding.Hex => WireForm.Hex,
                BinaryCoding.EbcdicHex => WireForm.EbcdicHex,
                _ => WireForm.Raw,
            },
            _ => text,
        };
        PrefixSize = prefixDigits == 0 ? 0 : coding.Prefix switch
        {
            PrefixCoding.Bcd or PrefixCoding.BcdRight => (prefixDigits + 1) / 2,
            PrefixCoding.Binary => (prefixDigits + 1) / 2,
            PrefixCoding.HexShort => HexDigits(length),
            _ => prefixDigits,
        };
        FixedSize = prefixDigits > 0 ? 0 : SizeOf(length);
    }

    public Iso8583Type Type { get; }

    public WireForm Form { get; }

    /// <summary>The length of a fixed field, the greatest of a variable one, as the standard counts it.</summary>
    public int Length { get; }

    /// <summary>0 for a field of fixed length.</summary>
    public int PrefixDigits { get; }

    public int PrefixSize { get; }

    public int FixedSize { get; }

    public DigitPadding Padding { get; }

    public PrefixCoding Prefix { get; }

    public LengthUnit Unit { get; }

    private TextCoding Text { get; }

    public static FieldShape Of(Iso8583Type type, int length, int prefixDigits, FieldCoding coding) =>
        new(type, length, coding, prefixDigits);

    /// <summary>Bytes of a value of so many characters as the standard counts them.</summary>
    public int SizeOf(int characters) => Form switch
    {
        WireForm.Packed when Type == Iso8583Type.SignedNumeric => characters == 0 ? 0 : 1 + (characters / 2),
        WireForm.Packed => (characters + 1) / 2,
        WireForm.Hex or WireForm.EbcdicHex => 2 * characters,
        WireForm.Integer => IntegerSize(Length),
        _ => characters,
    };

    /// <summary>Finds the value of the field that begins at a place.</summary>
    public ShapeFault Measure(ReadOnlySpan<byte> bytes, int at, out int valueAt, out int size, out int characters)
    {
        size = FixedSize;
        characters = Length;
        valueAt = at + PrefixSize;
        if (PrefixDigits > 0)
        {
            if (bytes.Length - at < PrefixSize)
            {
                return IsPrefix(bytes[Math.Min(at, bytes.Length)..]) ? ShapeFault.PrefixCut : ShapeFault.Prefix;
            }

            if (!TryReadPrefix(bytes.Slice(at, PrefixSize), out int count)) return ShapeFault.Prefix;
            ShapeFault fault = Count(count, out size, out characters);
            if (fault != ShapeFault.None) return fault;
            if (bytes.Length - valueAt < size) return ShapeFault.Cut;
            if (Unit == LengthUnit.Bytes && Form == WireForm.Packed && size > 0)
                characters = Unpadded(bytes.Slice(valueAt, size));
            return ShapeFault.None;
        }

        return bytes.Length - at < size ? ShapeFault.Cut : ShapeFault.None;
    }

    /// <summary>Writes the length of a value; its bytes.</summary>
    public int WritePrefix(Span<byte> destination, int characters, int size)
    {
        if (PrefixDigits == 0) return 0;

        int count = Unit switch
        {
            LengthUnit.Bytes => size,
            LengthUnit.Nibbles => Form == WireForm.Packed ? characters : 2 * size,
            LengthUnit.Digits when Form is WireForm.Hex or WireForm.EbcdicHex => size,
            _ => characters,
        };
        Span<byte> prefix = destination[..PrefixSize];
        switch (Prefix)
        {
            case PrefixCoding.Binary:
                for (int i = PrefixSize - 1; i >= 0; i--, count >>= 8) prefix[i] = (byte)(count & 0xFF);
                break;
            case PrefixCoding.Bcd or PrefixCoding.BcdRight:
                if (Prefix == PrefixCoding.BcdRight && PrefixDigits % 2 == 1) count *= 10;
                for (int i = PrefixSize - 1; i >= 0; i--, count /= 100)
                    prefix[i] = (byte)((count / 10 % 10 << 4) | (count % 10));
                break;
            case PrefixCoding.Hex or PrefixCoding.HexShort:
                for (int i = PrefixSize - 1; i >= 0; i--, count >>= 4) prefix[i] = HexDigit(count & 0xF);
                break;
            default:
                int zero = Prefix == PrefixCoding.Ebcdic ? 0xF0 : '0';
                for (int i = PrefixSize - 1; i >= 0; i--, count /= 10) prefix[i] = (byte)(zero + (count % 10));
                break;
        }

        return PrefixSize;
    }

    /// <summary>Characters of the text a value reads as.</summary>
    public int TextLength(int size, int characters) => Form switch
    {
        WireForm.Packed => characters,
        WireForm.Integer => Math.Max(Length, 20),
        WireForm.Raw => 2 * size,
        _ => size,
    };

    /// <summary>Reads a value as text, bytes as hexadecimal; its characters.</summary>
    /// <param name="value">As it was sent.</param>
    /// <param name="characters">How many there are, where half bytes do not tell.</param>
    /// <param name="text">Room for <see cref="TextLength"/>.</param>
    public int Decode(ReadOnlySpan<byte> value, int characters, Span<char> text)
    {
        switch (Form)
        {
            case WireForm.Packed:
                if (value.IsEmpty) return 0;
                if (Type == Iso8583Type.SignedNumeric)
                {
                    text[0] = Text == TextCoding.Ascii ? (char)value[0] : Ebcdic.Character(Text, value[0]);
                    Unpack(value[1..], characters - 1, text[1..]);
                }
                else
                {
                    Unpack(value, characters, text);
                }

                return characters;
            case WireForm.Integer:
                ulong number = 0;
                foreach (byte b in value) number = (number << 8) | b;
                Span<char> digits = stackalloc char[20];
                number.TryFormat(digits, out int written, provider: CultureInfo.InvariantCulture);
                int zeros = Math.Max(0, Length - written);
                text[..zeros].Fill('0');
                digits[..written].CopyTo(text[zeros..]);
                return zeros + written;
            case WireForm.Raw:
                Convert.TryToHexString(value, text, out int hex);
                return hex;
            case WireForm.Ebcdic037 or WireForm.EbcdicHex:
                for (int i = 0; i < value.Length; i++) text[i] = Ebcdic.Character(TextCoding.Ebcdic037, value[i]);
                return value.Length;
            case WireForm.Ebcdic1047:
                for (int i = 0; i < value.Length; i++) text[i] = Ebcdic.Character(TextCoding.Ebcdic1047, value[i]);
                return value.Length;
            default:
                System.Text.Encoding.Latin1.GetChars(value, text);
                return value.Length;
        }
    }

    /// <summary>Writes text that fits the field's type and length; its bytes.</summary>
    public int Encode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        switch (Form)
        {
            case WireForm.Packed:
                if (text.IsEmpty) return 0;
                if (Type != Iso8583Type.SignedNumeric) return Pack(text, destination);
                destination[0] = Text == TextCoding.Ascii ? (byte)(text[0] & 0xFF) : Ebcdic.Byte(Text, text[0]);
                return 1 + Pack(text[1..], destination[1..]);
            case WireForm.Integer:
                ulong number = ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
                for (int i = FixedSize - 1; i >= 0; i--, number >>= 8) destination[i] = (byte)(number & 0xFF);
                return FixedSize;
            case WireForm.Raw:
                Convert.FromHexString(text, destination, out _, out int written);
                return written;
            case WireForm.Ebcdic037 or WireForm.EbcdicHex:
                for (int i = 0; i < text.Length; i++) destination[i] = Ebcdic.Byte(TextCoding.Ebcdic037, text[i]);
                return text.Length;
            case WireForm.Ebcdic1047:
                for (int i = 0; i < text.Length; i++) destination[i] = Ebcdic.Byte(TextCoding.Ebcdic1047, text[i]);
                return text.Length;
            default:
                return System.Text.Encoding.Latin1.GetBytes(text, destination);
        }
    }

    /// <summary>Characters as the standard counts them of a text as it is decoded.</summary>
    public int CharactersOf(int textLength) => Type == Iso8583Type.Binary ? textLength / 2 : textLength;

    /// <summary>
    /// Characters of a value of which only the bytes are known: a half byte that can only fill is taken for one that
    /// does.
    /// </summary>
    public int CharactersIn(ReadOnlySpan<byte> value)
    {
        if (PrefixDigits == 0) return Length;
        switch (Form)
        {
            case WireForm.Packed:
                if (value.IsEmpty) return 0;
                int sign = Type == Iso8583Type.SignedNumeric ? 1 : 0;
                int digits = (2 * (value.Length - sign)) + sign;
                bool isFilled = Padding == DigitPadding.RightF ? (value[^1] & 0xF) == 0xF
                    : value.Length > sign && value[sign] >> 4 == 0;
                return isFilled ? digits - 1 : digits;
            case WireForm.Hex or WireForm.EbcdicHex:
                return value.Length / 2;
            default:
                return value.Length;
        }
    }

    /// <summary>The byte of the value that holds a character of its text.</summary>
    public int ByteOf(int character, int characters) => Form switch
    {
        WireForm.Packed when Type == Iso8583Type.SignedNumeric => character == 0 ? 0
            : 1 + ((character - 1 + (Padding == DigitPadding.LeftZero ? (characters - 1) % 2 : 0)) / 2),
        WireForm.Packed => (character + (Padding == DigitPadding.LeftZero ? characters % 2 : 0)) / 2,
        WireForm.Integer => 0,
        WireForm.Raw => character / 2,
        _ => character,
    };

    /// <summary>Whether the half byte that fills up is what it should be.</summary>
    public bool IsPaddedWell(ReadOnlySpan<byte> value, int characters)
    {
        if (Form != WireForm.Packed || value.IsEmpty) return true;
        int digits = Type == Iso8583Type.SignedNumeric ? characters - 1 : characters;
        if (digits % 2 == 0) return true;
        int start = Type == Iso8583Type.SignedNumeric ? 1 : 0;
        return Padding == DigitPadding.LeftZero ? value[start] >> 4 == 0 : (value[^1] & 0xF) == 0xF;
    }

    private ShapeFault Count(int count, out int size, out int characters)
    {
        characters = count;
        size = 0;
        bool isHex = Form is WireForm.Hex or WireForm.EbcdicHex;
        switch (Unit)
        {
            case LengthUnit.Bytes when Form == WireForm.Packed:
                size = count;
                characters = Math.Min(2 * count, Length);
                return count > SizeOf(Length) ? ShapeFault.TooLong : ShapeFault.None;
            case LengthUnit.Bytes or LengthUnit.Digits when isHex:
                if (count % 2 != 0) return ShapeFault.Odd;
                characters = count / 2;
                break;
            case LengthUnit.Nibbles when Form != WireForm.Packed:
                if (count % (isHex ? 4 : 2) != 0) return ShapeFault.Odd;
                characters = count / (isHex ? 4 : 2);
                break;
            default:
                break;
        }

        if (characters > Length) return ShapeFault.TooLong;
        size = SizeOf(characters);
        return ShapeFault.None;
    }

    // The length counts bytes, so whether the number of digits is odd shows only in the value: a half byte that can be
    // the filling is taken for it.
    private int Unpadded(ReadOnlySpan<byte> value) => Math.Min(CharactersIn(value), Length);

    private bool IsPrefix(ReadOnlySpan<byte> part)
    {
        foreach (byte b in part)
        {
            bool fits = Prefix switch
            {
                PrefixCoding.Ascii => char.IsAsciiDigit((char)b),
                PrefixCoding.Ebcdic => b is >= 0xF0 and <= 0xF9,
                PrefixCoding.Hex or PrefixCoding.HexShort => char.IsAsciiHexDigit((char)b),
                _ => true,
            };
            if (!fits) return false;
        }

        return true;
    }

    private bool TryReadPrefix(ReadOnlySpan<byte> prefix, out int count)
    {
        count = 0;
        switch (Prefix)
        {
            case PrefixCoding.Binary:
                foreach (byte b in prefix) count = (count << 8) | b;
                return true;
            case PrefixCoding.Bcd or PrefixCoding.BcdRight:
                int halves = 2 * prefix.Length, last = Prefix == PrefixCoding.BcdRight ? PrefixDigits : halves;
                for (int i = 0; i < last; i++)
                {
                    int digit = i % 2 == 0 ? prefix[i / 2] >> 4 : prefix[i / 2] & 0xF;
                    if (digit > 9) return false;
                    count = (count * 10) + digit;
                }

                return true;
            case PrefixCoding.Hex or PrefixCoding.HexShort:
                foreach (byte b in prefix)
                {
                    if (!char.IsAsciiHexDigit((char)b)) return false;
                    count = (count << 4) | (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
                }

                return true;
            default:
                int zero = Prefix == PrefixCoding.Ebcdic ? 0xF0 : '0';
                foreach (byte b in prefix)
                {
                    int digit = b - zero;
                    if (digit is < 0 or > 9) return false;
                    count = (count * 10) + digit;
                }

                return true;
        }
    }

    private void Unpack(ReadOnlySpan<byte> value, int digits, Span<char> text)
    {
        // A signed number's digits are unpacked without their sign.
        int skipped = (2 * value.Length) - digits;
        int start = Padding == DigitPadding.LeftZero ? skipped : 0;
        for (int i = 0; i < digits; i++)
        {
            int half = start + i;
            int nibble = half % 2 == 0 ? value[half / 2] >> 4 : value[half / 2] & 0xF;
            text[i] = (char)(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);
        }
    }

    private int Pack(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int size = (text.Length + 1) / 2, start = Padding == DigitPadding.LeftZero ? (2 * size) - text.Length : 0;
        destination[..size].Clear();
        if (text.Length % 2 == 1 && Padding == DigitPadding.RightF) destination[size - 1] = 0x0F;
        for (int i = 0; i < text.Length; i++)
        {
            int half = start + i, nibble = Nibble(text[i]);
            destination[half / 2] |= (byte)(half % 2 == 0 ? nibble << 4 : nibble);
        }

        return size;
    }

    // The separator of tracks is D in half bytes.
    private static int Nibble(char c) =>
        c == '=' ? 0xD : char.IsAsciiDigit(c) ? c - '0' : ((c | 0x20) - 'a' + 10) & 0xF;

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);

    private static int HexDigits(int most)
    {
        int digits = 1;
        for (; most > 0xF; most >>= 4) digits++;
        return digits;
    }

    private static int IntegerSize(int digits)
    {
        UInt128 most = 1;
        for (int i = 0; i < digits; i++) most *= 10;
        int size = 0;
        for (UInt128 rest = most - 1; rest > 0; rest >>= 8) size++;
        return Math.Max(size, 1);
    }
}
