using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;

namespace Qbitel.Governance.Profiles;

/// <summary>How a person proves who they are, beyond a password.</summary>
public enum MfaMethod
{
    Totp,
    HardwareToken,
}

/// <summary>Sums per business day.</summary>
public sealed record TransferLimits(int CountPerDay, decimal AmountPerDay, string Currency);

/// <summary>What an operation of a bank must keep to. It raises the profile of the subdomain it runs in, never lowers
/// it.</summary>
/// <remarks>A bank's own policy is one of these with parts made stricter: <c>policy with { … }</c>. Nothing here has
/// hours of access.</remarks>
public sealed record BankingSecurityPolicy
{
    private BankingSecurityPolicy(string id, string name, string securityLevel, DataClass dataClass)
    {
        Id = id;
        Name = name;
        SecurityLevel = securityLevel;
        DataClass = dataClass;
    }

    public string Id { get; }

    public string Version { get; init; } = "1";

    public string Name { get; }

    public string SecurityLevel { get; }

    public DataClass DataClass { get; }

    public required KemAlgorithm Kem { get; init; }

    public required SignatureAlgorithm Signature { get; init; }

    /// <summary>The scheme the policy would like where it is not offered: Falcon-512, or null.</summary>
    public string? SignatureWish { get; init; }

    /// <summary>A classical half is asked for as well.</summary>
    public bool Hybrid { get; init; }

    /// <summary>Two approvers, neither of them the requester.</summary>
    public bool DualControl { get; init; }

    /// <summary>The requester and one other.</summary>
    public bool FourEyes { get; init; }

    public bool MaskCardNumbers { get; init; } = true;

    /// <summary>Null where the bank sets none. There is no limit on a single transfer.</summary>
    public TransferLimits? Limits { get; init; }

    public IReadOnlyList<MfaMethod> Mfa { get; init; } = [MfaMethod.Totp, MfaMethod.HardwareToken];

    public TimeSpan SessionLimit { get; init; } = TimeSpan.FromHours(8);

    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(15);

    public int ConcurrentSessions { get; init; } = 1;

    public CipherAlgorithm AtRest { get; init; } = CipherAlgorithm.Aes256Gcm;

    public TimeSpan AtRestRotation { get; init; } = TimeSpan.FromDays(90);

    public string MinimumTls { get; init; } = "1.3";

    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(2555);

    public TimeSpan ArchiveAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How soon an incident must be answered; null where the policy sets no time.</summary>
    public TimeSpan? IncidentResponse { get; init; }

    public bool RealTimeAlerts { get; init; }

    public IReadOnlyList<string> Frameworks { get; init; } = [];

    /// <summary>SHA-256 of the canonical form of everything above.</summary>
    public Digest ContentHash => CanonicalJson.Hash(JsonSerializer.SerializeToElement(ToJson()));

    public static IReadOnlyList<BankingSecurityPolicy> All =>
        [ForPaymentProcessing(), ForWireTransfer(), ForTrading(), ForHsmOperations()];

    public static BankingSecurityPolicy ForPaymentProcessing() =>
        new("PAYMENT-001", "payment processing", "Critical", DataClass.Restricted)
        {
            Kem = KemAlgorithm.MLKem768,
            Signature = SignatureAlgorithm.MLDsa65,
            Hybrid = true,
            DualControl = true,
            SessionLimit = TimeSpan.FromHours(4),
            IncidentResponse = TimeSpan.FromMinutes(15),
            Frameworks = ["PCI-DSS-4.0", "GDPR", "NIST-PQC"],
        };

    public static BankingSecurityPolicy ForWireTransfer() =>
        new("WIRE-001", "wire transfer", "Critical", DataClass.Restricted)
        {
            Kem = KemAlgorithm.MLKem1024,
            Signature = SignatureAlgorithm.MLDsa87,
            Hybrid = true,
            DualControl = true,
            FourEyes = true,
            Limits = new TransferLimits(100, 10_000_000m, "USD"),
            Retention = TimeSpan.FromDays(3650),
            IncidentResponse = TimeSpan.FromMinutes(15),
            Frameworks = ["PCI-DSS-4.0", "GDPR", "DORA", "NIST-PQC"],
        };

    public static BankingSecurityPolicy ForTrading() => new("TRADE-001", "trading", "Critical", DataClass.Confidential)
    {
        Kem = KemAlgorithm.MLKem512,
        Signature = SignatureAlgorithm.MLDsa44,
        SignatureWish = BankingPqcProfile.Falcon512,
        SessionLimit = TimeSpan.FromHours(12),
        IdleLimit = TimeSpan.FromMinutes(30),
        Frameworks = ["MiFID-II", "EMIR", "DORA", "NIST-PQC"],
    };

    public static BankingSecurityPolicy ForHsmOperations() =>
        new("HSM-001", "HSM operations", "Restricted", DataClass.TopSecret)
        {
            Kem = KemAlgorithm.MLKem1024,
            Signature = SignatureAlgorithm.MLDsa87,
            DualControl = true,
            FourEyes = true,
            Mfa = [MfaMethod.HardwareToken],
            SessionLimit = TimeSpan.FromHours(1),
            Retention = TimeSpan.FromDays(3650),
            IncidentResponse = TimeSpan.FromMinutes(5),
            RealTimeAlerts = true,
            Frameworks = ["PCI-DSS-4.0", "NIST-PQC"],
        };

    /// <summary>How long records about data of a class are kept at least.</summary>
    public static TimeSpan LeastRetention(DataClass dataClass) => TimeSpan.FromDays(365 * dataClass switch
    {
        DataClass.Public => 0,
        DataClass.Internal => 1,
        DataClass.Confidential => 3,
        DataClass.Restricted => 7,
        DataClass.TopSecret => 10,
        _ => throw new ArgumentOutOfRangeException(nameof(dataClass), dataClass, "Unknown class of data."),
    });

    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["version"] = Version,
        ["name"] = Name,
        ["security_level"] = SecurityLevel,
        ["data_class"] = DataClass.ToString(),
        ["kem"] = Kem.Name,
        ["signature"] = Signature.Name,
        ["signature_wish"] = SignatureWish,
        ["hybrid"] = Hybrid,
        ["dual_control"] = DualControl,
        ["four_eyes"] = FourEyes,
        ["mask_card_numbers"] = MaskCardNumbers,
        ["limits"] = Limits is null ? null : new JsonObject
        {
            ["count_per_day"] = Limits.CountPerDay,
            ["amount_per_day"] = Limits.AmountPerDay.ToString(CultureInfo.InvariantCulture),
            ["currency"] = Limits.Currency,
        },
        ["mfa"] = new JsonArray([.. Mfa.Select(m => JsonValue.Create(m.ToString()))]),
        ["session_minutes"] = SessionLimit.TotalMinutes,
        ["idle_minutes"] = IdleLimit.TotalMinutes,
        ["concurrent_sessions"] = ConcurrentSessions,
        ["at_rest"] = AtRest.Name,
        ["at_rest_rotation_days"] = AtRestRotation.TotalDays,
        ["minimum_tls"] = MinimumTls,
        ["retention_days"] = Retention.TotalDays,
        ["archive_after_days"] = ArchiveAfter.TotalDays,
        ["incident_response_minutes"] = IncidentResponse?.TotalMinutes,
        ["real_time_alerts"] = RealTimeAlerts,
        ["frameworks"] = new JsonArray([.. Frameworks.Select(f => JsonValue.Create(f))]),
    };
}
