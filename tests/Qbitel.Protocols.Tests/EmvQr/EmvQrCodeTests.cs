using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.EmvQr;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Streams;

namespace Qbitel.Protocols.Tests.EmvQr;

public sealed class EmvQrCodeTests
{
    public static readonly TheoryData<string> All = [.. EmvQrSamples.All];

    // The check value that every catalogue of checksums gives for this one.
    [Fact]
    public void The_checksum_is_the_known_one() => Assert.Equal(0x29B1, Crc16.Of("123456789"u8));

    [Theory, MemberData(nameof(All))]
    public void A_code_is_valid_and_comes_back_as_it_was(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        EmvQrCode code = EmvQrCode.Parse(bytes);

        Assert.DoesNotContain(code.Validate(), finding => finding.Severity == Severity.Error);
        Assert.Equal(bytes, code.ToBytes());
        IdentifiedMessage what = MessageIdentifier.Identify(bytes);
        Assert.Equal(("emv-qr", bytes.Length), (what.Protocol, what.Consumed));
        Assert.True(MessageParser.Parse(bytes).IsValid);
    }

    [Theory, MemberData(nameof(All))]
    public void Each_beginning_of_a_code_is_incomplete_or_wrong(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int length = 0; length < bytes.Length; length++)
        {
            bool isRead = EmvQrCode.TryParse(bytes.AsSpan(0, length), out EmvQrCode code, out ParseError error);
            // Base64 that ends between two data objects is a shorter code, which lacks what it must have or says less.
            if (isRead) Assert.Equal(EmvQrMode.ConsumerPresented, code.Mode);
            else Assert.True(error.IsIncomplete, $"{length}: {error}");
        }
    }

    [Fact]
    public void Objects_are_found_by_their_paths()
    {
        EmvQrCode code = EmvQrCode.Parse(Encoding.UTF8.GetBytes(EmvQrSamples.All[0]));
        Assert.Equal("Pix (Brazil)", code.Use);
        Assert.Equal(("TX1234", "Caf\u00E9 Beispiel", "123.45", null),
            (code["62/05"], code["64/01"], code["54"], code["62/01"]));
        EmvQrCode chip = EmvQrCode.Parse(Encoding.UTF8.GetBytes(EmvQrSamples.Chip));
        Assert.Equal(("A0000000555555", "584FD385FA234BCC"), (chip["61/4F"], chip["61/63/9F26"]));
    }

    [Theory]
    [InlineData("5802BR", "5802XX", "EmvQr.Format", "/58")]
    [InlineData("5303986", "5303666", "EmvQr.Format", "/53")]
    [InlineData("52045411", "520454A1", "EmvQr.Format", "/52")]
    [InlineData("010211", "010213", "EmvQr.Format", "/01")]
    [InlineData("123.45", "123,45", "EmvQr.Format", "/54")]
    [InlineData("123.45", ".12345", "EmvQr.Format", "/54")]
    [InlineData("123.45", "12.345", "EmvQr.Decimals", "/54")]
    [InlineData("5802BR", "", "EmvQr.Required", "/58")]
    [InlineData("52045411", "", "EmvQr.Required", "/52")]
    [InlineData("5802BR", "5802BR5802BR", "EmvQr.Duplicate", "/58")]
    [InlineData("55020256041.50", "550202", "EmvQr.Required", "/56")]
    [InlineData("550202", "550201", "EmvQr.Tip", "/56")]
    [InlineData("550202", "", "EmvQr.Tip", "/56")]
    [InlineData("0002pt", "0002p1", "EmvQr.Format", "/64/00")]
    [InlineData("0506TX1234", "0577TX1234", "EmvQr.Template", "/62")]
    public void A_fault_is_told_where_it_is(string old, string next, string code, string path)
    {
        byte[] bytes = EmvQrSamples.With(old, next);
        Diagnostic? finding = EmvQrCode.Parse(bytes).Validate().FirstOrDefault(each => each.Severity == Severity.Error);
        Assert.Equal((code, path), (finding?.Code, finding?.Path));
        Assert.InRange(finding!.Offset!.Value, 0, bytes.Length);
    }

    [Fact]
    public void A_changed_byte_breaks_the_checksum()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(EmvQrSamples.All[0]);
        int at = bytes.AsSpan().IndexOf("Sao"u8);
        bytes[at] = (byte)'T';
        Diagnostic finding = Assert.Single(EmvQrCode.Parse(bytes).Validate());
        Assert.Equal(("EmvQr.Checksum", (long?)bytes.Length - 4), (finding.Code, finding.Offset));
        Assert.False(MessageParser.Parse(bytes).IsValid);

        byte[] small = Encoding.UTF8.GetBytes(EmvQrSamples.Shop
            + EmvQrSamples.All[0][^4..].ToLowerInvariant());
        Assert.DoesNotContain(EmvQrCode.Parse(small).Validate(), each => each.Severity == Severity.Error);
    }

    [Fact]
    public void A_use_that_leaves_out_objects_is_let_pass_with_warnings()
    {
        IReadOnlyList<Diagnostic> findings = EmvQrCode.Parse(Encoding.UTF8.GetBytes(EmvQrSamples.All[1])).Validate();
        Assert.Equal(["/52", "/59", "/60"], findings.Select(each => each.Path).Order(StringComparer.Ordinal));
        Assert.All(findings, each => Assert.Equal(Severity.Warning, each.Severity));
    }

    [Fact]
    public void Lengths_in_bytes_are_read_where_the_checksum_says_so()
    {
        EmvQrCode code = EmvQrCode.Parse(EmvQrSamples.With("64230002pt0113", "64240002pt0114"));
        Assert.Equal("Caf\u00E9 Beispiel", code["64/01"]);
        Assert.Equal("EmvQr.LengthInBytes", Assert.Single(code.Validate()).Code);
    }

    [Theory]
    [InlineData("hello", "EmvQr.NotACode")]
    [InlineData("0002AA", "EmvQr.Incomplete")]
    [InlineData("000201xx", "EmvQr.Object")]
    [InlineData("hQVDUFYwM!", "EmvQr.Base64")]
    public void What_is_no_code_is_told(string text, string code)
    {
        Assert.False(EmvQrCode.TryParse(Encoding.UTF8.GetBytes(text), out _, out ParseError error));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData("8505435056303161", "EmvQr.Incomplete")]
    [InlineData("850543505630316109" + "4F0AA0000000555555", "EmvQr.Object")]
    public void A_consumers_objects_lie_within_each_other(string hex, string code)
    {
        string text = Convert.ToBase64String(Convert.FromHexString(hex));
        Assert.False(EmvQrCode.TryParse(Encoding.ASCII.GetBytes(text), out _, out ParseError error));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData("850543505630316209" + "5F2006414243444546", "EmvQr.Required", "/61")]
    [InlineData("85054350563031610A" + "5A084000000000000002", "EmvQr.Required", "/61/4F")]
    [InlineData("85054350563032610C" + "4F0AA00000005555550102FF", "EmvQr.Format", "/85")]
    [InlineData("850543505630316107" + "4F05A000000055" + "610D" + "4F05A0000000559F36030001FF", "EmvQr.Format",
        "/61[2]/9F36")]
    public void A_consumers_code_says_which_application_it_is(string hex, string code, string path)
    {
        string text = Convert.ToBase64String(Convert.FromHexString(hex));
        Diagnostic finding = EmvQrCode.Parse(Encoding.ASCII.GetBytes(text)).Validate()[0];
        Assert.Equal((code, path), (finding.Code, finding.Path));
    }

    [Theory, MemberData(nameof(All))]
    public void Personal_data_is_covered_and_the_code_still_reads(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\n");
        ArrayBufferWriter<byte> output = new();
        MessageRedactor redactor = new(output);
        redactor.Append(bytes);
        RedactionSummary summary = redactor.Complete();

        Assert.Equal((bytes.Length, 1L, 0L, 0L),
            (output.WrittenCount, summary.Messages, summary.UnreadBytes, summary.NoLongerValid));
        EmvQrCode covered = EmvQrCode.Parse(output.WrittenSpan);
        Assert.DoesNotContain(covered.Validate(), finding => finding.Severity == Severity.Error);
        string shown = Encoding.Latin1.GetString(covered.Payload.Span) + MessageParser.Parse(bytes).ToJson();
        foreach (string secret in (string[])["anna.beispiel", "Cafe Beispiel", "0066812345678", "BEISPIEL/ANNA"])
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("4000000000000002", Convert.ToHexString(covered.Payload.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void One_value_is_changed_with_its_lengths_and_the_checksum()
    {
        EmvQrCode code = EmvQrCode.Parse(Encoding.UTF8.GetBytes(EmvQrSamples.All[0])).With("62/05", "TX12345");
        Assert.Equal(EmvQrSamples.With("62280314Loja Augusta 10506TX1234", "62290314Loja Augusta 10507TX12345"),
            code.ToBytes());
        Assert.Throws<ArgumentException>(() => code.With("62/01", "x"));
        Assert.Throws<ArgumentException>(() => code.With("62/05", new string('x', 99)));
        EmvQrCode chip = EmvQrCode.Parse(Encoding.UTF8.GetBytes(EmvQrSamples.Chip)).With("61/63/9F36", "0002");
        Assert.Equal("0002", chip["61/63/9F36"]);
    }

    [Theory, MemberData(nameof(All))]
    public void A_code_is_made_again_of_its_own_values(string text)
    {
        EmvQrCode code = EmvQrCode.Parse(Encoding.UTF8.GetBytes(text));
        string type = code.Mode == EmvQrMode.MerchantPresented ? "merchant" : "consumer";
        List<MessageSetting> settings =
            [.. code.Objects.Where(item => !item.IsTemplate && item.Path is not ("00" or "63" or "85"))
            .Select(item => new MessageSetting(item.Path, code[item.Path]!)).Reverse()];
        if (type == "consumer") settings.Reverse();

        BuiltMessage made = MessageMaker.Build("emv-qr", type, settings, DateTimeOffset.UnixEpoch);

        Assert.True(made.IsValid, string.Join('\n', made.Findings));
        EmvQrCode again = EmvQrCode.Parse(made.Bytes!.Value.Span);
        Assert.All(settings, setting => Assert.Equal(setting.Value, again[setting.Path]));
        Assert.Equal(code.Objects.Count, again.Objects.Count);
    }

    [Theory]
    [InlineData("person", "52", "5411", "Build.Type", "type")]
    [InlineData("merchant", "70", "x", "Build.Path", "70")]
    [InlineData("merchant", "26", "x", "Build.Path", "26")]
    [InlineData("merchant", "63", "0000", "Build.Path", "63")]
    [InlineData("merchant", "52", "54", "Build.Value", "52")]
    [InlineData("consumer", "61/4f", "A0", "Build.Path", "61/4f")]
    [InlineData("consumer", "61/4F", "A", "Build.Value", "61/4F")]
    public void A_wrong_setting_is_told_by_its_path(string type, string name, string value, string code, string path)
    {
        BuiltMessage made = MessageMaker.Build("emv-qr", type, [new(name, value)], DateTimeOffset.UnixEpoch);
        Assert.Null(made.Bytes);
        Assert.Equal((code, path), (made.Findings[0].Code, made.Findings[0].Path));
    }

    [Fact]
    public void The_builder_makes_no_code_that_breaks_a_rule()
    {
        Assert.True(Money.TryParse("12.50", "EUR", out Money money));
        EmvQrBuilder builder = new EmvQrBuilder(isForOnePayment: true).Set("26/00", "com.example").Set("26/01", "4711")
            .SetAmount(money).Set("58", "DE").Set("59", "Beispiel").Set("52", "5411");
        Assert.Equal("/60", Assert.Throws<MessageFormatException>(() => builder.Build()).Error.Path);
        EmvQrCode code = builder.Set("60", "Frankfurt").Set("62/05", "***").Build();
        Assert.Equal(("12", "12.50", "978"), (code["01"], code["54"], code["53"]));
        Assert.Throws<ArgumentException>(() => builder.Set("52", "x"));
        Assert.Throws<ArgumentException>(() => builder.Set("63", "0000"));
    }

    [Fact]
    public void The_places_of_a_code_are_those_of_its_table()
    {
        Assert.Contains(MessageMaker.Slots("emv-qr", "merchant"), slot => slot is { Path: "26/00", IsRequired: false });
        Assert.Contains(MessageMaker.Slots("emv-qr", "merchant"), slot => slot is { Path: "58", IsRequired: true });
        Assert.Contains(MessageMaker.Slots("emv-qr", "consumer"), slot => slot is { Path: "61/4F", IsRequired: true });
        Assert.Empty(MessageMaker.Slots("emv-qr", "other"));
    }

    [Fact]
    public void Codes_of_a_list_are_each_judged()
    {
        byte[] bytes =
            Encoding.UTF8.GetBytes(string.Join("\r\n", EmvQrSamples.All.Append("000201zz").Append(EmvQrSamples.Chip)));
        ParseReport report = MessageParser.Parse(bytes, "emv-qr");
        Assert.Contains(new("messages", "4"), report.Summary);
        Diagnostic finding = Assert.Single(report.Errors);
        Assert.Equal(("EmvQr.Object", (int?)4), (finding.Code, finding.Line));
    }

    [Fact]
    public void Any_bytes_end_in_a_code_or_an_error() => Prop.ForAll<byte[]>(bytes =>
    {
        byte[][] inputs = [bytes, [.. "000201"u8, .. bytes], [.. "hQVDUFYw"u8, .. bytes]];
        return inputs.All(input => EmvQrCode.TryParse(input, out EmvQrCode code, out ParseError error)
            ? code.ToBytes().AsSpan().SequenceEqual(input) : error is not null);
    }).QuickCheckThrowOnFailure();
}
