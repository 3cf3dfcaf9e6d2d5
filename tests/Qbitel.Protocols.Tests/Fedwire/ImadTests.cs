using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Fedwire;

namespace Qbitel.Protocols.Tests.Fedwire;

public sealed class ImadTests
{
    [Theory]
    [InlineData("20261124QBITUS33000042", true)]
    [InlineData("20261124QBITUS3300000042", false)] // 24 characters
    [InlineData("20261324QBITUS33000042", false)]
    [InlineData("20261124qbitus33000042", false)]
    [InlineData("20261124QBITUS3300004A", false)]
    [InlineData("", false)]
    public void Form_is_day_endpoint_and_sequence(string text, bool valid)
    {
        Assert.Equal(valid, Imad.TryParse(text, out Imad imad));
        if (valid) Assert.Equal(text, imad.Value);
    }

    [Fact]
    public void Parse_gives_what_was_written() => Prop.ForAll<int>(number =>
    {
        int sequence = Math.Abs(number % (Imad.MaximumSequence + 1));
        Assert.True(Imad.TryCreate(new DateOnly(2026, 11, 24), "B1QDRCQR", sequence, out Imad imad));
        return Imad.TryParse(imad.ToString(), out Imad parsed) && parsed == imad && imad.Value.Length == 22;
    }).QuickCheckThrowOnFailure();
}
