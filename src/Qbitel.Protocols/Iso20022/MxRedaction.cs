namespace Qbitel.Protocols.Iso20022;

/// <summary>How much of an element's value may be shown, by its name.</summary>
internal static class MxRedaction
{
    public static Redaction Of(MxElement element) => element.Name switch
    {
        "IBAN" => Redaction.Account,
        "Id" when element.Path.Contains("Acct/", StringComparison.Ordinal) => Redaction.Account,
        "Id" or "BirthDt" or "CityOfBirth" when element.Path.Contains("/PrvtId/", StringComparison.Ordinal) =>
            Redaction.Text,
        "Nm" => Redaction.Name,
        "AdrLine" or "StrtNm" or "BldgNb" or "BldgNm" or "PstBx" or "Room" or "PstCd" or "Ustrd" or "AddtlRmtInf"
            or "InstrInf" => Redaction.Text,
        "PhneNb" or "MobNb" or "FaxNb" or "EmailAdr" or "ElctrncAdr" or "URLAdr" => Redaction.Text,
        _ => Redaction.None,
    };
}
