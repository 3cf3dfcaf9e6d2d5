using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>An encoding as people say it and as a profile's JSON writes it.</summary>
internal static class Iso8583EncodingWords
{
    public static readonly (string Name, Iso8583Header Value)[] Headers =
    [
        ("none", Iso8583Header.None), ("two-byte", Iso8583Header.TwoByteLength),
        ("four-digit", Iso8583Header.FourDigitLength), ("two-byte-inclusive", Iso8583Header.TwoByteLengthInclusive),
        ("four-digit-inclusive", Iso8583Header.FourDigitLengthInclusive),
    ];

    public static readonly (string Name, Iso8583Routing Value)[] Routings =
    [
        ("none", Iso8583Routing.None), ("tpdu", Iso8583Routing.Tpdu), ("iso", Iso8583Routing.IsoLiteral),
        ("visa", Iso8583Routing.VisaStation),
    ];

    public static readonly (string Name, Iso8583Bitmap Value)[] Bitmaps =
        [("hex", Iso8583Bitmap.Hex), ("binary", Iso8583Bitmap.Binary), ("ebcdic-hex", Iso8583Bitmap.EbcdicHex)];

    public static readonly (string Name, DigitCoding Value)[] Digits =
    [
        ("ascii", DigitCoding.Ascii), ("ebcdic", DigitCoding.Ebcdic), ("bcd", DigitCoding.Bcd),
        ("binary", DigitCoding.Binary),
    ];

    public static readonly (string Name, TextCoding Value)[] Texts =
    [
        ("ascii", TextCoding.Ascii), ("ebcdic", TextCoding.Ebcdic037), ("ebcdic-1047", TextCoding.Ebcdic1047),
    ];

    public static readonly (string Name, BinaryCoding Value)[] Binaries =
    [
        ("as-bitmap", BinaryCoding.AsBitmap), ("raw", BinaryCoding.Raw), ("hex", BinaryCoding.Hex),
        ("ebcdic-hex", BinaryCoding.EbcdicHex),
    ];

    public static readonly (string Name, DigitPadding Value)[] Paddings =
        [("left-zero", DigitPadding.LeftZero), ("right-f", DigitPadding.RightF)];

    public static readonly (string Name, PrefixCoding Value)[] Prefixes =
    [
        ("ascii", PrefixCoding.Ascii), ("ebcdic", PrefixCoding.Ebcdic), ("bcd", PrefixCoding.Bcd),
        ("bcd-right", PrefixCoding.BcdRight), ("binary", PrefixCoding.Binary), ("hex", PrefixCoding.Hex),
        ("hex-short", PrefixCoding.HexShort),
    ];

    public static readonly (string Name, LengthUnit Value)[] Units =
    [
        ("characters", LengthUnit.Characters), ("digits", LengthUnit.Digits), ("bytes", LengthUnit.Bytes),
        ("nibbles", LengthUnit.Nibbles),
    ];

    public static readonly (string Name, bool Value)[] Signs = [("added", false), ("counted", true)];

    public static readonly (string Name, bool Value)[] ThirdBitmaps = [("contiguous", false), ("field-65", true)];

    /// <summary>Every choice: its name in a profile, its value there, and both in words.</summary>
    public static IEnumerable<(string Name, string Value, string Words)> Of(Iso8583Encoding encoding)
    {
        yield return Named("length", Headers, encoding.Header, encoding.Header switch
        {
            Iso8583Header.TwoByteLength => "two bytes of length",
            Iso8583Header.TwoByteLengthInclusive => "two bytes of length that count themselves",
            Iso8583Header.FourDigitLength => "four digits of length",
            Iso8583Header.FourDigitLengthInclusive => "four digits of length that count themselves",
            _ => "no length",
        });
        yield return Named("header", Routings, encoding.Routing, encoding.Routing switch
        {
            Iso8583Routing.Tpdu => "a TPDU",
            Iso8583Routing.IsoLiteral => "an ISO literal header",
            Iso8583Routing.VisaStation => "a station header",
            _ => "no header",
        });
        yield return Named("mti", Digits, encoding.Mti, "message type " + Written(encoding.Mti));
        yield return Named("bitmap", Bitmaps, encoding.Bitmap, encoding.Bitmap switch
        {
            Iso8583Bitmap.Hex => "bitmap in ASCII hexadecimal",
            Iso8583Bitmap.EbcdicHex => "bitmap in EBCDIC hexadecimal",
            _ => "bitmap in binary",
        });
        yield return Named("numbers", Digits, encoding.Numbers, "numbers " + Written(encoding.Numbers));
        yield return Named("text", Texts, encoding.Text, encoding.Text switch
        {
            TextCoding.Ebcdic037 => "text in EBCDIC 037",
            TextCoding.Ebcdic1047 => "text in EBCDIC 1047",
            _ => "text in ASCII",
        });
        yield return Named("bytes", Binaries, encoding.Bytes, encoding.ResolvedBytes switch
        {
            BinaryCoding.Hex => "binary fields in ASCII hexadecimal",
            BinaryCoding.EbcdicHex => "binary fields in EBCDIC hexadecimal",
            _ => "binary fields as they are",
        });
        yield return Named("padding", Paddings, encoding.Padding, encoding.Padding == DigitPadding.RightF
            ? "odd numbers of packed digits filled with F on the right"
            : "odd numbers of packed digits filled with 0 on the left");
        yield return Named("prefix", Prefixes, encoding.Prefix, "lengths of fields " + encoding.Prefix switch
        {
            PrefixCoding.Ebcdic => "in EBCDIC digits",
            PrefixCoding.Bcd => "in BCD",
            PrefixCoding.BcdRight => "in BCD from the left",
            PrefixCoding.Binary => "in binary",
            PrefixCoding.Hex => "in hexadecimal",
            PrefixCoding.HexShort => "in as few hexadecimal digits as their greatest needs",
            _ => "in ASCII digits",
        });
        yield return Named("unit", Units, encoding.Unit, "lengths count " + encoding.Unit switch
        {
            LengthUnit.Digits => "digits",
            LengthUnit.Bytes => "bytes",
            LengthUnit.Nibbles => "half bytes",
            _ => "characters",
        });
        yield return Named("sign", Signs, encoding.IsSignCounted,
            encoding.IsSignCounted ? "signs counted in lengths" : "signs beside lengths");
        yield return Named("tertiaryBitmap", ThirdBitmaps, encoding.IsThirdBitmapInField,
            encoding.IsThirdBitmapInField ? "third bitmap in field 65" : "third bitmap after the second");
    }

    private static string Written(DigitCoding coding) => coding switch
    {
        DigitCoding.Ebcdic => "in EBCDIC",
        DigitCoding.Bcd => "in BCD",
        DigitCoding.Binary => "in binary",
        _ => "in ASCII",
    };

    private static (string Name, string Value, string Words) Named<T>(string name, (string Name, T Value)[] names,
        T value, string words) =>
        (name, Array.Find(names, each => EqualityComparer<T>.Default.Equals(each.Value, value)).Name, words);
}
