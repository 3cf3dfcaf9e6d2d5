using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;

namespace Qbitel.Governance.Profiles;

/// <summary>The least that a subdomain asks of its cryptography. A policy may raise it, nothing lowers it.</summary>
/// <remarks>Latency and throughput are budgets the subdomain sets, not measurements.</remarks>
public sealed record BankingPqcProfile
{
    internal const string Falcon512 = "Falcon-512";

    /// <exception cref="ArgumentException">The parts contradict each other.</exception>
    internal BankingPqcProfile(
        BankingSubdomain subdomain, KemAlgorithm kem, SignatureAlgorithm signature, ClassicalPartner partner,
        KeyCustody custody, TimeSpan maxLatency, TimeSpan? targetLatency, int? throughput)
    {
        Subdomain = subdomain;
        Kem = kem;
        Signature = signature;
        Partner = partner;
        Custody = custody;
        MaxLatency = maxLatency;
        TargetLatency = targetLatency;
        Throughput = throughput;
        if (Problem() is { } problem) throw new ArgumentException(problem, nameof(subdomain));
    }

    public BankingSubdomain Subdomain { get; }

    /// <summary>The post-quantum half of key establishment.</summary>
    public KemAlgorithm Kem { get; private init; }

    /// <summary>The post-quantum half of signatures.</summary>
    public SignatureAlgorithm Signature { get; private init; }

    /// <summary>The scheme the subdomain would like where it is not offered: Falcon-512, or null.</summary>
    public string? SignatureWish { get; internal init; }

    public ClassicalPartner Partner { get; private init; }

    public KeyCustody Custody { get; }

    /// <summary>The most that cryptography may add to one transaction.</summary>
    public TimeSpan MaxLatency { get; private init; }

    public TimeSpan? TargetLatency { get; }

    /// <summary>Transactions per second the subdomain must carry; null where it sets none.</summary>
    public int? Throughput { get; }

    public TimeSpan SessionKeyRotation { get; internal init; } = TimeSpan.FromHours(24);

    public TimeSpan Retention { get; internal init; } = TimeSpan.FromDays(2555);

    /// <summary>128 or 256, by the label of the security category.</summary>
    public int MinimumSecurityBits { get; internal init; } = 128;

    public double AvailabilityPercent { get; } = 99.99;

    public TimeSpan RecoveryTime { get; internal init; } = TimeSpan.FromMinutes(15);

    /// <summary>How much data may be lost: none.</summary>
    public TimeSpan RecoveryPoint { get; } = TimeSpan.Zero;

    public int MaxMessageSize { get; } = 64 * 1024;

    public bool FipsApprovedOnly { get; } = true;

    public bool AuditRequired { get; } = true;

    /// <summary>Where a hash may be chosen freely.</summary>
    public string Hash { get; } = "SHA3-256";

    public static BankingPqcProfile ForSubdomain(BankingSubdomain subdomain) => ProfileTable.Row(subdomain);

    /// <exception cref="ArgumentException">The profile cannot meet a constraint; the message names it.</exception>
    public static BankingPqcProfile ForSubdomain(BankingSubdomain subdomain, BankingSecurityConstraints constraints) =>
        TryForSubdomain(subdomain, constraints, out BankingPqcProfile? profile, out string? refusal)
            ? profile
            : throw new ArgumentException(refusal, nameof(constraints));

    /// <summary>The profile under tighter limits; a constraint it cannot meet is a refusal, never a weaker
    /// algorithm.</summary>
    public static bool TryForSubdomain(
        BankingSubdomain subdomain, BankingSecurityConstraints constraints,
        [NotNullWhen(true)] out BankingPqcProfile? profile, [NotNullWhen(false)] out string? refusal)
    {
        ArgumentNullException.ThrowIfNull(constraints);
        BankingPqcProfile row = ProfileTable.Row(subdomain);
        TimeSpan least = row.TargetLatency ?? row.MaxLatency;
        string planned = $"that {subdomain.PublishedName()} plans for";
        double? asked = constraints.MaxLatency?.TotalMilliseconds;
        refusal = constraints.MaxLatency < least
                ? $"max latency: {asked} ms is below the {least.TotalMilliseconds} ms {planned}"
            : constraints.MinThroughput > (row.Throughput ?? 0)
                ? $"min throughput: {constraints.MinThroughput}/s is above the {row.Throughput ?? 0}/s {planned}"
            : constraints.MinimumSecurityCategory is < 1 or > 5
                ? $"minimum security category: {constraints.MinimumSecurityCategory} is not one of 1 to 5"
            : null;

        profile = refusal is null ? row.Under(constraints) : null;
        refusal ??= profile?.Problem();
        if (refusal is not null) profile = null;
        return profile is not null;
    }

    public JsonObject ToJson() => new()
    {
        ["subdomain"] = Subdomain.PublishedName(),
        ["kem"] = Kem.Name,
        ["signature"] = Signature.Name,
        ["signature_wish"] = SignatureWish,
        ["classical_partner"] = Partner.ToString(),
        ["custody"] = Custody.ToString(),
        ["max_latency_ms"] = MaxLatency.TotalMilliseconds,
        ["target_latency_ms"] = TargetLatency?.TotalMilliseconds,
        ["throughput_per_second"] = Throughput,
        ["session_key_rotation_hours"] = SessionKeyRotation.TotalHours,
        ["retention_days"] = Retention.TotalDays,
        ["minimum_security_bits"] = MinimumSecurityBits,
        ["availability_percent"] = AvailabilityPercent,
        ["recovery_time_minutes"] = RecoveryTime.TotalMinutes,
        ["recovery_point_minutes"] = RecoveryPoint.TotalMinutes,
        ["max_message_bytes"] = MaxMessageSize,
        ["fips_approved_only"] = FipsApprovedOnly,
        ["audit_required"] = AuditRequired,
        ["hash"] = Hash,
    };

    private BankingPqcProfile Under(BankingSecurityConstraints constraints)
    {
        int category = constraints.MinimumSecurityCategory;
        BankingPqcProfile tighter = this with
        {
            MaxLatency = constraints.MaxLatency < MaxLatency ? constraints.MaxLatency.Value : MaxLatency,
            Kem = Kem.SecurityCategory >= category ? Kem
                : category <= 3 ? KemAlgorithm.MLKem768
                : KemAlgorithm.MLKem1024,
            Signature = Signature.SecurityCategory >= category ? Signature
                : category <= 3 ? SignatureAlgorithm.MLDsa65
                : SignatureAlgorithm.MLDsa87,
        };
        if (tighter.Partner != ClassicalPartner.None && tighter.Kem == KemAlgorithm.MLKem1024)
            tighter = tighter with { Partner = ClassicalPartner.P384 };
        return tighter;
    }

    // A profile that exists keeps its own rules.
    internal string? Problem()
    {
        string? problem =
            AlgorithmStrength.IsHybrid(Kem) || AlgorithmStrength.IsHybrid(Signature)
                ? "names its algorithms pure; the partner makes them hybrid"
            : !Kem.IsQuantumSafe || !Signature.IsQuantumSafe ? "must be quantum-safe"
            : Partner == ClassicalPartner.X25519AndEd25519
                && (Kem.SecurityCategory > 3 || Signature.SecurityCategory > 3)
                ? "X25519 and Ed25519 are combined with category 3 at most"
            : Partner == ClassicalPartner.P384
                && (Kem != KemAlgorithm.MLKem1024 || Signature != SignatureAlgorithm.MLDsa87)
                ? "P-384 is combined with ML-KEM-1024 and ML-DSA-87"
            : MinimumSecurityBits is not (128 or 192 or 256) ? "has a minimum of 128, 192 or 256 bits"
            : int.Min(LabelBits(Kem), LabelBits(Signature)) < MinimumSecurityBits
                ? $"is below its own minimum of {MinimumSecurityBits} bits"
            : MaxLatency <= TimeSpan.Zero || TargetLatency > MaxLatency || TargetLatency <= TimeSpan.Zero
                ? "targets more than its largest latency"
            : Throughput <= 0 ? "carries no transactions"
            : SessionKeyRotation <= TimeSpan.Zero || SessionKeyRotation > TimeSpan.FromDays(7)
                ? "rotates session keys within a week"
            : Retention < TimeSpan.FromDays(365) || RecoveryTime <= TimeSpan.Zero
                ? "keeps its records for a year and recovers in time"
            : SignatureWish is not null && Partner != ClassicalPartner.None
                ? $"wishes {SignatureWish}, which has no standard hybrid"
            : null;
        return problem is null ? null : $"The profile of {Subdomain.PublishedName()} {problem}.";
    }

    // FIPS 203 and 204 give categories; the figures in bits are labels for them.
    private static int LabelBits(KeyAlgorithm algorithm) =>
        algorithm.SecurityCategory switch { <= 2 => 128, <= 4 => 192, _ => 256 };
}
