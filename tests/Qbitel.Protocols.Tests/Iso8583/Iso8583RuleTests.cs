using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Building;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Tests.Iso8583;

public sealed class Iso8583RuleTests
{
    [Theory]
    [InlineData("3200", "there is no version 3 of the standard")]
    [InlineData("0900", "the message class 9 is reserved")]
    [InlineData("0260", "there is no message function 6")]
    [InlineData("0209", "the message origin 9 is reserved")]
    [InlineData("02A0", "the message type is not four digits")]
    [InlineData("1200", "the message type is of another version than the profile")]
    public void A_message_type_is_refused_in_words(string mti, string words)
    {
        Assert.False(Iso8583Message.TryParse(Encoding.ASCII.GetBytes(mti + "0000000000000000"), out _,
            out ParseError error));
        Assert.Equal(("Iso8583.Mti", words), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("0401", "reversal request", "acquirer, repeated")]
    [InlineData("2860", "network management instruction", "acquirer")]
    [InlineData("1632", "administrative advice response", "issuer")]
    public void A_message_type_is_told_in_words(string text, string description, string origin)
    {
        Assert.True(Mti.TryParse(text, out Mti mti));
        Assert.Equal((description, origin), (mti.Description, mti.OriginDescription));
    }

    [Theory]
    [InlineData(11, "000000", "Iso8583.Stan")]
    [InlineData(37, "000000000000", "Iso8583.Rrn")]
    [InlineData(35, "12345678", "Iso8583.Track2")]
    [InlineData(64, "0123456789ABCDEF", "Iso8583.Mac")]
    public void What_is_odd_is_a_warning_and_an_error_when_strict(int number, string value, string code)
    {
        Iso8583Message message = Iso8583MessageTests.Purchase().With(number, value);
        Assert.Equal((code, Severity.Warning), message.Validate().Select(each => (each.Code, each.Severity)).Single());
        Assert.Equal(Severity.Error, Assert.Single(message.Validate(ParseMode.Strict)).Severity);
    }

    [Theory]
    [InlineData("4761739001010119=28122010000000000", "4761739001010119", "2812", "201", "0000000000")]
    [InlineData("4761739001010119D28122010000000000", "4761739001010119", "2812", "201", "0000000000")]
    [InlineData(";4761739001010119=2812201?3", "4761739001010119", "2812", "201", "")]
    [InlineData("4761739001010119==201", "4761739001010119", "", "201", "")]
    public void Track_2_is_read_with_either_separator(string text, string pan, string expiry, string service,
        string rest)
    {
        Assert.True(Iso8583Track2.TryParse(text, out Iso8583Track2 track));
        Assert.Equal((pan, expiry, service, rest),
            (track.CardNumber, track.Expiry, track.ServiceCode, track.Discretionary));
        Assert.DoesNotContain(pan, track.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_code_is_computed_from_the_type_to_its_own_field()
    {
        Assert.True(Mti.TryParse("0200", out Mti mti));
        Iso8583Encoding encoding = new(Iso8583Header.TwoByteLength, Iso8583Bitmap.Binary)
        {
            Routing = Iso8583Routing.Tpdu,
        };
        Iso8583Message message = new Iso8583Builder(mti, Iso8583Profile.Ascii1987, encoding).Set(3, "000000")
            .Set(11, "000001").Set(128, "0123456789ABCDEF").Build(allowInvalid: true);
        Assert.True(message.TryFindMac(out Iso8583Slice mac, out ReadOnlyMemory<byte> covered));
        Assert.Equal(128, mac.Number);
        Assert.Equal(message.RawContent[7..^8], covered);
        Assert.False(message.Without(128).TryFindMac(out _, out _));
    }

    [Fact]
    public void A_response_code_is_told_in_words_and_demanded_of_answers()
    {
        Assert.True(Mti.TryParse("0210", out Mti mti));
        Iso8583Message message = new Iso8583Builder(mti).Set(3, "000000").Set(4, "1").Set(7, "1124093000")
            .Set(11, "123456").Set(39, "51").Build();
        Assert.Contains("Response code: 51 (not enough funds)", message.Describe(), StringComparison.Ordinal);
        Assert.Equal("not enough funds", MessageParser.Parse(message.ToBytes()).Fields
            .Single(field => field.Tag == "39").Meaning);
        Iso8583Message request = Iso8583MessageTests.Purchase();
        Assert.Contains(message.Without(39).ValidateResponse(request), each => each.Code == "Iso8583.ResponseCode");
    }

    [Fact]
    public void What_an_answer_repeats_is_the_profiles()
    {
        Iso8583Profile house = Iso8583ProfileTests.Load(
            """{ "name": "house", "extends": "1987-ascii", "mandatory": [], "echo": [11] }""");
        Assert.True(Mti.TryParse("0200", out Mti mti));
        Iso8583Message request = new Iso8583Builder(mti, house).Set(4, "1").Set(11, "000001").Build();
        Iso8583Builder answer = new Iso8583Builder(mti.Response(), house).Set(4, "2").Repeat(request, 11).Set(39, "00");
        Assert.Empty(answer.Build().ValidateResponse(request));
        Assert.Equal("11", Assert.Single(answer.Set(11, "000002").Build().ValidateResponse(request)).Tag);
    }

    public static readonly TheoryData<string> Shipped = [.. Iso8583Profile.ShippedNames];

    [Theory, MemberData(nameof(Shipped))]
    public void A_shipped_profile_writes_and_reads_every_field(string name)
    {
        var profile = Iso8583Profile.Shipped(name);
        ByteMutation draw = new(1, "x");
        Assert.True(Mti.TryParse($"{profile.VersionDigit}200", out Mti mti));
        Iso8583Builder builder = new(mti, profile);
        Dictionary<int, string> values = [];
        for (int number = 2; number <= 128; number++)
        {
            if (profile.FieldOrNone(number) is not { } rule || number is 2 or 35) continue;
            builder.Set(number, values[number] = VariantText.Value(rule, draw));
        }

        Iso8583Message message = builder.Build(allowInvalid: true);
        Assert.True(Iso8583Message.TryParse(message.RawContent.Span, profile, null, out Iso8583Message read, out _));
        Assert.Equal(message.Encoding, read.Encoding);
        Assert.All(values, pair => Assert.Equal((pair.Key, pair.Value), (pair.Key, read[pair.Key])));
        Assert.True(values.Count > 60, name);
        Assert.Equal(name, profile.Name);
    }

    [Fact]
    public void A_profile_says_all_that_is_wrong_with_line_and_column()
    {
        byte[] json = Encoding.UTF8.GetBytes("""
            {
              // a comment
              "name": "x", "version": "1999", "prefix": "roman",
              "fields": [
                { "number": 3, "name": "a", "type": "q", "length": "x" },
                { "number": 65, "name": "a", "type": "n", "length": ".10" },
                { "number": 4, "nam": "a", "type": "n", "length": "12", "form": "DDMM",
                  "subfields": { "kind": "tree", "items": [ { } ] } } ],
              "mandatory": [ { "types": "0200 9999", "fields": [ 5 ] } ], "echo": [ "11" ],
            }
            """);
        Assert.False(Iso8583Profile.TryLoad(json, out _, out IReadOnlyList<Diagnostic> findings));
        Assert.Equal(
            ["3:27 /version", "3:45 /prefix", "5:41 /fields[1]/type", "5:56 /fields[1]/length",
                "6:17 /fields[2]/number", "6:57 /fields[2]/length", "7:5 /fields[3]", "7:27 /fields[3]/nam",
                "7:69 /fields[3]/form", "8:30 /fields[3]/subfields/kind", "8:49 /fields[3]/subfields/items[1]",
                "9:29 /mandatory[1]/types", "9:54 /mandatory[1]/fields[1]", "9:73 /echo[1]"],
            findings.Select(each => $"{each.Line}:{each.Column} {each.Path}").Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void A_profile_that_was_written_to_go_on_with_can_be_used_as_it_is()
    {
        foreach (string name in Iso8583Profile.ShippedNames)
        {
            string text = Iso8583ProfileText.Of("mine", Iso8583Profile.Shipped(name));
            Assert.True(Iso8583Profile.TryLoad(Encoding.UTF8.GetBytes(text), out Iso8583Profile profile,
                out IReadOnlyList<Diagnostic> findings), string.Join('\n', findings));
            Assert.Equal(Iso8583Profile.Shipped(name).Encoding, profile.Encoding);
            Assert.Equal("mine", profile.Name);
        }
    }
}
