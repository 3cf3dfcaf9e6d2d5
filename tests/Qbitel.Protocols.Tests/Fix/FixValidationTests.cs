using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Qbitel.Protocols.Fix;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

public sealed partial class FixValidationTests
{
    [Fact]
    public void A_whole_order_is_valid() => Assert.Empty(FixMessage.Parse(FixText.Frame(FixText.Order)).Validate());

    [Theory]
    [InlineData("44=10.5|", "44=1e5|", 6, "44")]
    [InlineData("44=10.5|", "44=+5|", 6, "44")]
    [InlineData("44=10.5|", "44=|", 4, "44")]
    [InlineData("44=10.5|", "44=10.5|44=10.5|", 13, "44")]
    [InlineData("44=10.5|", "999=1|", 0, "999")]
    [InlineData("44=10.5|", "44|", 17, null)]
    [InlineData("44=10.5|", "0=1|", 0, "0")]
    [InlineData("44=10.5|", "044=1|", 0, "044")]
    [InlineData("44=10.5|", "112=HI|", 2, "112")]
    [InlineData("44=10.5|", "57=LATE|", 14, "57")]
    [InlineData("54=1|", "54=Y|", 5, "54")]
    [InlineData("54=1|", "", 1, "54")]
    [InlineData("34=12|", "", 1, "34")]
    [InlineData("35=D|", "35=zz|", 11, "35")]
    [InlineData("60=20261122-12:00:00.123|", "60=20261132-12:00:00|", 6, "60")]
    [InlineData("60=20261122-12:00:00.123|", "60=20261122-12:00:00.1|", 6, "60")]
    [InlineData("59=0|", "59=0|453=2|448=P|447=D|452=1|", 16, "453")]
    [InlineData("59=0|", "59=0|453=1|447=D|448=P|452=1|", 15, "447")]
    [InlineData("59=0|", "59=0|453=1|448=P|452=1|447=D|", 15, "447")]
    [InlineData("59=0|", "59=0|453=1|448=P|448=Q|", 16, "453")]
    [InlineData("59=0|", "59=0|354=4|355=abc|", 6, "355")]
    [InlineData("59=0|", "59=0|15=EURO|", 6, "15")]
    [InlineData("59=0|", "59=0|18=1 2|", null, null)]
    [InlineData("59=0|", "59=0|18=1 ~|", 5, "18")]
    [InlineData("59=0|", "59=0|200=202613|", 6, "200")]
    [InlineData("59=0|", "59=0|200=202612w5|", null, null)]
    [InlineData("59=0|", "59=0|453=1|448=P|447=D|452=1|802=1|523=S|803=1|", null, null)]
    [InlineData("59=0|", "59=0|453=1|448=P|447=D|452=1|802=2|523=S|803=1|", 16, "802")]
    [InlineData("59=0|", "59=0|453=2|448=P|5555=x|447=D|452=1|448=Q|447=D|452=1|", null, null)]
    public void One_fault_is_found_with_its_reason_and_tag(string from, string to, int? reason, string? tag)
    {
        FixMessage message = FixMessage.Parse(FixText.Frame(FixText.Order.Replace(from, to, StringComparison.Ordinal)));
        (int?, string?)[] rejects = [.. message.Rejects()];
        if (reason is null) Assert.Empty(rejects);
        else Assert.Equal([(reason, tag)], rejects.Distinct());
    }

    /// <summary>The open session scenarios: what the engine must reject, with which reason, at which tag.</summary>
    [Theory]
    [InlineData("fix44__14a_BadField", 0)]
    [InlineData("fix44__14d_TagSpecifiedWithoutValue", 0)]
    [InlineData("fix44__FieldTypeError_Top", 0)]
    [InlineData("fix44__ReceiveXmlMessage", 0)]
    [InlineData("fix44__ReverseRouteWithEmptyRoutingTags", 0)]
    [InlineData("fix44__21_RepeatingGroupSpecifierWithValueOfZero", 0)]
    [InlineData("fix42__14f_IncorrectDataFormat", 0)]
    [InlineData("fix50__14f_IncorrectDataFormat", 0)]
    [InlineData("fix50__ReceiveXmlMessage", 0)]
    [InlineData("fix50__ReverseRouteWithEmptyRoutingTags", 0)]
    [InlineData("fix50sp1__14a_BadField", 0)]
    [InlineData("fix50sp1__14d_TagSpecifiedWithoutValue", 0)]
    [InlineData("fix50sp1__14e_IncorrectEnumValue", 0)]
    [InlineData("fix50sp1__14i_RepeatingGroupCountNotEqual", 0)]
    [InlineData("fix50sp1__15_HeaderAndBodyFieldsOrderedDifferently", 0)]
    [InlineData("fix50sp2__14c_TagNotDefinedForMsgType", 0)]
    [InlineData("fix50sp2__14d_TagSpecifiedWithoutValue", 0)]
    [InlineData("fix50sp2__14h_RepeatedTag", 0)]
    [InlineData("fix50sp2__21_RepeatingGroupSpecifierWithValueOfZero", 0)]
    [InlineData("fix50sp2__2q_MsgTypeNotValid", 0)]
    public void A_session_scenario_is_judged_as_it_says(string name, int skipped)
    {
        string[] lines = File.ReadAllLines(SharedFiles.Path($"samples/fix/session-defs/{name}.def"), Encoding.Latin1);
        int judged = 0;
        FixProfile profile = FixProfile.Standard.WithApplication(name.Split('_')[0] switch
        {
            "fix50" => FixApplication.Fix50,
            "fix50sp1" => FixApplication.Fix50SP1,
            _ => FixApplication.Fix50SP2,
        });
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("I8=", StringComparison.Ordinal)) continue;

            string answer = lines.Skip(i + 1).FirstOrDefault(line => line.StartsWith('E')) ?? "";
            FixMessage message = FixMessage.Parse(Send(lines[i][1..]));
            (int?, string?)[] rejects = [.. message.Rejects(profile)];
            Match reason = Reason().Match(answer), tag = RefTag().Match(answer);
            if (answer.Contains("\u000135=3\u0001", StringComparison.Ordinal))
            {
                // Tag 5000 opens the range of user-defined fields, which are kept here and refused by that engine.
                if (tag.Groups["v"].Value == "5000") continue;

                // A Reject need not name a tag.
                int expected = int.Parse(reason.Groups["v"].Value, CultureInfo.InvariantCulture);
                Assert.Contains(rejects, reject => reject.Item1 == expected
                    && (!tag.Success || reject.Item2 == tag.Groups["v"].Value));
            }
            else
            {
                Assert.True(rejects.Length == 0, $"{name} line {i + 1}: {string.Join(", ", message.Validate())}");
            }

            judged++;
        }

        Assert.True(judged > skipped);
    }

    // The scenarios leave out fields 9 and 10 and write <TIME> for a time.
    private static byte[] Send(string line)
    {
        string text = TimeMark().Replace(line, "20261124-12:00:00");
        Match begin = BeginString().Match(text);
        Assert.True(FixVersion.TryParse(begin.Groups["v"].Value.AsSpan(), out FixVersion version));
        return FixMessage.Frame(version, Encoding.Latin1.GetBytes(text[begin.Length..]));
    }

    [GeneratedRegex("^8=(?<v>[^\u0001]*)\u0001(9=[0-9]*\u0001)?",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex BeginString();

    [GeneratedRegex("<TIME[^>]*>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TimeMark();

    [GeneratedRegex("\u0001373=(?<v>[0-9]+)\u0001", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Reason();

    [GeneratedRegex("\u0001371=(?<v>-?[0-9]+)\u0001", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RefTag();
}
