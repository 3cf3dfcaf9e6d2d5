using System.Text;

namespace Qbitel.Printing;

/// <summary>Text from files and networks, made safe for a terminal.</summary>
/// <remarks>Without it a captured message could rewrite the screen or the clipboard by escape sequences.</remarks>
internal static class Printable
{
    public static string Text(string text)
    {
        if (!text.Any(Acts)) return text;

        StringBuilder safe = new(text.Length + 16);
        foreach (char c in text)
        {
            if (Acts(c)) safe.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else safe.Append(c);
        }

        return safe.ToString();
    }

    // C0 and C1 controls, and the marks that reorder text on screen (Unicode TR 36, section 2.5); line feed and tab are
    // layout.
    private static bool Acts(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\t')) || c is '\u061c' or '\u200e' or '\u200f'
            or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
