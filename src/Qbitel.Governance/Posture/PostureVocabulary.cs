using Qbitel.Governance.Deadlines;
using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Posture;

public enum PostureVerdict
{
    /// <summary>The evidence is complete and fresh, every check holds.</summary>
    Pass,

    /// <summary>Holds today and fails at a known date.</summary>
    AtRisk,

    /// <summary>A check fails today.</summary>
    Fail,

    /// <summary>There is no evidence, or it is too old, or nothing can be said about what it shows. Counts against the
    /// score.</summary>
    NotAssessed,

    /// <summary>Taken out of scope, with a reason.</summary>
    NotApplicable,
}

/// <summary>How far on its way to quantum-safe cryptography something is.</summary>
public enum Readiness
{
    /// <summary>Post-quantum or hybrid, seen in use.</summary>
    QuantumSafe,

    /// <summary>Post-quantum or hybrid is configured but was not seen in use.</summary>
    HybridCapable,

    /// <summary>Classical, with a dated plan.</summary>
    ClassicalScheduled,

    Classical,

    /// <summary>Not known; never counted as anything better.</summary>
    Unknown,
}

/// <summary>Whether what is recorded today can still hurt when it becomes readable.</summary>
public enum HarvestExposure
{
    NotExposed,
    Exposed,

    /// <summary>The shelf life of the data or the year of the threat is not known.</summary>
    Unknown,
}

/// <summary>What an assessment is made with. Everything that moves the result is here.</summary>
public sealed record PostureScope
{
    public required DateTimeOffset At { get; init; }

    public IReadOnlyList<DeadlinePack> Packs { get; init; } = DeadlinePacks.EnabledByDefault;

    /// <summary>Older evidence is no evidence. 30 days.</summary>
    public TimeSpan MaxEvidenceAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A certificate that ends sooner is at risk. 30 days.</summary>
    public TimeSpan ExpiryWarning { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The year in which the bank expects a quantum computer that breaks RSA-2048; null where it has not
    /// decided.</summary>
    public int? ThreatYear
    {
        get;
        init => field = value is < 2000 or > 9999
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "A year has four digits.") : value;
    }

    /// <summary>How long a migration takes. Three years.</summary>
    public TimeSpan MigrationTime { get; init; } = TimeSpan.FromDays(3 * 365);
}

/// <summary>A number with what it was made from, so that anyone can make it again.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Count">How many.</param>
/// <param name="Of">Of how many.</param>
/// <param name="Query">Which rows were counted.</param>
/// <param name="InputsHash">SHA-256 of the canonical rows and of the scope.</param>
/// <param name="EvidenceIds">The evidence of the rows that were counted.</param>
public sealed record Figure(
    string Name, int Count, int Of, string Query, Digest InputsHash, IReadOnlyList<string> EvidenceIds)
{
    /// <summary>Null where there is nothing to take a share of: an empty scope has no percentage.</summary>
    public double? Percent => Of == 0 ? null : 100.0 * Count / Of;

    public override string ToString() => $"{Count} of {Of}";
}

/// <summary>What was found about one use of an algorithm.</summary>
/// <param name="Use">The use.</param>
/// <param name="Verdict">Of this use alone.</param>
/// <param name="Why">One sentence.</param>
/// <param name="FailsAfter">The last day on which it holds.</param>
/// <param name="Deadlines">Every sentence of an enabled pack that meets it, the earliest first.</param>
public sealed record UseAssessment(
    AlgorithmUse Use, PostureVerdict Verdict, string Why, DateOnly? FailsAfter, IReadOnlyList<Deadline> Deadlines);

/// <summary>What was found about one asset.</summary>
public sealed record AssetAssessment
{
    public required CryptoAsset Asset { get; init; }

    public required PostureVerdict Verdict { get; init; }

    public required string Why { get; init; }

    /// <summary>The last day on which it holds, where that is known.</summary>
    public DateOnly? FailsAfter { get; init; }

    public int? DaysLeft { get; init; }

    public required IReadOnlyList<UseAssessment> Uses { get; init; }

    /// <summary>The least of both below.</summary>
    public required Readiness Readiness { get; init; }

    /// <summary>Of what keeps recordings secret; null where the asset establishes no keys.</summary>
    public Readiness? KeyEstablishment { get; init; }

    /// <summary>Of what proves identity; null where the asset signs nothing.</summary>
    public Readiness? Signature { get; init; }

    public required HarvestExposure Harvest { get; init; }
}

/// <summary>A dated sentence of an enabled pack and the assets it will meet as they are today.</summary>
public sealed record DeadlineLine(Deadline Deadline, int DaysLeft, IReadOnlyList<string> AssetIds);
