using System.Text;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Tests.Iso8583;

public sealed class Iso8583SubfieldTests
{
    private static readonly Iso8583Profile House = Iso8583ProfileTests.Load("""
        { "name": "house", "extends": "1987-ascii", "fields": [
          { "number": 3, "name": "Processing code", "type": "n", "length": 6,
            "subfields": { "kind": "positional", "items": [ { "name": "Type", "type": "n", "length": 2 },
            { "name": "From", "length": 2 }, { "name": "To", "length": 2 } ] } },
          { "number": 48, "name": "Additional data", "type": "ans", "length": "...999", "subfields": { "kind": "tlv",
            "tag": 2, "length": 3, "items": [ { "tag": "01", "name": "Service", "type": "n", "length": 3 },
            { "tag": "02", "name": "Secret", "redaction": "Secret" } ] } },
          { "number": 55, "name": "Chip", "type": "b", "length": "...255", "redaction": "Text",
            "subfields": { "kind": "emv" } },
          { "number": 60, "name": "List", "type": "ans", "length": "...999",
            "subfields": { "kind": "length-value", "length": 2, "items": [ { "name": "First" } ] } },
          { "number": 62, "name": "Own bitmap", "type": "b", "length": "...255",
            "subfields": { "kind": "bitmap", "bytes": 8, "bitmap": "binary", "items": [
            { "tag": "1", "name": "One", "length": 2 }, { "tag": "9", "name": "Nine",
            "length": "..9" } ] } },
          { "number": 104, "name": "Datasets", "type": "b", "length": "...255", "subfields": { "kind": "datasets",
            "items": [ { "tag": "56", "name": "Customer" },
            { "tag": "56.01", "name": "Identity", "redaction": "Secret" } ] } }
        ] }
        """);

    private static Iso8583Message With(int number, string value)
    {
        Assert.True(Mti.TryParse("0200", out Mti mti));
        return new Iso8583Builder(mti, House).Set(number, value).Build(allowInvalid: true);
    }

    private static string Parts(Iso8583Message message, int number)
    {
        byte[] content = message.ContentOf(number);
        return string.Join(' ', message.SubfieldsOf(number).Select(part => part.Path + "="
            + Encoding.Latin1.GetString(content, part.ValueOffset, part.ValueLength)));
    }

    [Theory]
    [InlineData(3, "011020", "1=01 2=10 3=20")]
    [InlineData(48, "0100312399004what", "01=123 99=what")]
    [InlineData(60, "03abc0001x", "1=abc 2= 3=x")]
    [InlineData(62, "8080000000000000" + "3132" + "3033" + "414243", "1=12 9=ABC")]
    public void A_field_is_divided(int number, string value, string parts) =>
        Assert.Equal(parts, Parts(With(number, value), number));

    [Fact]
    public void Chip_data_is_divided_with_tags_that_nobody_knows()
    {
        Iso8583Message message = With(55, "9F2608" + "0102030405060708" + "DF8101" + "02" + "AABB" + "5A08"
            + "4761739001010119" + "71" + "03" + "860101");
        Assert.Equal(["9F26", "DF8101", "5A", "71", "71.86"], message.SubfieldsOf(55).Select(part => part.Path));
        Diagnostic unknown = Assert.Single(message.Validate(), finding => finding.Code == "Iso8583.UnknownTag");
        Assert.Equal((Severity.Info, "55.DF8101"), (unknown.Severity, unknown.Path));
        Assert.DoesNotContain("4761739001010119", message.Describe(), StringComparison.Ordinal);
        Assert.Contains("476173******0119", message.Describe(), StringComparison.Ordinal);

        Iso8583Message edited = message.WithSubfield(55, "9F26", [8, 7, 6, 5, 4, 3, 2, 1]);
        Assert.Equal(message[55]!.Replace("0102030405060708", "0807060504030201", StringComparison.Ordinal),
            edited[55]);
        Assert.Equal(message.ToBytes(), edited.WithSubfield(55, "9F26", [1, 2, 3, 4, 5, 6, 7, 8]).ToBytes());
        Assert.EndsWith("9F360200FF", message.WithSubfield(55, "9F36", [0, 255])[55], StringComparison.Ordinal);
    }

    [Fact]
    public void Data_sets_hold_objects_of_their_own()
    {
        Iso8583Message message = With(104, "56" + "0005" + "0103313233" + "57" + "0000");
        Assert.Equal(["56", "56.01", "57"], message.SubfieldsOf(104).Select(part => part.Path));
        Assert.Contains("56.01 Identity: ***", message.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_is_set_and_everything_else_stays()
    {
        Iso8583Message message = With(48, "0100312399004what");
        Assert.Equal("0100345699004what", message.WithSubfield(48, "01", "456"u8)[48]);
        Assert.Equal("0100312399002no", message.WithSubfield(48, "99", "no"u8)[48]);
        Assert.Equal("0100312399004what02001x", message.WithSubfield(48, "02", "x"u8)[48]);
        Assert.Equal("031020", With(3, "011020").WithSubfield(3, "1", "03"u8)[3]);
        Assert.Throws<MessageFormatException>(() => With(3, "011020").WithSubfield(3, "1", "3"u8));
        Assert.Throws<MessageFormatException>(() => message.WithSubfield(48, "001", "x"u8));
        Assert.Throws<MessageFormatException>(() => message.WithSubfield(4, "1", "x"u8));
    }

    [Theory]
    [InlineData(48, "01003AB", "48.01", 5)]
    [InlineData(48, "01XX", "48.01", 2)]
    [InlineData(48, "0", "48.tag", 0)]
    [InlineData(60, "03abc09", "60.2", 7)]
    [InlineData(55, "9F2608", "55.9F26", 0)]
    [InlineData(62, "4000000000000000", "62.2", 0)]
    [InlineData(104, "56", "104.56", 0)]
    public void What_cannot_be_divided_is_told_with_its_place(int number, string value, string path, int at)
    {
        Iso8583Message message = With(number, value);
        Iso8583Slice slice = message.Find(number)!.Value;
        Diagnostic error = Assert.Single(message.Validate(), finding => finding.Code == "Iso8583.Subfield");
        Assert.Equal((Severity.Error, path, slice.ValueOffset + at), (error.Severity, error.Path, (int)error.Offset!));
    }

    [Fact]
    public void A_character_that_a_part_may_not_hold_is_found_at_its_place()
    {
        Iso8583Message message = With(48, "01003A2B");
        Diagnostic error = Assert.Single(message.Validate(), finding => finding.Code == "Iso8583.Subfield");
        Assert.Equal(("48.01", message.Find(48)!.Value.ValueOffset + 5L), (error.Path, error.Offset));
    }

    [Fact]
    public void A_part_of_nothing_never_loops() =>
        Assert.Equal(500, With(60, new string('0', 998) + "0")
            .SubfieldsOf(60).Count + 1);
}
