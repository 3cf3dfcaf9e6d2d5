namespace Qbitel.Protocols.Xml;

/// <summary>Base64 as XML Schema part 2, 3.2.16, has it.</summary>
internal static class MxBinary
{
    public static bool IsBase64(ReadOnlySpan<byte> text) => Length(text) >= 0;

    /// <summary>Bytes the text stands for, white space between its characters allowed; -1 for other text.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        int characters = 0, padding = 0;
        byte last = 0;
        foreach (byte b in text)
        {
            if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            if (b == '=')
            {
                padding++;
                continue;
            }

            if (padding > 0 || !(char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/')) return -1;
            characters++;
            last = b;
        }

        if ((characters + padding) % 4 != 0 || padding > 2) return -1;
        // The bits the padding leaves over are zero.
        bool isWhole = padding switch
        {
            0 => true,
            1 => "AEIMQUYcgkosw048"u8.Contains(last),
            _ => "AQgw"u8.Contains(last),
        };
        return isWhole ? ((characters + padding) / 4 * 3) - padding : -1;
    }
}
