using System.Text.Json;
using Qbitel.Governance.Deadlines;

namespace Qbitel.Governance.Posture;

/// <summary>What was found, what fails by which date, and what is already quantum-safe; every figure with its
/// evidence.</summary>
public sealed class PostureReport
{
    private readonly Digest _inputsHash;

    internal PostureReport(PostureScope scope, IReadOnlyList<AssetAssessment> assets)
    {
        Scope = scope;
        Assets = assets;
        InScope = [.. assets.Where(a => a.Verdict != PostureVerdict.NotApplicable)];
        _inputsHash = CanonicalJson.Hash(JsonSerializer.SerializeToElement(PostureJson.Inputs(scope, assets)));

        Coverage = Count("coverage", InScope, a => a.Verdict != PostureVerdict.NotAssessed, "in scope and assessed");
        Score = Count(
            "score", InScope, a => a.Verdict == PostureVerdict.Pass,
            "in scope with verdict PASS; what is not assessed counts against it");
        QuantumSafe = Count(
            "quantum-safe", InScope, a => a.Readiness == Readiness.QuantumSafe,
            "in scope with readiness quantum-safe");
        KeyEstablishment = Count(
            "key establishment", [.. InScope.Where(a => a.KeyEstablishment is not null)],
            a => a.KeyEstablishment == Readiness.QuantumSafe,
            "in scope and establishing keys, quantum-safe: recordings of today stay secret");
        Signatures = Count(
            "signatures", [.. InScope.Where(a => a.Signature is not null)], a => a.Signature == Readiness.QuantumSafe,
            "in scope and signing, quantum-safe: no forgery once classical signatures fall");
        HarvestExposed = Count(
            "harvest now, decrypt later", InScope, a => a.Harvest == HarvestExposure.Exposed,
            "in scope, recorded today and readable while it still matters");
        Deadlines = Lines();
        Milestones =
        [
            .. from pack in scope.Packs
               from rule in pack.Rules
               where rule.Kind == DeadlineKind.Milestone
               orderby rule.After
               select Line(new Deadline(pack, rule), []),
        ];
    }

    public PostureScope Scope { get; }

    /// <summary>All assets, in the order of their ids, those out of scope included.</summary>
    public IReadOnlyList<AssetAssessment> Assets { get; }

    public IReadOnlyList<AssetAssessment> InScope { get; }

    /// <summary>PASS only where something was assessed, nothing is left unassessed and everything passes: an empty
    /// scope is NOT-ASSESSED.</summary>
    public PostureVerdict Verdict =>
        Coverage.Count == 0 ? PostureVerdict.NotAssessed
        : InScope.Any(a => a.Verdict == PostureVerdict.Fail) ? PostureVerdict.Fail
        : InScope.Any(a => a.Verdict == PostureVerdict.AtRisk) ? PostureVerdict.AtRisk
        : Coverage.Count < Coverage.Of ? PostureVerdict.NotAssessed
        : PostureVerdict.Pass;

    /// <summary>Always shown beside the score.</summary>
    public Figure Coverage { get; }

    public Figure Score { get; }

    public Figure QuantumSafe { get; }

    /// <summary>Of those that establish keys; the half that recordings made today wait for.</summary>
    public Figure KeyEstablishment { get; }

    public Figure Signatures { get; }

    public Figure HarvestExposed { get; }

    /// <summary>What fails, by date: every sentence of an enabled pack that meets an asset in scope as it is
    /// today.</summary>
    public IReadOnlyList<DeadlineLine> Deadlines { get; }

    /// <summary>What the programme itself must have done by when.</summary>
    public IReadOnlyList<DeadlineLine> Milestones { get; }

    /// <summary>The names of systems in scope that are not quantum-safe, in order.</summary>
    public IReadOnlyList<string> Pending =>
        [.. InScope.Where(a => a.Readiness != Readiness.QuantumSafe).Select(a => a.Asset.Name)
            .Order(StringComparer.Ordinal)];

    /// <summary>How many assets in scope are this ready.</summary>
    public int CountOf(Readiness readiness) => InScope.Count(a => a.Readiness == readiness);

    public int CountOf(PostureVerdict verdict) => Assets.Count(a => a.Verdict == verdict);

    /// <summary>The document that <c>qbitel posture --json</c> prints.</summary>
    public byte[] ToJson() => PostureJson.Write(this);

    private Figure Count(
        string name, IReadOnlyList<AssetAssessment> rows, Func<AssetAssessment, bool> isCounted, string query)
    {
        AssetAssessment[] counted = [.. rows.Where(isCounted)];
        return new Figure(name, counted.Length, rows.Count, query, _inputsHash,
            [.. counted.SelectMany(a => a.Asset.Evidence).Select(e => e.Id).Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)]);
    }

    private DeadlineLine[] Lines() =>
    [
        .. from asset in InScope
           where asset.Verdict != PostureVerdict.NotAssessed
           from deadline in asset.Uses.SelectMany(u => u.Deadlines).Distinct()
           group asset.Asset.Id by deadline into met
           orderby met.Key.After, met.Key.Pack.Id, met.Key.Rule.Id
           select Line(met.Key, [.. met]),
    ];

    private DeadlineLine Line(Deadline deadline, IReadOnlyList<string> assetIds) =>
        new(deadline, deadline.After.DayNumber - PostureAssessment.Today(Scope).DayNumber, assetIds);
}
