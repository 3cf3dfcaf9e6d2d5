using System.Globalization;
using System.Text;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Subfields;

/// <summary>Divides the content of a field; what its dialect does not know is kept.</summary>
internal static class SubfieldReader
{
    /// <summary>A field holds no more parts than this, whatever it says.</summary>
    private const int Most = 1000;

    /// <summary>Finds the parts up to the first fault.</summary>
    /// <returns>Why the rest cannot be divided, located in the content; null where all of it was.</returns>
    public static Diagnostic? Read(ReadOnlySpan<byte> content, SubfieldLayout layout, List<Iso8583Subfield> parts) =>
        layout.Kind switch
        {
            SubfieldKind.Positional => ReadPositional(content, layout, layout.Items, 0, parts),
            SubfieldKind.Bitmap => ReadBitmap(content, layout, parts),
            SubfieldKind.Tlv => ReadTlv(content, layout, parts),
            SubfieldKind.Ber => ReadBer(content, 0, content.Length, "", layout, parts),
            SubfieldKind.Datasets => ReadDatasets(content, layout, parts),
            _ => ReadLengthValues(content, layout, parts),
        };

    private static Diagnostic? ReadPositional(ReadOnlySpan<byte> content, SubfieldLayout layout,
        IEnumerable<SubfieldRule> items, int at, List<Iso8583Subfield> parts)
    {
        foreach (SubfieldRule item in items)
        {
            if (at == content.Length && layout.Kind == SubfieldKind.Positional) return null;

            int start = at, length = item.Length;
            if (item.PrefixDigits > 0)
            {
                if (!TryReadLength(content, at, item.PrefixDigits, layout.Prefix, out length, out int size))
                    return Fault(item.Tag, at, $"{item.PrefixDigits} digits of length", content.Length - at);
                at += size;
                if (length > item.Length) return Fault(item.Tag, start, $"at most {item.Length}", length);
            }

            if (content.Length - at < length)
                return Fault(item.Tag, at, $"{length} characters", content.Length - at);
            parts.Add(new Iso8583Subfield(item.Tag, item.Name, start, at, length, item.Redaction));
            at += length;
        }

        if (at < content.Length)
            parts.Add(new Iso8583Subfield("rest", null, at, at, content.Length - at, Redaction.Text));
        return null;
    }

    private static Diagnostic? ReadBitmap(ReadOnlySpan<byte> content, SubfieldLayout layout,
        List<Iso8583Subfield> parts)
    {
        int size = layout.IsBitmapHex ? 2 * layout.BitmapSize : layout.BitmapSize;
        if (content.Length < size) return Fault("bitmap", 0, $"a bitmap of {size} characters", content.Length);

        Span<byte> bitmap = stackalloc byte[layout.BitmapSize];
        if (!layout.IsBitmapHex)
        {
            content[..size].CopyTo(bitmap);
        }
        else if (Convert.FromHexString(Encoding.Latin1.GetString(content[..size]), bitmap, out _, out _)
            != System.Buffers.OperationStatus.Done)
        {
            return Fault("bitmap", 0, "a bitmap in hexadecimal", size);
        }

        List<SubfieldRule> announced = [];
        for (int bit = 0; bit < 8 * bitmap.Length; bit++)
        {
            if ((bitmap[bit / 8] & (0x80 >> (bit % 8))) == 0) continue;
            string tag = (bit + 1).ToString(CultureInfo.InvariantCulture);
            if (layout.Find(tag) is not { } item)
                return Fault(tag, 0, "a subfield that the dialect has", bit + 1);
            announced.Add(item);
        }

        return ReadPositional(content, layout, announced, size, parts);
    }

    private static Diagnostic? ReadTlv(ReadOnlySpan<byte> content, SubfieldLayout layout, List<Iso8583Subfield> parts)
    {
        for (int at = 0; at < content.Length && parts.Count < Most;)
        {
            int start = at;
            if (content[at..].IndexOfAnyExcept((byte)' ') < 0) return null; // filled to a fixed length
            if (content.Length - at < layout.TagSize)
                return Fault("tag", at, $"a tag of {layout.TagSize} characters", content.Length - at);

            string tag = Encoding.Latin1.GetString(content.Slice(at, layout.TagSize));
            if (!tag.All(char.IsAsciiLetterOrDigit)) return Fault("tag", at, "a tag of letters and digits", at);
            at += layout.TagSize;
            if (!TryReadLength(content, at, layout.LengthSize, layout.Prefix, out int length, out int size))
                return Fault(tag, at, $"a length of {layout.LengthSize}", content.Length - at);
            at += size;
            if (content.Length - at < length) return Fault(tag, at, $"{length} characters", content.Length - at);

            SubfieldRule? rule = layout.Find(tag);
            parts.Add(new Iso8583Subfield(tag, rule?.Name, start, at, length, rule?.Redaction ?? Redaction.Text));
            at += length;
        }

        return null;
    }

    private static Diagnostic? ReadLengthValues(ReadOnlySpan<byte> content, SubfieldLayout layout,
        List<Iso8583Subfield> parts)
    {
        for (int at = 0; at < content.Length && parts.Count < Most;)
        {
            string tag = (parts.Count + 1).ToString(CultureInfo.InvariantCulture);
            if (!TryReadLength(content, at, layout.LengthSize, layout.Prefix, out int length, out int size))
                return Fault(tag, at, $"a length of {layout.LengthSize}", content.Length - at);
            if (content.Length - at - size < length)
                return Fault(tag, at + size, $"{length} characters", content.Length - at - size);

            SubfieldRule? rule = layout.Find(tag);
            parts.Add(new Iso8583Subfield(tag, rule?.Name, at, at + size, length, rule?.Redaction ?? Redaction.Text));
            at += size + length;
        }

        return null;
    }

    private static Diagnostic? ReadDatasets(ReadOnlySpan<byte> content, SubfieldLayout layout,
        List<Iso8583Subfield> parts)
    {
        for (int at = 0; at < content.Length && parts.Count < Most;)
        {
            string tag = content[at].ToString("X2", CultureInfo.InvariantCulture);
            if (content.Length - at < 3) return Fault(tag, at, "a length of 2 bytes", content.Length - at - 1);
            int length = (content[at + 1] << 8) | content[at + 2];
            if (content.Length - at - 3 < length) return Fault(tag, at, $"{length} bytes", content.Length - at - 3);

            SubfieldRule? rule = layout.Find(tag);
            parts.Add(new Iso8583Subfield(tag, rule?.Name, at, at + 3, length, rule?.Redaction ?? Redaction.Text)
            {
                IsConstructed = true,
            });
            if (ReadBer(content, at + 3, length, tag + ".", layout, parts) is { } fault) return fault;
            at += 3 + length;
        }

        return null;
    }

    private static Diagnostic? ReadBer(ReadOnlySpan<byte> content, int start, int length, string above,
        SubfieldLayout layout, List<Iso8583Subfield> parts)
    {
        List<string> holders = [];
        BerTlvReader reader = new(content.Slice(start, length));
        while (parts.Count < Most && reader.TryRead(out BerTlv item))
        {
            string tag = item.Tag.ToString("X2", CultureInfo.InvariantCulture);
            int kept = Math.Min(item.Depth, holders.Count);
            holders.RemoveRange(kept, holders.Count - kept);
            string path = above + string.Concat(holders.Select(holder => holder + ".")) + tag;
            SubfieldRule? rule = layout.Find(path) ?? layout.Find(tag);
            parts.Add(new Iso8583Subfield(path, rule?.Name, start + item.Offset, start + item.ValueOffset,
                item.ValueLength, rule?.Redaction ?? Redaction.Text)
            {
                IsConstructed = item.IsConstructed,
            });
            if (item.IsConstructed) holders.Add(tag);
        }

        return reader.Error is not { } error ? null : error.Diagnostic with
        {
            Code = "Iso8583.Subfield",
            Offset = start + (error.Offset ?? 0),
            Path = above + error.Diagnostic.Tag,
        };
    }

    private static bool TryReadLength(ReadOnlySpan<byte> content, int at, int digits, PrefixCoding coding,
        out int length, out int size)
    {
        length = 0;
        size = coding is PrefixCoding.Bcd or PrefixCoding.Binary ? (digits + 1) / 2 : digits;
        if (content.Length - at < size) return false;

        ReadOnlySpan<byte> prefix = content.Slice(at, size);
        switch (coding)
        {
            case PrefixCoding.Binary:
                foreach (byte b in prefix) length = (length << 8) | b;
                return true;
            case PrefixCoding.Bcd:
                foreach (byte b in prefix)
                {
                    if (b >> 4 > 9 || (b & 0xF) > 9) return false;
                    length = (length * 100) + (10 * (b >> 4)) + (b & 0xF);
                }

                return true;
            default:
                return Ascii.TryReadNumber(prefix, digits, out length);
        }
    }

    private static Diagnostic Fault(string tag, int offset, string expected, int found) =>
        new("Iso8583.Subfield", Severity.Error, "the field cannot be divided into its subfields")
        {
            Offset = offset,
            Path = tag,
            Expected = expected,
            Actual = found.ToString(CultureInfo.InvariantCulture),
        };
}
