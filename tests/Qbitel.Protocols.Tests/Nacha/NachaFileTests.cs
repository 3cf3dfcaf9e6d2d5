using System.Buffers;
using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Nacha;

namespace Qbitel.Protocols.Tests.Nacha;

public sealed class NachaFileTests
{
    [Fact]
    public void Views_give_what_the_records_say()
    {
        NachaFile file = NachaText.File();

        Assert.Equal("231380104", file.Header["destination"]);
        Assert.Equal(2, file.Batches.Count);
        NachaBatch wages = file.Batches[0];
        Assert.Equal(("PPD", 220, "ACME CORP", "PAYROLL", NachaText.Originator, 1L),
            (wages.EntryClass, wages.ServiceClass,
            wages.CompanyName, wages.Description, wages.OriginatingBank, wages.Number));
        Assert.Equal(NachaText.Monday, wages.EffectiveDate);
        NachaEntry entry = wages.Entries[0];
        Assert.Equal((22, NachaText.Bank, "744567899", "USD 1500.25", "JANE DOE", "EMP001",
            NachaText.Originator + "0000001"),
            (entry.TransactionCode, entry.RoutingNumber, entry.Account, entry.Amount.ToString(), entry.Name,
                entry.Identification, entry.Trace));
        Assert.True(entry.IsCredit);
        Assert.Equal("checking: credit", entry.TransactionMeaning);
        Assert.Equal(NachaEntryKind.Forward, entry.Kind);
        Assert.Equal("RMR*IV*4711**77.10\\", file.Batches[1].Entries[0].Addenda[0].PaymentText);
        Assert.Null(entry["nothing"]);
    }

    [Theory, InlineData("\n"), InlineData("\r\n"), InlineData("\r"), InlineData("")]
    public void A_file_is_written_back_as_it_came(string lineEnd)
    {
        byte[] bytes = NachaText.File(lineEnd).ToBytes();
        NachaFile file = NachaFile.Parse(bytes);
        ArrayBufferWriter<byte> writer = new();
        file.WriteTo(writer);

        Assert.Equal(bytes, writer.WrittenSpan);
        Assert.Empty(file.Validate());
        Assert.Equal("JANE DOE", file.Batches[0].Entries[0].Name);
        Assert.True(MessageParser.Parse(bytes).IsValid);
    }

    [Fact]
    public void A_file_in_EBCDIC_is_read_edited_and_kept()
    {
        byte[] ascii = NachaText.File().ToBytes();
        Encoding ebcdic = CodePagesEncodingProvider.Instance.GetEncoding(37)!;
        byte[] bytes = ebcdic.GetBytes(Encoding.ASCII.GetString(ascii).Replace('\n', '\u0085')); // NL is 0x15 there
        Assert.Contains((byte)0x15, bytes);
        NachaFile file = NachaFile.Parse(bytes);
        ParseReport report = MessageParser.Parse(bytes);

        Assert.Equal(bytes, file.ToBytes());
        Assert.Empty(file.Validate());
        Assert.Equal("JOHN ROE", file.Batches[0].Entries[1].Name);
        Assert.Equal("nacha", report.Protocol);
        Assert.Equal(MessageParser.Parse(ascii).ToJson(), report.ToJson());
        byte[] edited = file.With(file.Batches[0].Entries[0].Record, "amount", "5").ToBytes();
        Assert.Equal(bytes.Length, edited.Length);
        Assert.Empty(NachaText.Judge(edited));
    }

    [Fact]
    public void Editing_an_amount_changes_the_totals_and_nothing_else()
    {
        NachaFile file = NachaText.File();
        NachaFile edited = file.With(file.Batches[0].Entries[1].Record, "amount", "100");

        Assert.Equal([3, 4, 9], Changed(file, edited)); // the entry and both controls; records from 0
        Assert.Empty(edited.Validate());
        Assert.Equal("USD 1", edited.Batches[0].Entries[1].Amount.ToString());
        Assert.Equal("USD 900", file.Batches[0].Entries[1].Amount.ToString());
    }

    [Theory]
    [InlineData("receivingBank", "12104288", new[] { 2, 4, 9 })]
    [InlineData("transactionCode", "32", new[] { 2 })]
    [InlineData("account", "1", new[] { 2 })]
    [InlineData("trace", "121042880000000", new[] { 2 })]
    public void Editing_an_entry_changes_what_depends_on_it(string field, string value, int[] changed)
    {
        NachaFile file = NachaText.File();
        NachaFile edited = file.With(file.Batches[0].Entries[0].Record, field, value);

        Assert.Equal(changed, Changed(file, edited));
        if (field != "trace") Assert.Empty(edited.Validate());
    }

    [Fact]
    public void Editing_a_trace_number_takes_its_addenda_along()
    {
        NachaFile file = NachaText.File();
        NachaFile edited = file.With(file.Batches[1].Entries[0].Record, "trace", NachaText.Originator + "0000077");

        Assert.Equal([6, 7], Changed(file, edited));
        Assert.Equal("0000077", edited.Batches[1].Entries[0].Addenda[0]["entrySequence"]);
        Assert.Empty(edited.Validate());
    }

    [Fact]
    public void Editing_a_batch_header_edits_its_control()
    {
        NachaFile file = NachaText.File();
        NachaFile edited = file.With(file.Batches[0].Header, "companyId", "9999");

        Assert.Equal([1, 4], Changed(file, edited));
        Assert.Empty(edited.Validate());
    }

    [Fact]
    public void An_edit_that_does_not_fit_is_refused()
    {
        NachaFile file = NachaText.File();
        NachaRecord entry = file.Batches[0].Entries[0].Record;

        Assert.Throws<MessageFormatException>(() => file.With(entry, "amount", "12345678901"));
        Assert.Throws<MessageFormatException>(() => file.With(entry, "amount", "1.5"));
        Assert.Throws<MessageFormatException>(() => file.With(entry, "name", "J\u00C4NE"));
        Assert.Throws<ArgumentException>(() => file.With(entry, "nothing", "1"));
        Assert.Throws<ArgumentException>(() => file.With(NachaText.File("\r\n").Batches[1].Entries[0].Record, "amount",
            "1"));
    }

    [Fact]
    public void A_file_that_has_not_ended_is_incomplete_and_never_valid()
    {
        byte[] bytes = NachaText.File().ToBytes();
        int end = (9 * 95) + 55; // the file control without its blanks
        for (int length = 0; length < bytes.Length; length++)
        {
            bool isRead = NachaFile.TryParse(bytes.AsSpan(0, length), out NachaFile file, out ParseError error);
            Assert.Equal(length >= end, isRead);
            Assert.Equal(isRead, MessageParser.Parse(bytes.AsSpan(0, length), "nacha").IsValid);
            if (isRead) Assert.Equal("USD 77.1", file.Batches[1].Entries[0].Amount.ToString());
            else Assert.True(error.IsIncomplete || length < 3, $"{length}: {error}");
        }

        Assert.Throws<MessageFormatException>(() => NachaFile.Parse([]));
    }

    [Fact]
    public void Names_and_accounts_are_masked_wherever_text_is_made()
    {
        NachaFile file = NachaText.File();
        string json = MessageParser.Parse(file.ToBytes()).ToJson();
        string text = file + string.Concat(file.Batches.SelectMany(batch => batch.Entries)
            .Select(entry => entry.ToString() + entry.Record + string.Concat(entry.Addenda)));

        foreach (string secret in (string[])["JANE", "DOE", "744567899", "EMP001", "RMR*IV"])
        {
            Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    private static int[] Changed(NachaFile before, NachaFile after)
    {
        string[] old = NachaText.Lines(before);
        string[] now = NachaText.Lines(after);
        Assert.Equal(old.Length, now.Length);
        return [.. Enumerable.Range(0, old.Length).Where(i => old[i] != now[i])];
    }
}
