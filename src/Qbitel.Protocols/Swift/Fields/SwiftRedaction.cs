using System.Text;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>
/// Shows as much of a field as its kind allows; the kinds go by the field's number, which all types share.
/// </summary>
internal static class SwiftRedaction
{
    /// <summary>What of a field's value may be seen.</summary>
    public static string Shown(FieldSlot slot, ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> value = slot.Value(message);
        Redaction redaction = Of(slot);
        if (IsParty(slot)) return Party(Text(value), HasBic(slot));
        return IsStatementLine(slot) ? StatementLine(value) : redaction.Mask(value);
    }

    /// <summary>The class of the whole field; of a party's lines, the strictest.</summary>
    public static Redaction Of(FieldSlot slot)
    {
        // Longer tags are those of closed groups, about which nothing is known.
        if (!SwiftTag.IsStandard(slot.Tag)) return slot.Tag == 0 ? Redaction.Text : Redaction.None;
        if (IsParty(slot)) return HasBic(slot) ? Redaction.Account : Redaction.Text;
        return SwiftTag.Number(slot.Tag) switch
        {
            25 or 97 => Option(slot) == 'D' && SwiftTag.Number(slot.Tag) == 25 ? Redaction.None : Redaction.Account,
            // Narratives, charges and terms in words, statement lines and information to the account owner.
            35 when Option(slot) is '\0' => Redaction.Text,
            26 when Option(slot) is 'E' => Redaction.None,
            29 or 37 when Option(slot) is 'A' or 'N' => Redaction.Text,
            39 when Option(slot) is 'C' or 'D' or 'E' or 'F' => Redaction.Text,
            42 when Option(slot) is 'M' or 'P' => Redaction.Text,
            44 when Option(slot) is 'A' or 'B' or 'D' or 'E' or 'F' or 'H' => Redaction.Text,
            45 or 46 or 47 => Redaction.Text,
            49 when Option(slot) is not '\0' => Redaction.Text,
            61 => Redaction.Text,
            70 or 72 or 73 or 74 or 75 or 76 or 77 or 78 or 79 or 86 => Redaction.Text,
            71 when Option(slot) is 'B' or 'D' or 'N' => Redaction.Text,
            _ => Redaction.None,
        };
    }

    /// <summary>How much of a statement line may be seen; none where it does not have its form.</summary>
    public static int OpenLength(ReadOnlySpan<byte> line)
    {
        int comma = line.IndexOf((byte)',');
        if (comma is < 0 or > 40) return 0;
        int end = comma + 1;
        while (end < line.Length && char.IsAsciiDigit((char)line[end])) end++;
        return Math.Min(end + 4, line.Length);
    }

    private static bool IsParty(FieldSlot slot)
    {
        if (!SwiftTag.IsStandard(slot.Tag)) return false;
        return SwiftTag.Number(slot.Tag) switch
        {
            50 or 59 or (>= 51 and <= 58) => true,
            >= 81 and <= 89 => SwiftTag.Number(slot.Tag) != 86 || Option(slot) != '\0',
            41 or 42 when Option(slot) is 'A' or 'D' => true,
            91 or 95 or 96 => true,
            _ => false,
        };
    }

    private static bool HasBic(FieldSlot slot) => Option(slot) is 'A' || SwiftTag.Number(slot.Tag) is 95
        && Option(slot) is 'P';

    private static bool IsStatementLine(FieldSlot slot) =>
        SwiftTag.IsStandard(slot.Tag) && SwiftTag.Number(slot.Tag) == 61;

    private static char Option(FieldSlot slot) =>
        SwiftTag.Option(slot.Tag) is > 0 and var option ? (char)('A' + option - 1) : '\0';

    private static string Text(ReadOnlySpan<byte> value) =>
        Encoding.Latin1.GetString(value).Replace("\r\n", "\n", StringComparison.Ordinal);

    // Dates, mark, amount and type may be seen; references and what the owner is told may not.
    private static string StatementLine(ReadOnlySpan<byte> value)
    {
        int open = OpenLength(value);
        return open == 0 ? Redaction.Text.Mask(value) : Redaction.None.Mask(value[..open]) + "***";
    }

    // An account line begins with a slash; what follows is a BIC or a name, and then an address, which is left out.
    private static string Party(string value, bool bic)
    {
        string[] lines = value.Split('\n');
        string shown = "";
        int at = 0;
        if (lines[0].StartsWith(':'))
        {
            // The qualifier of ISO 15022 is no secret.
            int end = lines[0].IndexOf("//", StringComparison.Ordinal);
            if (end < 0) return Redaction.Text.Mask(value);
            string rest15022 = lines[0][(end + 2)..];
            string masked = bic ? Redaction.None.Mask(rest15022) : Redaction.Name.Mask(rest15022);
            return Redaction.None.Mask(lines[0].AsSpan(0, end + 2)) + masked;
        }

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
