using System.Text;
using Qbitel.Protocols.FedNow;
using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// The FedNow Service: proved by its wrapper, its clearing system, its market practice or schema, or an identifier of
/// its form beside routing numbers. Messages of RTP, its sibling, are read here too, as far as their schema goes.
/// </summary>
internal sealed class FedNowFormat : RailFormat
{
    private const string Rtp = "rtp";

    public override string Name => "fednow";

    protected override MxProfile Profile => MxProfile.Find("fednow-2022");

    public override bool Claims(ReadOnlySpan<byte> bytes) => RtpEnvelope.IsOne(bytes) || base.Claims(bytes)
        || (IsWrapped(bytes[..Math.Min(bytes.Length, RailEvidence.Window)]) && Standard.Claims(bytes));

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (!RtpEnvelope.IsOne(bytes)) return base.Identify(bytes);
        if (TryReadMessage(bytes, out int consumed, out _) != FrameStatus.Complete) return null;
        if (RtpEnvelope.TryOpen(bytes[..consumed]) is not { } opened) return null;

        return new IdentifiedMessage(Name, Rtp, opened.MessageType, consumed, IdentifiedMessage.ConfidenceOf(100));
    }

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options) =>
        RtpEnvelope.IsOne(bytes) && RtpEnvelope.TryOpen(bytes) is { } opened ? ParseRtp(opened, options)
            : base.Parse(bytes, options);

    protected override bool TryRead(byte[] bytes, ParseOptions options, out ProfiledMessage message,
        out ParseError error) => PackOf(options) == Profile
        ? FedNowWrapper.TryRead(bytes, options, out message, out error)
        : base.TryRead(bytes, options, out message, out error);

    protected override bool HasMark(ReadOnlySpan<byte> text) =>
        IsWrapped(text) || text.IndexOf(">FDN<"u8) >= 0 || text.IndexOf("frb.fednow."u8) >= 0
        || SchemaNames(text, "FedNow"u8)
        || RailEvidence.HasFedNowsOwnId(text)
        || (text.IndexOf(">USABA<"u8) >= 0 && RailEvidence.HasFedNowId(text));

    protected override double EvidenceOf(ProfiledMessage message, ReadOnlySpan<byte> text)
    {
        double bits = IsWrapped(text) ? 150 : 0;
        if (message.Body?.ValueAt("GrpHdr/SttlmInf/ClrSys/Cd") is { } system)
        {
            if (system != "FDN") return 0; // another service's, whatever else is in it
            bits += 24;
        }

        if (message.Header?.ValueAt("MktPrctc/Id") is { } practice)
        {
            if (practice.StartsWith("frb.fedwire.", StringComparison.Ordinal)) return 0;
            if (practice.StartsWith("frb.fednow.", StringComparison.Ordinal)) bits += 80;
        }

        if (SchemaNames(text, "Fedwire"u8)) return 0;
        if (SchemaNames(text, "FedNow"u8)) bits += 48;
        if (RailEvidence.HasFedNowsOwnId(text)) bits += 40;
        if (text.IndexOf(">USABA<"u8) >= 0 && message.Body is { } body && RailEvidence.Identifiers(body)
            .Any(id => RailEvidence.IsFedNowId(Encoding.UTF8.GetBytes(id))))
        {
            bits += 40;
        }

        return bits;
    }

    private static bool IsWrapped(ReadOnlySpan<byte> text) =>
        text.IndexOf("\"urn:fednow:"u8) >= 0 || text.IndexOf("'urn:fednow:"u8) >= 0;

    // The rules of RTP are not ours to know: the schema's are applied, and what is beyond them is said.
    private ParseReport ParseRtp(RtpEnvelope opened, ParseOptions options)
    {
        if (!ProfiledMessage.TryRead(opened.Text, null, options, out ProfiledMessage message, out ParseError error))
            return Unreadable(error);

        DiagnosticList findings = new();
        findings.Add(new Diagnostic("FedNow.Rtp", Severity.Info,
            "this is a message of RTP: it was judged by its schema, not by rules of the service")
        {
            Path = "/",
            Expected = "FedNow",
            Actual = "RTP",
        });
        if (opened.HeaderIsEmpty)
        {
            findings.Add(new Diagnostic("FedNow.EmptyHeader",
                options.Mode == ParseMode.Strict ? Severity.Error : Severity.Warning, "the header has nothing in it")
            {
                Path = "/AppHdr",
                Expected = "sender, receiver and identifiers",
                Actual = "nothing",
            });
        }

        findings.AddRange(message.Findings);
        return new ParseReport(Name, Rtp, message.MessageType, findings.Found, Summarise(message),
            [.. FieldsOf(message, options).Select(opened.Place)]);
    }
}
