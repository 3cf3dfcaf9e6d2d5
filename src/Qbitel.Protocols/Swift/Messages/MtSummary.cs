using System.Globalization;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>What a person asks first about a message: who, how much, when. Names and accounts are masked.</summary>
internal static class MtSummary
{
    public static List<KeyValuePair<string, string>> Of(SwiftMessage message)
    {
        List<KeyValuePair<string, string>> summary = [];
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) summary.Add(new(name, Redaction.None.Mask(value)));
        }

        SwiftApplicationHeader? header = message.ApplicationHeader;
        Add("variant", message.ValidationFlag);
        Add("direction", header is null ? null : header.IsInput ? "input" : "output");
        Add("sender", header is { IsInput: false } ? header.Address : message.BasicHeader?.LogicalTerminal);
        Add("receiver", header is { IsInput: true } ? header.Address : message.BasicHeader?.LogicalTerminal);
        Add("uetr", message.Uetr?.Value);
        Add("reference", message.GetField("20") ?? Reference(message));
        Add("relatedReference", message.MessageType is "101" or "110" or "210" ? null : message.GetField("21"));
        if (message.Validate().FirstError() is not null) return summary;

        if (Mt103Message.TryCreate(message, out Mt103Message mt103, out _))
        {
            Add("valueDate", Iso(mt103.ValueDate));
            Add("amount", mt103.SettledAmount.ToString());
            Add("orderingCustomer", mt103.OrderingCustomer.ToString());
            Add("beneficiary", mt103.Beneficiary.ToString());
            Add("charges", message.GetField("71A"));
        }
        else if (Mt202Message.TryCreate(message, out Mt202Message mt202, out _))
        {
            Add("valueDate", Iso(mt202.ValueDate));
            Add("amount", mt202.SettledAmount.ToString());
            Add("beneficiaryInstitution", mt202.BeneficiaryInstitution.ToString());
            Add("cover", mt202.IsCover ? "yes" : null);
        }
        else if (MtStatement.TryCreate(message, out MtStatement statement, out _))
        {
            Add("account", Redaction.Account.Mask(statement.Account.Split('\n')[0]));
            Add("number", statement.Number);
            Add("openingBalance", statement.OpeningBalance?.ToString());
            Add("lines", statement.Lines.Count.ToString(CultureInfo.InvariantCulture));
            Add("closingBalance", statement.ClosingBalance?.ToString());
            Add("balanced", statement.IsBalanced switch { true => "yes", false => "no", _ => null });
        }
        else if (MtConfirmation.TryCreate(message, out MtConfirmation confirmation, out _))
        {
            Add("valueDate", Iso(confirmation.ValueDate));
            Add("amount", confirmation.Amount.ToString());
            Add("account", Redaction.Account.Mask(confirmation.Account.Split('\n')[0]));
        }
        else if (Mt210Message.TryCreate(message, out Mt210Message mt210, out _))
        {
            Add("valueDate", Iso(mt210.ValueDate));
            Add("receipts", mt210.Receipts.Count.ToString(CultureInfo.InvariantCulture));
            Add("amount", Total(mt210.Receipts.Select(receipt => receipt.Amount)));
        }
        else
        {
            Add("valueDate", message.GetField("32A") is { } dated ? Iso(MtView.Date(dated)) : null);
            Add("amount", (MtView.Money(message.GetField("32A")?[6..]) ?? MtView.Money(message.GetField("32B")))
                ?.ToString());
            Add("function", Meaning(message, "22A") ?? Meaning(message, "23G"));
        }

        return summary;
    }

    // The reference of a securities message has its qualifier before it.
    private static string? Reference(SwiftMessage message) =>
        message.Text.FirstOrDefault(field => field.Tag == "20C"
            && field.Value.StartsWith(":SEME//", StringComparison.Ordinal))?.Value[7..];

    private static string? Meaning(SwiftMessage message, string tag) =>
        message.Text.FirstOrDefault(field => field.Tag == tag) is { } found
            ? FieldMeaning.Of(found.Slot, message.Bytes) : null;

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Total(IEnumerable<Money> amounts)
    {
        Money[] all = [.. amounts];
        return Money.TryCreate(all.Sum(amount => amount.Amount), all[0].Currency, out Money total)
            ? total.ToString() : null;
    }
}
