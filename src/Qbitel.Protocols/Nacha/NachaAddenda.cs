namespace Qbitel.Protocols.Nacha;

/// <summary>One addenda record of an entry.</summary>
/// <param name="Record">The record itself.</param>
public sealed record NachaAddenda(NachaRecord Record)
{
    /// <summary>Two digits: 02, 05, 10 to 18, 98 or 99.</summary>
    public string Type => Record["addendaType"] ?? "";

    /// <summary>Of a return: such as R01.</summary>
    public string? ReturnReason => Record["returnReason"];

    /// <summary>Of a notification of change: such as C01.</summary>
    public string? ChangeCode => Record["changeCode"];

    /// <summary>What the notification corrects, as the bank wrote it.</summary>
    public string? CorrectedData => Record["correctedData"];

    /// <summary>The trace number of the entry that is returned or changed.</summary>
    public string? OriginalTrace => Record["originalTrace"];

    /// <summary>Remittance, of types 05 and 17.</summary>
    public string? PaymentText => Record["text"];

    public string? this[string field] => Record[field];

    /// <summary>The record with what is personal masked.</summary>
    public override string ToString() => Record.ToString();
}
