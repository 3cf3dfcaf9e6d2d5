using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Identification;

namespace Qbitel.Protocols.Tests.FedwireFaim;

public sealed class FaimSettingsTests
{
    private static readonly MessageSetting[] Transfer =
    [
        new("1520/CycleDate", "2025-04-11"), new("1520/Source", "ABCD1234"), new("1520/Sequence", "000042"),
        new("2000/amount", "1234.56"), new("3100/Aba", "121042882"), new("3400/Aba", "231380104"),
        new("4200/Name", "JANE EXAMPLE"), new("5000/3", "JOHN SAMPLE"),
    ];

    [Theory]
    [InlineData("CTR", FaimText.Ctr)]
    [InlineData("CTP", FaimText.Ctp)]
    [InlineData("CTP", FaimText.Addenda)]
    public void A_message_is_made_again_of_its_own_elements(string function, string text)
    {
        FaimMessage message = FaimMessage.Parse(Encoding.Latin1.GetBytes(text));
        List<MessageSetting> settings = [];
        foreach (FaimField field in message.Fields)
        {
            foreach (FaimElement element in field.Elements)
            {
                if ((field.Tag, element.Index) is ("3600", 1) or ("8200", 1)) continue;
                string value = field.Tag == "2000" ? (decimal.Parse(element.Text, CultureInfo.InvariantCulture) / 100)
                    .ToString(CultureInfo.InvariantCulture) : element.Text;
                settings.Add(new($"{field.Tag}/{element.Index}", value));
            }
        }

        BuiltMessage made = Build(function, settings);

        Assert.Empty(made.Findings);
        FaimMessage again = FaimMessage.Parse(made.Bytes!.Value.Span);
        Assert.Equal(Told(message), Told(again));

        static IEnumerable<string> Told(FaimMessage told) => told.Fields
            .OrderBy(field => field.Tag, StringComparer.Ordinal)
            .SelectMany(field => field.Elements.Select(element => $"{field.Tag}/{element.Index}={element.Text}"))
            .Where(each => !each.EndsWith('='));
    }

    [Fact]
    public void What_every_message_has_is_filled_in()
    {
        BuiltMessage made = Build("CTR", Transfer);

        Assert.Empty(made.Findings);
        Assert.Equal("""
            {1500}30        P 
            {1510}1000
            {1520}20250411ABCD1234000042
            {2000}000000123456
            {3100}121042882
            {3400}231380104
            {3600}CTR
            {4200} *JANE EXAMPLE*
            {5000} *JOHN SAMPLE*

            """, Encoding.Latin1.GetString(made.Bytes!.Value.Span), ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("type", "Build.Type", "XYZ", "2000/Amount", "1")]
    [InlineData("2001/Amount", "Build.Path", "CTR", "2001/Amount", "1")]
    [InlineData("2000/2", "Build.Path", "CTR", "2000/2", "1")]
    [InlineData("3600/Function", "Build.Path", "CTR", "3600/Function", "BTR")]
    [InlineData("8200/1", "Build.Path", "CTP", "8200/1", "0001")]
    [InlineData("2000/Amount", "Build.Value", "CTR", "2000/Amount", "1.005")]
    [InlineData("3100/Aba", "Build.Value", "CTR", "3100/Aba", "12")]
    [InlineData("4200/Name", "Build.Value", "CTR", "4200/Name", "A*B")]
    [InlineData("6000/Line1", "Build.Value", "CTR", "6000/Line1", "{2000}000000000001")]
    [InlineData("3710/Currency", "Build.Missing", "CTR", "3710/Amount", "1,00")]
    public void A_wrong_setting_is_told_by_its_path(string path, string code, string type, string name, string value)
    {
        BuiltMessage made = Build(type, [.. Transfer, new(name, value)]);

        Assert.Null(made.Bytes);
        Assert.Equal((code, path), (made.Findings[0].Code, made.Findings[0].Path));
    }

    [Fact]
    public void What_reading_finds_is_told_by_the_setting_that_is_wrong()
    {
        BuiltMessage made = Build("CTR", [.. Transfer[..^1], new("3100/Aba", "121042883")]);

        Assert.False(made.IsValid);
        Assert.Contains(made.Findings, finding => (finding.Code, finding.Path) == ("Faim.MandatoryTag", "5000"));
        Assert.Contains(made.Findings, finding => (finding.Code, finding.Path) == ("Faim.AbaCheckDigit", "3100/Aba"));
    }

    [Fact]
    public void The_places_of_a_function_are_those_it_allows()
    {
        List<string> transfer = [.. MessageMaker.Slots("fedwire-faim", "CTR").Select(slot => slot.Path)];
        List<string> bank = [.. MessageMaker.Slots("fedwire-faim", "BTR").Select(slot => slot.Path)];

        Assert.All((List<string>[])[transfer, bank], paths => Assert.Distinct(paths));
        Assert.Contains("3600/TransactionType", transfer);
        Assert.DoesNotContain("3600/TransactionType", bank);
        Assert.DoesNotContain("7050/Line1", transfer);
        Assert.Equal(["1520/CycleDate", "1520/Source", "1520/Sequence", "2000/Amount", "3100/Aba", "3400/Aba",
            "4200/Name", "5000/Name"],
            MessageMaker.Slots("fedwire-faim", "CTR").Where(slot => slot.IsRequired).Select(slot => slot.Path));
        Assert.Empty(MessageMaker.Slots("fedwire-faim", "XYZ"));
    }

    [Fact]
    public void Any_value_in_any_place_is_taken_or_told()
    {
        string[] places = [.. MessageMaker.Slots("fedwire-faim", "CTP").Select(slot => slot.Path)];
        Prop.ForAll<NonNegativeInt, string>((place, value) =>
        {
            MessageSetting any = new(places[place.Get % places.Length], value ?? "");
            BuiltMessage made = MessageMaker.Build("fedwire-faim", "CTP", [.. Transfer, any], DateTimeOffset.UnixEpoch);
            return made.Bytes is not null || made.Findings.Count > 0;
        }).QuickCheckThrowOnFailure();
    }

    private static BuiltMessage Build(string function, IReadOnlyList<MessageSetting> settings) =>
        MessageMaker.Build("fedwire-faim", function, settings, DateTimeOffset.UnixEpoch,
            new ParseOptions { Mode = ParseMode.Strict });
}
