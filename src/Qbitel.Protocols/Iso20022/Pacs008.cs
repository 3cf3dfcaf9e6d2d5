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
    private IReadOnlyList<Pacs008Transaction>? _transactions;

    private Pacs008(ReadOnlyMemory<byte> source, MxDocument document)
    {
        _document = document;
        Source = source;
    }

    /// <summary>What is wrong, by schema and by rule; a message with errors can still be read.</summary>
    public IReadOnlyList<Diagnostic> Findings => _document.Findings;

    public bool IsValid => !Findings.Any(f => f.Severity == Severity.Error);

    /// <summary>The Document element and all below it.</summary>
    public MxElement Root => _document.Root;

    /// <summary>The business application header, where one came along.</summary>
    public MxElement? Header => _document.Header;

    /// <summary>GrpHdr/MsgId.</summary>
    public string? MessageId => Root.ValueAt("FIToFICstmrCdtTrf/GrpHdr/MsgId");

    /// <summary>GrpHdr/CreDtTm as written.</summary>
    public string? CreatedAt => Root.ValueAt("FIToFICstmrCdtTrf/GrpHdr/CreDtTm");

    /// <summary>GrpHdr/SttlmInf/SttlmMtd: INDA, INGA, COVE or CLRG.</summary>
    public string? SettlementMethod => Root.ValueAt("FIToFICstmrCdtTrf/GrpHdr/SttlmInf/SttlmMtd");

    public IReadOnlyList<Pacs008Transaction> Transactions => _transactions ??=
        [.. Root.Find("FIToFICstmrCdtTrf")?.Children.Where(child => child.Name == "CdtTrfTxInf")
            .Select(child => new Pacs008Transaction(child)) ?? []];

    /// <summary>The bytes as they came.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <param name="source">
    /// UTF-8, or UTF-16 with a byte order mark, with such a document: alone, with its header beside it, or inside an
    /// envelope. The memory is kept.
    /// </param>
    /// <param name="message">The message; look at its findings.</param>
    /// <param name="error">Why the bytes are no such message.</param>
    public static bool TryParse(ReadOnlyMemory<byte> source, out Pacs008 message, out ParseError error)
    {
        message = null!;
        if (!MxInput.TryRead(source, out MxInput input, out error)) return false;
        if (input.Error is not null)
        {
            error = input.Error;
            return false;
        }

        MxDocument? document = null;
        foreach (MxDocument each in input.Documents) document ??= each.Type == MessageType ? each : null;
        if (document is null)
        {
            error = new ParseError(new Diagnostic("Mx.NotThisMessage", Severity.Error,
                "there is no such message in the text")
            {
                Offset = 0,
                Path = "/",
                Expected = MessageType,
                Actual = input.Documents[0].Type ?? "another",
            });
            return false;
        }

        message = new Pacs008(source, document);
        return true;
    }

    /// <exception cref="MessageFormatException">The bytes are no such message.</exception>
    public static Pacs008 Parse(ReadOnlyMemory<byte> source) =>
        TryParse(source, out Pacs008 message, out ParseError error) ? message : throw new MessageFormatException(error);

    /// <summary>The bytes with the value of one element replaced; every other byte stays.</summary>
    /// <param name="path">
    /// Below the Document, repetitions counted from 1, such as <c>FIToFICstmrCdtTrf/CdtTrfTxInf[2]/PmtId/UETR</c>.
    /// </param>
    /// <param name="value">The text.</param>
    /// <exception cref="ArgumentException">There is no such element, or it holds others.</exception>
    public byte[] With(string path, string value) => _document.With(path, value);

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
