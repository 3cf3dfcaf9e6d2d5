using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance.Deadlines;
using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Tests.Deadlines;

public sealed class DeadlinePacksTests
{
    private const string Minimal = """
        {"format":1,"packs":[{"id":"p","title":"t","publisher":"u","edition":"1","scope":"s","binding":true,"force":"f",
        "confidence":"c","enabled_by_default":false,"rules":[{"id":"r","kind":"disallowed","after":"2030-12-31",
        "stated":"2030","uses":["signature"],"quantum_vulnerable":true,"text":"x"}]}]}
        """;

    [Fact]
    public void The_packs_of_the_product_are_complete()
    {
        Assert.Equal(
            ["nist-ir8547-ipd", "us-eo-14409", "cnsa-2.0", "g7-ceg-2026", "eu-roadmap-2025", "uk-ncsc"],
            DeadlinePacks.All.Select(p => p.Id));
        Assert.Equal(["nist-ir8547-ipd", "g7-ceg-2026"], DeadlinePacks.EnabledByDefault.Select(p => p.Id));
        Assert.All(
            DeadlinePacks.All, p => Assert.True(p.Edition.Length > 0 && p.Confidence.Length > 0 && p.Rules.Count > 0));
        Assert.Null(DeadlinePacks.Find("mandatory-by-2030"));
    }

    [Fact]
    public void RSA_2048_is_deprecated_after_2030_and_disallowed_after_2035_by_the_NIST_draft()
    {
        IReadOnlyList<Deadline> deadlines =
            For("RSA-2048", CryptoUse.Signature, Criticality.Standard, "nist-ir8547-ipd");
        Assert.Equal(
            [(DeadlineKind.Deprecated, new DateOnly(2030, 12, 31)),
                (DeadlineKind.Disallowed, new DateOnly(2035, 12, 31))],
            deadlines.Select(d => (d.Rule.Kind, d.After)));
        Assert.False(deadlines[1].HasPassed(new DateOnly(2035, 12, 31)));
        Assert.True(deadlines[1].HasPassed(new DateOnly(2036, 1, 1)));
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("RSA-3072")]
    [InlineData("Ed25519")]
    public void Stronger_classical_algorithms_are_disallowed_after_2035_only(string name) =>
        Assert.Equal(
            "128-disallowed",
            Assert.Single(For(name, CryptoUse.Signature, Criticality.Standard, "nist-ir8547-ipd")).Rule.Id);

    [Fact]
    public void A_classical_algorithm_of_unknown_strength_meets_the_later_date_only() =>
        Assert.Equal("128-disallowed", Assert.Single(DeadlinePacks.For(
            CryptoAlgorithms.ByOid("1.2.840.113549.1.1.11"), CryptoUse.Signature, Criticality.Standard,
            [DeadlinePacks.Find("nist-ir8547-ipd")!])).Rule.Id);

    [Fact]
    public void Key_establishment_and_signatures_have_dates_of_their_own()
    {
        Assert.Equal(
            2030, Assert.Single(
                For("X25519", CryptoUse.KeyEstablishment, Criticality.Critical, "us-eo-14409")).After.Year);
        Assert.Equal(
            2031, Assert.Single(For("Ed25519", CryptoUse.Signature, Criticality.Critical, "us-eo-14409")).After.Year);
    }

    [Fact]
    public void A_system_of_unknown_criticality_is_treated_as_critical()
    {
        Assert.Equal(
            [2030, 2035],
            For("X25519", CryptoUse.KeyEstablishment, Criticality.Unknown, "g7-ceg-2026").Select(d => d.After.Year));
        Assert.Equal(
            [2035], For("X25519", CryptoUse.KeyEstablishment, Criticality.Standard, "g7-ceg-2026")
                .Select(d => d.After.Year));
    }

    [Theory]
    [InlineData("ML-KEM-1024", false)]
    [InlineData("SecP384r1MLKEM1024", false)]
    [InlineData("ML-KEM-768", true)]
    [InlineData("X25519MLKEM768", true)]
    [InlineData("P-384", true)]
    public void The_national_security_suite_allows_its_own_list_only(string name, bool meets) =>
        Assert.Equal(meets, For(name, CryptoUse.KeyEstablishment, Criticality.Critical, "cnsa-2.0").Count == 1);

    [Fact]
    public void Post_quantum_and_unknown_algorithms_meet_no_deadline_of_classical_ones()
    {
        Assert.Empty(For("ML-DSA-65", CryptoUse.Signature, Criticality.Critical, "nist-ir8547-ipd"));
        Assert.Empty(For("no such thing", CryptoUse.Signature, Criticality.Critical, "nist-ir8547-ipd"));
        Assert.Empty(For("AES-128", CryptoUse.SymmetricEncryption, Criticality.Critical, "nist-ir8547-ipd"));
    }

    [Fact]
    public void A_bank_writes_its_own_pack()
    {
        Assert.True(
            DeadlinePacks.TryParse(
                Encoding.UTF8.GetBytes(Minimal), out IReadOnlyList<DeadlinePack>? packs, out string? error), error);
        Assert.Equal("p (1)", Assert.Single(packs).ToString());
    }

    [Theory]
    [InlineData("\"2030-12-31\"", "\"2030\"", "packs[0].rules[0].after: expected a date")]
    [InlineData("\"disallowed\"", "\"banned\"", "packs[0].rules[0].kind: expected 'deprecated'")]
    [InlineData("\"signature\"", "\"signing\"", "packs[0].rules[0].uses[0]: expected")]
    [InlineData("\"binding\":true", "\"binding\":1", "packs[0].binding: expected true or false")]
    [InlineData("\"binding\":true,", "", "packs[0].binding: expected a value")]
    [InlineData("\"text\":\"x\"", "\"text\":\"\"", "packs[0].rules[0].text: expected a text")]
    [InlineData("\"text\":\"x\"", "\"text\":\"x\",\"max_bits\":0", "packs[0].rules[0].max_bits: expected a number")]
    [InlineData(
        "\"text\":\"x\"", "\"text\":\"x\",\"criticality\":\"low\"",
        "packs[0].rules[0].criticality: expected 'critical'")]
    [InlineData("\"text\":\"x\"", "\"text\":\"x\",\"comment\":\"y\"", "packs[0].rules[0].comment: expected one of")]
    [InlineData("\"quantum_vulnerable\":true,", "", "packs[0].rules[0]: expected uses and a condition")]
    [InlineData("\"format\":1", "\"format\":2", "format: expected 1")]
    [InlineData("[{\"id\":\"p\"", "[3,{\"id\":\"p\"", "packs[0]: expected an object")]
    [InlineData("}]}]}", "}]}]", "not valid JSON")]
    public void A_wrong_pack_is_refused_with_its_place(string from, string to, string reason)
    {
        Assert.Contains(from, Minimal, StringComparison.Ordinal);
        Assert.False(
            DeadlinePacks.TryParse(
                Encoding.UTF8.GetBytes(Minimal.Replace(from, to, StringComparison.Ordinal)), out _, out string? error));
        Assert.StartsWith(
            reason.Contains("JSON", StringComparison.Ordinal) ? "line " : reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_byte_ends_in_packs_or_an_error() =>
        Prop.ForAll<int, byte>((at, value) =>
        {
            byte[] json = Encoding.UTF8.GetBytes(Minimal);
            json[(at & int.MaxValue) % json.Length] = value;
            return DeadlinePacks.TryParse(json, out IReadOnlyList<DeadlinePack>? packs, out string? error)
                ? packs is not null : error is not null;
        }).QuickCheckThrowOnFailure();

    private static IReadOnlyList<Deadline> For(string name, CryptoUse use, Criticality criticality, string pack) =>
        DeadlinePacks.For(CryptoAlgorithms.ByName(name), use, criticality, [DeadlinePacks.Find(pack)!]);
}
