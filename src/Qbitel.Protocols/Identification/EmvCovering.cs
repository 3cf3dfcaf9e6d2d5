using System.Globalization;
using Qbitel.Protocols.Emv;

namespace Qbitel.Protocols.Identification;

/// <summary>Covers values of data objects in place, whether they stand there as bytes or in hexadecimal.</summary>
internal static class EmvCovering
{
    public static void Cover(ReportField field, Span<byte> value)
    {
        // What holds others is covered by what it holds; a change across two of them would break their lengths.
        bool isTag = uint.TryParse(field.Tag, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out uint tag);
        bool isHolder = isTag ? BerTlv.IsConstructedTag(tag) : field.Tag != "data";
        if (value.IsEmpty || (field.Redaction == Redaction.None && isHolder)) return;

        if (field.Tag == "remark")
        {
            Covering.CoverText(value);
            return;
        }

        if (!HexText.MayBe(value))
        {
            Cover(isTag ? tag : 0, field.Redaction, value);
            return;
        }

        List<int> digits = [];
        for (int i = 0; i < value.Length; i++)
            if (char.IsAsciiHexDigit((char)value[i])) digits.Add(i);

        Span<char> text = new char[digits.Count & ~1];
        for (int i = 0; i < text.Length; i++) text[i] = (char)value[digits[i]];
        byte[] bytes = Convert.FromHexString(text);
        Cover(isTag ? tag : 0, field.Redaction, bytes);
        string covered = Convert.ToHexString(bytes);
        for (int i = 0; i < covered.Length; i++)
            if (!char.ToUpperInvariant(text[i]).Equals(covered[i])) value[digits[i]] = (byte)covered[i];

        if (digits.Count > text.Length) value[digits[^1]] = (byte)'0';
    }

    private static void Cover(uint tag, Redaction redaction, Span<byte> value)
    {
        EmvFormat format = EmvTagTable.Find(tag)?.Format ?? EmvFormat.Binary;
        bool isTrack = tag is EmvTag.Track2Equivalent or 0x9F6B or 0x9F20 or 0xDF812B;
        if (redaction == Redaction.None) StrayPan.Cover(value);
        else if (redaction == Redaction.Pan || isTrack) CoverDigits(value, keepsEnds: redaction == Redaction.Pan);
        else value.Fill(format is EmvFormat.Printable or EmvFormat.Alphanumeric ? (byte)'0' : (byte)0);
    }

    // Packed digits: separators and filler stay. Of a card's number the first six and the last four stay as well, and
    // it
    // is no card's number afterwards.
    private static void CoverDigits(Span<byte> value, bool keepsEnds)
    {
        char[] text = Convert.ToHexString(value).ToCharArray();
        int length = Array.FindLastIndex(text, char.IsAsciiDigit) + 1;
        bool hasEnds = keepsEnds && length >= 12;
        for (int i = 0; i < text.Length; i++)
            if (char.IsAsciiDigit(text[i]) && !(hasEnds && (i < 6 || i >= length - 4))) text[i] = '0';

        if (hasEnds && Masking.LuhnHolds(text.AsSpan(0, length))) text[6] = '1';
        Convert.FromHexString(text, value, out _, out _);
    }
}
