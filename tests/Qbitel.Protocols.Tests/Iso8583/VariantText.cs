using System.Globalization;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Tests.Iso8583;

/// <summary>Invented messages in many variants, the same in every run.</summary>
internal static class VariantText
{
    /// <summary>Sixteen ways to write a message, as they are met.</summary>
    public static readonly (string Name, string Table, Iso8583Encoding Encoding)[] All =
    [
        ("ascii", "1987-ascii", default),
        ("ascii, two bytes of length", "1987-ascii", new(Iso8583Header.TwoByteLength, Iso8583Bitmap.Hex)),
        ("ascii, four digits of length, binary bitmap", "1987-ascii",
            new(Iso8583Header.FourDigitLength, Iso8583Bitmap.Binary)),
        ("ascii, ISO header", "1987-ascii", new(Iso8583Header.None, Iso8583Bitmap.Hex)
        {
            Routing = Iso8583Routing.IsoLiteral,
        }),
        ("ascii, lengths in hexadecimal", "1987-ascii", new Iso8583Encoding { Prefix = PrefixCoding.Hex }),
        ("ascii of 1993", "1993-ascii", default),
        ("ascii of 2003", "2003-ascii", new(Iso8583Header.TwoByteLengthInclusive, Iso8583Bitmap.Binary)),
        ("bcd", "1987-bcd", Packed(PrefixCoding.Bcd)),
        ("bcd, F on the right", "1987-bcd", Packed(PrefixCoding.Bcd) with { Padding = DigitPadding.RightF }),
        ("bcd after a TPDU", "1987-bcd", Packed(PrefixCoding.Bcd) with
        {
            Header = Iso8583Header.TwoByteLength,
            Routing = Iso8583Routing.Tpdu,
        }),
        ("bcd, lengths in binary, station header", "1987-bcd", Packed(PrefixCoding.Binary) with
        {
            Routing = Iso8583Routing.VisaStation,
            Text = TextCoding.Ebcdic037,
        }),
        ("bcd of 1993, lengths of bytes", "1993-bcd", Packed(PrefixCoding.Binary) with { Unit = LengthUnit.Bytes }),
        ("bcd, lengths in ascii", "1987-bcd", Packed(PrefixCoding.Ascii)),
        ("ebcdic", "1987-ebcdic", Ebcdic),
        ("ebcdic, two bytes of length, bitmap in ebcdic", "1987-ascii", Ebcdic with
        {
            Header = Iso8583Header.TwoByteLength,
            Bitmap = Iso8583Bitmap.EbcdicHex,
        }),
        ("ebcdic with packed numbers", "1987-bcd", Ebcdic with
        {
            Numbers = DigitCoding.Bcd,
            Prefix = PrefixCoding.Bcd,
        }),
    ];

    private static Iso8583Encoding Ebcdic => new(Iso8583Header.None, Iso8583Bitmap.Binary)
    {
        Mti = DigitCoding.Ebcdic,
        Numbers = DigitCoding.Ebcdic,
        Text = TextCoding.Ebcdic037,
        Prefix = PrefixCoding.Ebcdic,
    };

    private static Iso8583Encoding Packed(PrefixCoding prefix) => new(Iso8583Header.None, Iso8583Bitmap.Binary)
    {
        Mti = DigitCoding.Bcd,
        Numbers = DigitCoding.Bcd,
        Prefix = prefix,
    };

    /// <summary>One message of a variant: a purchase, an authorisation, a reversal or an echo test, with what such
    /// messages mostly have and some of the rest.</summary>
    public static Iso8583Message Make(int variant, ByteMutation draw)
    {
        (_, string table, Iso8583Encoding encoding) = All[variant];
        Iso8583Profile profile = Iso8583Profile.Shipped(table);
        string[] types = ["100", "110", "200", "210", "420", "430"];
        char version = (char)('0' + profile.VersionDigit);
        Assert.True(Mti.TryParse(version + types[draw.Next(types.Length)], out Mti mti));
        Iso8583Builder builder = new(mti, profile, encoding);
        foreach (int number in (int[])[2, 3, 4, 7, 11, 12, 22, 32, 37, 41, 42]) Set(number);
        foreach (int number in (int[])[13, 14, 15, 18, 23, 25, 35, 38, 39, 43, 49, 52, 54, 55, 60, 63, 64, 90, 102])
            if (draw.Next(3) == 0) Set(number);
        return builder.Build(allowInvalid: true);

        void Set(int number)
        {
            if (profile.Field(number) is { } rule) builder.Set(number, Value(rule, draw));
        }
    }

    /// <summary>A value that fits a field.</summary>
    public static string Value(Iso8583FieldRule rule, ByteMutation draw)
    {
        if (rule.Number == 2 || rule.Number == 35)
        {
            string pan = WithLuhn("4" + Digits(draw, draw.Next(3) == 0 ? 13 + draw.Next(5) : 14));
            return rule.Number == 2 ? pan : $"{pan[..Math.Min(16, pan.Length)]}D2812{Digits(draw, 3 + draw.Next(14))}";
        }

        int length = rule.LengthDigits == 0 ? rule.WholeLength(false)
            : 1 + draw.Next(Math.Min(rule.Length, rule.Type == Iso8583Type.Numeric ? 11 : 40));
        return rule.Form switch
        {
            "MMDDhhmmss" => Day(draw) + Time(draw),
            "hhmmss" => Time(draw),
            "MMDD" => Day(draw),
            "YYMM" => "28" + Two(1 + draw.Next(12)),
            "YYMMDD" => "26" + Day(draw),
            "YYMMDDhhmmss" => "26" + Day(draw) + Time(draw),
            "YYYYMM" => "2026" + Two(1 + draw.Next(12)),
            "YYYYMMDD" => "2026" + Day(draw),
            "YYYYMMDDhhmmss" => "2026" + Day(draw) + Time(draw),
            "currency" => (string[])["978", "840", "826", "392"] is var codes ? codes[draw.Next(4)] : "",
            _ => rule.Type switch
            {
                Iso8583Type.Numeric when rule.Number is 4 or 11 => Digits(draw, 5).PadLeft(length, '0'),
                Iso8583Type.Numeric => Digits(draw, length),
                Iso8583Type.SignedNumeric => "D" + Digits(draw, length - 1),
                Iso8583Type.Track or Iso8583Type.NumericSpecial => Digits(draw, length),
                Iso8583Type.Binary => Hex(draw, 2 * length),
                _ => Text(draw, length),
            },
        };
    }

    private static string Digits(ByteMutation draw, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + draw.Next(10))));

    private static string Hex(ByteMutation draw, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => "0123456789ABCDEF"[draw.Next(16)]));

    private static string Text(ByteMutation draw, int count) => string.Concat(Enumerable.Range(0, count)
        .Select(_ => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789    "[draw.Next(40)]));

    private static string Day(ByteMutation draw) => Two(1 + draw.Next(12)) + Two(1 + draw.Next(28));

    private static string Time(ByteMutation draw) => Two(draw.Next(24)) + Two(draw.Next(60)) + Two(draw.Next(60));

    private static string Two(int number) => number.ToString("D2", CultureInfo.InvariantCulture);

    private static string WithLuhn(string digits)
    {
        for (char last = '0'; last <= '9'; last++)
            if (Masking.LuhnHolds(digits + last)) return digits + last;
        return digits;
    }
}
