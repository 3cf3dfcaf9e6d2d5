using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation;

/// <summary>A message in another format, and the account of what became of every value.</summary>
public sealed class TranslatedMessage
{
    internal TranslatedMessage(ReadOnlyMemory<byte> document, ReadOnlyMemory<byte>? header, LossReport report,
        string protocol, IReadOnlyList<Diagnostic> findings)
    {
        Document = document;
        Header = header;
        Report = report;
        Protocol = protocol;
        Findings = findings;
    }

    /// <summary>The canonical name of the target's protocol: <c>iso20022</c> or <c>swift-mt</c>.</summary>
    public string Protocol { get; }

    /// <summary>The type that was read, such as <c>MT103</c>.</summary>
    public string SourceType => Report.SourceType;

    /// <summary>The type that was written, such as <c>pacs.008.001.08</c>.</summary>
    public string TargetType => Report.TargetType;

    /// <summary>The message alone: the Document of ISO 20022, or the whole FIN message.</summary>
    public ReadOnlyMemory<byte> Document { get; }

    /// <summary>The business application header (head.001.001.02), where the source tells enough for one.</summary>
    public ReadOnlyMemory<byte>? Header { get; }

    public LossReport Report { get; }

    /// <summary>What our own reading of the result finds; it has no error, or there would be no result.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>The message as a file holds it: header and document in one envelope where there is a header.</summary>
    public byte[] ToBytes()
    {
        if (Header is not { } header) return Document.ToArray();
        return Envelope(header.Span, Document.Span);
    }

    internal static byte[] Envelope(ReadOnlySpan<byte> header, ReadOnlySpan<byte> document) =>
        [.. "<RequestPayload>\n"u8, .. header, .. "\n"u8, .. document, .. "\n</RequestPayload>\n"u8];

    /// <summary>Types only: the message is personal.</summary>
    public override string ToString() => $"{SourceType} as {TargetType}";
}
