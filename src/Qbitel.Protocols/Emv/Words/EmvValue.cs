using System.Text;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>Values as a person reads them: digits as digits, text as text, the rest as bytes in hexadecimal.</summary>
public static class EmvValue
{
    /// <summary>The value of a tag, masked as the tag needs it.</summary>
    public static string Show(uint tag, ReadOnlySpan<byte> value, EmvScheme scheme = EmvScheme.Unknown)
    {
        Redaction redaction = EmvTag.RedactionOf(tag);
        if (redaction == Redaction.Pan) return redaction.Mask(Digits(value));
        if (IsTrack2(tag, value) && Track2Equivalent.TryParse(value, out Track2Equivalent track))
            return track.MaskedNumber + ", the rest is hidden";

        if (IsDirectory(tag, value)) return Encoding.Latin1.GetString(value);
        EmvFormat format = EmvTagTable.Find(tag, scheme)?.Format ?? EmvFormat.Binary;
        bool isText = format is EmvFormat.Alphabetic or EmvFormat.Alphanumeric or EmvFormat.Printable;
        if (redaction != Redaction.None)
            return redaction.Mask(isText ? Encoding.Latin1.GetString(value) : Convert.ToHexString(value));
        if (isText) return redaction.Mask(Encoding.Latin1.GetString(value).TrimEnd('\0'));
        return format == EmvFormat.CompressedNumeric ? redaction.Mask(Digits(value)) : Bytes(value);
    }

    /// <summary>Bytes that no tag describes, with card numbers in them masked.</summary>
    public static string Bytes(ReadOnlySpan<byte> value)
    {
        byte[] shown = value.ToArray();
        StrayPan.Cover(shown);
        return Redaction.None.Mask(Convert.ToHexString(shown));
    }

    internal static bool IsTrack2(uint tag, ReadOnlySpan<byte> value) =>
        tag == EmvTag.Track2Equivalent || (tag == 0x9F6B && value.Length > 6);

    // EMV Book 1, 12.2.2, and Contactless Book B, 3.3.2: names that are text.
    internal static bool IsDirectory(uint tag, ReadOnlySpan<byte> value) =>
        tag is EmvTag.DedicatedFileName or EmvTag.ApplicationIdentifier
        && (value.SequenceEqual("1PAY.SYS.DDF01"u8) || value.SequenceEqual("2PAY.SYS.DDF01"u8));

    internal static string Digits(ReadOnlySpan<byte> value) => Convert.ToHexString(value).TrimEnd('F');
}
