using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Layouts;
using Qbitel.Protocols.Streams;

namespace Qbitel.Protocols.Tests.Layouts;

public sealed class LayoutFormatTests
{
    // A ledger's own record: kind, length of what follows, card number, amount, entries, sum.
    private const string Ledger = """
        {
          "format": "qbitel-layout", "version": "1", "name": "ledger",
          "key": { "offset": 0, "length": 1 },
          "types": [
            {
              "name": "booking", "key": "42",
              "parts": [
                { "field": "kind", "type": "ascii", "semantic": "msgtype", "size": 1 },
                { "field": "size", "type": "uint16be", "semantic": "length", "size": 2,
                  "length": { "of": "$rest", "unit": 1, "addend": 0 } },
                { "field": "card", "type": "ascii", "semantic": "pan", "size": 16 },
                { "field": "amount", "type": "uint32be", "semantic": "amount", "size": 4 },
                { "field": "lines", "type": "uint8", "semantic": "count", "size": 1,
                  "count": { "of": "entries", "addend": 0 } },
                { "chain": "entries", "countBy": "lines", "item": [
                    { "field": "tag", "type": "uint8", "semantic": "id", "size": 1 },
                    { "field": "length", "type": "uint8", "semantic": "length", "size": 1,
                      "length": { "of": "value", "unit": 1, "addend": 0 } },
                    { "field": "value", "type": "ascii", "semantic": "string", "sizeBy": "length" } ] },
                { "field": "sum", "type": "uint8", "semantic": "checksum", "size": 1,
                  "checksum": { "algorithm": "xor8", "from": "$start", "to": "$here" } }
              ]
            }
          ]
        }
        """;

    private static readonly ParseOptions Options = new() { Layout = Read(Ledger) };

    private static readonly byte[] Booking = Make();

    [Fact]
    public void A_message_is_read_field_by_field()
    {
        ParseReport report = MessageParser.Parse(Booking, options: Options);

        Assert.True(report.IsValid);
        Assert.Equal(("ledger", "booking"), (report.Protocol, report.MessageType));
        Assert.Equal(["kind", "size", "card", "amount", "lines",
            "entries[0].tag", "entries[0].length", "entries[0].value",
            "entries[1].tag", "entries[1].length", "entries[1].value", "sum"], report.Fields.Select(f => f.Path));
        Assert.Equal("125050", report.Fields.Single(f => f.Tag == "amount").Value);
        Assert.Equal(Booking.Length - 1, report.Fields[^1].Offset);
    }

    [Fact]
    public void Card_numbers_and_texts_are_not_shown()
    {
        ParseReport report = MessageParser.Parse(Booking, options: Options);

        Assert.Equal("400000******0002", report.Fields.Single(f => f.Tag == "card").Value);
        Assert.DoesNotContain("4000000000000002", report.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("Anna", report.ToJson(), StringComparison.Ordinal);
        string covered = Encoding.Latin1.GetString(MessageRedactor.Cover(Booking, options: Options));
        Assert.DoesNotContain("4000000000000002", covered, StringComparison.Ordinal);
        Assert.DoesNotContain("Anna", covered, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_meaning_is_not_shown_either()
    {
        ParseOptions options = new()
        {
            Layout = Read(Ledger.Replace("\"pan\"", "\"unknown\"", StringComparison.Ordinal)),
        };

        Assert.Equal("***", MessageParser.Parse(Booking, options: options).Fields.Single(f => f.Tag == "card").Value);
    }

    [Theory]
    [InlineData(2, "Layout.Length", "size")]
    [InlineData(23, "Layout.Incomplete", "entries[2].tag")]
    [InlineData(25, "Layout.Incomplete", "entries[0].value")]
    [InlineData(20, "Layout.Checksum", "sum")]
    public void A_changed_byte_is_found_where_it_is(int at, string code, string path)
    {
        byte[] changed = [.. Booking];
        changed[at] ^= 0x40;

        ParseReport report = MessageParser.Parse(changed, options: Options);

        Assert.Contains(report.Errors, e => e.Code == code && e.Path == path);
    }

    [Fact]
    public void Parts_are_read_changed_and_written()
    {
        string text = Ledger;
        byte[] bytes = Booking;
        #region ReadByLayout
        if (!LayoutSpec.TryRead(text, out Layout? layout, out string? error)) throw new FormatException(error);
        ParsedMessage message = LayoutParser.Parse(layout, bytes);
        foreach (LayoutFinding finding in message.Findings) Console.Error.WriteLine(finding);
        byte[] again = LayoutWriter.Write(message); // lengths, counts and check values are worked out
        #endregion

        Assert.Empty(message.Findings);
        Assert.Equal(bytes, again);
    }

    [Fact]
    public void Another_type_is_named_as_such()
    {
        byte[] changed = [.. Booking];
        changed[0] = 0x43;

        Diagnostic error = Assert.Single(MessageParser.Parse(changed, options: Options).Errors);

        Assert.Equal(("Layout.UnknownType", 0L), (error.Code, error.Offset));
    }

    [Fact]
    public void Any_bytes_end_in_a_report()
    {
        ByteMutation mutation = new(7, "B \0 \u00FF 4000000000000002");
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = mutation.Of(Booking);

            ParseReport report = MessageParser.Parse(bytes, options: Options);

            Assert.All(report.Fields, f => Assert.InRange(f.Offset + f.Length, 0, bytes.Length));
            Assert.All(report.Findings, f => Assert.InRange(f.Offset!.Value, 0, bytes.Length));
            Assert.Equal(bytes.Length, MessageRedactor.Cover(bytes, options: Options).Length);
            if (report.IsValid) Assert.Equal(bytes, LayoutWriter.Write(LayoutParser.Parse(Options.Layout!, bytes)));
        }
    }

    [Theory]
    [InlineData("\"version\": \"1\"", "\"version\": \"9\"")]
    [InlineData("\"countBy\": \"lines\"", "\"countBy\": \"amount\"")]
    [InlineData("\"size\": 16", "\"size\": -1")]
    [InlineData("\"xor8\"", "\"xor9\"")]
    [InlineData("{ \"field\": \"amount\"", "{ \"field\": \"card\"")]
    public void A_layout_that_cannot_work_is_refused_with_its_place(string from, string to)
    {
        Assert.False(LayoutSpec.TryRead(Ledger.Replace(from, to, StringComparison.Ordinal), out _, out string? error));
        Assert.StartsWith("$", error, StringComparison.Ordinal);
    }

    private static Layout Read(string text)
    {
        Assert.True(LayoutSpec.TryRead(text, out Layout? layout, out string? error), error);
        return layout;
    }

    private static byte[] Make()
    {
        List<byte> message =
            [(byte)'B', 0, 0, .. "4000000000000002"u8, 0x00, 0x01, 0xE8, 0x7A, 2, 1, 4, .. "Anna"u8, 2, 0, 0];
        message[2] = (byte)(message.Count - 3);
        message[^1] = message.Aggregate((byte)0, (sum, b) => (byte)(sum ^ b));
        return [.. message];
    }
}
