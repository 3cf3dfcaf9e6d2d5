namespace Qbitel.Protocols.Swift;

/// <summary>
/// Shows as much of a field as its kind allows; the kinds go by the field's number, which all types share.
/// </summary>
internal static class SwiftRedaction
{
    public static string Shown(SwiftField field)
    {
        string value = field.Value;
        return Number(field) switch
        {
            50 or 59 => Party(value),
            >= 51 and <= 58 or 82 or 83 or 84 or 87 or 88 => field.Tag.EndsWith('A')
                ? Party(value, bic: true) : Party(value),
            25 or 97 => Redaction.Account.Mask(value),
            35 or 70 or 72 or 75 or 76 or 77 or 79 or 86 => Redaction.Text.Mask(value),
            _ => Redaction.None.Mask(value),
        };
    }

    /// <summary>The class of the whole field; of a party's lines, the strictest.</summary>
    public static Redaction Of(SwiftField field) => Number(field) switch
    {
        25 or 97 => Redaction.Account,
        50 or 59 or (>= 51 and <= 58) or 82 or 83 or 84 or 87 or 88 => field.Tag.EndsWith('A')
            ? Redaction.Account : Redaction.Text,
        35 or 70 or 72 or 75 or 76 or 77 or 79 or 86 => Redaction.Text,
        _ => Redaction.None,
    };

    private static int Number(SwiftField field) =>
        field.Tag.Length >= 2 && char.IsAsciiDigit(field.Tag[0]) && char.IsAsciiDigit(field.Tag[1])
            && (field.Tag.Length == 2 || !char.IsAsciiDigit(field.Tag[2]))
            ? Ascii.TwoDigits(field.Tag, 0) : 0;

    // An account line begins with a slash; what follows is a BIC or a name, and then an address, which is left out.
    private static string Party(string value, bool bic = false)
    {
        string[] lines = value.Split('\n');
        string shown = "";
        int at = 0;
        if (lines[0].StartsWith('/'))
        {
            shown = "/" + Redaction.Account.Mask(lines[0].AsSpan(1));
            at = 1;
        }

        if (at == lines.Length) return shown;
        ReadOnlySpan<char> name = lines[at].AsSpan(lines[at].StartsWith("1/", StringComparison.Ordinal) ? 2 : 0);
        string rest = bic ? Redaction.None.Mask(lines[^1]) : Redaction.Name.Mask(name);
        return at == 0 ? rest : $"{shown} {rest}";
    }
}
