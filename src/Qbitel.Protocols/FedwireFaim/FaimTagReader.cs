using System.Buffers;

namespace Qbitel.Protocols.FedwireFaim;

/// <summary>Goes from tag to tag: <c>{nnnn}</c> and what stands before the next one. It allocates nothing.</summary>
internal ref struct FaimTagReader(ReadOnlySpan<byte> bytes)
{
    public const int TagLength = 6;

    private static readonly SearchValues<byte> Gap = SearchValues.Create(" \t\r\n\0\u001A"u8);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Where the tag's brace stands.</summary>
    public int Offset { get; private set; }

    /// <summary>Where its content begins.</summary>
    public readonly int ContentOffset => Offset + TagLength;

    /// <summary>Bytes of the content, line ends after it left out.</summary>
    public int ContentLength { get; private set; }

    /// <summary>Where the next tag may stand.</summary>
    public readonly int End => _at;

    public readonly ReadOnlySpan<byte> Tag => _bytes.Slice(Offset + 1, 4);

    public readonly ReadOnlySpan<byte> Content => _bytes.Slice(ContentOffset, ContentLength);

    /// <summary>Bytes to pass over: white space, and the mark of an encoding.</summary>
    public static int SkipGap(ReadOnlySpan<byte> bytes)
    {
        int at = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        int next = bytes[at..].IndexOfAnyExcept(Gap);
        return next < 0 ? bytes.Length : at + next;
    }

    public static bool IsTag(ReadOnlySpan<byte> bytes) => bytes.Length >= TagLength && bytes[0] == '{'
        && bytes[5] == '}' && Ascii.IsDigits(bytes.Slice(1, 4));

    /// <summary>The next place from some place on where a tag stands, or the length.</summary>
    public static int NextTag(ReadOnlySpan<byte> bytes, int from)
    {
        while (from < bytes.Length)
        {
            int brace = bytes[from..].IndexOf((byte)'{');
            if (brace < 0) return bytes.Length;
            from += brace;
            if (IsTag(bytes[from..])) return from;
            from++;
        }

        return bytes.Length;
    }

    /// <summary>Moves to the next tag; false at the end, or where no tag stands.</summary>
    public bool Read()
    {
        int start = _at + SkipGap(_bytes[_at..]);
        if (!IsTag(_bytes[start..])) return false;

        Offset = start;
        int content = start + TagLength;
        int from = content;
        if (Tag.SequenceEqual("8200"u8)
            && Ascii.TryReadNumber(_bytes.Slice(content, Math.Min(4, _bytes.Length - content)), 4, out int length))
        {
            // Addenda may hold anything, braces too; the length says where they end.
            from = Math.Min(_bytes.Length, content + 4 + length);
        }

        _at = NextTag(_bytes, from);
        int end = _at;
        while (end > from && _bytes[end - 1] is (byte)'\r' or (byte)'\n' or 0 or 0x1A) end--;
        ContentLength = end - content;
        return true;
    }
}
