namespace Qbitel.Protocols.Translation.Ends;

/// <summary>The class of an element's value, by its name and place.</summary>
internal static class MxLeafRedaction
{
    public static Redaction Of(string name, string path) => name switch
    {
        "IBAN" => Redaction.Account,
        "Id" when path.Contains("Acct/", StringComparison.Ordinal) => Redaction.Account,
        "Id" or "BirthDt" or "CityOfBirth" when path.Contains("/PrvtId/", StringComparison.Ordinal)
            => Redaction.Text,
        "Nm" => Redaction.Name,
        "Ustrd" or "AddtlRmtInf" or "InstrInf" or "AddtlInf" or "AddtlNtryInf" or "AddtlTxInf" or "Inf"
            or "PhneNb" or "MobNb" or "FaxNb" or "EmailAdr" or "ElctrncAdr" or "URLAdr" => Redaction.Text,
        _ when IsAddress(path) => name is "Ctry" ? Redaction.None : Redaction.Text,
        _ => Redaction.None,
    };

    public static bool IsPartyDetail(string name, string path) => name == "Nm" || IsAddress(path);

    private static bool IsAddress(string path) =>
        path.Contains("/PstlAdr/", StringComparison.Ordinal);
}
