namespace Qbitel.Protocols.EmvQr;

/// <summary>One line of fields.txt: an object, or several of consecutive numbers.</summary>
internal sealed record EmvQrRule(
    string Holder, int First, int Last, EmvQrForm Form, char Presence, Redaction Redaction, bool IsConfirmed,
    string Name)
{
    public bool IsRequired => Presence == 'R';

    public static EmvQrRule Read(string line)
    {
        string[] parts = line.Split('|');
        int slash = parts[0].LastIndexOf('/');
        string[] ends = parts[0][(slash + 1)..].Split('-');
        return new(slash < 0 ? "" : parts[0][..slash], Number(ends[0]), Number(ends[^1]), EmvQrForm.Read(parts[1]),
            parts[2][0], RedactionOf(parts[3]), parts[4] == "y", parts[5]);
    }

    public static Redaction RedactionOf(string word) => word switch
    {
        "pan" => Redaction.Pan,
        "account" => Redaction.Account,
        "name" => Redaction.Name,
        "text" => Redaction.Text,
        "secret" => Redaction.Secret,
        _ => Redaction.None,
    };

    private static int Number(string digits) => ((digits[0] - '0') * 10) + (digits[1] - '0');
}
