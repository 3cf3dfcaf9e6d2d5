using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>
/// Tags of one number: <c>50AFK</c> is 50A, 50F and 50K, <c>59-A</c> is 59 and 59A, <c>53a</c> any option, <c>20</c>
/// the one without.
/// </summary>
/// <param name="Number">Two digits.</param>
/// <param name="Options">Bit 0 for none, bits 1 to 26 for A to Z.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TagSet(int Number, uint Options)
{
    private readonly uint _digits = SwiftTag.Pack($"{Number:00}");

    public bool Has(uint tag)
    {
        if ((tag & 0xFFFF_00FF) != _digits) return false;
        int letter = (int)(tag >> 8 & 0xFF), option = letter == 0 ? 0 : letter - 'A' + 1;
        return option is >= 0 and <= 26 && (letter == 0 || option > 0) && (Options >> option & 1) != 0;
    }

    public static TagSet Read(string text)
    {
        uint options = text.Length == 2 ? 1u : 0;
        foreach (char c in text.AsSpan(2))
        {
            options |= c switch { '-' => 1u, 'a' => 0x07FF_FFFF, _ => 1u << (c - 'A' + 1) };
        }

        return new TagSet(Ascii.TwoDigits(text, 0), options);
    }

    public IEnumerable<string> Tags()
    {
        for (int option = 0; option < 27; option++)
        {
            if ((Options >> option & 1) == 0) continue;
            yield return $"{Number:00}{(option == 0 ? "" : (char)('A' + option - 1))}";
        }
    }

    /// <summary>As a person writes it: 20, 59A, 53a.</summary>
    public override string ToString()
    {
        string[] tags = [.. Options == 0x07FF_FFFF ? [] : Tags()];
        return tags.Length switch { 0 => $"{Number:00}a", 1 => tags[0], _ => string.Join(" or ", tags) };
    }
}
