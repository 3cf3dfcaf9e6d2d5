using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// A payment service on top of ISO 20022: its framing is that of the standard, its rules are a pack's, and a message is
/// its own only by something the service alone writes.
/// </summary>
internal abstract class RailFormat : MessageFormat
{
    protected static readonly Iso20022Format Standard = new();

    // What the standard's namespace proves, before anything of the service's own.
    private const double NamespaceBits = 240;

    /// <summary>The pack of messages that name none.</summary>
    protected abstract MxProfile Profile { get; }

    public override ReadOnlySpan<byte> Anchor => Standard.Anchor;

    /// <summary>Its own, and those of other rails for who wants to know whether they would take the message.</summary>
    public override IReadOnlyList<MessageProfile> Profiles => MxProfile.Known;

    public override bool Claims(ReadOnlySpan<byte> bytes) =>
        Standard.Claims(bytes) && HasMark(bytes[..Math.Min(bytes.Length, RailEvidence.Window)]);

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (!Claims(bytes) || TryReadMessage(bytes, out int consumed, out _) != FrameStatus.Complete) return null;

        byte[] source = bytes[..consumed].ToArray();
        if (!ProfiledMessage.TryRead(source, Profile, ParseOptions.Default, out ProfiledMessage message, out _))
            return null;
        double bits = EvidenceOf(message, source);
        return bits <= 0 ? null : new IdentifiedMessage(Name, Profile.Name, message.MessageType, consumed,
            IdentifiedMessage.ConfidenceOf(NamespaceBits + bits));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error) =>
        Standard.TryReadMessage(stream, out consumed, out error);

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        return TryRead(bytes.ToArray(), options, out ProfiledMessage message, out ParseError error)
            ? new ParseReport(Name, PackOf(options).Name, message.MessageType, message.Findings, Summarise(message),
                FieldsOf(message, options)) : Unreadable(error);
    }

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => Standard.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => Standard.Build(type, settings, now, wrong);

    /// <summary>Reads a message by the rules of the service.</summary>
    protected virtual bool TryRead(byte[] bytes, ParseOptions options, out ProfiledMessage message,
        out ParseError error) => ProfiledMessage.TryRead(bytes, PackOf(options), options, out message, out error);

    protected MxProfile PackOf(ParseOptions options) => options.Profile is { } name ? MxProfile.Find(name) : Profile;

    /// <summary>Whether the text has something of the service's in it; a glance before it is read.</summary>
    protected abstract bool HasMark(ReadOnlySpan<byte> text);

    /// <summary>How many bits of the message only this service would write so; none where it may be anyone's.</summary>
    protected abstract double EvidenceOf(ProfiledMessage message, ReadOnlySpan<byte> text);

    /// <summary>Whether the schema's file, which the published messages name, is the service's.</summary>
    protected static bool SchemaNames(ReadOnlySpan<byte> text, ReadOnlySpan<byte> service)
    {
        int at = text.IndexOf("schemaLocation="u8);
        if (at < 0 || at + 16 >= text.Length) return false;

        ReadOnlySpan<byte> value = text[(at + 16)..];
        int end = value.IndexOf(text[at + 15]);
        return end > 0 && value[..end].IndexOf(service) >= 0;
    }

    protected static List<ReportField> FieldsOf(ProfiledMessage message, ParseOptions options)
    {
        List<ReportField> fields = [];
        MxReport.AddFields(message.Document, fields, options.FieldLimit);
        return fields;
    }

    // What is asked of any message, and then of one between banks with routing numbers.
    protected static List<KeyValuePair<string, string>> Summarise(ProfiledMessage message)
    {
        List<KeyValuePair<string, string>> summary = [];
        Add("messageType", message.MessageType);
        summary.AddRange(MxReport.Summary(message.Document));
        MxElement? body = message.Body;
        Add("sender", message.Header?.ValueAt("Fr/FIId/FinInstnId/ClrSysMmbId/MmbId"));
        Add("receiver", message.Header?.ValueAt("To/FIId/FinInstnId/ClrSysMmbId/MmbId"));
        Add("event", body?.ValueAt("EvtInf/EvtCd"));
        MxElement? transfer = body?.Find("CdtTrfTxInf") ?? body?.Find("TxInfAndSts") ?? body?.Find("TxInf")
            ?? body?.Find("PmtInf/CdtTrfTx");
        Add("localInstrument", transfer?.ValueAt("PmtTpInf/LclInstrm/Prtry"));
        Add("instructionId", transfer?.ValueAt("PmtId/InstrId") ?? transfer?.ValueAt("OrgnlInstrId"));
        Add("instructingAgent", transfer?.ValueAt("InstgAgt/FinInstnId/ClrSysMmbId/MmbId")
            ?? body?.ValueAt("Assgnmt/Assgnr/Agt/FinInstnId/ClrSysMmbId/MmbId"));
        Add("instructedAgent", transfer?.ValueAt("InstdAgt/FinInstnId/ClrSysMmbId/MmbId")
            ?? body?.ValueAt("Assgnmt/Assgne/Agt/FinInstnId/ClrSysMmbId/MmbId"));
        return summary;

        void Add(string name, string? value)
        {
            if (value is not null) summary.Add(new(name, Redaction.None.Mask(value)));
        }
    }
}
