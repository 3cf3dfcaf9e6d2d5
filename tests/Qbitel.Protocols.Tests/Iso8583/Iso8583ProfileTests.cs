using System.Text;
using Qbitel.Protocols.Iso8583;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso8583;

public sealed class Iso8583ProfileTests
{
    [Fact]
    public void An_operator_reads_messages_of_a_dialect_with_a_profile_of_their_own()
    {
        Iso8583Profile profile = Load("""
            { "name": "house", "version": "1993", "fields": [
              { "number": 3, "name": "Code", "type": "n", "length": "4" },
              { "number": 63, "name": "Secret", "type": "ans", "length": "...20", "redaction": "Secret" } ] }
            """);
        byte[] bytes = Encoding.ASCII.GetBytes("1200" + "2000000000000002" + "1234" + "005hello");
        Assert.True(Iso8583Message.TryParse(bytes, profile, null, out Iso8583Message message, out ParseError error),
            error?.ToString());
        Assert.Equal(("1234", "hello"), (message[3], message[63]));
        Assert.DoesNotContain("hello", message.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{ "name": "x" }""")]
    [InlineData("""{ "name": "x", "version": "2020", "fields": [] }""")]
    [InlineData("""
        { "name": "x", "version": "1987", "fields": [ { "number": 1, "name": "a", "type": "n", "length": "4" } ] }
        """)]
    [InlineData("""
        { "name": "x", "version": "1987", "fields": [ { "number": 3, "name": "a", "type": "q", "length": "4" } ] }
        """)]
    [InlineData("""
        { "name": "x", "version": "1987", "fields": [ { "number": 3, "name": "a", "type": "n", "length": "four" } ] }
        """)]
    [InlineData("""
        { "name": "x", "version": "1987",
          "fields": [ { "number": 3, "name": "a", "type": "n", "length": "99999999999" } ] }
        """)]
    public void A_profile_that_is_none_is_refused(string json) =>
        Assert.Equal("Iso8583.Profile", Assert.Throws<MessageFormatException>(() => Load(json)).Error.Code);

    [Fact]
    public void The_lengths_of_the_general_profile_agree_with_the_reference()
    {
        string json = File.ReadAllText(
            SharedFiles.Path("samples/iso8583/messages/test__testdata__specification_without_encoding_ver_1987.json"),
                Encoding.Latin1);
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(json);
        foreach (System.Text.Json.JsonProperty element in document.RootElement.GetProperty("elements")
            .EnumerateObject())
        {
            int number = int.Parse(element.Name, System.Globalization.CultureInfo.InvariantCulture);
            if (number is 1 or 65) continue; // bitmaps

            string describe = element.Value.GetProperty("Describe").GetString()!.Split(';')[0];
            int dots = describe.Count(c => c == '.');
            int length = int.Parse(new string([.. describe.Where(char.IsAsciiDigit)]),
                System.Globalization.CultureInfo.InvariantCulture);
            if (describe.StartsWith('b')) length /= 8;
            if (describe.StartsWith('x')) length++; // the sign
            Iso8583FieldRule rule = Iso8583Profile.Ascii1987.Field(number)!;
            Assert.Equal((number, dots, length), (number, rule.LengthDigits, rule.WholeLength(false)));
        }
    }

    [Fact]
    public void A_type_answers_with_its_own()
    {
        Assert.True(Mti.TryParse("0421", out Mti mti));
        Assert.Equal(("reversal advice", "0430"), (mti.Description, mti.Response().ToString()));
        Assert.Throws<InvalidOperationException>(() => mti.Response().Response());
    }

    internal static Iso8583Profile Load(string json) =>
        Iso8583Profile.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));
}
