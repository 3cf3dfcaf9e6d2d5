using System.Globalization;
using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>Who sent a message when, and which conversation it is a part of.</summary>
/// <param name="MessageId">Null where the document is no message.</param>
/// <param name="InReplyTo">The message it answers.</param>
/// <param name="SentBy">The address of the sender.</param>
/// <param name="SendTo">The addresses it goes to.</param>
/// <param name="Created">As it is written; see <see cref="CreatedAt"/>.</param>
/// <param name="IsCorrection">Whether it corrects an earlier message of the conversation; null where it cannot.</param>
/// <param name="CorrelationId">What all messages of the conversation have in common.</param>
/// <param name="ParentCorrelationId">Of the conversation it came out of.</param>
/// <param name="SequenceNumber">Which message of the conversation it is.</param>
/// <param name="OnBehalfOf">The reference to the party it is sent for.</param>
public sealed record FpmlHeader(string? MessageId, string? InReplyTo, string? SentBy, IReadOnlyList<string> SendTo,
    string? Created, bool? IsCorrection, string? CorrelationId, string? ParentCorrelationId, long? SequenceNumber,
    string? OnBehalfOf)
{
    /// <summary>Null where there is none, or it names no time zone.</summary>
    public DateTimeOffset? CreatedAt =>
        Created is { Length: > 10 } text && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at)
            ? at : null;

    internal static FpmlHeader? Of(FpmlElement root)
    {
        if (root.Find("header") is not { } header) return null;
        return new FpmlHeader(header.ValueAt("messageId"), header.ValueAt("inReplyTo"), header.ValueAt("sentBy"),
            [.. header.All("sendTo").Select(each => each.Value).OfType<string>()], header.ValueAt("creationTimestamp"),
            root.ValueAt("isCorrection") switch { "true" or "1" => true, "false" or "0" => false, _ => null },
            root.ValueAt("correlationId"), root.ValueAt("parentCorrelationId"),
            long.TryParse(root.ValueAt("sequenceNumber"), NumberStyles.None, CultureInfo.InvariantCulture,
                out long number) ? number : null,
            root.Find("onBehalfOf/partyReference")?.Attribute("href"));
    }
}
