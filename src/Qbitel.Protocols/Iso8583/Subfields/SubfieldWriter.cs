using System.Globalization;
using System.Text;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Subfields;

/// <summary>Changes one part of a field's content; every other byte stays.</summary>
internal static class SubfieldWriter
{
    /// <summary>The content with one part changed, or added where its kind has tags; null where it cannot
    /// be.</summary>
    public static byte[]? Set(ReadOnlySpan<byte> content, SubfieldLayout layout, string path, ReadOnlySpan<byte> value)
    {
        List<Iso8583Subfield> parts = [];
        if (SubfieldReader.Read(content, layout, parts) is not null) return null;

        int index = parts.FindIndex(part => part.Path == path);
        if (index < 0)
        {
            bool isFlat = layout.Kind is SubfieldKind.Tlv or SubfieldKind.Ber
                && !path.Contains('.', StringComparison.Ordinal);
            return isFlat && Head(layout, path, value.Length) is { } added ? [.. content, .. added, .. value] : null;
        }

        Iso8583Subfield old = parts[index];
        if (path.Contains('.', StringComparison.Ordinal) || old.IsConstructed) return null;
        byte[]? head = Head(layout, path, value.Length);
        return head is null ? null : [.. content[..old.Offset], .. head, .. value, .. content[old.End..]];
    }

    private static byte[]? Head(SubfieldLayout layout, string path, int length)
    {
        switch (layout.Kind)
        {
            case SubfieldKind.Tlv:
                if (path.Length != layout.TagSize || !path.All(char.IsAsciiLetterOrDigit)) return null;
                return Length(length, layout.LengthSize, layout.Prefix) is { } size
                    ? [.. Encoding.Latin1.GetBytes(path), .. size] : null;
            case SubfieldKind.Ber:
                if (path.Length is < 2 or > 6 || path.Length % 2 != 0 || !path.All(char.IsAsciiHexDigit)
                    || length > 0xFFFF)
                {
                    return null;
                }

                byte[] tag = Convert.FromHexString(path);
                return length > 0xFF ? [.. tag, 0x82, (byte)(length >> 8), (byte)(length & 0xFF)]
                    : length > 0x7F ? [.. tag, 0x81, (byte)length] : [.. tag, (byte)length];
            case SubfieldKind.LengthValue:
                return Length(length, layout.LengthSize, layout.Prefix);
            case SubfieldKind.Positional or SubfieldKind.Bitmap:
                if (layout.Find(path) is not { } rule) return null;
                if (rule.PrefixDigits == 0) return length == rule.Length ? [] : null;
                return length > rule.Length ? null : Length(length, rule.PrefixDigits, layout.Prefix);
            default:
                return null;
        }
    }

    private static byte[]? Length(int length, int digits, PrefixCoding coding)
    {
        int size = (digits + 1) / 2;
        switch (coding)
        {
            case PrefixCoding.Binary:
                if (length >> (8 * size) != 0) return null;
                byte[] bytes = new byte[size];
                for (int i = size - 1; i >= 0; i--, length >>= 8) bytes[i] = (byte)(length & 0xFF);
                return bytes;
            case PrefixCoding.Bcd:
                string packed = length.ToString($"D{2 * size}", CultureInfo.InvariantCulture);
                return packed.Length == 2 * size ? Convert.FromHexString(packed) : null;
            default:
                string text = length.ToString($"D{digits}", CultureInfo.InvariantCulture);
                return text.Length == digits ? Encoding.ASCII.GetBytes(text) : null;
        }
    }
}
