using System.Globalization;
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
        const string Header = "FIToFICstmrCdtTrf/GrpHdr/", Transfer = "FIToFICstmrCdtTrf/CdtTrfTxInf/";
        return new MxDraft(Pacs008.MessageType)
            .Set(Header + "MsgId", MessageId)
            .Set(Header + "CreDtTm", CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture))
            .Set(Header + "NbOfTxs", "1")
            .Set(Header + "SttlmInf/SttlmMtd", "INDA")
            .Set(Transfer + "PmtId/InstrId", InstructionId)
            .Set(Transfer + "PmtId/EndToEndId", EndToEndId)
            .Set(Transfer + "PmtId/UETR", Uetr.Value)
            .Set(Transfer + "IntrBkSttlmAmt", Amount)
            .Set(Transfer + "IntrBkSttlmDt", SettlementDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            .Set(Transfer + "ChrgBr", ChargeBearer)
            .Set(Transfer + "Dbtr/Nm", DebtorName)
            .Set(Transfer + "DbtrAcct/Id/IBAN", DebtorIban.Value)
            .Set(Transfer + "DbtrAgt/FinInstnId/BICFI", DebtorAgent.Code)
            .Set(Transfer + "CdtrAgt/FinInstnId/BICFI", CreditorAgent.Code)
            .Set(Transfer + "Cdtr/Nm", CreditorName)
            .Set(Transfer + "CdtrAcct/Id/IBAN", CreditorIban.Value)
            .Set(Transfer + "RmtInf/Ustrd", Remittance)
            .ToBytes();
    }
}
