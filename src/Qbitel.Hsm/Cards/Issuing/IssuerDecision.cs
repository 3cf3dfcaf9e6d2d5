using System.Globalization;
using Qbitel.Governance.Audit;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>What a host decided about one request, fit to be kept: the card number is masked.</summary>
/// <param name="Refusal">None where it was approved.</param>
/// <param name="ResponseCode">As the answer carries it.</param>
/// <param name="Detail">A sentence for an operator; it holds no value of the card.</param>
/// <param name="Card">The masked card number; empty where there is none.</param>
/// <param name="CardIndex">Tells cards apart without their numbers: a MAC under a key of the box, in letters.</param>
/// <param name="Version">What the cryptogram's version is called; empty where it is unknown.</param>
/// <param name="Counter">The card's transaction counter, where it sent one.</param>
/// <param name="Trace">The request's trace number (field 11).</param>
public sealed record IssuerDecision(
    IssuerRefusal Refusal, string ResponseCode, string Detail, string Card, string CardIndex, string Version,
    int? Counter, string Trace)
{
    public bool IsApproved => Refusal == IssuerRefusal.None;

    /// <summary>The entry of the audit log.</summary>
    public AuditEntry ToAuditEntry(string actor, DateTimeOffset at)
    {
        List<KeyValuePair<string, string>> details =
        [
            new("response", ResponseCode), new("reason", Refusal.ToString()), new("detail", Detail),
        ];
        if (Card.Length > 0) details.Add(new("card", Card));
        if (Version.Length > 0) details.Add(new("version", Version));
        if (Counter is { } counter) details.Add(new("counter", counter.ToString(CultureInfo.InvariantCulture)));
        if (Trace.Length > 0) details.Add(new("trace", Trace));
        AuditOutcome outcome = IsApproved ? AuditOutcome.Done
            : Refusal is IssuerRefusal.BoxUnavailable or IssuerRefusal.NotRecorded ? AuditOutcome.Failed
            : AuditOutcome.Refused;
        return new AuditEntry(Guid.CreateVersion7(at), at, actor, "card.authorise",
            CardIndex.Length > 0 ? $"card:{CardIndex}" : "card:unknown", outcome, details: details);
    }

    public override string ToString() => $"{Card} {Version} {ResponseCode} {Refusal}";
}
