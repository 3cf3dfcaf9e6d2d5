using Qbitel.Protocols.Fpml.Building;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>A trade of each product that can be built.</summary>
internal static class FpmlTrades
{
    public static readonly TradeTerms Terms = new(
        new PartyTerms("First Bank", "5493001KJTIIGC8Y1R12"), new PartyTerms("Second Bank", "529900T8BM49AURSDO55"),
        new DateOnly(2026, 11, 27), "IRS-1", "http://www.example.org/trade-id");

    public static readonly MessageTerms Message = new("MSG-1", "http://www.example.org/message-id", "FIRSTBANK",
        "SECONDBANK", new DateTimeOffset(2026, 11, 27, 16, 30, 0, TimeSpan.Zero), "CORR-1");

    public static readonly BusinessDays Target = new("MODFOLLOWING", "EUTA");

    public static readonly SwapTerms Swap = new(PaysFixed: true, 50_000_000m, "EUR", new DateOnly(2026, 12, 1),
        new DateOnly(2031, 12, 1), 0.0265m, "1Y", "30/360", "EUR-EURIBOR", "6M", "6M", "ACT/360", Target);

    public static readonly FraTerms Fra = new(IsBuyer: true, 25_000_000m, "EUR", new DateOnly(2027, 3, 1),
        new DateOnly(2027, 9, 1), 0.024m, "EUR-EURIBOR", "6M", "ACT/360", Target);

    public static readonly FxTerms Spot = new(10_000_000m, "GBP", 13_260_000m, "USD", 1.326m, IsBoughtPerSold: true,
        new DateOnly(2026, 12, 1));

    public static readonly FxTerms Forward = Spot with
    {
        ValueDate = new DateOnly(2027, 5, 27),
        Rate = 1.3275m,
        Bought = 13_275_000m,
        SpotRate = 1.326m,
        ForwardPoints = 0.0015m,
    };

    public static readonly FxOptionTerms Option = new(IsBuyer: true, 5_000_000m, "EUR", 5_800_000m, "USD", 1.16m,
        IsPutPerCall: false, new DateOnly(2027, 2, 24), "10:00:00", "USNY", new DateOnly(2027, 2, 26), 61_500m, "USD",
        new DateOnly(2026, 12, 1));

    public static readonly CdsTerms Cds = new(IsBuyer: true, "Example Motors Inc", null, new DateOnly(2026, 11, 28),
        new DateOnly(2031, 12, 20), 20_000_000m, "USD", 0.01m, "3M", "ACT/360");

    public static readonly (string Name, ProductTerms Terms)[] All =
    [
        ("swap", Swap), ("fra", Fra), ("spot", Spot), ("forward", Forward), ("option", Option), ("cds", Cds),
    ];
}
