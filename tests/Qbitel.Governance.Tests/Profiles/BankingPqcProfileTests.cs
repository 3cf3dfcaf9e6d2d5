using Qbitel.Cryptography;
using Qbitel.Governance.Profiles;

namespace Qbitel.Governance.Tests.Profiles;

public sealed class BankingPqcProfileTests
{
    // A8 of the traps: defaults once violated their own rules, and validation only logged.
    [Fact]
    public void All_nineteen_profiles_build_and_keep_their_own_rules()
    {
        Assert.Equal(19, BankingSubdomains.All.Count);
        Assert.All(BankingSubdomains.All, subdomain =>
        {
            BankingPqcProfile profile = BankingPqcProfile.ForSubdomain(subdomain);
            Assert.Null(profile.Problem());
            Assert.True(
                profile.Kem.IsQuantumSafe && profile.Signature.IsQuantumSafe && profile.AuditRequired
                    && profile.FipsApprovedOnly);
            Assert.Equal(subdomain, profile.Subdomain);
        });
    }

    [Theory]
    [InlineData(
        BankingSubdomain.RealTimePayments, "ML-KEM-512", "ML-DSA-44", ClassicalPartner.X25519AndEd25519, 50, 5.0,
        10_000, KeyCustody.Hsm, 1, 2555)]
    [InlineData(
        BankingSubdomain.WireTransfers, "ML-KEM-768", "ML-DSA-65", ClassicalPartner.X25519AndEd25519, 500, 100.0, 1_000,
        KeyCustody.Hsm, 24, 3650)]
    [InlineData(
        BankingSubdomain.CardPayments, "ML-KEM-768", "ML-DSA-65", ClassicalPartner.X25519AndEd25519, 100, 20.0, 5_000,
        KeyCustody.Hsm, 24, 2555)]
    [InlineData(
        BankingSubdomain.Trading, "ML-KEM-512", "ML-DSA-44", ClassicalPartner.None, 1, 0.1, 100_000,
        KeyCustody.Software, 1, 2555)]
    [InlineData(
        BankingSubdomain.MarketData, "ML-KEM-512", "ML-DSA-44", ClassicalPartner.None, 10, 1.0, 500_000,
        KeyCustody.Software, 1, 2555)]
    [InlineData(
        BankingSubdomain.HsmOperations, "ML-KEM-1024", "ML-DSA-87", ClassicalPartner.P384, 1000, null, null,
        KeyCustody.Hsm, 168, 2555)]
    [InlineData(
        BankingSubdomain.OpenBanking, "ML-KEM-768", "ML-DSA-65", ClassicalPartner.X25519AndEd25519, 200, 50.0, 2_000,
        KeyCustody.SoftwareAllowed, 24, 2555)]
    [InlineData(
        BankingSubdomain.LegacyMainframe, "ML-KEM-768", "ML-DSA-65", ClassicalPartner.X25519AndEd25519, 500, null, null,
        KeyCustody.Hsm, 24, 2555)]
    [InlineData(
        BankingSubdomain.Treasury, "ML-KEM-768", "ML-DSA-65", ClassicalPartner.X25519AndEd25519, 100, 10.0, 1_000,
        KeyCustody.Hsm, 24, 2555)]
    public void Rows_are_those_of_the_specification(
        BankingSubdomain subdomain, string kem, string signature, ClassicalPartner partner, double max, double? target,
        int? throughput,
        KeyCustody custody, double rotationHours, double retentionDays)
    {
        BankingPqcProfile profile = BankingPqcProfile.ForSubdomain(subdomain);
        Assert.Equal(
            (kem, signature, partner, custody),
            (profile.Kem.Name, profile.Signature.Name, profile.Partner, profile.Custody));
        Assert.Equal(
            (max, target, throughput),
            (profile.MaxLatency.TotalMilliseconds, profile.TargetLatency?.TotalMilliseconds, profile.Throughput));
        Assert.Equal(
            (rotationHours, retentionDays), (profile.SessionKeyRotation.TotalHours, profile.Retention.TotalDays));
    }

    [Fact]
    public void An_inconsistent_profile_cannot_be_built()
    {
        static void Refused(
            string reason, KemAlgorithm kem, SignatureAlgorithm signature, ClassicalPartner partner, double max = 10,
            double? target = 1, int? tps = 1) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new BankingPqcProfile(
                BankingSubdomain.Lending, kem, signature, partner, KeyCustody.Hsm,
                TimeSpan.FromMilliseconds(max), target is { } t ? TimeSpan.FromMilliseconds(t) : null, tps)).Message,
                    StringComparison.Ordinal);

        Refused("category 3 at most", KemAlgorithm.MLKem1024, SignatureAlgorithm.MLDsa65,
            ClassicalPartner.X25519AndEd25519);
        Refused("P-384 is combined", KemAlgorithm.MLKem768, SignatureAlgorithm.MLDsa87, ClassicalPartner.P384);
        Refused("pure", KemAlgorithm.XWing, SignatureAlgorithm.MLDsa65, ClassicalPartner.None);
        Refused("quantum-safe", KemAlgorithm.MLKem768, SignatureAlgorithm.Ed25519, ClassicalPartner.None);
        Refused("latency", KemAlgorithm.MLKem768, SignatureAlgorithm.MLDsa65, ClassicalPartner.None, max: 1, target: 2);
        Refused("latency", KemAlgorithm.MLKem768, SignatureAlgorithm.MLDsa65, ClassicalPartner.None, max: 0,
            target: null);
        Refused("no transactions", KemAlgorithm.MLKem768, SignatureAlgorithm.MLDsa65, ClassicalPartner.None, tps: 0);
    }

    [Fact]
    public void The_constraints_of_the_published_example_are_met()
    {
        BankingPqcProfile profile = BankingPqcProfile.ForSubdomain(
            BankingSubdomain.RealTimePayments,
            new BankingSecurityConstraints(TimeSpan.FromMilliseconds(50), 10_000, PqcMandatory: true));
        Assert.Equal(BankingPqcProfile.ForSubdomain(BankingSubdomain.RealTimePayments), profile);
        Assert.Equal(20, BankingPqcProfile.ForSubdomain(
            BankingSubdomain.RealTimePayments,
            new BankingSecurityConstraints(TimeSpan.FromMilliseconds(20))).MaxLatency.TotalMilliseconds);
    }

    [Theory]
    [InlineData(4.0, null, 1, "max latency: 4 ms")]
    [InlineData(null, 10_001, 1, "min throughput: 10001/s")]
    [InlineData(null, null, 6, "security category: 6")]
    public void A_constraint_that_cannot_be_met_is_a_refusal_that_names_it(
        double? latency, int? throughput, int category, string reason)
    {
        BankingSecurityConstraints constraints = new(
            latency is { } ms ? TimeSpan.FromMilliseconds(ms) : null, throughput, MinimumSecurityCategory: category);
        Assert.False(
            BankingPqcProfile.TryForSubdomain(
                BankingSubdomain.RealTimePayments, constraints, out BankingPqcProfile? profile, out string? refusal));
        Assert.Null(profile);
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => BankingPqcProfile.ForSubdomain(BankingSubdomain.RealTimePayments, constraints));
    }

    [Theory]
    [InlineData(1, "ML-KEM-512", "ML-DSA-44", ClassicalPartner.X25519AndEd25519)]
    [InlineData(2, "ML-KEM-768", "ML-DSA-44", ClassicalPartner.X25519AndEd25519)]
    [InlineData(3, "ML-KEM-768", "ML-DSA-65", ClassicalPartner.X25519AndEd25519)]
    [InlineData(4, "ML-KEM-1024", "ML-DSA-87", ClassicalPartner.P384)]
    [InlineData(5, "ML-KEM-1024", "ML-DSA-87", ClassicalPartner.P384)]
    public void A_floor_of_strength_raises_the_profile_with_its_partner(
        int category, string kem, string signature, ClassicalPartner partner)
    {
        BankingPqcProfile profile = BankingPqcProfile.ForSubdomain(
            BankingSubdomain.RealTimePayments, new BankingSecurityConstraints(MinimumSecurityCategory: category));
        Assert.Equal((kem, signature, partner), (profile.Kem.Name, profile.Signature.Name, profile.Partner));
    }

    [Fact]
    public void Every_profile_can_be_raised_to_every_category() =>
        Assert.All(from s in BankingSubdomains.All from c in Enumerable.Range(1, 5) select (s, c), x =>
            Assert.True(
                BankingPqcProfile.TryForSubdomain(
                    x.s, new BankingSecurityConstraints(MinimumSecurityCategory: x.c), out _, out string? refusal),
                        refusal));

    [Fact]
    public void Giving_up_on_quantum_safety_is_not_possible() =>
        Assert.Equal(BankingPqcProfile.ForSubdomain(BankingSubdomain.Lending),
            BankingPqcProfile.ForSubdomain(
                BankingSubdomain.Lending, new BankingSecurityConstraints(PqcMandatory: false)));

    [Fact]
    public void Published_names_read_back()
    {
        Assert.Equal("WIRE_TRANSFERS", BankingSubdomain.WireTransfers.PublishedName());
        Assert.All(
            BankingSubdomains.All, s =>
                Assert.True(BankingSubdomains.TryParse(s.PublishedName(), out BankingSubdomain read) && read == s));
        Assert.True(BankingSubdomains.TryParse("real-time-payments", out _));
        Assert.False(BankingSubdomains.TryParse("3", out _));
        Assert.False(BankingSubdomains.TryParse(null, out _));
    }
}
