using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.FedNow;

/// <summary>
/// The envelope of the service: FedNowIncoming or FedNowOutgoing, a message element, and an element named for the
/// business, which holds header and document.
/// </summary>
internal static class FedNowWrapper
{
    private const string Namespace = "urn:fednow:";

    // The names that published messages show, and what each holds; any other name is not judged.
    private static readonly Dictionary<string, string> Held = new(StringComparer.Ordinal)
    {
        ["FedNowCustomerCreditTransfer"] = "pacs.008",
        ["FedNowPaymentStatus"] = "pacs.002",
        ["FedNowPaymentReturn"] = "pacs.004",
        ["FedNowPaymentStatusRequest"] = "pacs.028",
        ["FedNowRequestForPayment"] = "pain.013",
        ["FedNowRequestForPaymentResponse"] = "pain.014",
        ["FedNowReturnRequest"] = "camt.056",
        ["FedNowReturnRequestResponse"] = "camt.029",
        ["FedNowMessageReject"] = "admi.002",
        ["FedNowParticipantBroadcast"] = "admi.004",
        ["FedNowParticipantFile"] = "admi.998",
    };

    /// <summary>Reads a message and judges the envelope around it, where there is one.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> source, ParseOptions options, out ProfiledMessage message,
        out ParseError error)
    {
        if (!ProfiledMessage.TryRead(source, MxProfile.Find("fednow-2022"), options, out message, out error))
            return false;
        if (Fault(message) is { } fault) message = message with { Findings = [.. message.Findings, fault] };
        return true;
    }

    private static Diagnostic? Fault(ProfiledMessage message)
    {
        MxText text = message.Document.Text;
        int business = text.Nodes[message.Document.RootNode].Parent;
        int envelope = business;
        while (envelope >= 0 && text.Nodes[envelope].Parent >= 0) envelope = text.Nodes[envelope].Parent;
        if (envelope < 0 || !text.NamespaceOf(envelope).StartsWith(Namespace, StringComparison.Ordinal)) return null;

        ReadOnlySpan<byte> direction = text.Name(envelope);
        bool isKnown = direction.SequenceEqual("FedNowIncoming"u8) || direction.SequenceEqual("FedNowOutgoing"u8);
        int inside = text.Nodes[business].Parent;
        if (!isKnown || inside < 0 || text.Nodes[inside].Parent != envelope
            || !text.Name(inside).SequenceEqual([.. direction, .. "Message"u8]))
        {
            return At(text, envelope, "the envelope is not built as the service builds it",
                "FedNowIncoming or FedNowOutgoing, its message element and one business element");
        }

        if (text.NextSibling(inside) >= 0 || text.NextSibling(business) >= 0)
            return At(text, envelope, "the envelope holds more than one business message", "one business message");
        if (message.Header is null)
            return At(text, business, "a message in the envelope has its header", "an AppHdr before the Document");

        string name = text.NameText(business);
        return Held.TryGetValue(name, out string? family) && message.MessageType is { } type
            && !type.StartsWith(family + ".", StringComparison.Ordinal)
            ? At(text, business, "the envelope is named for another message", $"a {family}") with { Actual = type }
            : null;
    }

    private static Diagnostic At(MxText text, int node, string message, string expected)
    {
        TextPosition position = TextPosition.Of(text.Span, text.Nodes[node].Start);
        return new Diagnostic("FedNow.Wrapper", Severity.Error, message)
        {
            Offset = text.Nodes[node].Start,
            Line = position.Line,
            Column = position.Column,
            Path = text.Path(node, 0),
            Field = text.NameText(node),
            Expected = expected,
            Actual = text.NameText(node),
        };
    }
}
