using System.Globalization;
using System.Text;
using System.Xml;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso20022;

/// <summary>Writes a pacs.008.001.08 with one transfer; what it returns is valid, or it throws.</summary>
public sealed class Pacs008Builder
{
    public required string MessageId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string InstructionId { get; init; }

    public required string EndToEndId { get; init; }

    public required Uetr Uetr { get; init; }

    public required Money Amount { get; init; }

    public required DateOnly SettlementDate { get; init; }

    /// <summary>DEBT, CRED, SHAR or SLEV.</summary>
    public string ChargeBearer { get; init; } = "SHAR";

    public required Bic DebtorAgent { get; init; }

    public required Bic CreditorAgent { get; init; }

    public required string DebtorName { get; init; }

    public required Iban DebtorIban { get; init; }

    public required string CreditorName { get; init; }

    public required Iban CreditorIban { get; init; }

    /// <summary>Unstructured remittance information, at most 140 characters.</summary>
    public string? Remittance { get; init; }

    /// <exception cref="MessageFormatException">A value is not allowed where it stands; the error names the
    /// element.</exception>
    public Pacs008 Build()
    {
        Pacs008 message = Pacs008.Parse(Write());
        return message.Findings.FirstOrDefault(f => f.Severity == Severity.Error) is { } fault
            ? throw new MessageFormatException(new ParseError(fault))
            : message;
    }

    private byte[] Write()
    {
        using MemoryStream bytes = new();
        using (XmlWriter xml = XmlWriter.Create(bytes, new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(false),
            Indent = true,
            NewLineChars = "\n",
        }))
        {
            xml.WriteStartElement("Document", "urn:iso:std:iso:20022:tech:xsd:" + Pacs008.MessageType);
            Open(xml, "FIToFICstmrCdtTrf");
            Open(xml, "GrpHdr");
            Leaf(xml, "MsgId", MessageId);
            Leaf(xml, "CreDtTm", CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
            Leaf(xml, "NbOfTxs", "1");
            Nested(xml, "SttlmInf/SttlmMtd", "INDA");
            xml.WriteEndElement();

            Open(xml, "CdtTrfTxInf");
            Open(xml, "PmtId");
            Leaf(xml, "InstrId", InstructionId);
            Leaf(xml, "EndToEndId", EndToEndId);
            Leaf(xml, "UETR", Uetr.Value);
            xml.WriteEndElement();
            Open(xml, "IntrBkSttlmAmt");
            xml.WriteAttributeString("Ccy", Amount.Currency.Code);
            xml.WriteString(Amount.Amount.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
            Leaf(xml, "IntrBkSttlmDt", SettlementDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            Leaf(xml, "ChrgBr", ChargeBearer);
            Nested(xml, "Dbtr/Nm", DebtorName);
            Nested(xml, "DbtrAcct/Id/IBAN", DebtorIban.Value);
            Nested(xml, "DbtrAgt/FinInstnId/BICFI", DebtorAgent.Code);
            Nested(xml, "CdtrAgt/FinInstnId/BICFI", CreditorAgent.Code);
            Nested(xml, "Cdtr/Nm", CreditorName);
            Nested(xml, "CdtrAcct/Id/IBAN", CreditorIban.Value);
            if (Remittance is not null) Nested(xml, "RmtInf/Ustrd", Remittance);
            xml.WriteEndDocument();
        }

        return bytes.ToArray();
    }

    private static void Open(XmlWriter xml, string name) => xml.WriteStartElement(name);

    private static void Leaf(XmlWriter xml, string name, string value) => xml.WriteElementString(name, value);

    private static void Nested(XmlWriter xml, string path, string value)
    {
        string[] names = path.Split('/');
        foreach (string name in names[..^1]) Open(xml, name);
        Leaf(xml, names[^1], value);
        foreach (string _ in names[..^1]) xml.WriteEndElement();
    }
}
