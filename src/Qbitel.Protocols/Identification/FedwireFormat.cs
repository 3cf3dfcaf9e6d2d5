using System.Text;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// The Fedwire Funds Service in ISO 20022: proved by its clearing system, its market practice, its wrapper or schema,
/// or an IMAD among its identifiers.
/// </summary>
internal sealed class FedwireFormat : RailFormat
{
    public override string Name => "fedwire-iso20022";

    protected override MxProfile Profile => MxProfile.Find("fedwire-2025");

    protected override bool HasMark(ReadOnlySpan<byte> text) =>
        text.IndexOf(">FDW<"u8) >= 0 || text.IndexOf("frb.fedwire."u8) >= 0 || text.IndexOf("urn:fedwirefunds:"u8) >= 0
        || SchemaNames(text, "Fedwire"u8) || (text.IndexOf(">USABA<"u8) >= 0 && RailEvidence.HasImad(text));

    protected override double EvidenceOf(ProfiledMessage message, ReadOnlySpan<byte> text)
    {
        double bits = 0;
        if (message.Body?.ValueAt("GrpHdr/SttlmInf/ClrSys/Cd") is { } system)
        {
            if (system != "FDW") return 0; // another service's, whatever else is in it
            bits += 24;
        }

        if (message.Header?.ValueAt("MktPrctc/Id") is { } practice)
        {
            if (practice.StartsWith("frb.fednow.", StringComparison.Ordinal)) return 0;
            if (practice.StartsWith("frb.fedwire.", StringComparison.Ordinal)) bits += 88;
        }

        if (text.IndexOf("urn:fedwirefunds:"u8) >= 0) bits += 136;
        if (SchemaNames(text, "Fedwire"u8)) bits += 56;
        return bits + (message.Body is { } body && HasOurIdentifier(body, text) ? 60 : 0);
    }

    // A day, eight characters and a number may be anyone's identifier: beside routing numbers, and in a payment beside
    // the service's local instruments, it is an IMAD.
    private static bool HasOurIdentifier(MxElement body, ReadOnlySpan<byte> text)
    {
        if (text.IndexOf(">USABA<"u8) < 0) return false;

        bool isPayment = body.Find("GrpHdr/SttlmInf") is not null;
        string? instrument = body.ValueAt("CdtTrfTxInf/PmtTpInf/LclInstrm/Prtry")
            ?? body.ValueAt("TxInf/OrgnlTxRef/PmtTpInf/LclInstrm/Prtry");
        bool isOurs = instrument is "CTRC" or "CTRD" or "CTRS" or "BTRC" or "BTRD" or "BTRS" or "COVC" or "COVS";
        if (isPayment && !isOurs) return false;
        return RailEvidence.Identifiers(body).Any(id => RailEvidence.IsImad(Encoding.UTF8.GetBytes(id)));
    }
}
