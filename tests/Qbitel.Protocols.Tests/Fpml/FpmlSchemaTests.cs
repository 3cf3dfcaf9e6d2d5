using Qbitel.Protocols.Fpml.Schemas;

namespace Qbitel.Protocols.Tests.Fpml;

public sealed class FpmlSchemaTests
{
    private static readonly FpmlSchema Schema = FpmlSchema.Confirmation;

    [Fact]
    public void Every_type_links_and_its_model_leaves_no_doubt()
    {
        int models = 0;
        foreach (string name in Schema.TypeNames)
        {
            FpmlType type = Schema.Type(name);
            if (!type.HasElements) continue;
            Assert.True(type.Model.IsDeterministic, name);
            models++;
        }

        Assert.True(models > 1_000, $"{models}");
    }

    [Fact]
    public void Type_that_a_reference_is_for_exists() =>
        Assert.All(Schema.TypeNames.SelectMany(name => Schema.Type(name).AttributeList).Select(each => each.Target)
            .OfType<string>().Distinct(), target => Assert.True(Schema.HasType(target), target));

    [Fact]
    public void Model_goes_through_choices_repetitions_and_substitutes()
    {
        FpmlModel trade = Schema.Type("Trade").Model;
        int state = Step(trade, 0, "tradeHeader");
        Assert.Equal(-1, trade.Next(state, Schema.Code("product", false), true, out _));
        state = Step(trade, state, "fxSwap");
        Assert.True(trade.IsComplete(state));
        state = Step(trade, Step(trade, state, "otherPartyPayment"), "otherPartyPayment");
        state = Step(trade, Step(trade, state, "determiningParty"), "determiningParty");
        Assert.Equal(-1, trade.Next(state, Schema.Code("determiningParty", false), true, out _));
        Assert.Contains("documentation", trade.Expected(state), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FpMLVersion", "5-13", true), InlineData("FpMLVersion", "5-013", false)]
    [InlineData("PointValue", "0.0001", true), InlineData("PointValue", "0.1234", false)]
    [InlineData("HourMinuteTime", "17:30:00", true), InlineData("HourMinuteTime", "17:30:01", false)]
    [InlineData("PeriodExtendedEnum", " T ", true), InlineData("PeriodExtendedEnum", "Q", false)]
    [InlineData("NonNegativeDecimal", "-0.0", true), InlineData("NonNegativeDecimal", "-0.1", false)]
    [InlineData("CorrelationValue", "-1", true), InlineData("CorrelationValue", "1.01", false)]
    [InlineData("Scheme", "", true), InlineData("NonEmptyScheme", "", false)]
    [InlineData("xs:positiveInteger", "+1", true), InlineData("xs:positiveInteger", "0", false)]
    public void Value_is_judged_by_its_type(string type, string value, bool isAccepted) =>
        Assert.Equal(isAccepted, Schema.Simple(type).Accepts(value));

    [Fact]
    public void Derived_types_know_what_they_extend()
    {
        Assert.True(Schema.Type("FxOption").Is("Product"));
        Assert.True(Schema.Type("PeriodExtendedEnum").Is("xs:token") || Schema.Type("PeriodEnum").Is("xs:token"));
        Assert.False(Schema.Type("Party").Is("Product"));
        Assert.True(Schema.Type("Document").IsAbstract);
    }

    private static int Step(FpmlModel model, int state, string name)
    {
        int next = model.Next(state, Schema.Code(name, isSignature: false), isOurs: true, out _);
        Assert.True(next >= 0, name);
        return next;
    }
}
