using Qbitel.Cryptography;
using static Qbitel.Governance.Profiles.BankingSubdomain;
using static Qbitel.Governance.Profiles.ClassicalPartner;
using static Qbitel.Governance.Profiles.KeyCustody;

namespace Qbitel.Governance.Profiles;

/// <summary>The profiles of the product specification, one row a subdomain.</summary>
internal static class ProfileTable
{
    public static BankingPqcProfile Row(BankingSubdomain subdomain)
    {
        BankingPqcProfile profile = Build(subdomain);
        return profile.Problem() is { } problem ? throw new InvalidOperationException(problem) : profile;
    }

    private static BankingPqcProfile Build(BankingSubdomain subdomain) => subdomain switch
    {
        RealTimePayments => Level1(subdomain, X25519AndEd25519, Hsm, 50, 5, 10_000) with
        {
            SessionKeyRotation = TimeSpan.FromHours(1),
            RecoveryTime = TimeSpan.FromMinutes(1),
        },
        Trading => Level1(subdomain, None, Software, 1, 0.1, 100_000) with
        {
            SignatureWish = BankingPqcProfile.Falcon512,
            SessionKeyRotation = TimeSpan.FromHours(1),
        },
        MarketData => Level1(subdomain, None, Software, 10, 1, 500_000) with
        {
            SignatureWish = BankingPqcProfile.Falcon512,
            SessionKeyRotation = TimeSpan.FromHours(1),
        },
        WireTransfers => Level3(subdomain, Hsm, 500, 100, 1_000) with { Retention = TimeSpan.FromDays(3650) },
        CardPayments => Level3(subdomain, Hsm, 100, 20, 5_000),
        AtmNetwork => Level3(subdomain, Hsm, 200, 50, 500),
        DomesticClearing => Level3(subdomain, Hsm, 1000, 200, 10_000),
        OpenBanking => Level3(subdomain, SoftwareAllowed, 200, 50, 2_000),
        DigitalBanking => Level3(subdomain, SoftwareAllowed, 300, 100, 5_000),
        LegacyMainframe => Level3(subdomain, Hsm, 500, null, null),
        CrossBorder or PostTrade or AccountManagement or Lending or Treasury or LegacyMidrange or PkiInfrastructure
            or KeyManagement =>
            Level3(subdomain, Hsm, 100, 10, 1_000),
        HsmOperations =>
            new(subdomain, KemAlgorithm.MLKem1024, SignatureAlgorithm.MLDsa87, P384, Hsm,
                TimeSpan.FromMilliseconds(1000), null, null)
            {
                MinimumSecurityBits = 256,
                SessionKeyRotation = TimeSpan.FromHours(168),
            },
        _ => throw new ArgumentOutOfRangeException(nameof(subdomain), subdomain, "Unknown subdomain."),
    };

    private static BankingPqcProfile Level1(
        BankingSubdomain subdomain, ClassicalPartner partner, KeyCustody custody, double maxMilliseconds,
        double targetMilliseconds, int perSecond) =>
        new(subdomain, KemAlgorithm.MLKem512, SignatureAlgorithm.MLDsa44, partner, custody,
            TimeSpan.FromMilliseconds(maxMilliseconds), TimeSpan.FromMilliseconds(targetMilliseconds), perSecond);

    private static BankingPqcProfile Level3(
        BankingSubdomain subdomain, KeyCustody custody, double maxMilliseconds, double? targetMilliseconds,
        int? perSecond) =>
        new(subdomain, KemAlgorithm.MLKem768, SignatureAlgorithm.MLDsa65, X25519AndEd25519, custody,
            TimeSpan.FromMilliseconds(maxMilliseconds), targetMilliseconds is { } ms
                ? TimeSpan.FromMilliseconds(ms) : null, perSecond);
}
