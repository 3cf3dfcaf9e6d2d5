using System.Globalization;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation.Fedwire;

/// <summary>{6000} and {8200} to {8750} as remittance information.</summary>
internal static class FaimRemittance
{
    public static void Write(FaimSource source, MxTarget target, string at)
    {
        int text = 0;
        FaimToMx.Text(target, source.Lines("6000"), at + "RmtInf/Ustrd", "", 140);
        while (target.Has($"{at}RmtInf/Ustrd[{text + 1}]")) text++;
        if (source.At("8200", "Addenda") is { } addenda)
        {
            source.At("8200", "Length")?.Account(FieldOutcome.Mapped, target.PathOf(at + "RmtInf/Ustrd"),
                "the text says how long it is");
            for (int from = 0; from < addenda.Value.Length; from += 140)
            {
                target.Put($"{at}RmtInf/Ustrd[{++text}]", addenda,
                    addenda.Value.Substring(from, Math.Min(140, addenda.Value.Length - from)));
            }
        }

        source.At("3610", "Code")?.Account(FieldOutcome.Mapped, target.PathOf(at + "RmtInf"),
            "which form the remittance has, its place says");
        Related(source, target, at + "RltdRmtInf/");
        Structured(source, target, at + "RmtInf/Strd/");
    }

    private static void Related(FaimSource source, MxTarget target, string at)
    {
        if (!source.Has("8250")) return;
        target.Put(at + "RmtId", source.At("8250", "Identification"));
        target.Put(at + "RmtLctnDtls/Mtd", source.At("8250", "Method"));
        if (source.At("8250", "Method") is not null)
        {
            target.Put(at + "RmtLctnDtls/ElctrncAdr", source.At("8250", "ElectronicAddress"));
            target.Put(at + "RmtLctnDtls/PstlAdr/Nm", source.At("8250", "Name"));
            Address(source, target, "8250", at + "RmtLctnDtls/PstlAdr/Adr/");
        }
    }

    private static void Structured(FaimSource source, MxTarget target, string at)
    {
        Document(source, target, "8400", at + "RfrdDocInf[1]/");
        if (source.At("8650", "Date") is { Value.Length: 8 } date)
            target.Put(at + "RfrdDocInf[1]/RltdDt", date, $"{date.Value[..4]}-{date.Value[4..6]}-{date.Value[6..]}");
        Document(source, target, "8700", at + "RfrdDocInf[2]/");
        Amount(source, target, "8500", at + "RfrdDocAmt/DuePyblAmt");
        Amount(source, target, "8550", at + "RfrdDocAmt/DscntApldAmt/Amt");
        if (source.Has("8600"))
        {
            string adjustment = at + "RfrdDocAmt/AdjstmntAmtAndRsn/";
            Amount(source, target, "8600", adjustment + "Amt");
            target.Put(adjustment + "CdtDbtInd", source.At("8600", "CreditDebit"));
            target.Put(adjustment + "Rsn", source.At("8600", "Reason"));
            target.Put(adjustment + "AddtlInf", source.At("8600", "Information"));
        }

        Amount(source, target, "8450", at + "RfrdDocAmt/RmtdAmt");
        // The one who invoices is paid: the remittance's beneficiary.
        Party(source, target, "8350", at + "Invcr");
        Party(source, target, "8300", at + "Invcee");
        int line = 0;
        foreach (SourceLeaf leaf in source.Lines("8750")) target.Put($"{at}AddtlRmtInf[{++line}]", leaf);
    }

    private static void Document(FaimSource source, MxTarget target, string tag, string at)
    {
        if (source.At(tag, "Type") is not { } type) return;
        if (type.Value == "PROP" && source.At(tag, "Proprietary") is { } own)
        {
            target.Put(at + "Tp/CdOrPrtry/Prtry", own);
            type.Account(FieldOutcome.Mapped, target.PathOf(at + "Tp/CdOrPrtry/Prtry"));
        }
        else if (type.Value != "PROP")
        {
            target.Put(at + "Tp/CdOrPrtry/Cd", type);
        }

        if (target.HasBelow(at + "Tp")) target.Put(at + "Tp/Issr", source.At(tag, "Issuer"));
        target.Put(at + "Nb", source.At(tag, "Number"));
    }

    private static void Amount(FaimSource source, MxTarget target, string tag, string path)
    {
        if (source.At(tag, "Currency") is not { } currency || source.At(tag, "Amount") is not { } amount) return;
        if (!decimal.TryParse(amount.Value.Replace(',', '.'), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal value))
        {
            return;
        }

        target.PutAmount(path, amount, currency.Value, value);
        currency.Account(FieldOutcome.Mapped, target.PathOf(path));
    }

    private static void Party(FaimSource source, MxTarget target, string tag, string party)
    {
        if (!source.Has(tag)) return;
        target.Put(party + "/Nm", source.At(tag, "Name"));
        SourceLeaf? kind = source.At(tag, "IdType"), code = source.At(tag, "IdCode"), number = source.At(tag, "Number");
        if (kind is not null && code is not null && number is not null)
        {
            string other = party + (kind.Value == "PI" ? "/Id/PrvtId/Othr" : "/Id/OrgId/Othr");
            target.Put(other + "/Id", number);
            if (code.Value is "PROP" or "SWBB") target.Put(other + "/SchmeNm/Prtry", code);
            else target.Put(other + "/SchmeNm/Cd", code);
            target.Put(other + "/Issr", source.At(tag, "Issuer"));
            kind.Account(FieldOutcome.Mapped, target.PathOf(other));
        }

        Address(source, target, tag, party + "/PstlAdr/");
        target.Put(party + "/CtryOfRes", source.At(tag, "Residence"));
        target.Put(party + "/CtctDtls/Nm", source.At(tag, "ContactName"));
        if (source.At(tag, "ElectronicAddress") is { Value.Length: <= 2048 } address)
            target.Put(party + "/CtctDtls/EmailAdr", address);
    }

    private static void Address(FaimSource source, MxTarget target, string tag, string at)
    {
        target.Put(at + "AdrTp/Cd", source.At(tag, "AddressType"));
        foreach ((string element, string name) in ((string, string)[])[("Department", "Dept"),
            ("SubDepartment", "SubDept"), ("Street", "StrtNm"), ("Building", "BldgNb"), ("PostCode", "PstCd"),
            ("Town", "TwnNm"), ("State", "CtrySubDvsn")])
        {
            target.Put(at + name, source.At(tag, element));
        }

        if (source.At(tag, "Country") is { } country && Identifiers.Country.Exists(country.Value))
            target.Put(at + "Ctry", country);
        int line = 0;
        for (int i = 1; i <= 7; i++)
        {
            if (source.At(tag, $"Address{i}") is { } leaf) target.Put($"{at}AdrLine[{++line}]", leaf);
        }
    }
}
