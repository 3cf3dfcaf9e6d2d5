using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qbitel.Protocols.Xml;

/// <summary>
/// How far runs of the bytes messages are made of go: nearly all are shorter than a vector, so one is looked at.
/// </summary>
internal static class MxRuns
{
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
}
