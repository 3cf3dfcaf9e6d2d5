using System.Buffers;
using System.Text;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Views;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Streams;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Emv;

public sealed class EmvFormatTests
{
    private const string Card = "4761739001010010", Name = "TURING/ALAN";

    // Everything that must not be seen: number, track, name, discretionary data, PIN, also in hexadecimal.
    private static readonly string[] Secrets =
        [Card, Card[6..12], Name, "Turing", Convert.ToHexString(Encoding.ASCII.GetBytes(Name)), "313233343536",
            "1234FF", "301231",
            "D3012201"];

    private static readonly string Objects = Convert.ToHexString(new EmvTlvBuilder()
        .Add(0x70, new EmvTlvBuilder().Add(0x57, EmvText.Bytes(Card + "D30122011234567F")).Add(0x5A, Card).Add(0x5F20,
            Name)
            .Add(0x9F1F, "123456").Add(0x56, "B" + Card + "^" + Name + "^30122011").Add(0x5F24, "301231"))
        .Add(0xDF7F, EmvText.Bytes(Card)).Add(0xDF7E, Encoding.ASCII.GetBytes(Card)).Add(0x9F6B,
            EmvText.Bytes(Card + "D3012201"))
        .Build());

    [Fact]
    public void Data_objects_and_traces_are_known_as_text_and_as_bytes()
    {
        Assert.Equal("emv-tlv", MessageIdentifier.Identify(EmvText.Text(EmvText.Field55)).Protocol);
        Assert.Equal("emv-tlv", MessageIdentifier.Identify(EmvText.Bytes(EmvText.Field55)).Protocol);
        Assert.Equal("emv-tlv", MessageIdentifier.Identify(EmvText.Text(Objects)).Protocol);
        Assert.Equal("emv-apdu", MessageIdentifier.Identify(EmvText.Text(EmvText.Trace)).Protocol);
        IdentifiedMessage blocks = MessageIdentifier.Identify(EmvText.Text(ApduTraceTests.Blocks()));
        Assert.Equal(("emv-apdu", "T=1"), (blocks.Protocol, blocks.MessageType));
    }

    [Theory]
    [InlineData("deadbeefdeadbeefdeadbeefdeadbeef")]
    [InlineData("4111111111111111")]
    [InlineData("000201010212")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("00000000\n00000000\n")]
    [InlineData("00A4\n9000")]
    [InlineData("12345678\n9000\n12345678\n9000\n")]
    public void Other_digits_are_neither(string text)
    {
        Assert.Null(MessageIdentifier.Identify(EmvText.Text(text)).Protocol);
    }

    [Fact]
    public void Random_digits_and_bytes_are_hardly_ever_taken_for_data_objects()
    {
        ulong state = 0x853C49E6748FEA9B;
        byte[] bytes = new byte[64];
        int taken = 0;
        for (int i = 0; i < 20_000; i++)
        {
            Span<byte> some = bytes.AsSpan(0, 4 + (i % 60));
            for (int k = 0; k < some.Length; k++) some[k] = (byte)EmvFuzzTests.Next(ref state, 256);
            if (MessageIdentifier.Identify(some).Protocol is "emv-tlv" or "emv-apdu") taken++;
            if (MessageIdentifier.Identify(EmvText.Text(Convert.ToHexString(some))).Protocol is "emv-tlv" or "emv-apdu")
                taken++;
        }

        Assert.InRange(taken, 0, 2);
    }

    [Fact]
    public void A_report_shows_nothing_it_may_not()
    {
        string blocks = ApduTraceTests.Blocks();
        foreach (string text in (string[])[Objects, EmvText.Trace, blocks, Objects[..^3], EmvText.Trace[..^60]])
        {
            foreach (string protocol in (string[])["emv-tlv", "emv-apdu"])
            {
                ParseReport report = MessageParser.Parse(EmvText.Text(text), protocol);
                string shown = report.ToJson() + string.Concat(report.Fields.Select(field
                    => field.Meaning + field.Value))
                    + string.Concat(report.Findings);
                Assert.All(Secrets, secret => Assert.DoesNotContain(secret, shown, StringComparison.OrdinalIgnoreCase));
            }

            string document = EmvDecoder.Decode(EmvText.Text(text)).ToJson();
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, document, StringComparison.OrdinalIgnoreCase));
        }

        string bytes = MessageParser.Parse(EmvText.Bytes(Objects)).ToJson();
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, bytes, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void What_is_covered_reads_as_before_and_shows_nothing_it_may_not()
    {
        string small = Objects.ToLowerInvariant(), blocks = ApduTraceTests.Blocks();
        foreach (string text in (string[])[Objects, small, Spaced(Objects), EmvText.Trace, blocks])
        {
            byte[] input = EmvText.Text(text);
            ArrayBufferWriter<byte> output = new();
            MessageRedactor redactor = new(output);
            redactor.Append(input);
            RedactionSummary summary = redactor.Complete();
            string covered = Encoding.ASCII.GetString(output.WrittenSpan);

            Assert.Equal((input.Length, 1L, 0L, 0L),
                (covered.Length, summary.Messages, summary.UnreadBytes, summary.NoLongerValid));
            string digits = covered.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "",
                StringComparison.Ordinal);
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, digits, StringComparison.OrdinalIgnoreCase));
            ParseReport before = MessageParser.Parse(input), after = MessageParser.Parse(output.WrittenSpan);
            Assert.Equal(before.IsValid, after.IsValid);
            Assert.Equal(before.Fields.Select(field => (field.Tag, field.Offset, field.Length)),
                after.Fields.Select(field => (field.Tag, field.Offset, field.Length)));
        }

        byte[] bytes = MessageRedactor.Cover(EmvText.Bytes(Objects));
        Assert.All(Secrets, secret
            => Assert.DoesNotContain(secret, Convert.ToHexString(bytes), StringComparison.Ordinal));
        Assert.True(MessageParser.Parse(bytes, "emv-tlv").IsValid);
    }

    [Fact]
    public void What_cannot_be_read_is_covered_whole()
    {
        foreach (string text in (string[])[Objects[..^3], Objects.Replace("5A08", "5AFF", StringComparison.Ordinal)])
        {
            string covered = Encoding.ASCII.GetString(MessageRedactor.Cover(EmvText.Text(text), "emv-tlv"));
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, covered, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_damaged_input_that_claims_to_be_one_is_told_where_it_fails()
    {
        ParseReport report = MessageParser.Parse(EmvText.Text("9F26081122"));
        Assert.Equal(("emv-tlv", "Emv.Incomplete"), (report.Protocol, report.Errors.Single().Code));
        report = MessageParser.Parse(EmvText.Text("00A4040007A000000003101000\n1234"));
        Assert.Equal(("emv-apdu", "Apdu.Status"), (report.Protocol, report.Errors.Single().Code));
        report = MessageParser.Parse(EmvText.Text("9F2608112233445566778"));
        Assert.Equal(("emv-tlv", "Emv.Hex"), (report.Protocol, report.Errors.Single().Code));
    }

    [Fact]
    public void A_fault_in_one_template_does_not_hide_the_next()
    {
        ParseReport report = MessageParser.Parse(EmvText.Text("7003 9F3680 7003 9F3602 7704 9F360300 9F3602000C"),
            "emv-tlv");

        Assert.Equal(["Emv.Length 5", "Emv.Length 17", "Emv.Length 29"],
            report.Errors.Select(error => $"{error.Code} {error.Offset}"));
        Assert.Equal(["/70/9F36", "/70/9F36", "/77/9F36"], report.Errors.Select(error => error.Path));
        Assert.Contains(report.Fields, field => field.Path == "/9F36");
    }

    [Fact]
    public void Long_lengths_are_a_profile()
    {
        byte[] text = EmvText.Text("9F268300000811223344556677889F3602000C");
        Assert.False(MessageParser.Parse(text, "emv-tlv").IsValid);
        Assert.True(MessageParser.Parse(text, "emv-tlv", new ParseOptions { Profile = "long-lengths" }).IsValid);
        Assert.False(MessageParser.Parse(text, "emv-tlv",
            new ParseOptions { Profile = "long-lengths", Mode = ParseMode.Strict }).IsValid);
    }

    [Fact]
    public void Bytes_in_a_stream_end_where_no_object_follows()
    {
        byte[] stream = EmvText.Bytes("9F3602000C 9F3680");
        Assert.Equal(FrameStatus.Invalid, MessageIdentifier.TryReadMessage("emv-tlv", stream, out int consumed, out _));
        Assert.Equal(5, consumed);
        Assert.Equal(FrameStatus.Complete,
            MessageIdentifier.TryReadMessage("emv-tlv", stream.AsSpan(0, 5), out consumed, out _));
        Assert.Equal(5, consumed);
        Assert.Equal(FrameStatus.Incomplete,
            MessageIdentifier.TryReadMessage("emv-tlv", stream.AsSpan(0, 4), out _, out _));
        Assert.Equal(FrameStatus.Complete,
            MessageIdentifier.TryReadMessage("emv-apdu", "00B2010C00\n6A83\nend"u8, out consumed, out _));
        Assert.Equal(16, consumed);
    }

    [Fact]
    public void The_shared_vectors_are_judged_as_they_say()
    {
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(
            File.ReadAllBytes(SharedFiles.Path("samples/emv-tlv/ber_tlv.json")));
        foreach (System.Text.Json.JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            string hex = vector.GetProperty("hex").GetString()!;
            bool valid = vector.GetProperty("valid").GetBoolean();
            Assert.True(valid == MessageParser.Parse(EmvText.Text(hex)).IsValid, hex);
            Assert.True(valid == MessageParser.Parse(EmvText.Text(hex), "emv-tlv").IsValid, hex);
            Assert.True(valid == MessageParser.Parse(EmvText.Bytes(hex), "emv-tlv").IsValid, hex);
            Assert.True(valid == EmvTlvMessage.TryParse(EmvText.Bytes(hex), ParseMode.Lenient, out _, out _), hex);
        }
    }

    [Theory]
    [InlineData("contact-mastercard-in.txt", 16)]
    [InlineData("contact-upi-in.txt", 22)]
    [InlineData("contactless-msd-in.txt", 4)]
    public void The_shared_traces_are_read_to_their_end(string name, int commands)
    {
        byte[] bytes = File.ReadAllBytes(
            SharedFiles.Path("samples/emv-tlv/messages/src__test__resources__cases__" + name));
        ParseReport report = MessageParser.Parse(bytes);

        Assert.Equal(("emv-apdu", true), (report.Protocol, report.IsValid));
        Assert.Contains(report.Summary, each => each.Key == "commands" && each.Value == $"{commands}");
    }

    private static string Spaced(string hex) => string.Join('\n', hex.Chunk(32).Select(line =>
        string.Join(' ', line.Chunk(2).Select(pair => new string(pair)))));
}
