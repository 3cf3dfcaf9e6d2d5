using Qbitel.Protocols.Iso20022;

namespace Qbitel.Protocols.Translation.Ends;

/// <summary>The class of an element's value, by its name and place.</summary>
internal static class MxLeafRedaction
{
    public static Redaction Of(MxElement element) => element.Name switch
    {
        "IBAN" => Redaction.Account,
        "Id" when element.Path.Contains("Acct/", StringComparison.Ordinal) => Redaction.Account,
        "Id" or "BirthDt" or "CityOfBirth" when element.Path.Contains("/PrvtId/", StringComparison.Ordinal)
            => Redaction.Text,
        "Nm" => Redaction.Name,
        "Ustrd" or "AddtlRmtInf" or "InstrInf" or "AddtlInf" or "AddtlNtryInf" or "AddtlTxInf" or "Inf"
            or "PhneNb" or "MobNb" or "FaxNb" or "EmailAdr" or "ElctrncAdr" or "URLAdr" => Redaction.Text,
        _ when IsAddress(element) => element.Name is "Ctry" ? Redaction.None : Redaction.Text,
        _ => Redaction.None,
    };

    public static bool IsPartyDetail(MxElement element) => element.Name == "Nm" || IsAddress(element);

    private static bool IsAddress(MxElement element) =>
        element.Path.Contains("/PstlAdr/", StringComparison.Ordinal);
}
