using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qbitel.Protocols.Xml;

/// <summary>
/// How far runs of the bytes messages are made of go: nearly all are shorter than a vector, so one is looked at.
/// </summary>
internal static class MxRuns
{
    /// <summary>What ends a run of text that needs no look.</summary>
    public static readonly SearchValues<byte> Marks = SearchValues.Create("<&]\r"u8);

    /// <summary>Blanks the text begins with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Blanks(ReadOnlySpan<byte> text)
    {
        if (text.Length >= Vector128<byte>.Count)
        {
            uint others = ~Vector128.Equals(Vector128.Create(text), Vector128.Create((byte)' '))
                .ExtractMostSignificantBits() & 0xFFFF;
            if (others != 0) return BitOperations.TrailingZeroCount(others);
        }

        int end = text.IndexOfAnyExcept((byte)' ');
        return end < 0 ? text.Length : end;
    }

    /// <summary>Letters and digits of ASCII the text begins with, at most 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Alphanumerics(ReadOnlySpan<byte> text)
    {
        if (text.Length < Vector128<byte>.Count)
        {
            int end = 0;
            while (end < text.Length && char.IsAsciiLetterOrDigit((char)text[end])) end++;
            return end;
        }

        Vector128<byte> bytes = Vector128.Create(text);
        Vector128<byte> letters = Vector128.LessThanOrEqual(
            (bytes | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)25));
        Vector128<byte> digits = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'0'),
            Vector128.Create((byte)9));
        uint others = ~(letters | digits).ExtractMostSignificantBits() & 0xFFFF;
        return others == 0 ? Vector128<byte>.Count : BitOperations.TrailingZeroCount(others);
    }

    /// <summary>Bytes before the first &lt;, &amp;, ] or carriage return; -1 where there is none in 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Plain(ReadOnlySpan<byte> text)
    {
        if (text.Length < Vector128<byte>.Count) return -1;

        Vector128<byte> bytes = Vector128.Create(text);
        Vector128<byte> marks = Vector128.Equals(bytes, Vector128.Create((byte)'<'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'&'))
            | Vector128.Equals(bytes, Vector128.Create((byte)']'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\r'));
        uint found = marks.ExtractMostSignificantBits();
        return found == 0 ? -1 : BitOperations.TrailingZeroCount(found);
    }

    /// <summary>
    /// Bytes of a value that stands as it is, before the &lt; that ends it; -1 where it begins with white space, has
    /// other marks, or does not end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Value(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || MxCharacters.IsSpace(text[0])) return -1;

        int length = Plain(text);
        if (length < 0) length = text.IndexOfAny(Marks);
        return length >= 0 && text[length] == '<' ? length : -1;
    }

    /// <summary>Whether the text begins with the end tag of a name, without white space in it.</summary>
    /// <param name="text">From its bracket on.</param>
    /// <param name="name">Begins with the name.</param>
    /// <param name="length">Bytes of the name.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsEndTag(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, int length)
    {
        if (text.Length < length + 3 || text[length + 2] != '>' || text[1] != '/') return false;

        text = text[2..];
        if (length > Vector128<byte>.Count || text.Length < Vector128<byte>.Count
            || name.Length < Vector128<byte>.Count)
        {
            return text[..length].SequenceEqual(name[..length]);
        }

        uint others = ~Vector128.Equals(Vector128.Create(text), Vector128.Create(name)).ExtractMostSignificantBits();
        return BitOperations.TrailingZeroCount(others | 0x10000) >= length;
    }
}
