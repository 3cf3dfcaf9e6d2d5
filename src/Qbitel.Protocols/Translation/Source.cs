using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Xml;
using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Loss;

namespace Qbitel.Protocols.Translation;

/// <summary>A message that may be translated: read, valid, and entered in the ledger.</summary>
internal sealed record Source(string Type)
{
    public MtSource? Mt { get; private init; }

    public MxSource? Mx { get; private init; }

    public FaimSource? Faim { get; private init; }

    /// <summary>Reads the only message of some bytes; null where it is none, or breaks a rule.</summary>
    public static Source? Read(ReadOnlySpan<byte> bytes, Ledger ledger, out ParseError error)
    {
        ParseReport report = MessageParser.Parse(bytes);
        if (report.Errors.FirstOrDefault() is { } fault)
        {
            error = new ParseError(fault);
            return null;
        }

        switch (report.Protocol)
        {
            case "swift-mt":
                if (Message(bytes, out error) is not { } message) return null;
                return new Source("MT" + message.MessageType) { Mt = new MtSource(message, ledger) };
            case "iso20022" or "fedwire-iso20022" or "fednow":
                return One(bytes.ToArray(), out error) is { Type: { } type } document
                    ? new Source(type) { Mx = new MxSource(document.Root, document.Header, ledger) } : null;
            case "fedwire-faim":
                if (!FaimMessage.TryParse(bytes, out FaimMessage faim, out error)) return null;
                if (faim.Imad is null || faim.Amount is null)
                {
                    error = new ParseError(new Diagnostic("Faim.Value", Severity.Error,
                        "the accountability data or the amount does not have its form")
                    { Offset = 0 });
                    return null;
                }

                return new Source("FAIM " + faim.BusinessFunction) { Faim = new FaimSource(faim, ledger) };
            default:
                error = new ParseError(new Diagnostic("Translation.Unsupported", Severity.Error,
                    "messages of this protocol are not translated")
                {
                    Offset = 0,
                    Expected = "swift-mt, iso20022 or fedwire-faim",
                    Actual = report.Protocol,
                });
                return null;
        }
    }

    /// <summary>The first place where a document is not as the schema of its type has it.</summary>
    public static Diagnostic? FaultOf(byte[] document) =>
        One(document, out ParseError error) is { } read ? read.Findings.FirstError() : error.Diagnostic;

    private static SwiftMessage? Message(ReadOnlySpan<byte> bytes, out ParseError error)
    {
        if (!SwiftXml.Claims(bytes))
            return SwiftMessage.TryParse(bytes, out SwiftMessage message, out error) ? message : null;

        if (SwiftXml.Read(bytes.ToArray(), out error) is not { } xml) return null;
        if (xml.Messages is [{ Message: { } only }]) return only;
        error = Several("one message", xml.Messages.Count);
        return null;
    }

    private static ParseError Several(string expected, int count) => new(new Diagnostic(
        "Translation.SeveralMessages", Severity.Error, "one message is translated at a time")
    {
        Offset = 0,
        Expected = expected,
        Actual = $"{count}",
    });

    private static MxDocument? One(byte[] bytes, out ParseError error)
    {
        if (!MxInput.TryRead(bytes, out MxInput input, out error)) return null;
        if (input.Documents is [{ Type: not null } document]) return document;
        error = Several("one document of a known type", input.Documents.Count);
        return null;
    }
}
