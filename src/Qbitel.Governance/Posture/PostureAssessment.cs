using System.Globalization;
using Qbitel.Governance.Deadlines;
using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Posture;

/// <summary>Judges assets by what is known of them: never better than the evidence, and the same rows give the same
/// result.</summary>
public static class PostureAssessment
{
    /// <summary>NIST SP 800-131A: nothing below this strength may protect data today.</summary>
    private const int LeastBits = 112;

    public static PostureReport Assess(IEnumerable<CryptoAsset> assets, PostureScope scope)
    {
        ArgumentNullException.ThrowIfNull(assets);
        ArgumentNullException.ThrowIfNull(scope);
        AssetAssessment[] assessed =
            [.. assets.OrderBy(a => a.Id, StringComparer.Ordinal).Select(asset => Assess(asset, scope))];
        string? twice = assessed.GroupBy(a => a.Asset.Id, StringComparer.Ordinal)
            .FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null
            ? new PostureReport(scope, assessed)
            : throw new ArgumentException($"The asset '{twice}' is there twice.", nameof(assets));
    }

    public static AssetAssessment Assess(CryptoAsset asset, PostureScope scope)
    {
        ArgumentNullException.ThrowIfNull(asset);
        ArgumentNullException.ThrowIfNull(scope);
        UseAssessment[] uses = [.. asset.Uses.Select(use => Assess(asset, use, scope))];
        (PostureVerdict verdict, string why, DateOnly? failsAfter) = Verdict(asset, uses, scope);
        Readiness? agreement = ReadinessOf(asset, CryptoUse.KeyEstablishment);
        Readiness? signature = ReadinessOf(asset, CryptoUse.Signature);
        Readiness? cipher = ReadinessOf(asset, CryptoUse.SymmetricEncryption);
        bool isUnknown = EvidenceProblem(asset, scope) is not null;
        return new AssetAssessment
        {
            Asset = asset,
            Verdict = verdict,
            Why = why,
            FailsAfter = failsAfter,
            DaysLeft = failsAfter?.DayNumber - Today(scope).DayNumber,
            Uses = uses,
            Readiness = isUnknown ? Readiness.Unknown
                : asset.IsCleartext ? Planned(asset)
                : new[] { agreement, signature, cipher }.Max() ?? Readiness.Unknown,
            KeyEstablishment = isUnknown && agreement is not null ? Readiness.Unknown : agreement,
            Signature = isUnknown && signature is not null ? Readiness.Unknown : signature,
            Harvest = Exposure(asset, scope),
        };
    }

    private static UseAssessment Assess(CryptoAsset asset, AlgorithmUse use, PostureScope scope)
    {
        CryptoAlgorithm algorithm = use.Algorithm;
        IReadOnlyList<Deadline> deadlines = DeadlinePacks.For(algorithm, use.Use, asset.Criticality, scope.Packs);
        if (!algorithm.IsKnown) return Judged(PostureVerdict.NotAssessed, "not in the registry of known algorithms");
        if (!algorithm.IsStandard) return Judged(PostureVerdict.Fail, "no final standard describes it");
        if (algorithm.ClassicalBits < LeastBits)
            return Judged(PostureVerdict.Fail, $"below {LeastBits} bits, not allowed by SP 800-131A");

        Deadline? disallowed = deadlines.FirstOrDefault(d => d.Rule.Kind == DeadlineKind.Disallowed);
        if (disallowed is not null)
        {
            bool isOver = disallowed.HasPassed(Today(scope));
            PostureVerdict verdict = isOver ? PostureVerdict.Fail : PostureVerdict.AtRisk;
            return Judged(verdict, disallowed.ToString(), disallowed.After);
        }

        return algorithm.IsQuantumVulnerable
            ? Judged(PostureVerdict.NotAssessed, "a quantum computer breaks it, and no enabled pack dates its end")
            : use.IsProved
                ? Judged(PostureVerdict.Pass, "quantum-safe")
                : Judged(PostureVerdict.NotAssessed, "configured, not seen in use");

        UseAssessment Judged(PostureVerdict verdict, string why, DateOnly? failsAfter = null) =>
            new(use, verdict, $"{use.Role} {algorithm}: {why}", failsAfter, deadlines);
    }

    private static (PostureVerdict Verdict, string Why, DateOnly? FailsAfter) Verdict(
        CryptoAsset asset, UseAssessment[] uses, PostureScope scope)
    {
        if (asset.OutOfScope is { } reason) return (PostureVerdict.NotApplicable, reason, null);
        if (EvidenceProblem(asset, scope) is { } problem) return (PostureVerdict.NotAssessed, problem, null);
        if (asset.IsCleartext) return (PostureVerdict.Fail, "readable where it was captured", null);
        DateOnly? ends = asset.NotAfter is { } notAfter ? DateOnly.FromDateTime(notAfter.UtcDateTime) : null;
        if (asset.NotAfter < scope.At) return (PostureVerdict.Fail, Invariant($"expired on {ends:yyyy-MM-dd}"), ends);
        if (uses.Length == 0) return (PostureVerdict.NotAssessed, "no algorithm was seen", null);

        // The worst use decides; of those at risk, the one that fails first.
        UseAssessment worst = uses
            .OrderByDescending(u => Rank(u.Verdict)).ThenBy(u => u.FailsAfter ?? DateOnly.MaxValue).First();
        bool endsFirst = worst.Verdict == PostureVerdict.Pass
            || (worst.Verdict == PostureVerdict.AtRisk && worst.FailsAfter > ends);
        return endsFirst && asset.NotAfter <= scope.At + scope.ExpiryWarning
            ? (PostureVerdict.AtRisk, Invariant($"expires on {ends:yyyy-MM-dd}"), ends)
            : (worst.Verdict, worst.Why, worst.FailsAfter);
    }

    private static string? EvidenceProblem(CryptoAsset asset, PostureScope scope) =>
        asset.Unobserved
        ?? (asset.Evidence.Count == 0 ? "no evidence"
            : asset.Evidence.Max(e => e.CollectedAt) < scope.At - scope.MaxEvidenceAge
                ? Invariant($"the evidence is older than {scope.MaxEvidenceAge.TotalDays:0} days")
            : null);

    // A failing use outranks one that could not be judged, which outranks one that merely fails later.
    private static int Rank(PostureVerdict verdict) => verdict switch
    {
        PostureVerdict.Fail => 3,
        PostureVerdict.NotAssessed => 2,
        PostureVerdict.AtRisk => 1,
        _ => 0,
    };

    private static Readiness? ReadinessOf(CryptoAsset asset, CryptoUse use)
    {
        AlgorithmUse[] uses = [.. asset.Uses.Where(u => u.Use == use)];
        return uses.Length == 0 ? null : uses.Max(u =>
            !u.Algorithm.IsKnown ? Readiness.Unknown
            : !u.Algorithm.IsQuantumSafe || u.Algorithm.ClassicalBits < LeastBits ? Planned(asset)
            : u.IsProved ? Readiness.QuantumSafe : Readiness.HybridCapable);
    }

    private static Readiness Planned(CryptoAsset asset) =>
        asset.MigrationPlanned is null ? Readiness.Classical : Readiness.ClassicalScheduled;

    // Mosca: shelf life plus migration time against the time until the threat; a proved post-quantum exchange ends the
    // question.
    private static HarvestExposure Exposure(CryptoAsset asset, PostureScope scope)
    {
        AlgorithmUse[] agreements = [.. asset.Uses.Where(u => u.Use == CryptoUse.KeyEstablishment)];
        if (asset.IsCleartext) return HarvestExposure.Exposed;
        if (asset.Uses.Count > 0 && agreements.Length == 0) return HarvestExposure.NotExposed;
        if (agreements.Length > 0 && agreements.All(u => u.IsProved && u.Algorithm.IsQuantumSafe))
            return HarvestExposure.NotExposed;
        if (agreements.Length == 0 || agreements.Any(u => !u.Algorithm.IsKnown)) return HarvestExposure.Unknown;
        if (asset.ShelfLife is not { } shelfLife || scope.ThreatYear is not { } year) return HarvestExposure.Unknown;

        TimeSpan untilThreat = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero) - scope.At;
        return scope.MigrationTime + shelfLife > untilThreat ? HarvestExposure.Exposed : HarvestExposure.NotExposed;
    }

    internal static DateOnly Today(PostureScope scope) => DateOnly.FromDateTime(scope.At.UtcDateTime);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
