using System.Text;

namespace Qbitel.Protocols.Iso8583.Coding;

/// <summary>Code pages 037 and 1047, a character of Latin-1 for every byte and back.</summary>
internal static class Ebcdic
{
    private static readonly byte[] ToLatin037 = ToLatin(37), ToLatin1047 = ToLatin(1047);
    private static readonly byte[] FromLatin037 = Reversed(ToLatin037), FromLatin1047 = Reversed(ToLatin1047);

    /// <summary>The character of a byte.</summary>
    public static char Character(TextCoding coding, byte b) =>
        (char)(coding == TextCoding.Ebcdic1047 ? ToLatin1047[b] : ToLatin037[b]);

    /// <summary>The byte of a character below 256.</summary>
    public static byte Byte(TextCoding coding, char c) =>
        coding == TextCoding.Ebcdic1047 ? FromLatin1047[c & 0xFF] : FromLatin037[c & 0xFF];

    private static byte[] ToLatin(int page)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(page)!;
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        return [.. encoding.GetChars(codes).Select(c => (byte)(c & 0xFF))];
    }

    private static byte[] Reversed(byte[] table)
    {
        byte[] reversed = new byte[256];
        for (int i = 0; i < 256; i++) reversed[table[i]] = (byte)i;
        return reversed;
    }
}
