using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Qbitel.Governance.Tests;

public sealed class CanonicalJsonTests
{
    // RFC 8785, appendix B: the IEEE 754 bits and the text of the number.
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Numbers_are_written_as_ECMAScript_writes_them(ulong bits, string expected) =>
        Assert.Equal(expected, CanonicalJson.FormatNumber(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    public void A_number_no_double_holds_is_refused(string json) =>
        Assert.Contains("too large", Refusal(json), StringComparison.Ordinal);

    [Fact]
    public void Members_are_sorted_by_UTF16_code_units_not_by_code_points()
    {
        // RFC 8785, section 3.2.3: U+1F600 is D83D DE00 and so comes before U+FB33.
        string json = """{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""";
        Assert.Equal(
            "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\U0001f600\":5,\"\ufb33\":3}",
            Canonical(json));
    }

    [Fact]
    public void Strings_use_the_shortest_escapes_and_no_others() =>
        Assert.Equal("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u007f\u2028\\b\\t\\f\\r\"",
            Canonical("""  "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\u007f\u2028\b\t\f\r"  """));

    [Fact]
    public void Blanks_go_and_literals_stay() =>
        Assert.Equal("""{"a":[null,true,false,56,{},[]],"b":""}""",
            Canonical(" { \"b\" : \"\" ,\n\"a\" : [ null, true , false, 56.0, { } , [ ] ] } "));

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("[1,]")]
    [InlineData("// no\n1")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("01")]
    [InlineData("NaN")]
    [InlineData("")]
    [InlineData("1 2")]
    public void What_has_no_single_meaning_is_refused(string json) => Assert.NotEmpty(Refusal(json));

    [Fact]
    public void Nesting_is_bounded() => Assert.NotEmpty(Refusal(new string('[', 100_000)));

    [Fact]
    public void The_canonical_form_is_its_own_canonical_form() =>
        Prop.ForAll<string, double>((text, number) =>
        {
            if (!double.IsFinite(number)) return true;
            string name = new([.. (text ?? "").Where(c => !char.IsSurrogate(c))]);
            byte[] once = CanonicalJson.Serialize(System.Text.Json.JsonSerializer.SerializeToElement(
                new Dictionary<string, object> { [name] = number, ["z" + name] = new[] { name, name } }));
            Assert.True(CanonicalJson.TryCanonicalize(once, out byte[]? twice, out _));
            Assert.Equal(once, twice);
            Assert.Equal(
                number == 0
                    ? 0 : number, System.Text.Json.JsonDocument.Parse(once).RootElement.GetProperty(name).GetDouble());
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_end_in_a_value_or_an_error() =>
        Prop.ForAll<byte[]>(
            bytes => CanonicalJson.TryCanonicalize(bytes, out byte[]? canonical, out string? error)
                ? canonical is not null : error is not null)
            .QuickCheckThrowOnFailure();

    private static string Canonical(string json)
    {
        Assert.True(
            CanonicalJson.TryCanonicalize(Encoding.UTF8.GetBytes(json), out byte[]? canonical, out string? error),
            error);
        return Encoding.UTF8.GetString(canonical);
    }

    private static string Refusal(string json)
    {
        Assert.False(CanonicalJson.TryCanonicalize(Encoding.UTF8.GetBytes(json), out _, out string? error));
        return error;
    }
}
