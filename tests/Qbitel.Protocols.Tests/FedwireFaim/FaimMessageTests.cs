using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Tests.FedwireFaim;

public sealed class FaimMessageTests
{
    [Fact]
    public void Its_elements_have_their_types()
    {
        FaimMessage message = FaimMessage.Parse(FaimText.Bytes());
        Assert.Empty(message.Validate(ParseMode.Strict));
        Assert.Equal("20250411ABCD1234000042", message.Imad!.Value);
        Assert.Equal((new DateOnly(2025, 4, 11), "ABCD1234", "000042"),
            (message.Imad.CycleDate, message.Imad.Source, message.Imad.Sequence));
        Assert.Equal("USD 1234.56", message.Amount!.ToString());
        Assert.Equal(("CTR", "1000", "121042882", "231380104", "INV20250411"), (message.BusinessFunction,
            message.TypeSubtype, message.Sender, message.Receiver, message.SenderReference));
        Assert.Equal("JANE EXAMPLE", message.Find("4200")!["Name"]);
        Assert.Equal("NEW YORK NY", message.Find("4100")![5]);
        Assert.False(message.IsTest);
        Assert.Equal("FAIM CTR 20250411ABCD1234000042", message.ToString());
    }

    [Theory]
    [InlineData(FaimText.Ctr)]
    [InlineData(FaimText.Ctp)]
    [InlineData(FaimText.Addenda)]
    public void Untouched_bytes_are_written_back(string text)
    {
        foreach (string ends in (string[])["\n", "\r\n", ""])
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text.Trim('\n').Replace("\n", ends, StringComparison.Ordinal));
            FaimMessage message = FaimMessage.Parse(bytes);
            Assert.Equal(bytes, message.ToBytes());
            Assert.Empty(message.Validate(ParseMode.Strict));
            Assert.Equal(FaimMessage.Parse(FaimText.Bytes(text)).Fields.Select(field => field.ToString()),
                message.Fields.Select(field => field.ToString()));
        }
    }

    [Theory]
    [InlineData("{1510}1000\n", "", "Faim.MandatoryTag", "/1510")]
    [InlineData("{1520}20250411ABCD1234000042\n", "", "Faim.MandatoryTag", "/1520")]
    [InlineData("{1520}20250411ABCD1234000042", "{1520}20250411ABCD123400004", "Faim.ElementLength", "/1520/3")]
    [InlineData("{1520}20250411ABCD1234000042", "{1520}20250411ABCD123400000042", "Faim.ElementCount", "/1520/4")]
    [InlineData("{1520}20250411", "{1520}20250431", "Faim.Value", "/1520/1")]
    [InlineData("1234000042", "123400004X", "Faim.Value", "/1520/3")]
    [InlineData("{1500}30", "{1500}20", "Faim.Code", "/1500/1")]
    [InlineData("REQ00001P ", "REQ00001X ", "Faim.Code", "/1500/3")]
    [InlineData("{2000}000000123456", "{2000}00000012345A", "Faim.Value", "/2000/1")]
    [InlineData("{2000}000000123456", "{2000}000000000000", "Faim.ZeroAmount", "/2000/1")]
    [InlineData("{2000}000000123456", "{2000}00000123456", "Faim.ElementLength", "/2000/1")]
    [InlineData("{3100}121042882", "{3100}12104288X", "Faim.Value", "/3100/1")]
    [InlineData("SENDING BANK*", "A SENDING BANK WITH A LONG NAME*", "Faim.ElementLength", "/3100/2")]
    [InlineData("SENDING BANK*", "SENDING BANK", "Faim.Delimiter", "/3100/2")]
    [InlineData("SENDING BANK*", "SENDING BANK*MORE*", "Faim.ElementCount", "/3100/3")]
    [InlineData("SENDING BANK", "SENDING\u0001BANK", "Faim.Charset", "/3100/2")]
    [InlineData("{3600}CTR", "{3600}CTX", "Faim.Code", "/3600/1")]
    [InlineData("{3600}CTR*", "{3600}CTRCOV*", "Faim.ExcludedTag", "/3600/2")]
    [InlineData("{1510}1000", "{1510}1090", "Faim.TypeOfFunction", "/1510/1")]
    [InlineData("{1510}1000", "{1510}1002", "Faim.MandatoryTag", "/3500")]
    [InlineData("{3600}CTR*", "{3600}BTR*", "Faim.ExcludedTag", "/3700")]
    [InlineData("{3600}CTR*", "{3600}CTR*\n{3610}NARR*", "Faim.ExcludedTag", "/3610")]
    [InlineData("{3710}EUR1100,00*\n", "", "Faim.MandatoryTag", "/3710")]
    [InlineData("{3710}EUR", "{3710}EUQ", "Faim.Value", "/3710/1")]
    [InlineData("{3700}SUSD1,50*", "{3700}S1,50*", "Faim.Value", "/3700/2")]
    [InlineData("{3720}1,1223*", "{3720}1,12,23*", "Faim.Value", "/3720/1")]
    [InlineData("{4200}D", "{4200}X", "Faim.Code", "/4200/1")]
    [InlineData("{4200}D9876543210*JANE EXAMPLE*12 ELM STREET*SPRINGFIELD IL*\n", "", "Faim.MandatoryTag", "/4200")]
    [InlineData("{5000}D1234567890*JOHN SAMPLE*7 OAK AVENUE*PORTLAND OR*\n", "", "Faim.MandatoryTag", "/5000")]
    [InlineData("{6000}", "{6200}X*\n{6000}", "Faim.MandatoryTag", "/4000")]
    [InlineData("{6000}", "{7777}X*\n{6000}", "Faim.UnknownTag", "/7777")]
    [InlineData("{6000}", "{4320}X*\n{6000}", "Faim.DuplicateTag", "/4320")]
    [InlineData("{1510}1000", "{1510}", "Faim.ElementMissing", "/1510/1")]
    public void One_fault_is_found_with_its_code_and_place(string from, string to, string code, string path)
    {
        byte[] bytes = FaimText.With(from, to);
        FaimMessage message = FaimMessage.Parse(bytes);
        Diagnostic[] errors = [.. message.Validate().Where(found => found.Severity == Severity.Error)];
        Assert.Contains((code, path), errors.Select(error => (error.Code, error.Path!)));
        Assert.All(errors, error => Assert.True(error.Offset <= bytes.Length && error.Line >= 1 && error.Column >= 1));
        Assert.Equal(bytes, message.ToBytes());
        Assert.False(MessageParser.Parse(bytes).IsValid);
    }

    [Theory]
    [InlineData("{3610}RMTS*", "{3610}NARR*", "Faim.MandatoryTag", "/8200")]
    [InlineData("{3610}RMTS*", "{3610}NARR*", "Faim.ExcludedTag", "/8300")]
    [InlineData("{3610}RMTS*", "{3610}PROP*", "Faim.ElementMissing", "/3610/2")]
    [InlineData("{3610}RMTS*", "{3610}RMTSX*", "Faim.Value", "/3610/2")]
    [InlineData("{8350}EXAMPLE LLC*\n", "", "Faim.MandatoryTag", "/8350")]
    [InlineData("{8400}CINV*INV-1*", "{8400}CINV**", "Faim.ElementMissing", "/8400/3")]
    [InlineData("{8400}CINV", "{8400}CINX", "Faim.Code", "/8400/1")]
    [InlineData("{8650}20250401", "{8650}20250241", "Faim.Value", "/8650/1")]
    [InlineData("{8450}USD5000.00*", "{8450}USD5000.00*\n{7070}Swift*A*", "Faim.ExcludedTag", "/7070")]
    public void One_fault_of_remittance_is_found(string from, string to, string code, string path) =>
        Assert.Contains((code, path), FaimMessage.Parse(FaimText.With(from, to, FaimText.Ctp)).Validate()
            .Where(found => found.Severity == Severity.Error).Select(error => (error.Code, error.Path!)));

    [Fact]
    public void Routing_numbers_and_countries_are_warned_of_and_strictly_refused()
    {
        FaimMessage message = FaimMessage.Parse(FaimText.With("{3100}121042882", "{3100}000000000"));
        Assert.Equal(("Faim.AbaCheckDigit", Severity.Warning),
            message.Validate().Select(found => (found.Code, found.Severity)).Single());
        Assert.Equal(Severity.Error, message.Validate(ParseMode.Strict).Single().Severity);
        Assert.Equal("Faim.Country",
            FaimMessage.Parse(FaimText.With("*OR*US*", "*OR*QQ*", FaimText.Ctp)).Validate().Single().Code);
    }

    [Fact]
    public void An_archive_keeps_tags_of_its_own()
    {
        FaimMessage message = FaimMessage.Parse(FaimText.With("{6000}", "{6999}OWN*\n{6000}"));
        Assert.NotNull(message.Validate().FirstError());
        Assert.Null(message.Validate(ParseMode.Archive).FirstError());
        Assert.Equal("OWN*", message.Find("6999")![1]);
    }

    [Fact]
    public void Several_messages_of_a_file_are_told_apart()
    {
        const string Appended = "{1100}30P N\n{1110}04111230A123\n{1120}20250411DEST000100000104111230B123\n";
        string body = Encoding.Latin1.GetString(FaimText.Bytes());
        string received = Appended + body.Replace("{1500}30REQ00001P \n", "", StringComparison.Ordinal);
        foreach ((string text, int count) in ((string, int)[])[(body + body, 2), (body + Appended, 1),
            (body + Appended + body + Appended, 2), (received + received + received, 3)])
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            IReadOnlyList<FaimMessage> all = FaimMessage.ParseAll(bytes);
            Assert.Equal(count, all.Count);
            Assert.All(all, message => Assert.Empty(message.Validate(ParseMode.Strict)));
            Assert.Equal(bytes, all.SelectMany(message => message.ToBytes()));
            Assert.True(MessageParser.Parse(bytes).IsValid);
            Assert.Equal(count == 1, FaimMessage.TryParse(bytes, out _, out _));
        }
    }

    [Fact]
    public void A_message_that_is_cut_is_never_taken_for_a_whole_one()
    {
        foreach (string text in (string[])[FaimText.Ctr, FaimText.Ctp, FaimText.Addenda])
        {
            byte[] bytes = FaimText.Bytes(text);
            for (int length = 0; length < bytes.Length - 1; length++)
            {
                ReadOnlySpan<byte> prefix = bytes.AsSpan(0, length);
                // What ends where an element does is a message of fewer elements: the format has no end of its own.
                bool endsWhole = length > 0 && bytes[length - 1] is (byte)'*' or (byte)'\n'
                    || (length < bytes.Length && bytes[length] is (byte)'{' or (byte)'\n');
                bool valid = FaimMessage.TryParse(prefix, out FaimMessage message, out _)
                    && message.Validate().FirstError() is null;
                Assert.True(!valid || endsWhole || IsWithinOptional(bytes, length),
                    Encoding.Latin1.GetString(prefix[Math.Max(0, length - 30)..]));
            }
        }
    }

    // A tag all of whose elements may be absent is whole as soon as its brace is closed.
    private static bool IsWithinOptional(byte[] bytes, int length) =>
        bytes[length - 1] == '}' || FaimMessage.Parse(bytes).Fields.Any(field => field.Elements.Count > 0
            && field.Offset + 6 < length && field.Elements.Any(element => element.Offset + element.Length == length));

    [Fact]
    public void One_element_changes_and_nothing_else()
    {
        FaimMessage message = FaimMessage.Parse(FaimText.Bytes());
        FaimMessage changed = message.With("4200", 3, "JANET EXAMPLE");
        Assert.Equal(FaimText.With("JANE EXAMPLE", "JANET EXAMPLE"), changed.ToBytes());
        Assert.Equal(message.ToBytes(), changed.With("4200", 3, "JANE EXAMPLE").ToBytes());
        Assert.Throws<ArgumentException>(() => message.With("4200", 3, "A*B"));
        Assert.Throws<ArgumentException>(() => message.With("4200", 3, new string('A', 36)));
        Assert.Throws<ArgumentException>(() => message.With("8650", 1, "20250101"));
    }

    [Fact]
    public void The_builder_writes_22_characters_of_accountability()
    {
        FaimMessage built = Builder().Build();
        Assert.Contains("{1520}20250411ABCD1234000042\n", Encoding.Latin1.GetString(built.ToBytes()),
            StringComparison.Ordinal);
        Assert.Equal(22, built.Imad!.Value.Length);
        Assert.Equal(built.ToBytes(), FaimMessage.Parse(built.ToBytes()).ToBytes());
        Assert.Empty(built.Validate(ParseMode.Strict));
        Assert.Throws<ArgumentException>(() => FaimImad.Create(new DateOnly(2025, 4, 11), "ABCD1234", 1_000_000));
        Assert.Throws<ArgumentException>(() => FaimImad.Create(new DateOnly(2025, 4, 11), "ABCD", 1));
    }

    [Fact]
    public void The_builder_refuses_what_would_be_invalid()
    {
        Assert.Equal("Faim.MandatoryTag",
            Assert.Throws<MessageFormatException>(() => Builder("CTP").Set("6000", "A").Set("3610", "NARR").Build())
                .Error.Code);
        Assert.Equal("Faim.ExcludedTag",
            Assert.Throws<MessageFormatException>(() => Builder().Set("9000", "A").Build()).Error.Code);
        Assert.Equal("Faim.Charset",
            Assert.Throws<MessageFormatException>(() => Builder().Set("6000", "A\u00E4").Build()).Error.Code);
        Assert.Throws<ArgumentException>(() => Builder().Set("6000", "A*B"));
        Assert.Throws<ArgumentException>(() => Builder().Set("1234", "A"));
        Assert.Throws<ArgumentException>(() => Builder().Set("8650", "2025"));
    }

    [Fact]
    public void What_is_built_is_read_back()
    {
        Gen<string> text = Gen.Elements("A", "SAMPLE", "ONE TWO", "", new string('X', 35)).Resize(35);
        Prop.ForAll(Gen.ArrayOf(text, 4).Zip(Gen.Choose(1, 999_999_999)).ToArbitrary(), pair =>
        {
            (string[] lines, int cents) = pair;
            Assert.True(Currency.TryParse("USD", out Currency dollars));
            FaimBuilder builder = Builder(amount: Money.FromMinorUnits(cents, dollars));
            if (lines.Any(line => line.Length > 0)) builder.Set("6000", lines);
            FaimMessage built = builder.Build(), read = FaimMessage.Parse(built.ToBytes());
            for (int i = 0; i < 4; i++)
                Assert.Equal(lines[i].Length == 0 ? null : lines[i], read.Find("6000")?[i + 1]);
            Assert.Equal(cents, read.Amount!.ToMinorUnits());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_bytes_end_in_a_value_or_an_error() => Prop.ForAll<byte[]>(bytes =>
    {
        if (FaimMessage.TryParse(bytes, out FaimMessage message, out ParseError error))
            Assert.Equal(bytes, message.ToBytes());
        else
            Assert.NotEmpty(error.Code);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reports_name_the_codes_and_hide_the_people()
    {
        ParseReport report = MessageParser.Parse(FaimText.Bytes());
        Assert.Equal(("fedwire-faim", "CTR", "3.0"), (report.Protocol, report.MessageType, report.Version));
        Dictionary<string, string> summary = new(report.Summary);
        Assert.Equal(("20250411ABCD1234000042", "USD 1234.56", "CTR", "121042882", "231380104", "INV20250411"),
            (summary["imad"], summary["amount"], summary["businessFunction"], summary["sender"], summary["receiver"],
                summary["sendersReference"]));
        Assert.Contains(report.Fields, field => field is { Tag: "3600", Meaning: { } meaning }
            && meaning.Contains("customer transfer", StringComparison.Ordinal));
        string json = report.ToJson();
        foreach (string secret in (string[])["JANE", "JOHN", "ELM STREET", "OAK AVENUE", "9876543210", "INVOICE"])
            Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tables_agree_with_each_other()
    {
        Assert.Equal(60, FaimTable.All.Count());
        Assert.All(FaimTable.All, rule => Assert.NotEmpty(rule.Elements));
        Assert.Equal(FaimTable.Tag("3600")!.Elements[0].Codes!.Keys.Order(), FaimTable.Functions.Keys.Order());
        Assert.All(FaimTable.Companions, pair => Assert.NotNull(FaimTable.Tag(pair.Tag)));
        Assert.Equal(22, FaimTable.Tag("1520")!.Elements.Sum(element => element.Length));
    }

    private static FaimBuilder Builder(string function = "CTR", Money? amount = null)
    {
        Assert.True(AbaRoutingNumber.TryParse("121042882", out AbaRoutingNumber sender)
            & AbaRoutingNumber.TryParse("231380104", out AbaRoutingNumber receiver)
            & Money.TryParse("1234.56", "USD", out Money dollars));
        return new FaimBuilder
        {
            BusinessFunction = function,
            Imad = FaimImad.Create(new DateOnly(2025, 4, 11), "ABCD1234", 42),
            Amount = amount ?? dollars,
            Sender = sender,
            SenderName = "SENDING BANK",
            Receiver = receiver,
        }.Set("4200", "D", "9876543210", "JANE EXAMPLE").Set("5000", "D", "1234567890", "JOHN SAMPLE");
    }
}
