namespace Qbitel.Protocols.Xml;

/// <content>The XML declaration, and the encodings it may name.</content>
internal ref partial struct MxTextReader
{
    // <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
    private bool Declaration()
    {
        int start = _at;
        int end = _text[start..].IndexOf("?>"u8);
        if (end < 0)
        {
            bool isBroken = _text[(start + 1)..].ContainsAny("<>"u8) || _text.Length - start > 1024;
            return isBroken ? Fault(start, "an XML declaration", "another") : Incomplete("the XML declaration");
        }

        ReadOnlySpan<byte> rest = _text.Slice(start + 5, end - 5);
        bool isRight = Part(ref rest, "version"u8, out ReadOnlySpan<byte> version) && version.SequenceEqual("1.0"u8);
        if (isRight && Part(ref rest, "encoding"u8, out ReadOnlySpan<byte> encoding) && !IsReadable(encoding))
            return Fault(start, "UTF-8", "another encoding", "Mx.Encoding");
        if (isRight && Part(ref rest, "standalone"u8, out ReadOnlySpan<byte> standalone))
            isRight = standalone.SequenceEqual("yes"u8) || standalone.SequenceEqual("no"u8);
        if (!isRight || rest.ContainsAnyExcept(MxCharacters.Space))
            return Fault(start, "an XML declaration", "another");

        _at = start + end + 2;
        return true;
    }

    private static bool Part(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        ReadOnlySpan<byte> part = rest.TrimStart(MxCharacters.Space);
        if (part.Length == rest.Length || !part.StartsWith(name)) return false;

        part = part[name.Length..].TrimStart(MxCharacters.Space);
        if (part.IsEmpty || part[0] != '=') return false;
        part = part[1..].TrimStart(MxCharacters.Space);
        if (part.IsEmpty || part[0] is not ((byte)'"' or (byte)'\'')) return false;

        int end = part[1..].IndexOf(part[0]);
        if (end < 0) return false;
        value = part.Slice(1, end);
        rest = part[(end + 2)..];
        return true;
    }

    // Text in ASCII alone is the same in all of these; other text is not guessed at.
    private readonly bool IsReadable(ReadOnlySpan<byte> encoding)
    {
        if (System.Text.Ascii.EqualsIgnoreCase(encoding, "utf-8"u8)) return true;

        bool isSuperset = System.Text.Ascii.EqualsIgnoreCase(encoding, "us-ascii"u8)
            || (encoding.Length >= 10 && System.Text.Ascii.EqualsIgnoreCase(encoding[..9], "iso-8859-"u8))
            || (encoding.Length >= 10 && System.Text.Ascii.EqualsIgnoreCase(encoding[..9], "windows-1"u8));
        return isSuperset && System.Text.Ascii.IsValid(_text);
    }
}
