using System.Buffers;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Protocols.Iso20022.Rails;

/// <summary>A message of a payment service in ISO 20022: its header, its document, and its bytes.</summary>
/// <remarks>Immutable. An untouched message writes itself back byte for byte. It prints no personal data.</remarks>
public abstract class RailMessage
{
    private readonly ProfiledMessage _message;

    private protected RailMessage(ProfiledMessage message) => _message = message;

    /// <summary>Such as <c>pacs.008.001.08</c>; empty where nothing tells it.</summary>
    public string MessageType => _message.MessageType ?? "";

    public MxElement? Header => _message.Header;

    /// <summary>The Document element and all below it.</summary>
    public MxElement Root => _message.Root;

    /// <summary>What is wrong, by schema and by the rules of the service.</summary>
    public IReadOnlyList<Diagnostic> Findings => _message.Findings;

    public bool IsValid => Findings.FirstError() is null;

    /// <summary>GrpHdr/MsgId or Assgnmt/Id, and where there is neither, the header's.</summary>
    public string? MessageId => _message.Body?.ValueAt("GrpHdr/MsgId") ?? _message.Body?.ValueAt("Assgnmt/Id")
        ?? _message.Header?.ValueAt("BizMsgIdr");

    public Uetr? Uetr => Identifiers.Uetr.TryParse(Transfer?.ValueAt("PmtId/UETR")
        ?? Transfer?.ValueAt("OrgnlUETR"), out Uetr uetr) ? uetr : null;

    /// <summary>What is settled or returned.</summary>
    public Money? Amount => (Transfer?.Find("IntrBkSttlmAmt") ?? Transfer?.Find("RtrdIntrBkSttlmAmt"))
        is { Value: { } amount, Currency: { } currency } && Money.TryParse(amount.Trim(), currency, out Money money)
        ? money : null;

    private MxElement? Transfer => _message.Body?.Find("CdtTrfTxInf") ?? _message.Body?.Find("TxInf")
        ?? _message.Body?.Find("TxInfAndSts");

    /// <summary>What a later message says of this payment.</summary>
    /// <exception cref="ArgumentException">It is no payment.</exception>
    public OriginalPayment AsOriginal() => OriginalPayment.Of(MessageType, Root);

    /// <summary>The bytes to sign and send, in UTF-8.</summary>
    public byte[] ToWireFormat() => _message.Source.ToArray();

    public void WriteTo(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(_message.Source.Span);
    }

    public override string ToString() => $"{MessageType} {MessageId}";
}
