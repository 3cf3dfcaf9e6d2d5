using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Nacha;
using Qbitel.Protocols.Nacha.Building;

namespace Qbitel.Protocols.Tests.Nacha;

public sealed class NachaBuilderTests
{
    public static readonly TheoryData<string> Classes = [.. NachaClassText.Codes];

    [Theory, MemberData(nameof(Classes))]
    public void A_file_of_each_entry_class_is_valid_and_read_again(string entryClass)
    {
        NachaFile file = NachaClassText.File(entryClass);

        Assert.Empty(file.Validate(new ParseOptions { Mode = ParseMode.Strict }));
        NachaBatch batch = Assert.Single(file.Batches);
        Assert.Equal(entryClass == "ADV" ? 280 : batch.Entries[0].IsCredit ? 220 : 225, batch.ServiceClass);
        Assert.Equal(entryClass, batch.EntryClass);
        Assert.NotNull(batch.EntryClassMeaning);
        Assert.Equal(entryClass == "IAT", batch.IsInternational);
        Assert.Equal(file.ToBytes(), NachaFile.Parse(file.ToBytes()).ToBytes());
    }

    [Fact]
    public void Every_class_the_format_has_is_tested() =>
        Assert.Equal(NachaClassText.Codes.Order(StringComparer.Ordinal),
            Protocols.Nacha.Rules.NachaClass.All.Select(each => each.Code).Order(StringComparer.Ordinal));

    [Fact]
    public void A_file_that_would_break_a_rule_is_not_made()
    {
        NachaFileBuilder wrongBank = NachaText.Builder();
        wrongBank.Batch("PPD").AddEntry(22, "231380105", "1", NachaText.Dollars(1)).Set("name", "X");
        NachaFileBuilder credit = NachaText.Builder();
        NachaBatchBuilder calls = credit.Batch("TEL");
        calls.AddEntry(27, NachaText.Bank, "1", NachaText.Dollars(1)).Set("name", "X");
        calls.AddEntry(22, NachaText.Bank, "1", NachaText.Dollars(1)).Set("name", "X");
        NachaFileBuilder empty = NachaText.Builder();
        empty.Batch("PPD");
        NachaFileBuilder zero = NachaText.Builder();
        zero.Batch("PPD").AddEntry(22, NachaText.Bank, "1", NachaText.Dollars(0));

        Assert.Equal("Nacha.CheckDigit", Assert.Throws<MessageFormatException>(wrongBank.Build).Error.Code);
        Assert.Equal("Nacha.DebitOnly", Assert.Throws<MessageFormatException>(credit.Build).Error.Code);
        Assert.Equal("Nacha.EmptyBatch", Assert.Throws<MessageFormatException>(empty.Build).Error.Code);
        Assert.Equal("Nacha.ZeroAmount", Assert.Throws<MessageFormatException>(zero.Build).Error.Code);
        Assert.Throws<ArgumentException>(() => NachaText.Builder().Batch("XYZ"));
        Assert.Throws<ArgumentException>(() => NachaText.Builder().Batch("PPD").AddEntry(22, NachaText.Bank, "1",
            Euro()));
        Assert.Throws<MessageFormatException>(() =>
            NachaText.Builder().Batch("PPD").AddEntry(22, NachaText.Bank, new string('1', 18), NachaText.Dollars(1)));
        Assert.Throws<MessageFormatException>(() =>
            NachaText.Builder().Batch("PPD").AddEntry(22, NachaText.Bank, "1", NachaText.Dollars(100_000_000m)));
    }

    [Theory]
    [InlineData("PPD", 21, "R03")]
    [InlineData("TEL", 26, "R01")]
    [InlineData("IAT", 21, "R16")]
    [InlineData("CTX", 21, "R23")]
    [InlineData("POS", 26, "R10")]
    public void A_return_carries_the_codes_of_a_return(string entryClass, int code, string reason)
    {
        NachaBatch sent = NachaClassText.File(entryClass).Batches[0];
        NachaFileBuilder builder = NachaText.Builder();
        builder.AddReturn(sent, sent.Entries[0], reason, NachaText.Bank[..8]);
        NachaFile file = builder.Build();

        Assert.Empty(file.Validate(new ParseOptions { Mode = ParseMode.Strict }));
        NachaBatch batch = file.Batches[0];
        NachaEntry returned = batch.Entries[0];
        Assert.Equal(NachaEntryKind.Return, returned.Kind);
        Assert.Equal((code, reason, NachaText.Bank[..8], "121042882"),
            (returned.TransactionCode, returned.ReturnReason, batch.OriginatingBank, returned.RoutingNumber));
        Assert.Equal(sent.Entries[0].Amount, returned.Amount);
        Assert.Equal(sent.Entries[0].Account, returned.Account);
        NachaAddenda addenda = returned.Addenda[^1];
        Assert.Equal((sent.Entries[0].Trace, "23138010", returned.Trace),
            (addenda.OriginalTrace, addenda["originalBank"], addenda["trace"]));
    }

    [Fact]
    public void A_return_is_dishonored_and_the_dishonor_contested()
    {
        NachaBatch sent = NachaClassText.File("PPD").Batches[0];
        NachaFileBuilder first = NachaText.Builder();
        first.AddReturn(sent, sent.Entries[0], "R03", NachaText.Bank[..8]);
        NachaBatch returned = first.Build().Batches[0];
        NachaFileBuilder second = NachaText.Builder();
        second.AddReturn(returned, returned.Entries[0], "R68", NachaText.Originator);
        NachaBatch dishonored = second.Build().Batches[0];
        NachaFileBuilder third = NachaText.Builder();
        third.AddReturn(dishonored, dishonored.Entries[0], "R73", NachaText.Bank[..8]);
        NachaBatch contested = third.Build().Batches[0];

        NachaAddenda dishonor = dishonored.Entries[0].Addenda[0];
        Assert.Equal(NachaEntryKind.DishonoredReturn, dishonored.Entries[0].Kind);
        Assert.Equal((sent.Entries[0].Trace, returned.Entries[0].Trace, "03"),
            (dishonor.OriginalTrace, dishonor["returnTrace"], dishonor["returnedFor"]));
        NachaAddenda contest = contested.Entries[0].Addenda[0];
        Assert.Equal(NachaEntryKind.ContestedReturn, contested.Entries[0].Kind);
        Assert.Equal((sent.Entries[0].Trace, returned.Entries[0].Trace, "03", dishonored.Entries[0].Trace, "68"),
            (contest.OriginalTrace, contest["returnTrace"], contest["returnedFor"], contest["dishonoredTrace"],
                contest["dishonoredFor"]));
        Assert.Throws<ArgumentException>(() =>
            NachaText.Builder().AddReturn(sent, sent.Entries[0], "R68", NachaText.Bank[..8]));
    }

    [Theory, InlineData("PPD", 21), InlineData("WEB", 26), InlineData("IAT", 21)]
    public void A_notification_of_change_has_no_amount(string entryClass, int code)
    {
        NachaBatch sent = NachaClassText.File(entryClass).Batches[0];
        NachaFileBuilder builder = NachaText.Builder();
        builder.AddChange(sent, sent.Entries[0], "C01", "1918171614", NachaText.Bank[..8]);
        NachaFile file = builder.Build();

        Assert.Empty(file.Validate(new ParseOptions { Mode = ParseMode.Strict }));
        NachaEntry entry = file.Batches[0].Entries[0];
        Assert.Equal(("COR", code, "C01", "1918171614", 0m), (file.Batches[0].EntryClass, entry.TransactionCode,
            entry.ChangeCode, entry.Addenda[0].CorrectedData, entry.Amount.Amount));
        Assert.Equal(NachaEntryKind.Change, entry.Kind);
        Assert.Throws<ArgumentException>(() =>
            NachaText.Builder().AddChange(sent, sent.Entries[0], "C69", "1", NachaText.Bank[..8]));
    }

    [Theory, InlineData("PPD", 27), InlineData("TEL", 22), InlineData("POS", 22), InlineData("CTX", 27)]
    public void A_reversal_goes_the_other_way_under_its_name(string entryClass, int code)
    {
        NachaBatch sent = NachaClassText.File(entryClass).Batches[0];
        NachaFileBuilder builder = NachaText.Builder();
        builder.AddReversal(sent, null, NachaText.Monday);
        NachaFile file = builder.Build();

        Assert.Equal("REVERSAL", file.Batches[0].Description);
        Assert.Equal(code, file.Batches[0].Entries[0].TransactionCode);
        Assert.Equal(sent.Entries[0].Amount, file.Batches[0].Entries[0].Amount);
        Assert.Equal(sent.Entries[0].Addenda.Count, file.Batches[0].Entries[0].Addenda.Count);
    }

    private static Money Euro() => Money.TryParse("1", "EUR", out Money euro) ? euro : throw new FormatException();
}
