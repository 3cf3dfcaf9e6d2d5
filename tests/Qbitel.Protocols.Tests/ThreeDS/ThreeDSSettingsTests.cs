using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.ThreeDS;

namespace Qbitel.Protocols.Tests.ThreeDS;

public sealed class ThreeDSSettingsTests
{
    public static readonly TheoryData<string> All = [.. ThreeDSText.All];

    [Theory, MemberData(nameof(All))]
    public void A_message_is_made_again_of_its_own_values(string text)
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.Bytes(text));
        List<MessageSetting> settings = [.. message.Fields.Where(field => field.Path != "/messageType"
            && field.Path != "/messageExtension/0/data/points")
            .Select(field => new MessageSetting(field.Path.TrimStart('/'), field.Reveal()))];
        if (message["messageExtension"] is not null) settings.Add(new("messageExtension/0/data", "12"));

        BuiltMessage made =
            MessageMaker.Build("3ds", message.MessageType ?? "Method", settings, DateTimeOffset.UnixEpoch);

        Assert.Empty(made.Findings);
        ThreeDSMessage again = ThreeDSMessage.Parse(made.Bytes!.Value.Span);
        Assert.Equal(settings.Count(setting => setting.Path != "messageVersion"),
            again.Fields.Count(field => field.Path is not "/messageType" and not "/messageVersion"));
        Assert.All(settings, setting => Assert.Equal(setting.Value, again[setting.Path]));
    }

    [Theory]
    [InlineData("XReq", "mcc", "5411", "Build.Type", "type")]
    [InlineData("AReq", "mccc", "5411", "Build.Path", "mccc")]
    [InlineData("AReq", "mcc", "54", "Build.Value", "mcc")]
    [InlineData("AReq", "acctInfo", "x", "Build.Path", "acctInfo")]
    [InlineData("AReq", "acctInfo/chAccDate", "x", "Build.Value", "acctInfo/chAccDate")]
    [InlineData("AReq", "messageVersion", "2.1.0", "Build.Value", "messageVersion")]
    [InlineData("AReq", "messageType", "ARes", "Build.Path", "messageType")]
    [InlineData("AReq", "browserJavaEnabled", "yes", "Build.Value", "browserJavaEnabled")]
    [InlineData("AReq", "trustListStatus", "Y", "Build.Path", "trustListStatus")]
    public void A_wrong_setting_is_told_by_its_path(string type, string name, string value, string code, string path)
    {
        BuiltMessage made = MessageMaker.Build("3ds", type, [new(name, value)], DateTimeOffset.UnixEpoch);
        Assert.Null(made.Bytes);
        Assert.Equal((code, path), (made.Findings[0].Code, made.Findings[0].Path));
    }

    [Fact]
    public void What_is_missing_is_told_by_its_setting()
    {
        BuiltMessage made = MessageMaker.Build("3ds", "CReq", [new("acsTransID", ThreeDSText.Transaction)],
            DateTimeOffset.UnixEpoch);
        Assert.False(made.IsValid);
        Assert.Equal(("ThreeDS.Required", "threeDSServerTransID"), (made.Findings[0].Code, made.Findings[0].Path));
    }

    [Fact]
    public void The_places_of_a_message_are_those_of_its_table()
    {
        IReadOnlyList<MessageSlot> slots = MessageMaker.Slots("3ds", "AReq");
        Assert.Distinct(slots.Select(slot => slot.Path));
        Assert.Contains(slots, slot => slot is { Path: "acctNumber", IsRequired: true, Form: "13 to 19 digits" });
        Assert.Contains(slots, slot => slot is { Path: "mobilePhone/subscriber", IsRequired: false });
        Assert.Contains(slots, slot => slot is { Path: "messageExtension/0/id", IsRequired: false });
        Assert.Empty(MessageMaker.Slots("3ds", "XReq"));
        Assert.All((string[])["ARes", "CReq", "CRes", "RReq", "RRes", "PReq", "PRes", "Erro", "Method"],
            type => Assert.NotEmpty(MessageMaker.Slots("3ds", type)));
    }

    [Fact]
    public void Any_value_in_any_place_is_taken_or_told()
    {
        string[] places = [.. MessageMaker.Slots("3ds", "AReq").Select(slot => slot.Path)];
        Prop.ForAll<NonNegativeInt, string>((place, value) =>
        {
            BuiltMessage made = MessageMaker.Build("3ds", "AReq", [new(places[place.Get % places.Length], value ?? "")],
                DateTimeOffset.UnixEpoch);
            return made.Findings.Count > 0
                && (made.Bytes is null || ThreeDSMessage.TryParse(made.Bytes.Value.Span, out _, out _));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_builder_makes_no_message_that_breaks_a_rule()
    {
        ThreeDSBuilder builder = new("CReq", "2.3.1");
        builder.Set("threeDSServerTransID", ThreeDSText.Transaction);
        Assert.Equal("/acsTransID", Assert.Throws<MessageFormatException>(() => builder.Build()).Error.Path);
        Assert.Equal("2.3.1", builder.Set("acsTransID", ThreeDSText.Transaction).Build().Version);
        Assert.Throws<ArgumentException>(() => new ThreeDSBuilder("PaReq"));
        Assert.Throws<ArgumentException>(() => new ThreeDSBuilder("AReq", "2.1.0"));
        Assert.Throws<ArgumentException>(() => builder.Set("acsTransID/more", "x"));
        Assert.True(Money.TryParse("12.50", "EUR", out Money money));
        ThreeDSBuilder purchase = new ThreeDSBuilder("AReq").SetPurchase(money, DateTimeOffset.UnixEpoch);
        Assert.Throws<MessageFormatException>(() => purchase.Build());
    }

    [Fact]
    public void A_finding_is_answered_by_an_error_message()
    {
        ThreeDSMessage wrong = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.AReq, "\"5411\"", "\"54\""));
        ThreeDSMessage error = ThreeDSBuilder.BuildError(Assert.Single(wrong.Validate()), 'D', wrong);
        Assert.Equal(("203", "mcc", "AReq", "D"), (error["errorCode"], error["errorDetail"], error["errorMessageType"],
            error["errorComponent"]));
        Assert.Equal(ThreeDSText.Transaction, error["threeDSServerTransID"]);

        Assert.False(ThreeDSMessage.TryParse("{]"u8, out _, out ParseError unread));
        Assert.Equal("101", ThreeDSBuilder.BuildError(unread.Diagnostic, 'S', null)["errorCode"]);
    }
}
