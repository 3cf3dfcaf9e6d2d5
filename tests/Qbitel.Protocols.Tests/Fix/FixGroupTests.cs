using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixGroupTests
{
    private const string Parties = "453=2|448=P|447=D|452=1|5001=mine|802=2|523=S|803=1|523=T|803=2|448=Q|447=D|452=3|";

    private static readonly FixMessage Message = FixMessage.Parse(FixText.Frame(FixText.Order + Parties));

    [Fact]
    public void Entries_and_groups_in_them_are_views_of_the_message()
    {
        FixGroup parties = Message.Group(453)!;
        Assert.Equal(("NoPartyIDs", 2), (parties.Name, parties.Count));
        Assert.Equal(["P", "Q"], parties.Select(party => party.GetField(448)));
        Assert.Equal("mine", parties[0].GetField(5001)); // what nobody defined belongs where it stands
        Assert.Equal(["S", "T"], parties[0].Group(802)!.Select(part => part.GetField(523)));
        Assert.Null(parties[0].GetField(523)); // it is the inner group's
        Assert.Null(parties[1].Group(802));
        Assert.Equal(9, parties[0].Fields.Count());
        Assert.Null(Message.Group(555));
        Assert.Null(Message.Group(802)); // not of the message itself
        Assert.Empty(Message.Validate());
    }

    [Fact]
    public void A_count_that_is_wrong_does_not_hide_the_entries()
    {
        FixMessage message = FixMessage.Parse(
            FixText.Frame(FixText.Order + Parties.Replace("453=2", "453=7", StringComparison.Ordinal)));
        Assert.Equal(2, message.Group(453)!.Count);
        Assert.Equal([((int?)16, (string?)"453")], message.Rejects());
    }

    [Fact]
    public void A_report_names_the_place_and_the_words()
    {
        ParseReport report = MessageParser.Parse(Message.ToBytes());
        Assert.Equal(
            [
                "[1]/PartyID", "[1]/PartyIDSource", "[1]/PartyRole", "[1]/5001", "[1]/NoPartySubIDs",
                "[1]/NoPartySubIDs[1]/PartySubID", "[1]/NoPartySubIDs[1]/PartySubIDType",
                "[1]/NoPartySubIDs[2]/PartySubID", "[1]/NoPartySubIDs[2]/PartySubIDType",
                "[2]/PartyID", "[2]/PartyIDSource", "[2]/PartyRole",
            ],
            report.Fields.Where(field => field.Path is not null).Select(field => field.Path!["NoPartyIDs".Length..]));
        Assert.Equal([1, 1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 1],
            report.Fields.Select(field => field.Depth).Where(depth => depth > 0));
        Assert.Equal("executing firm", report.Fields.First(field => field.Tag == "452").Meaning);
        Assert.Equal("NewOrderSingle", report.Fields.First(field => field.Tag == "35").Meaning);
    }

    [Fact]
    public void What_the_parties_agreed_on_is_judged_by_it()
    {
        FixProfile agreed = FixProfile.Standard.WithField(5001, "DeskCode", "char", "A", "B")
            .WithFieldsInGroup(453, 5001).WithCodes(54, "Z").WithField(6000, "NoDesks", "NumInGroup")
            .WithField(6001, "Desk").WithGroup(6000, 6001);
        FixMessage Read(string desk, string more) => FixMessage.Parse(FixText.Frame(
            FixText.Order.Replace("54=1|", "54=Z|", StringComparison.Ordinal)
            + $"453=1|448=P|447=D|452=1|5001={desk}|" + more));

        FixMessage right = Read("A", "6000=2|6001=x|6001=y|");
        Assert.Empty(right.Validate(agreed, ParseMode.Strict));
        Assert.Equal(["x", "y"], right.Group(6000, agreed)!.Select(entry => entry.GetField(6001)));
        Assert.Equal("A", right.Group(453, agreed)![0].GetField(5001));
        Assert.Equal(FixRejectReason.ValueOutOfRange,
            FixRejectReasons.Of(Assert.Single(Read("C", "").Validate(agreed))));
        Assert.Equal(FixRejectReason.GroupCountMismatch,
            FixRejectReasons.Of(Assert.Single(Read("A", "6000=3|6001=x|").Validate(agreed))));
        // 54 and the group out of a group
        Assert.Equal(2, right.Validate().Count(finding => finding.Severity == Severity.Error));

        FixMessage outside = FixMessage.Parse(FixText.Frame(FixText.Order + "9999=1|"));
        Assert.Equal(FixRejectReason.UndefinedTag,
            FixRejectReasons.Of(Assert.Single(outside.Validate(agreed, ParseMode.Strict))));
    }

    [Fact]
    public void Groups_in_groups_without_end_end()
    {
        string nest = string.Concat(Enumerable.Repeat("453=1|448=P|802=1|523=S|", 2000));
        FixMessage message = FixMessage.Parse(FixText.Frame(FixText.Order + nest));
        Assert.NotEmpty(message.Validate());
        Assert.NotNull(message.Group(453));
    }
}
