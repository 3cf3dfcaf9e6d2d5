using System.Text;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixValueTests
{
    [Theory]
    [InlineData("int", "0 -1 00023 -00 999999999999999999999", "+1 1.0 - 1e3 ½ 0x1")]
    [InlineData("SeqNum", "1 001", "-1 1.0 x")]
    [InlineData("TagNum", "1 5001", "01 -1 x")]
    [InlineData("NumInGroup", "0 2", "-1 x")]
    [InlineData("DayOfMonth", "1 31 09", "0 32 -1")]
    [InlineData("Price", "10 10. .5 -0.5 00100.500 0", "+1 1e5 1E5 1,000 . - -. 1.2.3 1- NaN Infinity")]
    [InlineData("Percentage", "0.05 -1", "5%")]
    [InlineData("char", "A ~ é", "AB")]
    [InlineData("Boolean", "Y N", "y 1 YES")]
    [InlineData("Currency", "EUR XXX", "EURO eur E1R")]
    [InlineData("Country", "DE", "DEU de")]
    [InlineData("Language", "en DE", "eng e")]
    [InlineData("MonthYear", "202612 20261231 202612w1 202612w5", "202613 2026 20261232 202612w6 202612x1")]
    [InlineData("UTCTimestamp", "20261122-12:00:00 20261122-12:00:00.123 20261122-12:00:00.123456"
        + " 20261122-12:00:00.123456789 20261231-23:59:60",
        "20261122-12:00:00.1 20261122-12:00:00.12345678 20261122-24:00:00 20261122-12:60:00"
        + " 20261122-12:00:61 20261122T12:00:00 20260229-12:00:00 20261122-12:00 20261122-12:00:00Z")]
    [InlineData("UTCTimeOnly", "00:00:00 23:59:60 12:00:00.123", "24:00:00 12:00 12:00:00.")]
    [InlineData("UTCDateOnly", "20240229", "20260229 00000101 2026-01-01 202601")]
    [InlineData("LocalMktDate", "20261231", "20261301")]
    [InlineData("TZTimeOnly", "07:39Z 02:39-05 15:39+08 13:09+05:30 07:39:00 07:39:00.123Z",
        "7:39Z 07:39+15 07:39Z1 07:39+5 25:00Z")]
    [InlineData("TZTimestamp", "20060901-07:39Z 20060901-02:39-05 20060901-13:09:00.123+05:30",
        "20060901 20060931-07:39Z 20060901-07:39+0530")]
    [InlineData("Tenor", "D5 M3 W13 Y1", "D X5 5D")]
    [InlineData("MultipleCharValue", "A", "AB")]
    [InlineData("Reserved100Plus", "100 4000", "99 x")]
    public void A_type_takes_these_and_not_those(string type, string right, string wrong)
    {
        FixType known = FixDictionary.TypeOf(type);
        bool Fits(string value) => FixValue.Fits(known, Encoding.Latin1.GetBytes(value));
        Assert.All(right.Split(' '), value => Assert.True(Fits(value), value));
        Assert.All(wrong.Split(' '), value => Assert.False(Fits(value), value));
        Assert.NotEmpty(FixValue.Form(known));
    }

    [Theory]
    [InlineData("MultipleValueString", "1 2", true)]
    [InlineData("MultipleValueString", "1  2", false)]
    [InlineData("MultipleStringValue", " 1", false)]
    [InlineData("MultipleCharValue", "A B C", true)]
    [InlineData("MultipleCharValue", "A BC", false)]
    public void A_list_has_one_space_between(string type, string value, bool fits) =>
        Assert.Equal(fits, FixValue.Fits(FixDictionary.TypeOf(type), Encoding.Latin1.GetBytes(value)));

    [Theory]
    [InlineData("Currency", "EUR", true)]
    [InlineData("Currency", "ZZZ", false)]
    [InlineData("Country", "DE", true)]
    [InlineData("Country", "ZZ", false)]
    [InlineData("Exchange", "XNAS", true)]
    [InlineData("Exchange", "N", false)]
    [InlineData("Exchange", "nyse!", false)]
    public void A_code_of_ISO_is_looked_up(string type, string value, bool listed) =>
        Assert.Equal(listed, FixValue.IsListed(FixDictionary.TypeOf(type), Encoding.Latin1.GetBytes(value)));

    [Theory]
    [InlineData("IOIQty", "L", true)]
    [InlineData("IOIQty", "1000", true)] // a quantity as well as a code
    [InlineData("IOIQty", "X", false)]
    [InlineData("OrdRejReason", "3", true)]
    [InlineData("OrdRejReason", "100", true)] // the parties' own
    [InlineData("OrdRejReason", "88", false)]
    [InlineData("SettlType", "M6", true)]
    [InlineData("ExecInst", "1 G", true)]
    [InlineData("ExecInst", "1 ?", false)]
    public void A_list_of_codes_leaves_room_where_the_standard_does(string name, string value, bool allowed) =>
        Assert.Equal(allowed,
            FixDictionary.Of("FIX.5.0SP2", "FIXT.1.1").Field(name)!.Allows(Encoding.Latin1.GetBytes(value)));
}
