using System.Text;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;
using Qbitel.Protocols.Fpml.Explaining;
using Qbitel.Protocols.Fpml.Products;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fpml;

public sealed class FpmlProductTests
{
    [Fact]
    public void Swap_is_typed()
    {
        FpmlTrade trade = Trade(FpmlTrades.Swap);
        Assert.Equal((new DateOnly(2026, 11, 27), "IRS-1"), (trade.TradeDate!.Value, trade.Identifiers[0].Value));
        InterestRateSwap swap = Assert.IsType<InterestRateSwap>(trade.Product);
        Assert.Equal(SwapKind.FixedFloating, swap.Form);
        Assert.Equal(("party1", "party2", new FpmlAmount(50_000_000m, "EUR"), 0.0265m, "1Y", "30/360"),
            (swap.Streams[0].Payer, swap.Streams[0].Receiver, swap.Streams[0].Notional!.Value,
                swap.Streams[0].FixedRate,
                swap.Streams[0].PaymentFrequency, swap.Streams[0].DayCount));
        Assert.Equal(("EUR-EURIBOR", "6M", false, new DateOnly(2031, 12, 1)), (swap.Streams[1].Index,
            swap.Streams[1].IndexTenor, swap.Streams[1].IsOvernight, swap.Streams[1].TerminationDate!.Value));
    }

    [Fact]
    public void Other_built_products_are_typed()
    {
        ForwardRateAgreement fra = Assert.IsType<ForwardRateAgreement>(Trade(FpmlTrades.Fra).Product);
        Assert.Equal(("party1", 0.024m, new DateOnly(2027, 3, 1)),
            (fra.Buyer, fra.FixedRate!.Value, fra.PaymentDate!.Value));
        FxSingleLeg spot = Assert.IsType<FxSingleLeg>(Trade(FpmlTrades.Spot).Product);
        Assert.Equal((false, "USD per GBP", 1.326m), (spot.IsForward, spot.Exchange.Quotation,
            spot.Exchange.Rate!.Value));
        Assert.True(Assert.IsType<FxSingleLeg>(Trade(FpmlTrades.Forward).Product).IsForward);
        FxOption option = Assert.IsType<FxOption>(Trade(FpmlTrades.Option).Product);
        Assert.Equal(("European", 1.16m, new DateOnly(2027, 2, 24), new FpmlAmount(61_500m, "USD")),
            (option.Style, option.Strike!.Value, option.ExpiryDate!.Value, option.Premiums[0].Amount!.Value));
        CreditDefaultSwap credit = Assert.IsType<CreditDefaultSwap>(Trade(FpmlTrades.Cds).Product);
        Assert.Equal((CreditReference.SingleName, "Example Motors Inc", 0.01m),
            (credit.Form, credit.Reference, credit.FixedRate!.Value));
        Assert.DoesNotContain("Example Motors", credit.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Header_and_parties_are_typed()
    {
        FpmlDocument document = FpmlBuilder.Build(FpmlTrades.Terms, FpmlTrades.Fra, FpmlTrades.Message);
        FpmlHeader header = document.Header!;
        Assert.Equal(("MSG-1", "FIRSTBANK", "SECONDBANK", false, "CORR-1", 1L, FpmlTrades.Message.Created),
            (header.MessageId, header.SentBy, header.SendTo[0], header.IsCorrection, header.CorrelationId,
                header.SequenceNumber, header.CreatedAt!.Value));
        Assert.Equal(("First Bank", "5493001KJTIIGC8Y1R12"),
            (document.Parties[0].Name, document.Parties[0].LegalEntityIdentifier));
        Assert.Equal("F***", document.Parties[0].ToString());
        Assert.Null(FpmlBuilder.Build(FpmlTrades.Terms, FpmlTrades.Fra).Header);
    }

    [Theory]
    [InlineData("ird-ex01-vanilla-swap.xml", "interest rate swap")]
    [InlineData("USD-OIS-uti.xml", "overnight index swap")]
    [InlineData("ird-ex07-ois-swap-uti.xml", "overnight index swap")]
    [InlineData("ird-ex06-xccy-swap.xml", "cross-currency swap")]
    [InlineData("inflation-swap-ex05-zc.xml", "inflation swap")]
    [InlineData("ird-ex09-euro-swaption-explicit-physical-exercise.xml", "swaption")]
    [InlineData("cd-ex11-short-us-corp-fixreg.xml", "credit default swap")]
    [InlineData("cdindex-ex01-cdx.xml", "credit index swap")]
    [InlineData("cds-basket.xml", "basket credit default swap")]
    [InlineData("fx-ex05-fx-fwd-w-ssi.xml", "foreign exchange forward")]
    [InlineData("fx-ex02-spot-cross-w-side-rates.xml", "foreign exchange spot")]
    [InlineData("fx-ex28-non-deliverable-w-disruption.xml", "non-deliverable forward")]
    [InlineData("fx-ex08-fx-swap.xml", "foreign exchange swap")]
    [InlineData("fx-ex11-non-deliverable-option.xml", "foreign exchange option")]
    [InlineData("eqd-ex12-vanilla-short-form.xml", "equity option")]
    [InlineData("eqs-ex06-single-index-long-form.xml", "equity swap")]
    [InlineData("com-ex1-gas-swap-daily-delivery-prices-last.xml", "commodity swap")]
    [InlineData("com-ex27-wti-put-option-asian-listedoption-date.xml", "commodity option")]
    [InlineData("fx-ex16-one-touch-option.xml", "fx digital option")]
    public void Product_of_a_published_example_has_its_view(string file, string kind)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/fpml/input/" + file));
        Assert.Equal(kind, FpmlDocument.Parse(bytes).Trades[0].Product!.Kind);
        Assert.Contains(MessageParser.Parse(bytes).Summary, pair => pair.Key == "product" && pair.Value == kind);
    }

    [Fact]
    public void Every_sample_is_explained_and_no_name_is_told()
    {
        int told = 0;
        foreach (string file in FpmlSampleTests.Samples("input").Concat(FpmlSampleTests.Samples("strata")))
        {
            FpmlDocument document = FpmlDocument.Parse(File.ReadAllBytes(file));
            FpmlExplanation explained = FpmlExplanation.Of(document);
            Assert.Equal(document.Trades.Count, explained.Trades.Count);
            foreach (ExplainedTrade trade in explained.Trades)
            {
                told++;
                Assert.NotEmpty(trade.Sentences);
                foreach (string name in document.Parties.Select(party => party.Name).OfType<string>())
                {
                    if (name.Length <= 8) continue;
                    Assert.DoesNotContain(trade.Sentences,
                        sentence => sentence.Contains(name, StringComparison.Ordinal));
                }
            }
        }

        Assert.True(told > 100, $"{told}");
    }

    [Fact]
    public void Trade_is_put_in_words()
    {
        FpmlExplanation explained = FpmlExplanation.Of(FpmlBuilder.Build(FpmlTrades.Terms, FpmlTrades.Swap));
        ExplainedTrade trade = Assert.Single(explained.Trades);
        Assert.Equal(
        [
            "party1 pays 2.65 % on EUR 50,000,000 to party2, every 1Y, 30/360.",
            "party2 pays EUR-EURIBOR 6M on EUR 50,000,000 to party1, every 6M, ACT/360.",
        ], trade.Sentences);
        Assert.Equal(["2026-11-27 traded", "2026-12-01 fixed leg begins", "2026-12-01 floating leg begins",
            "2031-12-01 fixed leg ends", "2031-12-01 floating leg ends"], trade.Days
                .Select(day => $"{day.Date:yyyy-MM-dd} {day.What}"));
        Assert.Equal("F***, 5493001KJTIIGC8Y1R12", explained.Parties[0].Value);
    }

    [Fact]
    public void Document_is_made_of_settings()
    {
        DateTimeOffset now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
        List<MessageSetting> settings =
        [
            new("tradeDate", "2026-11-27"), new("tradeId", "FX-7"), new("tradeIdScheme", "http://www.example.org/t"),
            new("us.name", "First Bank"), new("us.id", "5493001KJTIIGC8Y1R12"), new("them.name", "Second Bank"),
            new("them.id", "529900T8BM49AURSDO55"), new("sold", "100"), new("soldCurrency", "EUR"),
                new("bought", "116"),
            new("boughtCurrency", "USD"), new("rate", "1.16"), new("quotation", "boughtPerSold"),
                new("valueDate", "2026-12-01"),
        ];
        BuiltMessage built = MessageMaker.Build("fpml", "fx", settings, now);
        Assert.True(built.IsValid, string.Join("; ", built.Findings));
        Assert.Null(FpmlPlatform.Fault(built.Bytes!.Value.ToArray()));
        Assert.Equal(settings.Count, MessageMaker.Slots("fpml", "fx").Count(slot => slot.IsRequired));

        settings[7] = new("sold", "a hundred");
        settings[13] = new("valuedate", "2026-12-01");
        BuiltMessage wrong = MessageMaker.Build("fpml", "fx", settings, now);
        Assert.Equal(["sold", "valueDate", "valuedate"], wrong.Findings
            .Select(finding => finding.Path).Order(StringComparer.Ordinal));
        Assert.False(MessageMaker.Build("fpml", "nothing", settings, now).IsValid);
    }

    [Fact]
    public void Document_is_made_of_paths()
    {
        BuiltMessage built = MessageMaker.Build("fpml", "dataDocument",
        [
            new("/dataDocument/party/@id", "a"), new("party/partyId", "A"),
                new("party/partyId/@partyIdScheme", "urn:x"),
        ], DateTimeOffset.UnixEpoch);
        Assert.True(built.IsValid, string.Join("; ", built.Findings));
        Assert.Contains(MessageMaker.Slots("fpml", "requestConfirmation"), slot => slot.Path == "header/messageId"
            && slot.IsRequired);
        Assert.Empty(MessageMaker.Slots("fpml", "trade"));
        Assert.Equal("Build.Path", Assert.Single(MessageMaker.Build("fpml", "dataDocument", [new("nowhere", "1")],
            DateTimeOffset.UnixEpoch).Findings).Code);
    }

    private static FpmlTrade Trade(ProductTerms terms)
    {
        FpmlDocument document = FpmlBuilder.Build(FpmlTrades.Terms, terms);
        Assert.Equal("fpml", MessageIdentifier.Identify(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(document.Source.Span))).Protocol);
        return Assert.Single(document.Trades);
    }
}
