namespace Qbitel.Protocols.Swift.Fields;

/// <summary>
/// A tag of one to four characters as one number, the first in the highest byte; zero stands for a longer one.
/// </summary>
internal static class SwiftTag
{
    private static readonly string[] Common = BuildCommon();

    public static uint Pack(ReadOnlySpan<byte> tag)
    {
        if (tag.Length is 0 or > 4) return 0;
        uint packed = 0;
        for (int i = 0; i < 4; i++) packed = (packed << 8) | (i < tag.Length ? tag[i] : 0u);
        return packed;
    }

    public static uint Pack(ReadOnlySpan<char> tag)
    {
        if (tag.Length is 0 or > 4) return 0;
        uint packed = 0;
        for (int i = 0; i < 4; i++) packed = (packed << 8) | (i < tag.Length ? tag[i] & 0xFFu : 0u);
        return packed;
    }

    public static int Length(uint tag) =>
        (tag & 0xFF) != 0 ? 4 : (tag & 0xFF00) != 0 ? 3 : (tag & 0xFF0000) != 0 ? 2 : 1;

    public static string Text(uint tag)
    {
        if (IsStandard(tag)) return Common[(Number(tag) * 27) + Option(tag)];
        return string.Create(Length(tag), tag, (text, packed) =>
        {
            for (int i = 0; i < text.Length; i++) text[i] = (char)((packed >> (24 - (8 * i))) & 0xFF);
        });
    }

    /// <summary>Two digits, and a capital letter or none: the form of the tags of a text.</summary>
    public static bool IsStandard(uint tag) =>
        (tag & 0xFF) == 0 && char.IsAsciiDigit((char)(tag >> 24)) && char.IsAsciiDigit((char)((tag >> 16) & 0xFF))
        && ((tag & 0xFF00) == 0 || char.IsAsciiLetterUpper((char)((tag >> 8) & 0xFF)));

    /// <summary>The two digits of a standard tag.</summary>
    public static int Number(uint tag) => (int)(((tag >> 24) - '0') * 10 + (((tag >> 16) & 0xFF) - '0'));

    /// <summary>The option of a standard tag: 1 to 26, or 0 for none.</summary>
    public static int Option(uint tag) => (tag & 0xFF00) == 0 ? 0 : (int)((tag >> 8) & 0xFF) - 'A' + 1;

    /// <summary>The number of a tag of three digits, as those of block 3 are; -1 for another.</summary>
    public static int ThreeDigits(uint tag)
    {
        char third = (char)((tag >> 8) & 0xFF);
        return (tag & 0xFF) == 0 && IsStandard(tag & 0xFFFF_0000) && char.IsAsciiDigit(third)
            ? (Number(tag) * 10) + (third - '0') : -1;
    }

    private static string[] BuildCommon()
    {
        string[] common = new string[100 * 27];
        for (int number = 0; number < 100; number++)
        {
            for (int option = 0; option < 27; option++)
            {
                string digits = $"{number / 10}{number % 10}";
                common[(number * 27) + option] = option == 0 ? digits : digits + (char)('A' + option - 1);
            }
        }

        return common;
    }
}
