using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Governance.Profiles;

namespace Qbitel.Governance.Policies;

/// <summary>Decides requests: default deny, forbid beats permit, and what cannot be decided is denied with its
/// reason.</summary>
/// <remarks>Pure and without a cache: every decision sees the whole request.</remarks>
public sealed class PolicyEngine
{
    private readonly IReadOnlyList<PolicyClause> _clauses;

    public PolicyEngine()
        : this(BankingClauses.All)
    {
    }

    internal PolicyEngine(IReadOnlyList<PolicyClause> clauses) => _clauses = clauses;

    public Decision Decide(PolicyRequest request, EffectiveSecurity security, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(security);

        string? permittedBy = null, permitReason = null;
        List<string> obligations = [];
        PolicyQuestion question = new(request, security, now);
        foreach (PolicyClause clause in _clauses)
        {
            ClauseAnswer answer = Ask(clause, question);
            if (answer.Kind == ClauseKind.Forbid) return Decision(Verdict.Deny, clause.Name, answer.Reason, []);
            if (answer.Kind == ClauseKind.NotApplicable) continue;

            if (answer.Kind == ClauseKind.Permit && permittedBy is null)
                (permittedBy, permitReason) = (clause.Name, answer.Reason);
            obligations.AddRange(answer.Obligations);
        }

        return permittedBy is not null
            ? Decision(Verdict.Allow, permittedBy, permitReason!, obligations)
            : Decision(Verdict.Deny, "default", $"no clause permits '{request.Action}'", []);

        Decision Decision(Verdict verdict, string clause, string reason, IReadOnlyList<string> duties) => new(
            Guid.CreateVersion7(now), verdict, security.Policy?.Id ?? security.Profile.Subdomain.PublishedName(),
            security.Policy?.Version ?? "1", security.ContentHash, InputsHash(request, now), clause, reason, duties,
            now.ToUniversalTime());
    }

    private static ClauseAnswer Ask(PolicyClause clause, PolicyQuestion question)
    {
        try
        {
            return clause.Evaluate(question);
        }
        catch (MissingAttributeException missing)
        {
            return ClauseAnswer.Forbid($"'{missing.Attribute}' is not known, and unknown is not false");
        }
#pragma warning disable CA1031 // Whatever breaks in a clause, the answer is no, never "not violated".
        catch (Exception broken)
        {
            return ClauseAnswer.Forbid($"the clause could not be evaluated ({broken.GetType().Name})");
        }
#pragma warning restore CA1031
    }

    private static Digest InputsHash(PolicyRequest request, DateTimeOffset now) =>
        CanonicalJson.Hash(JsonSerializer.SerializeToElement(new JsonObject
        {
            ["request"] = request.ToJson(),
            ["now"] = now.UtcTicks.ToString(CultureInfo.InvariantCulture),
        }));
}
