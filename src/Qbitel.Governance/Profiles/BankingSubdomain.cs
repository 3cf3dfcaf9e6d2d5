namespace Qbitel.Governance.Profiles;

/// <summary>A part of a bank with demands of its own on latency, custody and strength.</summary>
public enum BankingSubdomain
{
    RealTimePayments,
    WireTransfers,
    CardPayments,
    Trading,
    MarketData,
    HsmOperations,
    AtmNetwork,
    DomesticClearing,
    OpenBanking,
    DigitalBanking,
    LegacyMainframe,
    CrossBorder,
    PostTrade,
    AccountManagement,
    Lending,
    Treasury,
    LegacyMidrange,
    PkiInfrastructure,
    KeyManagement,
}
