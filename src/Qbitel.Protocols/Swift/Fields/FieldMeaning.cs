using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>What a field says in words: codes, dates and amounts. Nothing that its class hides.</summary>
internal static class FieldMeaning
{
    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["71A BEN"] = "charges are the beneficiary's",
        ["71A OUR"] = "charges are the ordering customer's",
        ["71A SHA"] = "charges are shared",
        ["23B CRED"] = "credit transfer without service level",
        ["23B CRTS"] = "test credit transfer",
        ["23B SPAY"] = "SWIFTPay service level",
        ["23B SPRI"] = "priority service level",
        ["23B SSTD"] = "standard service level",
        ["23E CHQB"] = "pay by cheque only",
        ["23E CORT"] = "in settlement of a trade",
        ["23E HOLD"] = "the beneficiary calls for it",
        ["23E INTC"] = "between companies of one group",
        ["23E PHOB"] = "advise the beneficiary by phone",
        ["23E PHOI"] = "advise the intermediary by phone",
        ["23E PHON"] = "advise the account institution by phone",
        ["23E REPA"] = "has a related electronic payment",
        ["23E SDVA"] = "for value the same day",
        ["23E TELB"] = "advise the beneficiary by telecommunication",
        ["23E TELE"] = "advise the account institution by telecommunication",
        ["23E TELI"] = "advise the intermediary by telecommunication",
        ["22A NEWT"] = "new",
        ["22A AMND"] = "amendment",
        ["22A CANC"] = "cancellation",
        ["22A DUPL"] = "duplicate",
        ["22A ISSU"] = "issue",
        ["22B CONF"] = "confirmation",
        ["22B MATU"] = "maturity",
        ["22B ROLL"] = "rollover",
        ["23G NEWM"] = "new",
        ["23G CANC"] = "cancellation",
        ["23G INST"] = "instruction",
        ["23G PREA"] = "preadvice",
        ["23G REPL"] = "replacement",
        ["23G RMDR"] = "reminder",
        ["17R B"] = "party A borrows",
        ["17R L"] = "party A lends",
        ["451 0"] = "accepted",
        ["451 1"] = "refused",
        ["119 STP"] = "straight-through processing",
        ["119 COV"] = "cover payment",
        ["119 REMIT"] = "with extended remittance information",
    };

    public static string? Of(FieldSlot slot, ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> bytes = slot.Value(message);
        if (bytes.Length > 200) return null;

        string tag = slot.TagText(message), value = Encoding.Latin1.GetString(bytes);
        if (Codes.TryGetValue($"{tag} {value}", out string? known)) return known;
        if (tag == "23E" && value.Length > 4) return Codes.GetValueOrDefault($"23E {value[..4]}");

        return tag switch
        {
            "32A" or "32C" or "32D" when value.Length > 6 => Join(Date(value, 0, 6), Amount(value.AsSpan(6))),
            "30" or "31C" or "31E" or "31S" or "44C" => Date(value, 0, 6),
            "31D" => Date(value, 0, 6),
            "30T" or "30V" or "30P" or "30X" or "30F" or "30H" or "30U" => Date(value, 0, 8),
            "32B" or "33B" or "33E" or "34B" or "71F" or "71G" or "32G" => Amount(value),
            "60F" or "60M" or "62F" or "62M" or "64" or "65" when value.Length > 7 =>
                Join(Date(value, 1, 6), Amount(value.AsSpan(7)), value[0] == 'C' ? "credit" : "debit"),
            "61" => StatementLine(value),
            "90C" or "90D" when value.IndexOfAny([.. "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]) is > 0 and var at =>
                Join($"{value[..at].TrimStart('0').PadLeft(1, '0')} entries", Amount(value.AsSpan(at))),
            "98A" when value.Length >= 15 => Date(value, value.Length - 8, 8),
            "98C" when value.Length >= 21 => Date(value, value.Length - 14, 8),
            "12" => "MT" + value,
            _ => Bank(slot, value),
        };
    }

    // The country of a bank, which its BIC shows.
    private static string? Bank(FieldSlot slot, string value)
    {
        if (!SwiftTag.IsStandard(slot.Tag) || SwiftTag.Number(slot.Tag) < 50) return null;
        if (SwiftTag.Option(slot.Tag) != 1 && slot.Tag != SwiftTag.Pack("95P")) return null;
        int at = Math.Max(value.LastIndexOf('\n'), value.LastIndexOf('/')) + 1;
        return Bic.TryParse(value.AsSpan(at), out Bic bic) ? $"a bank in {bic.Country}" : null;
    }

    private static string? Date(string value, int at, int length)
    {
        if (value.Length < at + length) return null;
        ReadOnlySpan<char> digits = value.AsSpan(at, length);
        if (length == 6) return SwiftValue.TryReadDate(digits, out DateOnly date) ? Iso(date) : null;
        return DateOnly.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out DateOnly full) ? Iso(full) : null;
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Amount(ReadOnlySpan<char> value) =>
        SwiftValue.TryReadMoney(value, out Money money) ? money.ToString() : null;

    private static string? StatementLine(string value)
    {
        int mark = value.AsSpan().IndexOfAny('C', 'D');
        if (mark is not (6 or 7 or 10 or 11)) return null;
        string kind = value[mark - 1] switch { 'R' => "reversed ", 'E' => "expected ", _ => "" };
        int from = value.AsSpan(mark + 1).IndexOfAnyInRange('0', '9') + mark + 1, to = from;
        while (to < value.Length && (char.IsAsciiDigit(value[to]) || value[to] == ',')) to++;
        return SwiftValue.TryReadNumber(value.AsSpan(from, to - from), out decimal amount)
            ? Join(Date(value, 0, 6), kind + (value[mark] == 'C' ? "credit" : "debit"),
                amount.ToString(CultureInfo.InvariantCulture)) : null;
    }

    private static string? Join(params ReadOnlySpan<string?> parts)
    {
        foreach (string? part in parts) if (part is null) return null;
        return string.Join(", ", parts!);
    }
}
