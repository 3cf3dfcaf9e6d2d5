using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Rules;

/// <summary>How much of an element's value may be shown, by its name and those around it.</summary>
internal static class MxRedaction
{
    public static Redaction Of(MxText text, int node)
    {
        // What no schema knows may be anything.
        if ((text.Nodes[node].Content & MxContent.Unknown) != MxContent.None) return Redaction.Text;

        switch (text.NameText(node))
        {
            case "IBAN" or "BBAN" or "UPIC" or "CUID":
                return Redaction.Account;
            case "Nm" or "LglNm" or "TradgNm" or "InitgPtyNm" or "RspnsblPtyNm" or "FrstNm" or "LastNm" or "MddlNm":
                return Redaction.Name;
            case "PAN" or "PlainCardData" or "PrtctdCardData":
                return Redaction.Pan;
            case "AdrLine" or "StrtNm" or "BldgNb" or "BldgNm" or "Flr" or "UnitNb" or "PstBx" or "Room" or "PstCd"
                or "TwnNm" or "TwnLctnNm" or "DstrctNm" or "CtrySubDvsn" or "CareOf" or "Dept" or "SubDept":
            case "PhneNb" or "MobNb" or "FaxNb" or "EmailAdr" or "ElctrncAdr" or "URLAdr" or "JobTitl" or "Rspnsblty":
            case "BirthDt" or "PrvcOfBirth" or "CityOfBirth" or "CtryOfBirth" or "SclSctyNb" or "DrvrsLicNb"
                or "PsptNb" or "IdntyCardNb" or "AlnRegnNb" or "CstmrNb" or "TaxIdNb" or "TaxId" or "RegnId"
                or "MplyrIdNb":
            case "Ustrd" or "AddtlRmtInf" or "InstrInf" or "AddtlInf" or "AddtlNtryInf" or "AddtlTxInf"
                or "AddtlStmtInf" or "AddtlRptInf" or "AddtlNtfctnInf" or "AddtlMsgInf" or "AddtlRjctnInf"
                or "AddtlDtls" or "AddtlRef" or "RjctgPtyRsn" or "RsnDesc" or "Nrrtv" or "Inf" or "Dtls" or "Desc"
                or "EvtDesc" or "Cmnts" or "FrTxt" or "TextElmt" or "AddtlReqData":
                return Redaction.Text;
            default:
                break;
        }

        // An identification is that of an account, or of a person, where it stands in one.
        bool isAccount = false;
        ReadOnlySpan<byte> name = text.Name(node);
        bool isIdentification = name.SequenceEqual("Id"u8);
        for (int at = text.Nodes[node].Parent; at >= 0; at = text.Nodes[at].Parent)
        {
            ReadOnlySpan<byte> around = text.Name(at);
            if (around.SequenceEqual("PrvtId"u8)) return isIdentification ? Redaction.Text : Redaction.None;
            isAccount |= around.EndsWith("Acct"u8) || around.SequenceEqual("Prxy"u8)
                || around.SequenceEqual("PrtryAcct"u8);
        }

        return isIdentification && isAccount ? Redaction.Account : Redaction.None;
    }
}
