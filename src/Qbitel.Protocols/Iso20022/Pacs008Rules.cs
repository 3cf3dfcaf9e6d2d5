using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso20022;

/// <summary>What the schema cannot say: totals, settlement, identifiers with check digits.</summary>
internal static class Pacs008Rules
{
    public static void Check(MxElement root, DiagnosticList findings)
    {
        foreach (MxElement element in root.All()) Identifier(element, findings);
        if (root.Find("FIToFICstmrCdtTrf") is not { } message || message.Find("GrpHdr") is not { } header) return;

        List<MxElement> transactions = [.. message.Children.Where(c => c.Name == "CdtTrfTxInf")];
        Totals(header, transactions, findings);
        Settlement(header, findings);
    }

    private static void Totals(MxElement header, List<MxElement> transactions, DiagnosticList findings)
    {
        if (header.Find("NbOfTxs") is { Value: { } count } number
            && !(int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int stated)
                && stated == transactions.Count))
        {
            Add(findings, "Mx.NumberOfTransactions", number, "the number of transactions is another",
                Text(transactions.Count), Redaction.None.Mask(count));
        }

        List<MxElement?> amounts = [.. transactions.Select(t => t.Find("IntrBkSttlmAmt"))];
        decimal? sum = 0;
        foreach (MxElement? amount in amounts)
            sum = Amount(amount) is { } value && sum is { } before ? TryAdd(before, value) : null;
        if (sum is not { } total) return;

        if (header.Find("CtrlSum") is { } control && Amount(control) is { } controlSum && controlSum != total)
        {
            Add(findings, "Mx.ControlSum", control, "the control sum is not the sum of the amounts", Text(total),
                Text(controlSum));
        }

        if (header.Find("TtlIntrBkSttlmAmt") is not { } whole || Amount(whole) is not { } statedTotal) return;
        if (statedTotal != total)
        {
            Add(findings, "Mx.TotalAmount", whole, "the total is not the sum of the amounts", Text(total),
                Text(statedTotal));
        }
        if (amounts.Any(a => a!.Currency != whole.Currency))
        {
            Add(findings, "Mx.TotalCurrency", whole, "a total is of one currency", whole.Currency ?? "a currency",
                "amounts in others");
        }
    }

    // Message definition of pacs.008: the rules on the settlement method.
    private static void Settlement(MxElement header, DiagnosticList findings)
    {
        if (header.Find("SttlmInf") is not { } info || info.ValueAt("SttlmMtd") is not { } method) return;

        string[] agents = ["InstgRmbrsmntAgt", "InstdRmbrsmntAgt", "ThrdRmbrsmntAgt"];
        string[] forbidden = method switch
        {
            "INDA" or "INGA" => agents,
            "CLRG" => ["SttlmAcct", .. agents],
            "COVE" => ["SttlmAcct", "ClrSys"],
            _ => [],
        };
        foreach (string name in forbidden)
        {
            if (info.Find(name) is { } there)
            {
                Add(findings, "Mx.Settlement", there, $"the settlement method {method} does not allow this element",
                    "nothing", name);
            }
        }

        if (method == "COVE" && agents[..2].All(name => info.Find(name) is null))
        {
            Add(findings, "Mx.Settlement", info, "cover needs a reimbursement agent",
                "InstgRmbrsmntAgt or InstdRmbrsmntAgt", "neither");
        }
    }

    private static void Identifier(MxElement element, DiagnosticList findings)
    {
        if (element.Value is not { } value) return;
        switch (element.Name)
        {
            case "IBAN" when !Iban.TryParse(value, out _):
                Add(findings, "Mx.Iban", element, "the IBAN is not one: length of the country or check digits",
                    "an IBAN (ISO 13616)", Redaction.Account.Mask(value));
                break;
            case "BICFI" or "AnyBIC" when !Bic.TryParse(value, out _):
                Add(findings, "Mx.Bic", element, "the BIC is not one", "a BIC (ISO 9362)", Redaction.None.Mask(value));
                break;
            case "LEI" when !Lei.TryParse(value, out _):
                Add(findings, "Mx.Lei", element, "the LEI's check digits are wrong", "an LEI (ISO 17442)",
                    Redaction.None.Mask(value));
                break;
            case "UETR" when !Qbitel.Protocols.Identifiers.Uetr.TryParse(value, out _):
                Add(findings, "Mx.Uetr", element, "the UETR is not one", "a version 4 UUID in lower case",
                    Redaction.None.Mask(value));
                break;
            default:
                break;
        }

        if (element.Currency is not { } code) return;
        if (!Currency.TryParse(code, out Currency currency))
        {
            Add(findings, "Mx.Currency", element, "the currency is not known", "a code of ISO 4217",
                Redaction.None.Mask(code));
        }
        else if (currency.Exponent is { } exponent && Amount(element) is { } amount
            && decimal.Round(amount, exponent) != amount)
        {
            Add(findings, "Mx.AmountDecimals", element, "the amount has more decimals than its currency",
                $"at most {Text(exponent)}", Text(amount));
        }
    }

    private static decimal? Amount(MxElement? element) =>
        decimal.TryParse(element?.Value?.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out decimal value) ? value : null;

    private static decimal? TryAdd(decimal one, decimal other)
    {
        try
        {
            return one + other;
        }
        catch (OverflowException)
        {
            return null; // each amount has at most 18 digits, so only hostile files get here
        }
    }

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Add(DiagnosticList findings, string code, MxElement at, string message, string expected,
        string actual) =>
        findings.Add(new Diagnostic(code, Severity.Error, message)
        {
            Path = at.Path,
            Field = at.Name,
            Line = at.Line,
            Column = at.Column,
            Expected = expected,
            Actual = actual,
        });
}
