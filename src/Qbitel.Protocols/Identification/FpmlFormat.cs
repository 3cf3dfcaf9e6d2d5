using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;

namespace Qbitel.Protocols.Identification;

/// <summary>FpML in XML: proved by a namespace of FpML and a text that is well-formed to its end.</summary>
internal sealed class FpmlFormat : MessageFormat
{
    // How far into an envelope the document may be for bytes to claim to be one.
    private const int ClaimWindow = 8 * 1024;

    public override string Name => "fpml";

    public override ReadOnlySpan<byte> Anchor => "<"u8;

    public override bool Claims(ReadOnlySpan<byte> bytes) =>
        XmlFrames.Window(bytes, ClaimWindow).IndexOf("http://www.fpml.org/"u8) > 0;

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (!Claims(bytes) || TryReadMessage(bytes, out int consumed, out _) != FrameStatus.Complete) return null;
        if (!FpmlDocument.TryParse(bytes[..consumed], out FpmlDocument document, out _)) return null;

        // The namespace is the proof, for nothing else carries it.
        return new IdentifiedMessage(Name, document.Version, document.MessageType, consumed,
            IdentifiedMessage.ConfidenceOf(8 * document.Root.Namespace.Length));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        FrameStatus status = XmlFrames.TryRead(stream, out consumed, out error);
        if (error is not null) error = FpmlInput.Renamed(error);
        return status;
    }

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => FpmlSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => FpmlSettings.Build(type, settings, now, wrong);

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        if (!FpmlDocument.TryParse(bytes, out FpmlDocument document, out ParseError error)) return Unreadable(error);

        IEnumerable<Diagnostic> findings = options.Mode switch
        {
            ParseMode.Strict => document.Findings.Select(finding =>
                finding.Severity == Severity.Warning ? finding with { Severity = Severity.Error } : finding),
            _ => document.Findings,
        };
        return new ParseReport(Name, document.Version, document.MessageType, [.. findings],
            FpmlReport.Summary(document), FpmlReport.Fields(document, options.FieldLimit));
    }
}
