using System.Buffers;
using System.Globalization;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Iso20022;

/// <summary>
/// FIToFICustomerCreditTransfer, pacs.008.001.08: a credit transfer between financial institutions for their customers.
/// </summary>
/// <remarks>
/// Immutable. An untouched message writes itself back byte for byte. The schema's facts are ISO 20022's; cross rules
/// are those of the message definition, as far as they are public (docs/formats/iso20022.md lists them).
/// </remarks>
public sealed class Pacs008
{
    /// <summary>The message type as the namespace has it.</summary>
    public const string MessageType = "pacs.008.001.08";

    private readonly MxDocument _document;

    private Pacs008(MxDocument document, IReadOnlyList<Diagnostic> findings)
    {
        _document = document;
        Findings = findings;
        MxElement? message = document.Root.Find("FIToFICstmrCdtTrf");
        Transactions =
            [.. message?.Children.Where(c => c.Name == "CdtTrfTxInf").Select(c => new Pacs008Transaction(c)) ?? []];
    }

    /// <summary>What is wrong, by schema and by rule; a message with errors can still be read.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    public bool IsValid => !Findings.Any(f => f.Severity == Severity.Error);

    /// <summary>The Document element and all below it.</summary>
    public MxElement Root => _document.Root;

    /// <summary>The business application header, where one came along (head.001.001.02).</summary>
    public MxElement? Header => _document.Header;

    /// <summary>GrpHdr/MsgId.</summary>
    public string? MessageId => Root.ValueAt("FIToFICstmrCdtTrf/GrpHdr/MsgId");

    /// <summary>GrpHdr/CreDtTm as written.</summary>
    public string? CreatedAt => Root.ValueAt("FIToFICstmrCdtTrf/GrpHdr/CreDtTm");

    /// <summary>GrpHdr/SttlmInf/SttlmMtd: INDA, INGA, COVE or CLRG.</summary>
    public string? SettlementMethod => Root.ValueAt("FIToFICstmrCdtTrf/GrpHdr/SttlmInf/SttlmMtd");

    public IReadOnlyList<Pacs008Transaction> Transactions { get; }

    /// <summary>The bytes as they came.</summary>
    public ReadOnlyMemory<byte> Source => _document.Source;

    /// <param name="source">One document in UTF-8, or UTF-16 with a byte order mark. The memory is kept.</param>
    /// <param name="message">The message; look at its findings.</param>
    /// <param name="error">Why the bytes are no such message.</param>
    public static bool TryParse(ReadOnlyMemory<byte> source, out Pacs008 message, out ParseError error)
    {
        message = null!;
        if (!MxDocument.TryRead(source, MessageType, out MxDocument document, out error)) return false;

        DiagnosticList findings = new();
        findings.AddRange(document.Findings);
        Pacs008Rules.Check(document.Root, findings);
        message = new Pacs008(document, findings.Found);
        return true;
    }

    /// <exception cref="MessageFormatException">The bytes are no such message.</exception>
    public static Pacs008 Parse(ReadOnlyMemory<byte> source) =>
        TryParse(source, out Pacs008 message, out ParseError error) ? message : throw new MessageFormatException(error);

    public void WriteTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(Source.Span);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{MessageType} with {Transactions.Count} transactions");
}

/// <summary>One CdtTrfTxInf of a <see cref="Pacs008"/>.</summary>
public sealed class Pacs008Transaction
{
    internal Pacs008Transaction(MxElement element)
    {
        Element = element;
        if (element.Find("IntrBkSttlmAmt") is { Value: { } amount, Currency: { } currency }
            && Money.TryParse(amount.Trim(), currency, out Money money))
        {
            Amount = money;
        }
    }

    public MxElement Element { get; }

    public string? InstructionId => Element.ValueAt("PmtId/InstrId");

    public string? EndToEndId => Element.ValueAt("PmtId/EndToEndId");

    public string? Uetr => Element.ValueAt("PmtId/UETR");

    /// <summary>IntrBkSttlmAmt; null where it is not an amount of a known currency.</summary>
    public Money? Amount { get; }

    /// <summary>IntrBkSttlmDt as written.</summary>
    public string? SettlementDate => Element.ValueAt("IntrBkSttlmDt");

    public string? ChargeBearer => Element.ValueAt("ChrgBr");

    public string? DebtorName => Element.ValueAt("Dbtr/Nm");

    public string? DebtorIban => Element.ValueAt("DbtrAcct/Id/IBAN");

    public string? DebtorAgent => Element.ValueAt("DbtrAgt/FinInstnId/BICFI");

    public string? CreditorAgent => Element.ValueAt("CdtrAgt/FinInstnId/BICFI");

    public string? CreditorName => Element.ValueAt("Cdtr/Nm");

    public string? CreditorIban => Element.ValueAt("CdtrAcct/Id/IBAN");

    /// <summary>The end-to-end reference only: the rest is personal.</summary>
    public override string ToString() => $"transaction {EndToEndId}";
}
