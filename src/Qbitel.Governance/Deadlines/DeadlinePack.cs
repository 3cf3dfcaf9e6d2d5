using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Deadlines;

public enum DeadlineKind
{
    /// <summary>Still allowed, with the risk accepted.</summary>
    Deprecated,

    /// <summary>Fails from the day after.</summary>
    Disallowed,

    /// <summary>Something the programme must have done; says nothing about an algorithm.</summary>
    Milestone,
}

/// <summary>One dated sentence of a pack.</summary>
public sealed record DeadlineRule
{
    public required string Id { get; init; }

    public required DeadlineKind Kind { get; init; }

    /// <summary>The last day on which what the rule is about may still be so.</summary>
    public required DateOnly After { get; init; }

    /// <summary>How the source gives the date, where it is less exact than a day.</summary>
    public required string Stated { get; init; }

    /// <summary>In our words.</summary>
    public required string Text { get; init; }

    public IReadOnlyList<CryptoUse> Uses { get; init; } = [];

    /// <summary>Meets algorithms that a quantum computer breaks.</summary>
    public bool QuantumVulnerable { get; init; }

    /// <summary>Meets algorithms of at least this classical strength, and those of unknown strength.</summary>
    public int? MinBits { get; init; }

    /// <summary>Meets algorithms of at most this classical strength.</summary>
    public int? MaxBits { get; init; }

    /// <summary>Meets every algorithm but these, by exact name.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Meets critical systems only.</summary>
    public bool CriticalOnly { get; init; }

    public bool Meets(CryptoAlgorithm algorithm, CryptoUse use, Criticality criticality)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (Kind == DeadlineKind.Milestone || !algorithm.IsKnown || !Uses.Contains(use)) return false;
        if (CriticalOnly && criticality == Criticality.Standard) return false;
        if (QuantumVulnerable && !algorithm.IsQuantumVulnerable) return false;
        if (Allowed.Count > 0 && Allowed.Contains(algorithm.Name, StringComparer.Ordinal)) return false;
        return (MaxBits is not { } most || algorithm.ClassicalBits <= most)
            && (MinBits is not { } least || algorithm.ClassicalBits is not { } bits || bits >= least);
    }
}

/// <summary>What one publisher says must be so by when. A bank enables the packs it keeps to.</summary>
public sealed record DeadlinePack
{
    /// <summary>Such as <c>nist-ir8547-ipd</c>.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Publisher { get; init; }

    public required string Edition { get; init; }

    /// <summary>Whom it addresses.</summary>
    public required string Scope { get; init; }

    /// <summary>Binds those it addresses.</summary>
    public required bool IsBinding { get; init; }

    public required string Force { get; init; }

    /// <summary>How well the source is known to us.</summary>
    public required string Confidence { get; init; }

    public required bool IsEnabledByDefault { get; init; }

    public required IReadOnlyList<DeadlineRule> Rules { get; init; }

    public override string ToString() => $"{Id} ({Edition})";
}

/// <summary>A rule of a pack that meets a use of an algorithm.</summary>
public sealed record Deadline(DeadlinePack Pack, DeadlineRule Rule)
{
    public DateOnly After => Rule.After;

    public bool HasPassed(DateOnly today) => today > Rule.After;

    public override string ToString() => $"{Pack.Id} {Rule.Id}: {Rule.Text} ({Rule.Stated})";
}
