namespace Qbitel.Protocols.Translation.Ends;

/// <summary>The class of one line of a FIN field, by the field's number.</summary>
internal static class MtRedaction
{
    public static bool IsParty(string tag) =>
        tag.Length >= 2 && tag[..2] is "50" or "51" or "52" or "53" or "54" or "55" or "56" or "57" or "58" or "59"
        && (tag.Length == 2 || (tag.Length == 3 && char.IsAsciiLetter(tag[2])));

    public static Redaction Of(string tag) => tag.Length < 2 ? Redaction.None : tag[..2] switch
    {
        "25" or "97" => Redaction.Account,
        "35" or "61" or "70" or "72" or "75" or "76" or "77" or "79" or "86" => Redaction.Text,
        _ => Redaction.None,
    };

    public static Redaction OfPartyLine(string tag, string[] lines, int line, ref bool hasName)
    {
        if (lines[line].StartsWith('/')) return Redaction.Account;
        if (line == lines.Length - 1 && tag[^1] == 'A') return Redaction.None;
        if (tag == "50F" && line == 0) return Redaction.Text;
        bool isName = tag[^1] == 'F' ? lines[line].StartsWith("1/", StringComparison.Ordinal) : !hasName;
        hasName = true;
        return isName ? Redaction.Name : Redaction.Text;
    }
}
