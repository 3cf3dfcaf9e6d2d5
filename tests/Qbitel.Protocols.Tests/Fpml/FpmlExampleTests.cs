using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;
using Qbitel.Protocols.Fpml.Products;
using Qbitel.Protocols.Fpml.Tree;

namespace Qbitel.Protocols.Tests.Fpml;

public sealed class FpmlExampleTests
{
    [Fact]
    public void Example_of_the_format_page_does_what_it_says()
    {
        #region BuildSwap
        TradeTerms trade = new(new PartyTerms("First Bank", "5493001KJTIIGC8Y1R12"),
            new PartyTerms("Second Bank", "529900T8BM49AURSDO55"), new DateOnly(2026, 11, 27), "IRS-1",
            "http://www.example.org/trade-id");
        SwapTerms terms = new(PaysFixed: true, 50_000_000m, "EUR", new DateOnly(2026, 12, 1), new DateOnly(2031, 12, 1),
            0.0265m, "1Y", "30/360", "EUR-EURIBOR", "6M", "6M", "ACT/360", new BusinessDays("MODFOLLOWING", "EUTA"));
        FpmlDocument document = FpmlBuilder.Build(trade, terms);    // throws rather than make an invalid one
        InterestRateSwap swap = (InterestRateSwap)document.Trades[0].Product!;
        Console.WriteLine($"{swap.Streams[1].Payer} pays {swap.Streams[1].Index} on {swap.Streams[1].Notional}");
        FpmlElement roll = document.Root.Find(
            "trade/swap/swapStream[1]/calculationPeriodDates/calculationPeriodFrequency/rollConvention")!;
        Console.WriteLine($"{roll.Value} at {roll.Path}, byte {roll.Offset}");
        #endregion
        Assert.Equal(("party2", "EUR-EURIBOR", "EUR 50,000,000"),
            (swap.Streams[1].Payer, swap.Streams[1].Index, swap.Streams[1].Notional.ToString()));
        Assert.Equal("1", roll.Value);
    }
}
