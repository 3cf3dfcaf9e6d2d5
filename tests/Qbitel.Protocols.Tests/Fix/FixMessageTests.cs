using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Streams;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixMessageTests
{
    [Fact]
    public void Any_bytes_end_in_a_message_or_an_error() =>
        Prop.ForAll<byte[]>(bytes => FixMessage.TryParse(bytes, out FixMessage message, out ParseError error)
            ? message.ToBytes().AsSpan().SequenceEqual(bytes) : error.Offset is not null).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_body_in_a_true_frame_is_read_written_and_judged()
    {
        Prop.ForAll<NonNull<string>>(text =>
        {
            byte[] bytes = FixMessage.Frame(FixVersion.Fix44,
                Encoding.Latin1.GetBytes("35=D\u0001" + text.Get + "\u0001"));
            Assert.True(FixMessage.TryParse(bytes, out FixMessage message, out ParseError error), error?.ToString());
            Assert.All(message.Validate(), finding => Assert.NotNull(finding.Offset));
            return message.ToBytes().AsSpan().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void One_mutated_byte_never_escapes_as_an_exception()
    {
        byte[] order = FixText.Frame(FixText.Order);
        Gen<byte[]> mutated = from at in Gen.Choose(0, order.Length - 1)
                              from value in Gen.Choose(0, 255)
                              select order.Select((b, i) => i == at ? (byte)value : b).ToArray();
        Prop.ForAll(mutated.ToArbitrary(), bytes =>
        {
            // With the checksum made right again, so that the fields themselves are judged.
            byte[] body = bytes[Array.IndexOf(order, (byte)'3', 10)..^7];
            if (FixMessage.TryParse(FixMessage.Frame(FixVersion.Fix44, body), out FixMessage message, out _))
            {
                _ = message.Validate();
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Editing_a_field_changes_it_and_the_frame_only()
    {
        FixMessage message = FixMessage.Parse(FixText.Frame(FixText.Order));
        FixMessage edited = message.With(38, "2500"u8);
        Assert.Equal("2500", edited.GetField(38));
        Assert.Equal(FixText.Frame(FixText.Order.Replace("38=100|", "38=2500|", StringComparison.Ordinal)),
            edited.ToBytes());
    }

    [Fact]
    public void A_field_in_a_group_is_edited_by_its_place()
    {
        const string Parties = "453=2|448=P|447=D|452=1|448=Q|447=D|452=3|";
        FixMessage message = FixMessage.Parse(FixText.Frame(FixText.Order + Parties));
        FixField second = message.Group(453)![1].Fields.First();
        Assert.Equal(FixText.Frame(FixText.Order + Parties.Replace("448=Q", "448=LONGER", StringComparison.Ordinal)),
            message.With(second, "LONGER"u8).ToBytes());
        Assert.Throws<ArgumentException>(() => message.With(second with { Offset = 1 }, "X"u8));
        Assert.Throws<ArgumentException>(() => message.With(9999, "X"u8));
    }

    [Fact]
    public void Editing_data_moves_its_length_along()
    {
        FixMessage message = FixMessage.Parse(FixText.Frame("35=B|95=3|96=a|b|10000=x|"));
        Assert.Equal("a\u0001b", message.GetField(96));
        FixMessage edited = message.With(96, "1\u00012\u00013=4"u8);
        Assert.Equal("7", edited.GetField(95));
        Assert.Equal("1\u00012\u00013=4", edited.GetField(96));
        Assert.Throws<ArgumentException>(() => message.With(95, "9"u8));
    }

    [Fact]
    public void Unknown_and_custom_fields_keep_their_place()
    {
        byte[] bytes = FixText.Frame("35=D|34=12|49=CLI|56=BRK|52=20261122-12:00:00|11=A1|5001=mine|21=1|55=X|54=1|"
            + "60=20261122-12:00:00|38=1|40=1|20000=z|");
        FixMessage message = FixMessage.Parse(bytes);
        ArrayBufferWriter<byte> written = new();
        message.WriteTo(written);
        Assert.Equal(bytes, written.WrittenSpan);
        Assert.Empty(message.Validate());
        Assert.Contains(message.Validate(ParseMode.Strict), finding => finding.Code == "Fix.UndefinedTag"
            && finding.Tag == "5001");
    }

    [Fact]
    public void A_version_without_a_table_is_said_to_be_unchecked()
    {
        Diagnostic only = Assert.Single(FixMessage.Parse(FixText.Frame("35=D|", "FIX.4.3")).Validate());
        Assert.Equal(("Fix.NoDictionary", Severity.Info), (only.Code, only.Severity));
    }

    [Fact]
    public void The_parser_of_one_version_refuses_another()
    {
        Assert.False(new FixParser("FIX.4.4").TryParse(FixText.Frame(FixText.Order, "FIX.4.2"), out _,
            out ParseError error));
        Assert.Equal("Fix.BeginString", error.Code);
        Assert.Throws<ArgumentException>(() => new FixParser("FIX.9.9"));
    }

    [Fact]
    public void Findings_are_cut_off_at_a_thousand()
    {
        string body = "35=D|" + string.Concat(Enumerable.Repeat("0=|", 5000));
        IReadOnlyList<Diagnostic> found = FixMessage.Parse(FixText.Frame(body)).Validate();
        Assert.Equal(1001, found.Count);
        Assert.Equal("Common.TooManyErrors", found[^1].Code);
    }

    [Theory]
    [InlineData("44=10.5|", "44=10.5=1=12345678|", "12345678")] // a lost separator
    [InlineData("11=A1|1=", "11=A1_1=", "12345678")]
    [InlineData("44=10.5|", "44=10.5|554=|553=trader one|", "trader one")]
    [InlineData("44=10.5|", "44=10.5|489=4111111111111111|", "411111111111")]
    [InlineData("44=10.5|", "44=10.5|925=hunter2|95=4|96=se=t|", "hunter2")]
    [InlineData("44=10.5|", "44=10.5|925=hunter2|95=4|96=se=t|", "se=t")]
    public void No_finding_and_no_report_shows_what_is_secret(string from, string to, string secret)
    {
        byte[] bytes = FixText.Frame(FixText.Order.Replace(from, to, StringComparison.Ordinal));
        FixMessage message = FixMessage.Parse(bytes);
        Assert.DoesNotContain(secret, string.Join('\n', message.Validate(ParseMode.Strict)), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, message.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, MessageParser.Parse(bytes).ToJson(), StringComparison.Ordinal);
        string covered = Encoding.Latin1.GetString(MessageRedactor.Cover(bytes));
        Assert.DoesNotContain(secret, covered, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_does_not_show_an_account_or_a_card_number()
    {
        string body = FixText.Order.Replace("54=1|", "54=4111111111111111|", StringComparison.Ordinal);
        Diagnostic finding = Assert.Single(FixMessage.Parse(FixText.Frame(body)).Validate());
        Assert.DoesNotContain("4111111111111111", finding.ToString(), StringComparison.Ordinal);
        Assert.Equal("411111******1111", finding.Actual);
    }
}
