using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Qbitel.Protocols.Tests.Translation;

/// <summary>Ordinary FIN payments, made up field by field.</summary>
internal static class MtCorpus
{
    private const string Uetr = "8a562c67-ca16-48ba-b074-65581be6f011";

    private static readonly string[] Customers =
    [
        "K:/DE15288040723862551184\nANNA BEISPIEL\nHAUPTSTRASSE 1\n60311 FRANKFURT",
        "K:/12345678\nACME TRADING LTD\n12 HIGH STREET",
        "K:JOHN SAMPLE\nPORTLAND",
        "F:/DE15288040723862551184\n1/ANNA BEISPIEL\n2/HAUPTSTRASSE 1\n3/DE/FRANKFURT",
        "F:/998877\n1/ACME HOLDING\n3/US/NEW YORK",
        "F:CCPT/US/123456789\n1/JOHN SAMPLE\n3/US/PORTLAND",
        "F:CUST/DE/ABC BANK/4711\n1/ANNA BEISPIEL\n2/HAUPTSTRASSE 1\n3/DE/FRANKFURT",
        "A:/998877\nCHASUS33",
    ];

    private static readonly string[] Beneficiaries =
    [
        ":/FR707156096438KOAZ5C1ZXTF00\nJEAN EXEMPLE",
        ":/4711\nJANE EXAMPLE\n12 ELM STREET\nSPRINGFIELD IL",
        ":JANE EXAMPLE",
        "F:/GB13ROQC46819702572128\n1/JANE EXAMPLE\n2/12 ELM STREET\n3/GB/LONDON",
        "F:1/JANE EXAMPLE\n3/GB/LONDON",
        "A:/4711\nBARCGB22",
    ];

    private static readonly string?[] Agents =
        [null, "A:CHASUS33", "A:/998877\nCHASUS33XYZ", "A://FW021000021\nCHASUS33", "D:SOME BANK\nNEW YORK",
            "D://SC400515\nSOME BANK\nLONDON"];

    private static readonly string?[] Remittances =
        [null, "INVOICE 4711", "/ROC/ORDER-77", "/ROC/ORDER-77//INVOICE 4711", "INVOICE 4711\nOF APRIL\nAND MAY",
            "/INV/4711/20260411"];

    private static readonly string?[] Informations =
        [null, "/INS/CHASUS33", "/ACC/CALL BEFORE PAYING", "/REC/ON BEHALF OF\n//THE TREASURY", "/BNF/THANKS"];

    private static readonly string?[] Codes = [null, "PHOB/CALL FIRST", "SDVA", "INTC", "HOLD", "REPA/4711",
        "TELI/NOW"];

    public static Gen<string> Mt103() =>
        from customer in Gen.Elements(Customers)
        from beneficiary in Gen.Elements(Beneficiaries)
        from agents in Gen.ArrayOf(Gen.Elements(Agents), 3)
        from reimbursement in Gen.Elements(null, "53A:CHASUS33", "53B:/5566", "53A:CHASUS33\n:54A:BARCGB22",
            "53A:CHASUS33\n:54A:BARCGB22\n:55A:CITIUS33")
        from remittance in Gen.Elements(Remittances)
        from information in Gen.Elements(Informations)
        from code in Gen.Elements(Codes)
        from amount in Gen.Choose(1, 99_999_999)
        from instructed in Gen.Elements(0, 1, 2)
        from charges in Gen.Elements("SHA", "OUR", "BEN")
        from flags in Gen.Choose(0, 31)
        select Write(customer, beneficiary, agents, reimbursement, remittance, information, code, amount, instructed,
            charges, flags);

    public static Gen<string> Mt202() =>
        from agents in Gen.ArrayOf(Gen.Elements(Agents), 3)
        from creditor in Gen.Elements(Agents[1..])
        from reimbursement in Gen.Elements(null, "53A:CHASUS33", "53B:/5566", "53A:CHASUS33\n:54A:BARCGB22")
        from information in Gen.Elements(Informations)
        from amount in Gen.Choose(1, 99_999_999)
        from customer in Gen.Elements(Customers)
        from beneficiary in Gen.Elements(Beneficiaries)
        from remittance in Gen.Elements(null, "INVOICE 4711")
        from flags in Gen.Choose(0, 31)
        select Write(agents, creditor!, reimbursement, information, amount, customer, beneficiary, remittance, flags);

    public static byte[] Bytes(string text) =>
        Encoding.Latin1.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal));

    private static string Write(string customer, string beneficiary, string?[] agents, string? reimbursement,
        string? remittance, string? information, string? code, int amount, int instructed, string charges, int flags)
    {
        StringBuilder text = Begin("103", flags, null);
        text.Append(":20:REF").Append(amount).Append('\n');
        if ((flags & 1) != 0) text.Append(":13C:/SNDTIME/0931+0100\n");
        text.Append(":23B:").Append((flags & 2) != 0 && code is null ? "CRTS" : "CRED").Append('\n');
        bool isCall = code == "TELI/NOW" && agents[1] is null;
        if (code is not null && !isCall) text.Append(":23E:").Append(code).Append('\n');
        if ((flags & 4) != 0) text.Append(":26T:K90\n");
        string settled = $"EUR{amount / 100},{amount % 100:00}";
        text.Append(":32A:261124").Append(settled).Append('\n');
        bool hasInstructed = instructed > 0 || charges == "BEN";
        if (hasInstructed) text.Append(":33B:").Append(instructed == 2 ? "USD99,5" : "EUR77,5").Append('\n');
        if (hasInstructed && instructed == 2) text.Append(":36:1,2345\n");
        text.Append(":50").Append(customer).Append('\n');
        Party(text, "52", agents[0]);
        if (reimbursement is not null) text.Append(':').Append(reimbursement).Append('\n');
        Party(text, "56", agents[1]);
        Party(text, "57", agents[2] ?? (agents[1] is null ? null : "A:BARCGB22"));
        text.Append(":59").Append(beneficiary).Append('\n');
        if (remittance is not null) text.Append(":70:").Append(remittance).Append('\n');
        text.Append(":71A:").Append(charges).Append('\n');
        if (charges == "BEN") text.Append(":71F:EUR5,00\n:71F:EUR2,50\n");
        else if (charges == "OUR" && hasInstructed) text.Append(":71G:EUR7,00\n");
        if (information is not null) text.Append(":72:").Append(information).Append('\n');
        if ((flags & 8) != 0) text.Append(":77B:/ORDERRES/DE//GOODS\n");
        return text.Append("-}").ToString();
    }

    private static string Write(string?[] agents, string creditor, string? reimbursement, string? information,
        int amount,
        string customer, string beneficiary, string? remittance, int flags)
    {
        bool isCover = (flags & 1) != 0;
        StringBuilder text = Begin("202", flags, isCover ? "{119:COV}" : null);
        text.Append(":20:REF").Append(amount).Append("\n:21:REL").Append(amount).Append('\n');
        if ((flags & 2) != 0) text.Append(":13C:/RNCTIME/0931-0500\n");
        text.Append(":32A:261124USD").Append(amount / 100).Append(",5\n");
        Party(text, "52", agents[0]);
        if (reimbursement is not null) text.Append(':').Append(reimbursement).Append('\n');
        Party(text, "56", agents[1]);
        Party(text, "57", agents[2] ?? (agents[1] is null ? null : "A:BARCGB22"));
        Party(text, "58", creditor);
        if (information is not null) text.Append(":72:").Append(information).Append('\n');
        if (!isCover) return text.Append("-}").ToString();

        text.Append(":50").Append(customer).Append('\n');
        Party(text, "52", agents[1]);
        Party(text, "57", agents[0]);
        text.Append(":59").Append(beneficiary).Append('\n');
        if (remittance is not null) text.Append(":70:").Append(remittance).Append('\n');
        if ((flags & 4) != 0) text.Append(":33B:USD77,5\n");
        return text.Append("-}").ToString();
    }

    private static StringBuilder Begin(string type, int flags, string? flag)
    {
        StringBuilder text = new("{1:F01DEUTDEFFAXXX0000000000}{2:I");
        text.Append(type).Append("BNPAFRPPA").Append((flags & 16) != 0 ? "PAR" : new string('X', 3))
            .Append((flags & 8) != 0 ? 'U' : 'N').Append("}{3:");
        if ((flags & 4) != 0) text.Append("{111:001}");
        return text.Append(flag).Append("{121:").Append(Uetr).Append("}}{4:\n");
    }

    private static void Party(StringBuilder text, string number, string? party)
    {
        if (party is not null) text.Append(':').Append(number).Append(party).Append('\n');
    }
}
