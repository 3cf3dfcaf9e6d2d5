using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Streams;

namespace Qbitel.Protocols.Tests.Streams;

public sealed class MessageRedactorTests
{
    private static readonly byte[] Order =
        Fix("35=D|49=BANK|56=EXCH|34=2|52=20261124-12:00:00|11=ORD-1|1=12345678|21=1|"
        + "55=EUR/USD|54=1|60=20261124-12:00:00|38=1000|40=1|58=for John Doe|");

    public static readonly TheoryData<string, byte[], string[]> Samples = new()
    {
        { "fix", Order, ["12345678", "John", "Doe"] },
        { "swift-mt", ScanSamples.Swift, ["370400440532013000", "JOHN", "DOE", "HARBOUR", "ROE", "INVOICE", "4711"] },
        { "iso20022", ScanSamples.Mx, ["370400440532013000", "60161331926819", "John", "Doe", "Roe", "4712"] },
        { "iso8583", ScanSamples.Iso8583, ["4111111111111111", "11111111111"] },
    };

    [Theory, MemberData(nameof(Samples))]
    public void Nothing_that_is_covered_is_left_and_the_message_reads_as_before(
        string protocol, byte[] message, string[] secrets)
    {
        byte[] covered = Redact(message);

        Assert.Equal(message.Length, covered.Length);
        string text = Encoding.Latin1.GetString(covered);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));

        ParseReport before = MessageParser.Parse(message), after = MessageParser.Parse(covered);
        Assert.Equal((protocol, before.MessageType), (after.Protocol, after.MessageType));
        Assert.Equal(before.Fields.Select(field => (field.Tag, field.Path, field.Offset, field.Length)),
            after.Fields.Select(field => (field.Tag, field.Path, field.Offset, field.Length)));
        Assert.Equal(Codes(before), Codes(after));
        Assert.All(before.Fields.Where(field => field.Redaction == Redaction.None).Zip(
            after.Fields.Where(field => field.Redaction == Redaction.None)),
            pair => Assert.Equal(pair.First.Tag == "10" ? pair.Second.Value : pair.First.Value, pair.Second.Value));
    }

    [Theory, MemberData(nameof(Samples))]
    public void Covering_twice_changes_nothing_more(string protocol, byte[] message, string[] secrets)
    {
        Assert.NotEmpty(protocol + secrets[0]);
        byte[] covered = Redact(message);
        Assert.Equal(covered, Redact(covered));
    }

    [Fact]
    public void A_covered_IBAN_is_one_of_the_same_country()
    {
        string text = Encoding.Latin1.GetString(MessageRedactor.Cover(ScanSamples.Swift));
        string account = text[(text.IndexOf(":50K:/", StringComparison.Ordinal) + 6)..][..22];
        Assert.True(Iban.TryParse(account, out Iban iban), account);
        Assert.Equal(("DE", "000000000000000000"), (iban.Country, iban.Bban));
    }

    [Fact]
    public void A_covered_card_number_is_no_card_number()
    {
        string text = Encoding.Latin1.GetString(MessageRedactor.Cover(ScanSamples.Iso8583));
        int at = text.IndexOf("411111", StringComparison.Ordinal);
        Assert.EndsWith("1111", text.Substring(at, 16), StringComparison.Ordinal);
        Assert.False(Pan.TryParse(text.AsSpan(at, 16), out _));
    }

    [Fact]
    public void Comments_attributes_and_references_in_markup_are_covered_too()
    {
        string text = Encoding.UTF8.GetString(ScanSamples.Mx)
            .Replace("<GrpHdr>", "<!-- from Erika Mustermann --><GrpHdr>", StringComparison.Ordinal)
            .Replace("John Doe", "J&#246;rg &amp; Zo\u00EB", StringComparison.Ordinal);
        byte[] message = Encoding.UTF8.GetBytes(text);

        string covered = Encoding.UTF8.GetString(Redact(message));

        Assert.DoesNotContain("Erika", covered, StringComparison.Ordinal);
        Assert.Contains("X&#088;xx &amp; Xx\u03A7", covered, StringComparison.Ordinal);
        Assert.True(MessageParser.Parse(Encoding.UTF8.GetBytes(covered)).IsValid);
    }

    [Fact]
    public void What_reads_as_no_message_is_covered_whole()
    {
        byte[] stream = [.. ScanSamples.Fix, .. "Call John at 555-0123\n"u8, .. Order];
        string covered = Encoding.Latin1.GetString(MessageRedactor.Cover(stream));
        Assert.Contains("Xxxx xx 000-0000\n", covered, StringComparison.Ordinal);
        Assert.DoesNotContain("12345678", covered, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_with_a_wrong_sum_keeps_what_is_public_in_it()
    {
        byte[] broken = [.. Order];
        broken[^2] ^= 1;
        string covered = Encoding.Latin1.GetString(MessageRedactor.Cover(broken, "fix"));
        Assert.Contains("55=EUR/USD", covered, StringComparison.Ordinal);
        Assert.DoesNotContain("12345678", covered, StringComparison.Ordinal);
        Assert.DoesNotContain("John", covered, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_come_out_as_long_as_they_were_wherever_they_are_cut() =>
        Prop.ForAll<byte[], NonNegativeInt>((bytes, number) =>
        {
            int seed = number.Get;
            byte[] stream = [.. Damaged(bytes, seed), .. Order];
            ArrayBufferWriter<byte> output = new();
            MessageRedactor redactor = new(output);
            int size = 1 + (seed % 97);
            for (int at = 0; at < stream.Length; at += size)
                redactor.Append(stream.AsSpan(at, Math.Min(size, stream.Length - at)));

            RedactionSummary summary = redactor.Complete();

            Assert.Equal((stream.Length, (long)stream.Length), (output.WrittenCount, summary.Bytes));
            Assert.DoesNotContain("12345678", Encoding.Latin1.GetString(output.WrittenSpan), StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_only_looked_at_keeps_what_is_not_covered() =>
        Assert.EndsWith(Encoding.Latin1.GetString(Order.AsSpan()[^7..]),
            Encoding.Latin1.GetString(MessageRedactor.Cover(Order)), StringComparison.Ordinal);

    private static byte[] Redact(byte[] message)
    {
        ArrayBufferWriter<byte> output = new();
        MessageRedactor redactor = new(output);
        redactor.Append(message);
        redactor.Complete();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>One of the samples with bytes of it replaced by others.</summary>
    private static byte[] Damaged(byte[] bytes, int seed)
    {
        byte[][] samples = [Order, ScanSamples.Swift, ScanSamples.Mx, ScanSamples.Iso8583];
        byte[] sample = [.. samples[seed % samples.Length]];
        for (int i = 0; i < Math.Min(bytes.Length, 4); i++)
            sample[(seed + (bytes[i] * 31)) % sample.Length] = bytes[i];
        return sample;
    }

    // A covered card number shall have a wrong check digit.
    private static IEnumerable<string> Codes(ParseReport report) =>
        report.Findings.Select(finding => finding.Code).Where(code => code != "Iso8583.Luhn");

    private static byte[] Fix(string body)
    {
        byte[] head = Encoding.Latin1.GetBytes($"8=FIX.4.4|9={body.Length}|{body}".Replace('|', '\u0001'));
        return [.. head, .. Encoding.Latin1.GetBytes($"10={head.Sum(value => value) % 256:000}\u0001")];
    }
}
