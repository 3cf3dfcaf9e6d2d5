using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Tests.Swift;

public sealed class FieldFormatTests
{
    [Theory]
    [InlineData("16x", "A", true)]
    [InlineData("16x", "", false)]
    [InlineData("16x", "ABCDEFGHIJKLMNOPQ", false)]
    [InlineData("4!c", "CRED", true)]
    [InlineData("4!c", "CRE", false)]
    [InlineData("4!c[/30x]", "PHON", true)]
    [InlineData("4!c[/30x]", "PHON/CALL", true)]
    [InlineData("4!c[/30x]", "PHONCALL", false)]
    [InlineData("6!n3!a15d", "261124EUR1,", true)]
    [InlineData("6!n3!a15d", "261124EUR,1", false)]
    [InlineData("6!n3!a15d", "261124EUR1,2,3", false)]
    [InlineData("[[/1!a][/34x]CRLF]BIC", "DEUTDEFF", true)]
    [InlineData("[[/1!a][/34x]CRLF]BIC", "/D/12345\nDEUTDEFF500", true)]
    [InlineData("[[/1!a][/34x]CRLF]BIC", "//RT\nDEUTDEFF", true)]
    [InlineData("[[/1!a][/34x]CRLF]BIC", "DEUTDEFF5", false)]
    [InlineData("[/34xCRLF]4*35x", "/1\nA\nB\nC\nD", true)]
    [InlineData("[/34xCRLF]4*35x", "A\nB\nC\nD\nE", false)]
    [InlineData("[/34xCRLF]4*35x", "A\n\nB", false)]
    [InlineData("35xCRLF4*(1!n/33x)", "/1\n1/NAME\n2/STREET", true)]
    [InlineData("35xCRLF4*(1!n/33x)", "/1\nNAME", false)]
    [InlineData("/8c/4!n1!x4!n", "/SNDTIME/0931+0100", true)]
    [InlineData("[/1!a][/34x][CRLF35x]", "/123\nTOWN", true)]
    [InlineData("9000z", "any_{text}\nover lines", true)]
    public void A_form_takes_what_it_describes(string notation, string value, bool fits) =>
        Assert.Equal(fits, FieldFormat.Compile(notation).Fits(value, out _));

    [Fact]
    public void It_tells_how_far_the_value_fits()
    {
        Assert.False(FieldFormat.Compile("6!n3!a15d").Fits("261124EuR1,", out FieldFault fault));
        Assert.Equal((FaultKind.Form, 7), (fault.Kind, fault.At));
    }
}
