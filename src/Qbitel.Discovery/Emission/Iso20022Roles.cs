using Qbitel.Protocols.Layouts;


namespace Qbitel.Discovery.Emission;

/// <summary>What a payment instruction in ISO 20022 needs of a message, by the names a person gives the fields.
/// Nothing else tells a debtor from a creditor.</summary>
internal static class Iso20022Roles
{
    /// <summary>Without these there is no pain.001; of each group one is enough.</summary>
    public static readonly IReadOnlyList<string[]> Required =
    [
        ["amount"], ["currency"], ["end_to_end_id"], ["debtor_account", "debtor_name"],
        ["creditor_account", "creditor_name"],
    ];

    // pain.001.001.09, below CstmrCdtTrfInitn/PmtInf; the accounts and agents by what they look like.
    public static readonly IReadOnlyDictionary<string, string> Places =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["amount"] = "CdtTrfTxInf/Amt/InstdAmt",
            ["currency"] = "CdtTrfTxInf/Amt/InstdAmt/@Ccy",
            ["end_to_end_id"] = "CdtTrfTxInf/PmtId/EndToEndId",
            ["execution_date"] = "ReqdExctnDt/Dt",
            ["debtor_name"] = "Dbtr/Nm",
            ["debtor_account"] = "DbtrAcct/Id",
            ["debtor_agent"] = "DbtrAgt/FinInstnId",
            ["creditor_name"] = "CdtTrfTxInf/Cdtr/Nm",
            ["creditor_account"] = "CdtTrfTxInf/CdtrAcct/Id",
            ["creditor_agent"] = "CdtTrfTxInf/CdtrAgt/FinInstnId",
            ["remittance"] = "CdtTrfTxInf/RmtInf/Ustrd",
        };

    /// <summary>The fields of a type that have a part to play; empty where one is missing, and which.</summary>
    public static IReadOnlyList<LayoutField> Of(LayoutType type, out IReadOnlyList<string> missing)
    {
        List<LayoutField> fields = [.. type.Parts.OfType<LayoutField>()
            .Where(f => !f.IsDerived && Places.ContainsKey(f.Name) && (f.Type == "ascii" || CSharpWriter.IsShown(f)
                || NumberCoding.WidthOf(f.Type) is not null))];
        missing = [.. Required.Where(group => !fields.Exists(f => group.Contains(f.Name, StringComparer.Ordinal)))
            .Select(group => string.Join(" or ", group))];
        return missing.Count > 0 ? [] : fields;
    }
}
