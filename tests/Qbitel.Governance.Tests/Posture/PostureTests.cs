using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance.Deadlines;
using Qbitel.Governance.Inventory;
using Qbitel.Governance.Posture;

namespace Qbitel.Governance.Tests.Posture;

public sealed class PostureTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly PostureScope Scope = new() { At = Now, Packs = [DeadlinePacks.Find("nist-ir8547-ipd")!] };

    // A9 of the traps: "any PQC → 80", and frameworks passed with nothing assessed.
    [Fact]
    public void An_empty_scope_is_not_a_pass()
    {
        PostureReport report = PostureAssessment.Assess([], Scope);
        Assert.Equal(PostureVerdict.NotAssessed, report.Verdict);
        Assert.Null(report.Score.Percent);
        Assert.All(
            [report.Score, report.Coverage, report.QuantumSafe, report.KeyEstablishment, report.Signatures], f =>
                Assert.Equal((0, 0), (f.Count, f.Of)));
        Assert.Contains(
            "\"percent_complete\": null", Encoding.UTF8.GetString(report.ToJson()), StringComparison.Ordinal);

        PostureReport unseen =
            PostureAssessment.Assess([Endpoint("a", 0x11EC) with { Unobserved = "connection refused" }], Scope);
        Assert.Equal((PostureVerdict.NotAssessed, 0, 1), (unseen.Verdict, unseen.Coverage.Count, unseen.Coverage.Of));
        Assert.Equal(
            PostureVerdict.NotAssessed,
            PostureAssessment.Assess([Endpoint("a", 0x11EC) with { OutOfScope = "sold" }], Scope).Verdict);
    }

    [Fact]
    public void The_demo_estate_is_judged_endpoint_by_endpoint()
    {
        #region AssessAnEstate
        CryptoAsset legacy = new()
        {
            Id = "tls:127.0.0.1:8441",
            Kind = AssetKind.TlsEndpoint,
            Name = "payments (RSA-2048, TLS 1.2)",
            Criticality = Criticality.Critical,
            Uses = new TlsObservation
            {
                CipherSuite = 0x009D,
                KeyOid = "1.2.840.113549.1.1.1",
                KeySizeBits = 2048
            }.Uses(),
            Evidence = [new Evidence("scan:1", "tls_endpoint_scan", Now)],
        };
        PostureReport report = PostureAssessment.Assess([legacy], new PostureScope { At = Now });

        AssetAssessment found = report.Assets[0];  // AT-RISK, fails after 2030-12-31 by the enabled packs
        Figure coverage = report.Coverage;         // 1 of 1, with the evidence it counted
        #endregion

        Assert.Equal(
            (PostureVerdict.AtRisk, new DateOnly(2030, 12, 31), 1498),
            (found.Verdict, found.FailsAfter, found.DaysLeft));
        Assert.Contains("g7-ceg-2026 critical", found.Why, StringComparison.Ordinal);
        Assert.Equal((1, 1), (coverage.Count, coverage.Of));
        Assert.Equal(["scan:1"], coverage.EvidenceIds);
        Assert.Equal(Readiness.Classical, found.Readiness);
    }

    [Fact]
    public void Readiness_is_split_into_what_recordings_wait_for_and_what_forgers_wait_for()
    {
        PostureReport report = PostureAssessment.Assess(
            [Endpoint("hybrid", 0x11EC), Endpoint("classical", 0x001D),
                Asset("signing key", Use(CryptoUse.Signature, "ML-DSA-65"))], Scope);
        Assert.Equal((1, 2), (report.KeyEstablishment.Count, report.KeyEstablishment.Of));
        Assert.Equal((1, 3), (report.Signatures.Count, report.Signatures.Of));
        Assert.Equal((1, 3), (report.QuantumSafe.Count, report.QuantumSafe.Of));
        Assert.Equal(["classical", "hybrid"], report.Pending);
        AssetAssessment hybrid = report.Assets.Single(a => a.Asset.Name == "hybrid");
        Assert.Equal(
            (Readiness.QuantumSafe, Readiness.Classical, Readiness.Classical),
            (hybrid.KeyEstablishment, hybrid.Signature, hybrid.Readiness));
        Assert.Equal(PostureVerdict.AtRisk, hybrid.Verdict);
    }

    [Fact]
    public void What_fails_and_by_when_is_listed_by_date_with_its_assets()
    {
        PostureReport report = PostureAssessment.Assess(
            [Asset("a", Use(CryptoUse.Signature, "RSA-2048")), Asset("b", Use(CryptoUse.Signature, "P-256")),
                Asset("c", Use(CryptoUse.Signature, "ML-DSA-44"))],
            Scope with { Packs = [DeadlinePacks.Find("nist-ir8547-ipd")!, DeadlinePacks.Find("eu-roadmap-2025")!] });
        Assert.Equal(
            ["eu-roadmap-2025 high-risk: key:a, key:b", "nist-ir8547-ipd 112-deprecated: key:a",
                "eu-roadmap-2025 feasible: key:a, key:b",
             "nist-ir8547-ipd 112-disallowed: key:a", "nist-ir8547-ipd 128-disallowed: key:b"],
            report.Deadlines
                .Select(d => $"{d.Deadline.Pack.Id} {d.Deadline.Rule.Id}: {string.Join(", ", d.AssetIds)}"));
        DeadlineLine inventory = Assert.Single(report.Milestones);
        Assert.Equal(("first-steps", 37), (inventory.Deadline.Rule.Id, inventory.DaysLeft));
    }

    [Theory]
    [InlineData("RSA-1024", PostureVerdict.Fail)]
    [InlineData("RSA with SHA-1", PostureVerdict.NotAssessed)]
    [InlineData("Kyber768", PostureVerdict.Fail)]
    [InlineData("Falcon-512", PostureVerdict.Fail)]
    [InlineData("my-kyber-falcon", PostureVerdict.NotAssessed)]
    [InlineData("RSA-2048", PostureVerdict.AtRisk)]
    [InlineData("P-521", PostureVerdict.AtRisk)]
    [InlineData("ML-KEM-512", PostureVerdict.Pass)]
    [InlineData("X25519MLKEM768", PostureVerdict.Pass)]
    public void An_algorithm_gets_the_verdict_of_what_is_known_of_it(string name, PostureVerdict verdict)
    {
        AssetAssessment result = PostureAssessment.Assess(Asset("a", Use(CryptoUse.KeyEstablishment, name)), Scope);
        Assert.Equal(verdict, result.Verdict);
        Assert.Equal(
            verdict == PostureVerdict.NotAssessed ? Readiness.Unknown : verdict == PostureVerdict.Pass
                ? Readiness.QuantumSafe : Readiness.Classical, result.Readiness);
    }

    [Fact]
    public void Signatures_over_SHA1_and_three_key_DES_fail_today()
    {
        Assert.Equal(PostureVerdict.Fail, PostureAssessment.Assess(
            Asset("a",
                new AlgorithmUse(
                    CryptoUse.Signature, CryptoAlgorithms.ByOid("1.2.840.113549.1.1.5"), "issuer signature")),
                        Scope).Verdict);
        Assert.Equal(PostureVerdict.Fail, PostureAssessment.Assess(
            Asset("a",
                new AlgorithmUse(
                    CryptoUse.SymmetricEncryption, CryptoAlgorithms.ByTlsCipherSuite(0x000A), "cipher suite")),
                        Scope).Verdict);
    }

    [Fact]
    public void Without_a_pack_that_covers_it_a_classical_algorithm_is_not_assessed_and_never_passes()
    {
        AssetAssessment result =
            PostureAssessment.Assess(Asset("a", Use(CryptoUse.Signature, "RSA-2048")), Scope with { Packs = [] });
        Assert.Equal((PostureVerdict.NotAssessed, Readiness.Classical), (result.Verdict, result.Readiness));
        Assert.Contains("no enabled pack", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_that_has_passed_is_a_failure()
    {
        PostureScope later =
            Scope with
            {
                At = new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero),
                MaxEvidenceAge = TimeSpan.FromDays(9999)
            };
        Assert.Equal(
            PostureVerdict.Fail,
            PostureAssessment.Assess(Asset("a", Use(CryptoUse.Signature, "P-256")), later).Verdict);
        PostureScope lastDay = later with { At = new DateTimeOffset(2035, 12, 31, 23, 59, 59, TimeSpan.Zero) };
        AssetAssessment atRisk = PostureAssessment.Assess(Asset("a", Use(CryptoUse.Signature, "P-256")), lastDay);
        Assert.Equal((PostureVerdict.AtRisk, 0), (atRisk.Verdict, atRisk.DaysLeft));
    }

    [Fact]
    public void Missing_and_stale_evidence_is_no_evidence()
    {
        CryptoAsset asset = Asset("a", Use(CryptoUse.KeyEstablishment, "ML-KEM-768"));
        Assert.Equal(PostureVerdict.NotAssessed, PostureAssessment.Assess(asset with { Evidence = [] }, Scope).Verdict);
        Assert.Equal(PostureVerdict.NotAssessed, PostureAssessment.Assess(asset with { Uses = [] }, Scope).Verdict);
        AssetAssessment stale =
            PostureAssessment.Assess(
                asset with { Evidence = [new Evidence("e", "key_inventory", Now.AddDays(-31))] }, Scope);
        Assert.Equal(
            (PostureVerdict.NotAssessed, Readiness.Unknown, "the evidence is older than 30 days"),
            (stale.Verdict, stale.Readiness, stale.Why));
        Assert.Equal(Readiness.Unknown, stale.KeyEstablishment);
    }

    [Fact]
    public void Certificates_expire_today_or_soon()
    {
        CryptoAsset asset = Asset("a", Use(CryptoUse.Signature, "ML-DSA-65"));
        Assert.Equal(
            PostureVerdict.Fail, PostureAssessment.Assess(asset with { NotAfter = Now.AddDays(-1) }, Scope).Verdict);
        AssetAssessment soon = PostureAssessment.Assess(asset with { NotAfter = Now.AddDays(10) }, Scope);
        Assert.Equal((PostureVerdict.AtRisk, 10), (soon.Verdict, soon.DaysLeft));
        Assert.Equal(
            PostureVerdict.Pass, PostureAssessment.Assess(asset with { NotAfter = Now.AddDays(100) }, Scope).Verdict);
        AssetAssessment both =
            PostureAssessment.Assess(
                Asset("b", Use(CryptoUse.Signature, "RSA-1024")) with { NotAfter = Now.AddDays(10) }, Scope);
        Assert.Equal(PostureVerdict.Fail, both.Verdict);
    }

    [Fact]
    public void Readable_traffic_fails_and_is_exposed_already()
    {
        AssetAssessment flow =
            PostureAssessment.Assess(
                Asset("iso8583", []) with { Kind = AssetKind.ProtocolFlow, IsCleartext = true }, Scope);
        Assert.Equal(
            (PostureVerdict.Fail, HarvestExposure.Exposed, Readiness.Classical),
            (flow.Verdict, flow.Harvest, flow.Readiness));
    }

    [Fact]
    public void Configured_is_not_proved_and_a_plan_is_not_a_migration()
    {
        AlgorithmUse configured = Use(CryptoUse.KeyEstablishment, "X25519MLKEM768") with { IsProved = false };
        AssetAssessment capable = PostureAssessment.Assess(Asset("a", configured), Scope);
        Assert.Equal((Readiness.HybridCapable, PostureVerdict.NotAssessed), (capable.Readiness, capable.Verdict));
        CryptoAsset planned =
            Asset("a", Use(CryptoUse.KeyEstablishment, "X25519")) with { MigrationPlanned = new DateOnly(2027, 6, 30) };
        Assert.Equal(Readiness.ClassicalScheduled, PostureAssessment.Assess(planned, Scope).Readiness);
        Assert.Equal(0, PostureAssessment.Assess([planned], Scope).QuantumSafe.Count);
    }

    [Theory]
    [InlineData("X25519", 10, 2035, HarvestExposure.Exposed)]
    [InlineData("X25519", 1, 2035, HarvestExposure.NotExposed)]
    [InlineData("X25519", null, 2035, HarvestExposure.Unknown)]
    [InlineData("X25519", 10, null, HarvestExposure.Unknown)]
    [InlineData("X25519MLKEM768", 30, 2030, HarvestExposure.NotExposed)]
    [InlineData("whatever", 30, 2030, HarvestExposure.Unknown)]
    public void Harvesting_hurts_where_secrets_outlive_their_cryptography(
        string name, int? years, int? threat, HarvestExposure expected)
    {
        CryptoAsset asset =
            Asset("a", Use(CryptoUse.KeyEstablishment, name)) with
            {
                ShelfLife = years is { } y
                ? TimeSpan.FromDays(365 * y) : null
            };
        Assert.Equal(expected, PostureAssessment.Assess(asset, Scope with { ThreatYear = threat }).Harvest);
    }

    [Fact]
    public void The_same_rows_in_any_order_give_the_same_report_and_other_rows_another_hash()
    {
        CryptoAsset[] assets =
            [Endpoint("b", 0x11EC), Endpoint("a", 0x001D), Asset("k", Use(CryptoUse.Signature, "ML-DSA-65"))];
        PostureReport one = PostureAssessment.Assess(assets, Scope),
            two = PostureAssessment.Assess(assets.Reverse(), Scope);
        Assert.Equal(one.ToJson(), two.ToJson());
        Assert.NotEqual(one.Score.InputsHash, PostureAssessment.Assess(assets.Take(2), Scope).Score.InputsHash);
        Assert.NotEqual(
            one.Score.InputsHash,
            PostureAssessment.Assess(assets, Scope with { MaxEvidenceAge = TimeSpan.FromDays(29) }).Score.InputsHash);
        Assert.NotEqual(
            one.Score.InputsHash,
            PostureAssessment.Assess([assets[0] with { Owner = "x" }, assets[1], assets[2]], Scope).Score.InputsHash);
        Assert.Throws<ArgumentException>(() => PostureAssessment.Assess([assets[0], assets[0]], Scope));
    }

    [Fact]
    public void Figures_add_up_whatever_the_estate() =>
        Prop.ForAll(Estates(), assets =>
        {
            PostureReport report = PostureAssessment.Assess(assets, Scope);
            Assert.Equal(assets.Length, Enum.GetValues<PostureVerdict>().Sum(report.CountOf));
            Assert.Equal(report.InScope.Count, Enum.GetValues<Readiness>().Sum(report.CountOf));
            Assert.Equal(report.InScope.Count, report.QuantumSafe.Count + report.Pending.Count);
            Assert.True(report.Score.Count <= report.Coverage.Count && report.Coverage.Count <= report.Coverage.Of);
            if (report.Verdict == PostureVerdict.Pass)
                Assert.True(report.Score.Count == report.Score.Of && report.Score.Of > 0);
            Assert.All(
                report.Assets, a =>
                    Assert.True(
                        a.Verdict != PostureVerdict.Pass
                            || (a.Readiness == Readiness.QuantumSafe && a.Asset.Evidence.Count > 0)));
            Assert.All(report.Assets, a => Assert.NotEmpty(a.Why));
            using JsonDocument json = JsonDocument.Parse(report.ToJson());
            Assert.Equal(assets.Length, json.RootElement.GetProperty("assets").GetArrayLength());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_document_spells_verdicts_as_published()
    {
        string json = Encoding.UTF8.GetString(PostureAssessment.Assess([Endpoint("a", 0x001D)], Scope).ToJson());
        foreach (
            string expected in new[] { "\"verdict\": \"AT-RISK\"", "\"readiness\": \"classical\"",
                "\"NOT-ASSESSED\": 0", "\"hybrid-capable\": 0", "\"kind\": \"tls-endpoint\"",
            "\"pqc_enabled_systems\": 0", "\"pending_systems\": [", "\"confidence\": \"excerpts were read" })
        {
            Assert.Contains(expected, json, StringComparison.Ordinal);
        }
    }

    private static CryptoAsset Endpoint(string name, int group) => new()
    {
        Id = "tls:" + name,
        Kind = AssetKind.TlsEndpoint,
        Name = name,
        Uses = new TlsObservation
        {
            Group = group,
            CipherSuite = 0x1302,
            SignatureScheme = 0x0403,
            KeyOid = "1.2.840.10045.2.1",
            KeyCurve = "secp256r1"
        }.Uses(),
        Evidence = [new Evidence("scan:" + name, "tls_endpoint_scan", Now)],
    };

    private static CryptoAsset Asset(string name, params AlgorithmUse[] uses) => new()
    {
        Id = "key:" + name,
        Kind = AssetKind.Key,
        Name = name,
        Uses = uses,
        Evidence = [new Evidence("inventory:" + name, "key_inventory", Now)],
    };

    private static AlgorithmUse Use(CryptoUse use, string name) => new(use, CryptoAlgorithms.ByName(name), "key");

    private static Arbitrary<CryptoAsset[]> Estates()
    {
        Gen<CryptoAsset> asset =
            from names in Gen.Elements(
                "RSA-1024", "RSA-2048", "P-256", "ML-KEM-768", "X25519MLKEM768", "Kyber768", "what", "AES-256").ListOf()
            from use in Gen.Elements(Enum.GetValues<CryptoUse>())
            from age in Gen.Choose(-40, 40)
            from flags in Gen.Choose(0, 31)
            select new CryptoAsset
            {
                Id = "",
                Kind = AssetKind.Key,
                Name = "x",
                Uses = [.. names.Select(name => Use(use, name) with { IsProved = (flags & 1) == 0 })],
                Evidence = (flags & 2) == 0 ? [new Evidence("e", "key_inventory", Now.AddDays(int.Min(age, 0)))] : [],
                NotAfter = (flags & 4) == 0 ? null : Now.AddDays(age),
                IsCleartext = (flags & 24) == 24,
                OutOfScope = (flags & 28) == 28 ? "sold" : null,
            };
        return asset.ListOf()
            .Select(list => list.Select((a, i) => a with { Id = $"asset:{i}" }).ToArray()).ToArbitrary();
    }
}
