using Qbitel.Cryptography;
using Qbitel.Governance.Profiles;

namespace Qbitel.Governance.Tests.Profiles;

public sealed class EffectiveSecurityTests
{
    [Fact]
    public void A_wire_under_its_policy_runs_at_the_highest_level_and_says_why()
    {
        #region EffectiveSecurityOfAWire
        BankingPqcProfile profile = BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers);
        EffectiveSecurity security = EffectiveSecurity.Select(profile, BankingSecurityPolicy.ForWireTransfer());

        string kem = security.Kem.Name;              // MLKEM1024-P384: the policy asks for more than the profile
        string group = security.TlsGroup.Name;       // SecP384r1MLKEM1024
        string signature = security.Signature.Name;  // MLDSA87-ECDSA-P384-SHA512
        Adjustment why = security.Adjustments[0];    // kem: ML-KEM-768 → ML-KEM-1024, raised: policy WIRE-001 …
        #endregion

        Assert.Equal(("MLKEM1024-P384", "SecP384r1MLKEM1024", "MLDSA87-ECDSA-P384-SHA512"), (kem, group, signature));
        Assert.Equal(
            "kem: ML-KEM-768 → ML-KEM-1024, raised: policy WIRE-001 asks for more than profile WIRE_TRANSFERS",
            why.ToString());
        Assert.Equal(["kem", "signature"], security.Adjustments.Select(a => a.What));
        Assert.Equal(3650, security.Retention.TotalDays);
    }

    [Fact]
    public void A_wire_without_a_policy_keeps_the_minimum_of_its_subdomain()
    {
        EffectiveSecurity security = EffectiveSecurity
            .Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers));
        Assert.Equal(
            (KemAlgorithm.XWing, SignatureAlgorithm.MLDsa65Ed25519, 0x11EC),
            (security.Kem, security.Signature, security.TlsGroup.Number));
        Assert.Empty(security.Adjustments);
    }

    [Fact]
    public void No_standard_hybrid_holds_ML_KEM_512_so_it_is_raised_and_shown()
    {
        EffectiveSecurity security = EffectiveSecurity
            .Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.RealTimePayments));
        Assert.Equal(
            (KemAlgorithm.XWing, "X25519MLKEM768", SignatureAlgorithm.MLDsa44Ed25519),
            (security.Kem, security.TlsGroup.Name, security.Signature));
        Adjustment raise = Assert.Single(security.Adjustments);
        Assert.Equal((AdjustmentKind.Raised, "ML-KEM-512", "ML-KEM-768"), (raise.Kind, raise.From, raise.To));
    }

    [Fact]
    public void Falcon_512_is_substituted_and_the_substitution_is_shown()
    {
        EffectiveSecurity security = EffectiveSecurity
            .Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.Trading), BankingSecurityPolicy.ForTrading());
        Assert.Equal((KemAlgorithm.MLKem512, SignatureAlgorithm.MLDsa44, "MLKEM512", false),
            (security.Kem, security.Signature, security.TlsGroup.Name, security.IsHybrid));
        Adjustment substitution = Assert.Single(security.Adjustments);
        Assert.Equal(
            (AdjustmentKind.Substituted, "Falcon-512", "ML-DSA-44"),
            (substitution.Kind, substitution.From, substitution.To));
    }

    [Theory]
    [InlineData(BankingSubdomain.PkiInfrastructure)]
    [InlineData(BankingSubdomain.KeyManagement)]
    public void What_wraps_or_certifies_other_keys_is_of_category_5(BankingSubdomain subdomain)
    {
        EffectiveSecurity security = EffectiveSecurity.Select(BankingPqcProfile.ForSubdomain(subdomain));
        Assert.Equal(
            (KemAlgorithm.MLKem1024P384, SignatureAlgorithm.MLDsa87EcdsaP384), (security.Kem, security.Signature));
        Assert.Equal(2, security.Adjustments.Count);
    }

    [Fact]
    public void A_policy_weaker_than_the_profile_lowers_nothing_and_is_noted()
    {
        EffectiveSecurity security = EffectiveSecurity.Select(
            BankingPqcProfile.ForSubdomain(BankingSubdomain.HsmOperations),
            BankingSecurityPolicy.ForPaymentProcessing());
        Assert.Equal(
            (KemAlgorithm.MLKem1024P384, SignatureAlgorithm.MLDsa87EcdsaP384), (security.Kem, security.Signature));
        Assert.Contains(
            security.Adjustments, a => a.Reason.Contains("PAYMENT-001 asks for less", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_profile_under_every_policy_is_at_least_both()
    {
        Assert.All(from s in BankingSubdomains.All from p in BankingSecurityPolicy.All select (s, p), x =>
        {
            BankingPqcProfile profile = BankingPqcProfile.ForSubdomain(x.s);
            EffectiveSecurity security = EffectiveSecurity.Select(profile, x.p);
            Assert.True(
                AlgorithmStrength.Meets(security.Kem, profile.Kem) && AlgorithmStrength.Meets(security.Kem, x.p.Kem));
            Assert.True(
                AlgorithmStrength.Meets(security.Signature, profile.Signature)
                    && AlgorithmStrength.Meets(security.Signature, x.p.Signature));
            Assert.Equal(
                profile.Partner != ClassicalPartner.None || x.p.Hybrid, AlgorithmStrength.IsHybrid(security.Kem));
            Assert.Equal(AlgorithmStrength.IsHybrid(security.Kem), AlgorithmStrength.IsHybrid(security.Signature));
            Assert.True(security.Retention >= profile.Retention && security.Retention >= x.p.Retention
                && security.Retention >= BankingSecurityPolicy.LeastRetention(x.p.DataClass));
            Assert.All(Enum.GetValues<KeyType>(), type => Assert.Equal(type, security.KeyPolicyFor(type).KeyType));
            Assert.All(security.Adjustments, a => Assert.NotEqual(a.From, a.To));
        });
    }

    [Fact]
    public void Key_policies_follow_profile_and_policy()
    {
        EffectiveSecurity wire = EffectiveSecurity
            .Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers),
                BankingSecurityPolicy.ForWireTransfer());
        Assert.Equal(
            new KeyPolicy(
                KeyType.Signing, SignatureAlgorithm.MLDsa87EcdsaP384, TimeSpan.FromDays(365), requiresHsm: true,
                dualControl: true), wire.KeyPolicyFor(KeyType.Signing));
        Assert.Equal(
            new KeyPolicy(
                KeyType.Dek, CipherAlgorithm.Aes256Gcm, TimeSpan.FromDays(90), requiresHsm: false, dualControl: true),
                    wire.KeyPolicyFor(KeyType.Dek));
        Assert.Equal(KemAlgorithm.MLKem1024P384, wire.KeyPolicyFor(KeyType.Transport).Algorithm);

        EffectiveSecurity trading = EffectiveSecurity.Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.Trading));
        Assert.Equal(
            (false, SignatureAlgorithm.MLDsa44),
            (trading.KeyPolicyFor(KeyType.Signing).RequiresHsm, trading.KeyPolicyFor(KeyType.Signing).Algorithm));
        Assert.Equal(
            (true, KemAlgorithm.MLKem1024),
            (trading.KeyPolicyFor(KeyType.Kek).RequiresHsm, trading.KeyPolicyFor(KeyType.Kek).Algorithm));
    }

    [Fact]
    public void The_content_hash_covers_profile_and_policy()
    {
        BankingSecurityPolicy policy = BankingSecurityPolicy.ForWireTransfer();
        BankingPqcProfile profile = BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers);
        Digest hash = EffectiveSecurity.Select(profile, policy).ContentHash;
        Assert.Equal(hash, EffectiveSecurity.Select(profile, BankingSecurityPolicy.ForWireTransfer()).ContentHash);
        Assert.NotEqual(
            hash, EffectiveSecurity.Select(profile, policy with { SessionLimit = TimeSpan.FromHours(7) }).ContentHash);
        Assert.NotEqual(
            hash, EffectiveSecurity
                .Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.Treasury), policy).ContentHash);
        Assert.NotEqual(
            policy.ContentHash, (policy with { Limits = new TransferLimits(100, 10_000_000.01m, "USD") }).ContentHash);
    }

    [Theory]
    [InlineData("PAYMENT-001", 4, 15, 2555, true, false, 15)]
    [InlineData("WIRE-001", 8, 15, 3650, true, true, 15)]
    [InlineData("TRADE-001", 12, 30, 2555, false, false, null)]
    [InlineData("HSM-001", 1, 15, 3650, true, true, 5)]
    public void Policies_are_those_of_the_specification(
        string id, int hours, int idle, int retention, bool dual, bool fourEyes, int? incident)
    {
        BankingSecurityPolicy policy = BankingSecurityPolicy.All.Single(p => p.Id == id);
        Assert.Equal((hours, idle, retention, dual, fourEyes, (double?)incident),
            (policy.SessionLimit.TotalHours, policy.IdleLimit.TotalMinutes, policy.Retention.TotalDays,
                policy.DualControl, policy.FourEyes, policy.IncidentResponse?.TotalMinutes));
        Assert.Equal(id == "WIRE-001" ? new TransferLimits(100, 10_000_000m, "USD") : null, policy.Limits);
        Assert.True(policy.Retention >= BankingSecurityPolicy.LeastRetention(policy.DataClass));
        Assert.True(policy.IdleLimit < policy.SessionLimit);
    }
}
