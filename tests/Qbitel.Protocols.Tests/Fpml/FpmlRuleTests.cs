using System.Text;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;
using Qbitel.Protocols.Fpml.Rules;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>One fault for each rule: the right code, at the right place, and nothing else at fault there.</summary>
public sealed class FpmlRuleTests
{
    [Theory]
    [InlineData("swap", "<unadjustedDate>2031-12-01", "<unadjustedDate>2026-12-01", "Fpml.DateOrder", "ird-14", "swapStream/calculationPeriodDates/terminationDate/unadjustedDate")]
    [InlineData("swap", "<payerPartyReference href=\"party1\"", "<payerPartyReference href=\"party2\"", "Fpml.SameParty", "ird-8", "swapStream/receiverPartyReference")]
    [InlineData("swap", "<payRelativeTo>", "<firstPaymentDate>2028-12-01</firstPaymentDate><lastRegularPaymentDate>2027-12-01</lastRegularPaymentDate><payRelativeTo>", "Fpml.DateOrder", "ird-35", "swapStream/paymentDates/lastRegularPaymentDate")]
    [InlineData("swap", "<payRelativeTo>", "<firstPaymentDate>2026-11-30</firstPaymentDate><payRelativeTo>", "Fpml.DateOrder", "ird-6", "swapStream/paymentDates/firstPaymentDate")]
    [InlineData("swap", "<payRelativeTo>", "<firstPaymentDate>2027-11-15</firstPaymentDate><payRelativeTo>", "Fpml.Schedule", "ird-3", "swapStream/paymentDates/firstPaymentDate")]
    [InlineData("swap", "<payRelativeTo>", "<lastRegularPaymentDate>2030-11-15</lastRegularPaymentDate><payRelativeTo>", "Fpml.Schedule", "ird-4", "swapStream/paymentDates/lastRegularPaymentDate")]
    [InlineData("swap", "<calculationPeriodFrequency>", "<firstRegularPeriodStartDate>2032-01-01</firstRegularPeriodStartDate><calculationPeriodFrequency>", "Fpml.DateOrder", "ird-16", "swapStream/calculationPeriodDates/terminationDate/unadjustedDate")]
    [InlineData("swap", "<calculationPeriodFrequency>", "<lastRegularPeriodEndDate>2032-01-01</lastRegularPeriodEndDate><calculationPeriodFrequency>", "Fpml.DateOrder", "ird-17", "swapStream/calculationPeriodDates/terminationDate/unadjustedDate")]
    [InlineData("swap", "<calculationPeriodFrequency>", "<firstRegularPeriodStartDate>2029-12-01</firstRegularPeriodStartDate><lastRegularPeriodEndDate>2028-12-01</lastRegularPeriodEndDate><calculationPeriodFrequency>", "Fpml.DateOrder", "ird-18", "swapStream/calculationPeriodDates/lastRegularPeriodEndDate")]
    [InlineData("swap", "<calculationPeriodFrequency>", "<lastRegularPeriodEndDate>2026-11-01</lastRegularPeriodEndDate><calculationPeriodFrequency>", "Fpml.DateOrder", "ird-20", "swapStream/calculationPeriodDates/lastRegularPeriodEndDate")]
    [InlineData("swap", "<rollConvention>1<", "<rollConvention>15<", "Fpml.Roll", "ird-10", "swapStream/calculationPeriodDates/effectiveDate/unadjustedDate")]
    [InlineData("swap", "<unadjustedDate>2031-12-01", "<unadjustedDate>2031-12-15", "Fpml.Roll", "ird-11", "swapStream/calculationPeriodDates/terminationDate/unadjustedDate")]
    [InlineData("swap", "<unadjustedDate>2031-12-01", "<unadjustedDate>2031-06-01", "Fpml.Schedule", "ird-12", "swapStream/calculationPeriodDates/calculationPeriodFrequency")]
    [InlineData("swap", "<periodMultiplier>1</periodMultiplier><period>Y</period></paymentFrequency>", "<periodMultiplier>18</periodMultiplier><period>M</period></paymentFrequency>", "Fpml.Frequency", "ird-1", "swapStream/paymentDates/paymentFrequency")]
    [InlineData("swap", "<periodMultiplier>6</periodMultiplier><period>M</period></resetFrequency>", "<periodMultiplier>5</periodMultiplier><period>M</period></resetFrequency>", "Fpml.Frequency", "ird-5", "swapStream[2]/resetDates/resetFrequency")]
    [InlineData("swap", "<period>M</period></resetFrequency>", "<period>M</period><weeklyRollConvention>MON</weeklyRollConvention></resetFrequency>", "Fpml.WeeklyRoll", "ird-49", "swapStream[2]/resetDates/resetFrequency")]
    [InlineData("swap", "<dayCountFraction>30/360</dayCountFraction>", "<dayCountFraction>30/360</dayCountFraction><compoundingMethod>Flat</compoundingMethod>", "Fpml.Compounding", "ird-9", "swapStream/calculationPeriodAmount/calculation/compoundingMethod")]
    [InlineData("swap", "<initialValue>50000000</initialValue>", "<initialValue>0</initialValue>", "Fpml.Notional", "ird-25", "swapStream/calculationPeriodAmount/calculation/notionalSchedule/notionalStepSchedule/initialValue")]
    [InlineData("swap", "<initialValue>50000000</initialValue>", "<initialValue>50000000</initialValue><step><stepDate>2028-12-01</stepDate><stepValue>4</stepValue></step><step><stepDate>2027-12-01</stepDate><stepValue>3</stepValue></step>", "Fpml.StepOrder", "ird-50", "swapStream/calculationPeriodAmount/calculation/notionalSchedule/notionalStepSchedule/step[2]/stepDate")]
    [InlineData("swap", "<initialValue>50000000</initialValue>", "<initialValue>50000000</initialValue><step><stepDate>2028-11-01</stepDate><stepValue>4</stepValue></step>", "Fpml.StepDate", "ird-50", "swapStream/calculationPeriodAmount/calculation/notionalSchedule/notionalStepSchedule/step/stepDate")]
    [InlineData("swap", "<initialValue>0.0265</initialValue>", "<initialValue>0.0265</initialValue><step><stepDate>2031-12-01</stepDate><stepValue>4</stepValue></step>", "Fpml.StepDate", "ird-51", "swapStream/calculationPeriodAmount/calculation/fixedRateSchedule/step/stepDate")]
    [InlineData("swap", "</notionalStepSchedule>", "</notionalStepSchedule><notionalStepParameters><calculationPeriodDatesReference href=\"fixedCalculationPeriodDates\"/><stepFrequency><periodMultiplier>1</periodMultiplier><period>Y</period></stepFrequency><firstNotionalStepDate>2027-12-01</firstNotionalStepDate><lastNotionalStepDate>2030-12-01</lastNotionalStepDate><notionalStepAmount>-12500001</notionalStepAmount></notionalStepParameters>", "Fpml.NotionalSteps", "", "swapStream/calculationPeriodAmount/calculation/notionalSchedule/notionalStepParameters/notionalStepAmount")]
    [InlineData("swap", "</calculationPeriodAmount>", "</calculationPeriodAmount><stubCalculationPeriodAmount><calculationPeriodDatesReference href=\"fixedCalculationPeriodDates\"/><initialStub><stubRate>0.01</stubRate></initialStub></stubCalculationPeriodAmount>", "Fpml.Stub", "ird-23", "swapStream/stubCalculationPeriodAmount/initialStub")]
    [InlineData("swap", "</calculationPeriodAmount>", "</calculationPeriodAmount><stubCalculationPeriodAmount><calculationPeriodDatesReference href=\"fixedCalculationPeriodDates\"/><finalStub><stubRate>0.01</stubRate></finalStub></stubCalculationPeriodAmount>", "Fpml.Stub", "ird-24", "swapStream/stubCalculationPeriodAmount/finalStub")]
    [InlineData("swap", "<businessDayConvention>NONE</businessDayConvention>", "<businessDayConvention>NONE</businessDayConvention><businessCenters><businessCenter>EUTA</businessCenter></businessCenters>", "Fpml.BusinessCenters", "shared-1", "swapStream/calculationPeriodDates/effectiveDate/dateAdjustments/businessCenters")]
    [InlineData("swap", "<period>D</period>", "<period>M</period>", "Fpml.DayType", "shared-15", "swapStream[2]/resetDates/fixingDates/period")]
    [InlineData("swap", "<dayCountFraction>30/360<", "<dayCountFraction>31/360<", "Fpml.DayCount", "", "swapStream/calculationPeriodAmount/calculation/dayCountFraction")]
    [InlineData("swap", "<currency>EUR</currency>", "<currency>EUX</currency>", "Fpml.Currency", "", "swapStream/calculationPeriodAmount/calculation/notionalSchedule/notionalStepSchedule/currency")]
    [InlineData("fra", "<adjustedTerminationDate>2027-09-01", "<adjustedTerminationDate>2027-02-01", "Fpml.DateOrder", "the term", "adjustedTerminationDate")]
    [InlineData("fra", "<amount>25000000", "<amount>-25000000", "Fpml.Notional", "", "notional/amount")]
    [InlineData("fra", "<buyerPartyReference href=\"party1\"", "<buyerPartyReference href=\"party2\"", "Fpml.SameParty", "cd-6", "sellerPartyReference")]
    [InlineData("spot", "<valueDate>2026-12-01", "<valueDate>2026-11-26", "Fpml.DateOrder", "fx-39", "valueDate")]
    [InlineData("spot", "<currency>USD</currency>", "<currency>GBP</currency>", "Fpml.SameCurrency", "fx-19", "exchangedCurrency2/paymentAmount/currency")]
    [InlineData("spot", "<currency2>USD", "<currency2>GBP", "Fpml.SameCurrency", "fx-27", "exchangeRate/quotedCurrencyPair/currency2")]
    [InlineData("forward", "<rate>1.3275", "<rate>1.3276", "Fpml.ForwardPoints", "fx-30", "exchangeRate/rate")]
    [InlineData("option", "<expiryDate>2027-02-24", "<expiryDate>2026-02-24", "Fpml.DateOrder", "fx-36", "europeanExercise/expiryDate")]
    [InlineData("option", "<expiryDate>2027-02-24", "<expiryDate>2027-02-28", "Fpml.DateOrder", "settlement", "europeanExercise/valueDate")]
    [InlineData("option", "<currency>EUR</currency>", "<currency>USD</currency>", "Fpml.SameCurrency", "fx-23", "callCurrencyAmount/currency")]
    [InlineData("cds", "<unadjustedDate>2031-12-20", "<unadjustedDate>2026-11-20", "Fpml.DateOrder", "cd-5", "generalTerms/scheduledTerminationDate/unadjustedDate")]
    [InlineData("cds", "<noReferenceObligation>true</noReferenceObligation>", "<noReferenceObligation>true</noReferenceObligation><referencePrice>-1</referencePrice>", "Fpml.Rate", "cd-12", "generalTerms/referenceInformation/referencePrice")]
    [InlineData("cds", "</referenceInformation>", "</referenceInformation><substitution>true</substitution>", "Fpml.Basket", "cd-42", "generalTerms/substitution")]
    [InlineData("cds", "</referenceInformation>", "</referenceInformation><modifiedEquityDelivery>true</modifiedEquityDelivery>", "Fpml.Tranche", "cd-41", "generalTerms/modifiedEquityDelivery")]
    [InlineData("cds", "<fixedAmountCalculation>", "<firstPaymentDate>2026-11-20</firstPaymentDate><fixedAmountCalculation>", "Fpml.DateOrder", "cd-28", "feeLeg/periodicPayment/firstPaymentDate")]
    [InlineData("cds", "<fixedAmountCalculation>", "<firstPaymentDate>2032-11-20</firstPaymentDate><fixedAmountCalculation>", "Fpml.DateOrder", "cd-29", "generalTerms/scheduledTerminationDate/unadjustedDate")]
    [InlineData("cds", "<fixedAmountCalculation>", "<lastRegularPaymentDate>2032-11-20</lastRegularPaymentDate><fixedAmountCalculation>", "Fpml.DateOrder", "cd-30", "generalTerms/scheduledTerminationDate/unadjustedDate")]
    [InlineData("cds", "<fixedAmountCalculation>", "<firstPaymentDate>2027-12-20</firstPaymentDate><lastRegularPaymentDate>2027-03-20</lastRegularPaymentDate><fixedAmountCalculation>", "Fpml.DateOrder", "cd-31", "feeLeg/periodicPayment/lastRegularPaymentDate")]
    [InlineData("cds", "<fixedAmountCalculation>", "<firstPaymentDate>2026-12-20</firstPaymentDate><lastRegularPaymentDate>2030-10-20</lastRegularPaymentDate><fixedAmountCalculation>", "Fpml.Schedule", "cd-33", "feeLeg/periodicPayment/paymentFrequency")]
    [InlineData("cds", "<periodicPayment>", "<singlePayment><adjustablePaymentDate>2026-11-01</adjustablePaymentDate><fixedAmount><currency>USD</currency><amount>1</amount></fixedAmount></singlePayment><periodicPayment>", "Fpml.DateOrder", "cd-26", "feeLeg/singlePayment/adjustablePaymentDate")]
    public void Fault_is_found_by_its_rule(string product, string original, string replacement, string code, string rule,
        string path)
    {
        string text = Text(product);
        int at = text.IndexOf(original, StringComparison.Ordinal);
        Assert.True(at >= 0, original);
        FpmlDocument document = FpmlDocument.Parse(Encoding.UTF8.GetBytes(text[..at] + replacement + text[(at + original.Length)..]));
        string root = $"/dataDocument/trade/{document.Trades[0].Product!.Element.Name}/";
        Assert.Contains(document.Findings, finding => finding.Code == code && finding.Path == root + path
            && finding.Message.Contains(rule, StringComparison.Ordinal) && finding.Line > 0);
        Assert.DoesNotContain(document.Findings, finding => finding.Code is "Fpml.Missing" or "Fpml.UnknownElement"
            or "Fpml.Value" or "Fpml.Order" or "Fpml.Reference");
    }

    [Theory]
    [InlineData("5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13", "Fpml.Lei")]
    [InlineData("iso17442\">5493001KJTIIGC8Y1R12", "iso9362\">FIRSTBANK", "Fpml.Bic")]
    public void Identifier_of_a_party_is_checked(string original, string replacement, string code)
    {
        string text = Text("spot").Replace(original, replacement, StringComparison.Ordinal);
        Diagnostic finding = Assert.Single(FpmlDocument.Parse(Encoding.UTF8.GetBytes(text)).Findings);
        Assert.Equal((code, Severity.Warning, "/dataDocument/party/partyId"), (finding.Code, finding.Severity, finding.Path));
    }

    [Theory]
    [InlineData("2026-01-31", "2027-01-31", "3M", "EOM", "2026-01-31 2026-04-30 2026-07-31 2026-10-31 2027-01-31", true)]
    [InlineData("2026-01-15", "2026-07-15", "3M", "15", "2026-01-15 2026-04-15 2026-07-15", true)]
    [InlineData("2026-01-30", "2026-05-30", "1M", "30", "2026-01-30 2026-02-28 2026-03-30 2026-04-30 2026-05-30", true)]
    [InlineData("2026-01-15", "2026-06-01", "3M", "15", "2026-01-15 2026-04-15 2026-06-01", false)]
    [InlineData("2026-01-05", "2026-01-26", "1W", "MON", "2026-01-05 2026-01-12 2026-01-19 2026-01-26", true)]
    [InlineData("2026-01-05", "2027-01-26", "1T", "NONE", "2026-01-05 2027-01-26", true)]
    public void Schedule_steps_as_the_calendar_has_it(string from, string to, string frequency, string roll, string dates,
        bool isWhole)
    {
        FpmlPeriod period = FpmlPeriod.Of(int.Parse(frequency[..^1], null), frequency[^1..])!.Value;
        FpmlSchedule schedule = FpmlSchedule.Of(Date(from), Date(from), Date(to), Date(to), period, roll)!;
        Assert.Equal(dates, string.Join(' ', schedule.Dates.Select(FpmlCase.Shown)));
        Assert.Equal(isWhole, schedule.IsWhole);
    }

    [Theory]
    [InlineData("6M", "3M", true), InlineData("3M", "6M", false), InlineData("1Y", "6M", true)]
    [InlineData("2W", "7D", true), InlineData("3M", "7D", false), InlineData("3M", "1D", true), InlineData("1T", "6M", true)]
    [InlineData("6M", "1T", false), InlineData("1T", "1T", true)]
    public void Period_is_a_multiple_of_another(string one, string other, bool isMultiple) =>
        Assert.Equal(isMultiple, Period(one).IsMultipleOf(Period(other)));

    [Fact]
    public void Exchange_dates_of_a_market_are_left_alone() => Assert.Null(FpmlSchedule.Of(Date("2026-03-18"),
        Date("2026-03-18"), Date("2026-06-17"), Date("2026-06-17"), Period("3M"), "IMM"));

    private static FpmlPeriod Period(string text) => FpmlPeriod.Of(int.Parse(text[..^1], null), text[^1..])!.Value;

    private static DateOnly Date(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    internal static string Text(string product)
    {
        ProductTerms terms = FpmlTrades.All.Single(each => each.Name == product).Terms;
        string text = Encoding.UTF8.GetString(FpmlBuilder.Build(FpmlTrades.Terms, terms).Source.Span);
        return string.Concat(text.Split('\n').Select(line => line.Trim()));
    }
}
