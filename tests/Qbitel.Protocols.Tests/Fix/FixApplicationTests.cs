using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixApplicationTests
{
    private const string Head = "34=12|49=CLI|56=BRK|52=20261122-12:00:00.123456789|";

    private const string Order = Head + "11=A1|55=MSFT|54=1|60=20261122-12:00:00|38=100|40=2|44=10.5|";

    [Theory]
    [InlineData("FIX.5.0")]
    [InlineData("FIX.5.0SP1")]
    [InlineData("FIX.5.0SP2")]
    public void What_the_builder_makes_names_its_version_and_is_valid(string version)
    {
        ManualTime time = new(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));
        FixBuilder builder = new(version, "BANK", "BROKER", time);
        FixMessage logon = builder.CreateLogon(TimeSpan.FromSeconds(30));
        Assert.Equal(version["FIX.5.0".Length..] switch { "" => "7", "SP1" => "8", _ => "9" }, logon.GetField(1137));
        Assert.Null(logon.GetField(1128));
        FixMessage[] messages =
        [
            logon, builder.CreateNewOrderSingle("A1", "MSFT", '1', 100m, 10.5m),
            builder.CreateExecutionReport("O1", "E1", "F", "MSFT", new FixExecution('1', '2', 0, 100, 10.5m)),
        ];
        foreach (FixMessage message in messages)
        {
            Assert.Equal("FIXT.1.1", message.Version.ToString());
            Assert.Equal(message.ToBytes(),
                new FixParser(version, ParseMode.Strict).Parse(message.ToBytes()).ToBytes());
        }

        Assert.Equal(FixMessage.Parse(messages[1].ToBytes()).Application,
            Enum.Parse<FixApplication>("Fix50" + version["FIX.5.0".Length..]));
    }

    [Theory]
    [InlineData("1128=7|", "1227=FUT|", 0)]          // came with SP1
    [InlineData("1128=8|", "1227=FUT|", null)]
    [InlineData("1128=7|", "1449=FR|", 0)]             // came with SP2
    [InlineData("1128=9|", "1079=12:00Z|", null)]     // MaturityTime has a zone
    [InlineData("1128=9|", "1079=25:00Z|", 6)]
    [InlineData("1128=9|", "1079=12:00:00+05:30|", null)]
    [InlineData("1128=9|", "1449=FR|", null)]
    [InlineData("1128=6|", "1227=FUT|", 0)]           // FIX 4.4 over FIXT
    [InlineData("1128=6|", "", null)]
    [InlineData("1128=99|", "", 18)]
    [InlineData("", "", null)]
    public void The_application_version_chooses_the_table(string applVerId, string field, int? reason)
    {
        byte[] bytes = FixText.Frame("35=D|" + applVerId + Order + field, "FIXT.1.1");
        (int?, string?)[] rejects = [.. FixMessage.Parse(bytes).Rejects()];
        if (reason is null) Assert.Empty(rejects);
        else Assert.Contains(reason, rejects.Select(reject => reject.Item1));
    }

    [Fact]
    public void A_version_that_is_known_but_not_carried_is_said_to_be_unchecked()
    {
        Diagnostic only = Assert.Single(FixMessage.Parse(FixText.Frame("35=D|1128=5|" + Order, "FIXT.1.1")).Validate());
        Assert.Equal(("Fix.NoDictionary", "FIX.4.3"), (only.Code, only.Actual));
    }

    [Fact]
    public void The_default_of_the_session_applies_where_a_message_says_nothing()
    {
        FixMessage message = FixMessage.Parse(FixText.Frame("35=D|" + Order + "1227=FUT|", "FIXT.1.1"));
        Assert.Empty(message.Validate(FixProfile.Standard.WithApplication(FixApplication.Fix50SP1)));
        Assert.Contains(message.Validate(FixProfile.Standard.WithApplication(FixApplication.Fix50)), finding =>
            FixRejectReasons.Of(finding) == FixRejectReason.InvalidTagNumber && finding.Tag == "1227");
    }

    [Fact]
    public void A_logon_tells_the_report_what_the_messages_after_it_are()
    {
        byte[] logon = FixText.Frame("35=A|34=1|49=CLI|56=BRK|52=20261122-12:00:00|98=0|108=30|1137=7|", "FIXT.1.1");
        byte[] order = FixText.Frame("35=D|" + Order + "1227=FUT|", "FIXT.1.1");
        ParseReport apart = MessageParser.Parse(order), after = MessageParser.Parse([.. logon, .. order]);
        Assert.True(apart.IsValid);
        Assert.Equal("FIX.5.0SP2", apart.Summary.Single(pair => pair.Key == "application").Value);
        Assert.False(after.IsValid);
        Assert.Equal("FIX.5.0", after.Summary.Single(pair => pair.Key == "application").Value);
    }

    [Theory]
    [InlineData("fix-5.0", false)]
    [InlineData("fix-5.0sp1", true)]
    [InlineData("fix-4.4", false)]
    public void A_profile_picks_the_table(string profile, bool valid)
    {
        byte[] order = FixText.Frame("35=D|" + Order + "1227=FUT|", "FIXT.1.1");
        Assert.Equal(valid, MessageParser.Parse(order, "fix", new ParseOptions { Profile = profile }).IsValid);
    }

    [Fact]
    public void FIXT_is_identified_and_summarised()
    {
        byte[] order = FixText.Frame("35=D|1128=8|1129=HOUSE|" + Order, "FIXT.1.1");
        IdentifiedMessage found = MessageIdentifier.Identify(order)!;
        Assert.Equal(("fix", "FIXT.1.1", "D"), (found.Protocol, found.Version, found.MessageType));
        ParseReport report = MessageParser.Parse(order);
        Assert.Contains(report.Summary, pair => pair is { Key: "application", Value: "FIX.5.0SP1" });
        Assert.Contains(report.Summary, pair => pair is { Key: "customApplication", Value: "HOUSE" });
        Assert.Contains(report.Fields, field => field is { Tag: "54", Meaning: "buy" });
    }
}
