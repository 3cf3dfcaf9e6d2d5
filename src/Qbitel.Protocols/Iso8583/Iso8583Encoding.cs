using System.Runtime.InteropServices;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>The choices of a dialect that its field table does not make. They are independent of each other.</summary>
/// <param name="Header">The length before the message.</param>
/// <param name="Bitmap">How bitmaps are written.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Iso8583Encoding(Iso8583Header Header, Iso8583Bitmap Bitmap)
{
    internal static readonly Iso8583Encoding[] All =
    [
        new(Iso8583Header.None, Iso8583Bitmap.Hex),
        new(Iso8583Header.TwoByteLength, Iso8583Bitmap.Hex),
        new(Iso8583Header.FourDigitLength, Iso8583Bitmap.Hex),
        new(Iso8583Header.None, Iso8583Bitmap.Binary),
        new(Iso8583Header.TwoByteLength, Iso8583Bitmap.Binary),
        new(Iso8583Header.FourDigitLength, Iso8583Bitmap.Binary),
    ];

    internal static readonly Iso8583Header[] Headers =
    [
        Iso8583Header.None, Iso8583Header.TwoByteLength, Iso8583Header.FourDigitLength,
        Iso8583Header.TwoByteLengthInclusive, Iso8583Header.FourDigitLengthInclusive,
    ];

    internal const int TpduLength = 5, IsoLiteralLength = 12, StationLength = 22;

    public Iso8583Routing Routing { get; init; }

    /// <summary>How the message type is written; binary is as BCD.</summary>
    public DigitCoding Mti { get; init; }

    /// <summary>How numbers and tracks are written.</summary>
    public DigitCoding Numbers { get; init; }

    /// <summary>How text is written.</summary>
    public TextCoding Text { get; init; }

    /// <summary>How binary fields are written.</summary>
    public BinaryCoding Bytes { get; init; }

    public DigitPadding Padding { get; init; }

    public PrefixCoding Prefix { get; init; }

    public LengthUnit Unit { get; init; }

    /// <summary>Whether the length of a signed amount counts its sign.</summary>
    public bool IsSignCounted { get; init; }

    /// <summary>
    /// Whether the third bitmap stands where field 65 would; otherwise it follows the second one.
    /// </summary>
    public bool IsThirdBitmapInField { get; init; }

    internal int LengthSize => Header switch
    {
        Iso8583Header.TwoByteLength or Iso8583Header.TwoByteLengthInclusive => 2,
        Iso8583Header.FourDigitLength or Iso8583Header.FourDigitLengthInclusive => 4,
        _ => 0,
    };

    internal bool IsInclusive =>
        Header is Iso8583Header.TwoByteLengthInclusive or Iso8583Header.FourDigitLengthInclusive;

    internal bool IsTwoByte => Header is Iso8583Header.TwoByteLength or Iso8583Header.TwoByteLengthInclusive;

    internal int MtiLength => Mti is DigitCoding.Bcd or DigitCoding.Binary ? 2 : 4;

    /// <summary>Characters of a bitmap of 64 bits.</summary>
    internal int BitmapLength => Bitmap == Iso8583Bitmap.Binary ? 8 : 16;

    /// <summary>Binary fields as they are written, the bitmap asked where nothing is said.</summary>
    internal BinaryCoding ResolvedBytes => Bytes != BinaryCoding.AsBitmap ? Bytes : Bitmap switch
    {
        Iso8583Bitmap.Hex => BinaryCoding.Hex,
        Iso8583Bitmap.EbcdicHex => BinaryCoding.EbcdicHex,
        _ => BinaryCoding.Raw,
    };

    internal FieldCoding Fields => new(Numbers, Text, ResolvedBytes)
    {
        Padding = Padding,
        Prefix = Prefix,
        Unit = Unit,
    };

    /// <summary>
    /// The encodings of a profile in which a message type follows the header: those that it states, or those in which
    /// one stands. A bitmap of hexadecimal digits is never taken for a binary one: its eight first characters would
    /// announce fields that digits happen to fill.
    /// </summary>
    internal static List<Iso8583Encoding> Candidates(ReadOnlySpan<byte> bytes, Iso8583Profile profile,
        bool atLeastOne = true)
    {
        List<Iso8583Encoding> candidates = [];
        foreach (Iso8583Header header in profile.StatesHeader ? [profile.Encoding.Header] : Headers)
        {
            Iso8583Encoding candidate = profile.Encoding with { Header = header };
            if (!Iso8583Reader.TryFindMti(bytes, candidate, out int at)
                || !Iso8583Reader.TryReadMti(bytes[at..], candidate.Mti, out Mti mti)
                || mti.Version != profile.VersionDigit)
            {
                continue;
            }

            if (!profile.StatesBitmap)
            {
                bool isHex = true;
                int bitmapAt = at + candidate.MtiLength;
                foreach (byte b in bytes[bitmapAt..Math.Min(bytes.Length, bitmapAt + 8)])
                    isHex &= char.IsAsciiHexDigit((char)b);
                candidate = candidate with { Bitmap = isHex ? Iso8583Bitmap.Hex : Iso8583Bitmap.Binary };
            }

            candidates.Add(candidate);
        }

        if (candidates.Count == 0 && atLeastOne) candidates.Add(profile.Encoding);
        return candidates;
    }

    // All choices in one number: messages are read by a plan that is found by its encoding.
    private ulong Key
    {
        get
        {
            ulong key = (IsSignCounted ? 1UL : 0) | (IsThirdBitmapInField ? 2UL : 0);
            foreach (int choice in (ReadOnlySpan<int>)[(int)Header, (int)Bitmap, (int)Routing, (int)Mti, (int)Numbers,
                (int)Text, (int)Bytes, (int)Padding, (int)Prefix, (int)Unit])
            {
                key = (key << 6) | (uint)(choice & 0x3F);
            }

            return key;
        }
    }

    public bool Equals(Iso8583Encoding other) => Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode();

    /// <summary>In words: the header, the message type and the bitmap, and what is not as in ASCII.</summary>
    public override string ToString() => string.Join("; ", Iso8583EncodingWords.Of(this)
        .Zip(Iso8583EncodingWords.Of(default)).Where((pair, i) => i < 4 || pair.First.Value != pair.Second.Value)
        .Select(pair => pair.First.Words));
}
