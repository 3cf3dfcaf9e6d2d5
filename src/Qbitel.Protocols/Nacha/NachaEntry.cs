using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>One entry: a payment or what stands in the place of one, with its addenda.</summary>
public sealed class NachaEntry
{
    private static readonly Currency Dollar = Currency.TryParse("USD", out Currency dollar) ? dollar : null!;

    internal NachaEntry(NachaRecord record, IReadOnlyList<NachaAddenda> addenda)
    {
        Record = record;
        Addenda = addenda;
        foreach (NachaAddenda each in addenda)
        {
            ReadOnlySpan<byte> text = each.Record.Text;
            if (each.Type == "98") Kind = NachaEntryKind.Change;
            else if (each.Type != "99") continue;
            else if (NachaLayout.IsDishonored(text.Slice(3, 3))) Kind = NachaEntryKind.DishonoredReturn;
            else if (NachaLayout.IsContested(text.Slice(3, 3))) Kind = NachaEntryKind.ContestedReturn;
            else Kind = NachaEntryKind.Return;
        }
    }

    public NachaRecord Record { get; }

    public IReadOnlyList<NachaAddenda> Addenda { get; }

    public NachaEntryKind Kind { get; }

    /// <summary>Two digits; -1 where they are none.</summary>
    public int TransactionCode => Ascii.TwoDigits(Record.Text, 1);

    /// <summary>What the transaction code says in words.</summary>
    public string? TransactionMeaning => NachaCodes.Transactions.MeaningOf(Record["transactionCode"]!);

    public bool IsCredit => NachaTransaction.IsCredit(TransactionCode);

    /// <summary>The routing number of the receiver's bank with its check digit.</summary>
    public string RoutingNumber => Record["receivingBank"] + Record["checkDigit"];

    public string Account => Record["account"] ?? "";

    public Money Amount => Money.FromMinorUnits(Math.Max(Record.Number(Record.Layout.Amount!.Name), 0), Dollar);

    /// <summary>Null in accounting advices, which have none.</summary>
    public string? Trace => Record["trace"];

    public string? Name => Record["name"] ?? Record["companyName"];

    public string? Identification => Record["identification"];

    /// <summary>Why the entry is returned; null where it is not.</summary>
    public string? ReturnReason => Addenda.FirstOrDefault(each => each.ReturnReason is not null)?.ReturnReason;

    /// <summary>What the notification of change is about; null where it is none.</summary>
    public string? ChangeCode => Addenda.FirstOrDefault(each => each.ChangeCode is not null)?.ChangeCode;

    public string? this[string field] => Record[field];

    /// <summary>The entry with what is personal masked.</summary>
    public override string ToString() => Record.ToString();
}
