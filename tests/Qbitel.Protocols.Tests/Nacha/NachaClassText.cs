using Qbitel.Protocols.Nacha;
using Qbitel.Protocols.Nacha.Building;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>A valid file of every standard entry class, as small as can be.</summary>
internal static class NachaClassText
{
    public static readonly string[] Codes =
    [
        "ACK", "ADV", "ARC", "ATX", "BOC", "CCD", "CIE", "COR", "CTX", "DNE", "ENR", "IAT", "MTE", "POP", "POS", "PPD",
            "RCK",
        "SHR", "TEL", "TRC", "TRX", "WEB", "XCK",
    ];

    private static readonly (string Field, string Value)[] Terminal =
    [
        ("terminal", "T4711"), ("serial", "000123"), ("transactionDate", "0229"), ("location", "12 MAIN STREET"),
        ("city", "SPRINGFIELD"), ("state", "IL"),
    ];

    public static NachaFile File(string entryClass)
    {
        NachaFileBuilder file = NachaText.Builder();
        if (entryClass == "COR")
        {
            NachaBatch sent = File("PPD").Batches[0];
            file.AddChange(sent, sent.Entries[0], "C01", "1918171614", NachaText.Bank[..8]);
            return file.Build();
        }

        string description = entryClass switch
        {
            "RCK" => "REDEPCHECK",
            "ENR" => "AUTOENROLL",
            "WEB" => "PURCHASE",
            _ => "PAYROLL"
        };
        NachaBatchBuilder batch = file.Batch(entryClass, description);
        NachaEntryBuilder Entry(int code, decimal dollars) =>
            batch.AddEntry(code, NachaText.Bank, "744567899", NachaText.Dollars(dollars));

        switch (entryClass)
        {
            case "ACK":
                Entry(24, 0).Set("companyName", "ACME").Set("originalTrace", "121042880000001");
                break;
            case "ADV":
                Entry(81, 500).Set("adviceRouting", "121042882").Set("name", "NAME").Set("operatorRouting", "01100001")
                    .Set("julianDay", "50");
                break;
            case "ATX":
                Entry(24, 0).Set("companyName", "ACME").AddAddenda("ACKNOWLEDGED");
                break;
            case "CCD" or "PPD":
                Entry(22, 12.34m).Set("name", "JANE DOE").AddAddenda("INVOICE 1");
                break;
            case "CIE":
                Entry(22, 12.34m).Set("name", "JANE DOE").Set("identification", "CUSTOMER 1");
                break;
            case "CTX":
                Entry(22, 12.34m).Set("companyName", "SUPPLIER").AddAddenda("ONE").AddAddenda("TWO");
                break;
            case "TRX":
                Entry(27, 12.34m).Set("companyName", "SUPPLIER").AddAddenda("ONE").AddAddenda("TWO");
                break;
            case "DNE":
                batch.Set("originatorStatus", "2");
                Entry(23, 0).Set("name", "AGENCY")
                    .AddAddenda("DATE OF DEATH*010126*CUSTOMERSSN*000000000*AMOUNT*1.00\\");
                break;
            case "ENR":
                Entry(23, 0).Set("name", "AGENCY").AddAddenda("22*23138010*4*744567899*000000000*DOE*JANE*0\\");
                break;
            case "IAT":
                AddInternational(batch);
                break;
            case "MTE":
                Entry(27, 40).Set("name", "JANE DOE").Set("identification", "CARD1").AddAddenda("02", Terminal);
                break;
            case "POS":
                Entry(27, 40).Set("name", "JANE DOE").Set("cardTransaction", "01").AddAddenda("02", Terminal);
                break;
            case "SHR":
                Entry(27, 40).Set("cardExpiry", "1228").Set("cardTransaction", "01").AddAddenda("02", Terminal);
                break;
            case "TRC" or "XCK":
                Entry(27, 40).Set("checkNumber", "101").Set("processControl", "CTL").Set("researchNumber", "ITEM");
                break;
            case "POP":
                Entry(27, 40).Set("checkNumber", "101").Set("terminalCity", "SPRI").Set("terminalState", "IL");
                break;
            case "ARC" or "BOC" or "RCK":
                Entry(27, 40).Set("checkNumber", "101").Set("name", "JANE DOE");
                break;
            default:
                Entry(27, 40).Set("name", "JANE DOE").Set("paymentType", "S");
                break;
        }

        return file.Build();
    }

    private static void AddInternational(NachaBatchBuilder batch)
    {
        batch.Set("exchangeIndicator", "FF").Set("referenceIndicator", "3").Set("country", "DE")
            .Set("originatingCurrency", "USD").Set("destinationCurrency", "EUR");
        batch.AddEntry(22, NachaText.Bank, "DE89370400440532013000", NachaText.Dollars(100))
            .AddAddenda("10", ("transactionType", "BUS"), ("foreignAmount", "10000"), ("name", "ERIKA MUSTERMANN"))
            .AddAddenda("11", ("name", "ACME CORP"), ("street", "1 MAIN STREET"))
            .AddAddenda("12", ("city", "SPRINGFIELD*IL\\"), ("country", "US*62701\\"))
            .AddAddenda("13", ("bankName", "FIRST BANK"), ("qualifier", "01"), ("bankId", "121042882"),
            ("country", "US"))
            .AddAddenda("14", ("bankName", "ZWEITE BANK"), ("qualifier", "02"), ("bankId", "COBADEFFXXX"),
            ("country", "DE"))
            .AddAddenda("15", ("identification", "KUNDE1"), ("street", "HAUPTSTRASSE 1"))
            .AddAddenda("16", ("city", "BERLIN*BE\\"), ("country", "DE*10115\\"))
            .AddAddenda("INVOICE 4711")
            .AddAddenda("18", ("bankName", "THIRD BANK"), ("qualifier", "03"), ("bankId", "GB29NWBK60161331926819"),
                ("country", "GB"));
    }
}
