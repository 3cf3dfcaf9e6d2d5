using System.Net;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Pki.Tests;

/// <summary>Which names are certified: RFC 9525, section 6.3.</summary>
public sealed class CertPolicyTests
{
    private static readonly SubjectKey Key = MakeKey();

    private static readonly CertPolicy Policy = new()
    {
        CertType = CertificateType.TlsServer,
        AllowedDomains = ["*.bank.internal", "pay.example.com", "payments-api"],
        AllowedAddresses = [IPNetwork.Parse("10.1.0.0/16")],
    };

    [Theory]
    [InlineData("pay.bank.internal")]
    [InlineData("PAY.Bank.Internal")]
    [InlineData("xn--zahlung-r2a.bank.internal")]
    [InlineData("1.bank.internal")]
    [InlineData("pay.example.com")]
    [InlineData("payments-api")]
    public void A_name_that_is_listed_or_has_one_label_for_the_star_is_allowed(string name) => Assert.Null(Check(name));

    [Theory]
    [InlineData("bank.internal", "allowed-domains")]
    [InlineData("evilbank.internal", "allowed-domains")]
    [InlineData("a.b.bank.internal", "allowed-domains")]
    [InlineData("pay.bank.internal.evil.com", "allowed-domains")]
    [InlineData("www.pay.example.com", "allowed-domains")]
    [InlineData("example.com", "allowed-domains")]
    [InlineData("evil", "allowed-domains")]
    [InlineData("*.bank.internal", "wildcard")]
    [InlineData("*.b.bank.internal", "wildcard")]
    [InlineData("*.internal", "subject-alt-name")]
    [InlineData("*", "subject-alt-name")]
    [InlineData("*.com", "subject-alt-name")]
    [InlineData("p*.bank.internal", "subject-alt-name")]
    [InlineData("pay.*.internal", "subject-alt-name")]
    [InlineData(".bank.internal", "subject-alt-name")]
    [InlineData("pay.bank.internal.", "subject-alt-name")]
    [InlineData("pay..bank.internal", "subject-alt-name")]
    [InlineData("-pay.bank.internal", "subject-alt-name")]
    [InlineData("pay_.bank.internal", "subject-alt-name")]
    [InlineData("pay.bank.internal\0.evil.com", "subject-alt-name")]
    [InlineData("pay bank.internal", "subject-alt-name")]
    [InlineData("zählung.bank.internal", "subject-alt-name")]
    [InlineData("10.1.2.3", "subject-alt-name")]
    [InlineData("", "subject-alt-name")]
    public void Any_other_name_is_refused(string name, string rule) => Assert.Equal(rule, Check(name)?.Rule);

    [Fact]
    public void Every_name_is_checked_not_only_the_first()
    {
        Objection? objection = Check("pay.bank.internal", "pay.example.com", "evilbank.internal");
        Assert.Equal("allowed-domains", objection?.Rule);
        Assert.Contains("'evilbank.internal'", objection!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_and_labels_are_refused()
    {
        Assert.Null(Check(new string('a', 63) + ".bank.internal"));
        Assert.NotNull(Check(new string('a', 64) + ".bank.internal"));
        Assert.False(DnsName.IsValid(string.Join('.', Enumerable.Repeat(new string('a', 49), 6))));
    }

    [Fact]
    public void A_wildcard_needs_the_flag_and_exactly_its_entry()
    {
        CertPolicy wild = Policy with { AllowWildcards = true };
        Assert.Null(wild.Check(Order("*.bank.internal")));
        Assert.Equal("wildcard", wild.Check(Order("*.example.com"))?.Rule);
        Assert.Equal("wildcard", wild.Check(Order("*.pay.bank.internal"))?.Rule);
    }

    [Theory, InlineData("10.1.255.1", null), InlineData(
        "10.2.0.1", "allowed-addresses"), InlineData("::1", "allowed-addresses")]
    public void Addresses_must_be_in_a_listed_network(string address, string? rule) =>
        Assert.Equal(
            rule, Policy.Check(new CertificateOrder { Key = Key, Addresses = [IPAddress.Parse(address)] })?.Rule);

    [Fact]
    public void The_common_name_must_be_one_of_the_names()
    {
        Assert.Null(Policy.Check(Order("pay.bank.internal") with { CommonName = "PAY.bank.internal" }));
        Assert.Equal("common-name", Policy.Check(Order("pay.bank.internal") with { CommonName = "evil.com" })?.Rule);
        Assert.Equal("common-name", Policy.Check(Order("pay.bank.internal") with { CommonName = "" })?.Rule);
    }

    [Fact]
    public void Nothing_is_allowed_by_default()
    {
        CertPolicy bare = new() { CertType = CertificateType.TlsServer };
        Assert.Equal("allowed-domains", bare.Check(Order("pay.bank.internal"))?.Rule);
        Assert.Equal("allowed-addresses", bare.Check(
            new CertificateOrder { Key = Key, Addresses = [IPAddress.Loopback] })?.Rule);
        Assert.Equal("subject-alt-name", bare.Check(new CertificateOrder { Key = Key })?.Rule);
        Assert.True(bare.PqcReady);
    }

    [Fact]
    public void Too_many_names_are_refused() =>
        Assert.Equal("subject-alt-name", Check([.. Enumerable.Range(0, 101).Select(i => $"n{i}.bank.internal")])?.Rule);

    [Fact]
    public void Code_signing_names_a_signer_and_no_hosts()
    {
        CertPolicy policy = new() { CertType = CertificateType.CodeSigning };
        Assert.Null(policy.Check(new CertificateOrder { Key = Key, CommonName = "Release signing" }));
        Assert.Equal("common-name", policy.Check(new CertificateOrder { Key = Key })?.Rule);
        Assert.Equal(
            "subject-alt-name", policy.Check(Order("pay.bank.internal") with { CommonName = "Release signing" })?.Rule);
    }

    [Fact]
    public void Stapling_needs_an_address_to_staple_from()
    {
        CertPolicy policy = Policy with { OcspMustStaple = true };
        Assert.Equal("ocsp-must-staple", policy.Check(Order("pay.bank.internal"))?.Rule);
        Assert.Null(
            (policy with { OcspUrl = new Uri("http://ocsp.bank.internal/") }).Check(Order("pay.bank.internal")));
        Assert.Equal("ocsp-url", (
            policy with { OcspUrl = new Uri("https://ocsp.bank.internal/") }).Check(Order("pay.bank.internal"))?.Rule);
    }

    [Fact]
    public void An_inconsistent_policy_cannot_be_made()
    {
        Assert.Throws<ArgumentException>(() => Policy with { AllowedDomains = ["ok.example.com", "not a host"] });
        Assert.Throws<ArgumentException>(() => Policy with { AllowedDomains = ["*.com"] });
        Assert.Throws<ArgumentOutOfRangeException>(() => Policy with { ValidityDays = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Policy with { ValidityDays = 3_651 });
        Assert.Equal(90, Policy.ValidityDays);
    }

    private static Objection? Check(params string[] names) => Policy.Check(Order(names));

    private static CertificateOrder Order(params string[] names) => new() { Key = Key, DnsNames = names };

    private static SubjectKey MakeKey()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
        return SubjectKey.Of(key.Algorithm, key.ExportPublicKey());
    }
}
