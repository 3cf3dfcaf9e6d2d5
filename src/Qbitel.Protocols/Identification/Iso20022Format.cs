using System.Text;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// ISO 20022 in XML: proved by a namespace of the standard, or a Document that holds what only its messages hold, and a
/// text that is well-formed to its end.
/// </summary>
internal sealed class Iso20022Format : MessageFormat
{
    // How far into an envelope the document may be for bytes to claim to be such a message.
    private const int ClaimWindow = 8 * 1024;

    // Deviations every reader puts up with, and what they are called.
    private static readonly string[] Tolerated = ["Mx.NoNamespace", "Mx.Namespace", "Mx.HeaderMessage"];

    public override string Name => "iso20022";

    public override ReadOnlySpan<byte> Anchor => "<"u8;

    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> window = XmlFrames.Window(bytes, ClaimWindow);
        if (window.IsEmpty) return false;
        return window.IndexOf("urn:iso:std:iso:20022:"u8) > 0 || HoldsMessage(window);
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (!Claims(bytes) || TryReadMessage(bytes, out int consumed, out _) != FrameStatus.Complete) return null;
        if (!MxInput.TryRead(bytes[..consumed].ToArray(), out MxInput input, out _)) return null;

        MxDocument first = input.Documents[0];
        if (input.Error is not null || first.Type is not { } type) return null;

        // The namespace is the proof, for nothing else carries it; without it, the names it must have instead.
        bool isNamed = first.Root.Namespace.StartsWith(MxSchema.NamespacePrefix, StringComparison.Ordinal);
        int proof = isNamed ? MxSchema.NamespacePrefix.Length
            : first.Root.Name.Length + (first.Root.Children is [var message, ..] ? message.Name.Length : 0);
        return new IdentifiedMessage(Name, Version(type), type, consumed, IdentifiedMessage.ConfidenceOf(8 * proof));
    }

    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error) =>
        XmlFrames.TryRead(stream, out consumed, out error);

    public override IReadOnlyList<MessageProfile> Profiles => MxProfile.Known;

    public override bool CanBuild => true;

    public override IReadOnlyList<MessageSlot> Slots(string type) => MxSettings.Slots(type);

    public override byte[]? Build(string type, IReadOnlyList<MessageSetting> settings, DateTimeOffset now,
        List<Diagnostic> wrong) => MxSettings.Build(type, settings, wrong);

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options)
    {
        if (bytes.IsEmpty) return Unreadable(Empty);
        if (!MxInput.TryRead(bytes.ToArray(), out MxInput input, out ParseError error)) return Unreadable(error);

        List<Diagnostic> findings = [];
        List<ReportField> fields = [];
        for (int i = 0; i < input.Documents.Count; i++)
        {
            foreach (Diagnostic finding in Judged(input.Documents[i], options))
            {
                Diagnostic judged = options.Mode == ParseMode.Strict && Tolerated.Contains(finding.Code)
                    ? finding with { Severity = Severity.Error } : finding;
                findings.Add(input.Documents.Count == 1 ? judged : judged with { Record = i + 1 });
            }

            MxReport.AddFields(input.Documents[i], fields, options.FieldLimit);
        }

        if (input.Error is not null) findings.Add(input.Error.Diagnostic);
        MxDocument first = input.Documents[0];
        List<KeyValuePair<string, string>> summary = MxReport.Summary(first);
        if (input.Documents.Count > 1)
        {
            summary.Insert(0, new("messages",
                input.Documents.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        string? version = first.Type is { } type ? Version(type) : null;
        return new ParseReport(Name, version, first.Type, findings, summary, fields);
    }

    // By schema and definition, and by the pack that was asked for.
    private static IEnumerable<Diagnostic> Judged(MxDocument document, ParseOptions options) =>
        options.Profile is { } name && document.Type is { } type
            ? document.Findings.Concat(MxProfile.Find(name).Check(type, document.Root, document.Header, options))
            : document.Findings;

    private static string Version(string type) => type[(type.LastIndexOf('.') + 1)..];

    // A Document whose first element is that of a message.
    private static bool HoldsMessage(ReadOnlySpan<byte> window)
    {
        int document = window.IndexOf("Document"u8);
        if (document < 1 || window[document - 1] is not ((byte)'<' or (byte)':')) return false;

        ReadOnlySpan<byte> rest = window[document..];
        int open = rest.IndexOf((byte)'<');
        if (open < 0) return false;

        rest = rest[(open + 1)..];
        int length = MxCharacters.NameLength(rest);
        if (length < rest.Length && rest[length] == ':')
        {
            rest = rest[(length + 1)..];
            length = MxCharacters.NameLength(rest);
        }

        return length is > 0 and < MxLimits.Name
            && MxSchema.WithElement(Encoding.UTF8.GetString(rest[..length])).Any();
    }
}
