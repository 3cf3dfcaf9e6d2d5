using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Nacha;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>One fault a rule: the right code, at the right record and field, and nothing else.</summary>
public sealed class NachaRuleTests
{
    // Line counted from 1, position as the format's tables count it, what is put there, code, field, path.
    [Theory]
    [InlineData(1, 2, "02", "Nacha.FileHeader", "priority", "/header/priority")]
    [InlineData(1, 4, " 231380105", "Nacha.CheckDigit", "destination", "/header/destination")]
    [InlineData(1, 4, "          ", "Nacha.MandatoryField", "destination", "/header/destination")]
    [InlineData(1, 14, "0000000000", "Nacha.MandatoryField", "origin", "/header/origin")]
    [InlineData(1, 24, "260230", "Nacha.Date", "date", "/header/date")]
    [InlineData(1, 34, "a", "Nacha.FileHeader", "modifier", "/header/modifier")]
    [InlineData(1, 35, "095", "Nacha.FileHeader", "recordSize", "/header/recordSize")]
    [InlineData(1, 38, "20", "Nacha.FileHeader", "blockingFactor", "/header/blockingFactor")]
    [InlineData(1, 40, "2", "Nacha.FileHeader", "format", "/header/format")]
    [InlineData(2, 5, "                ", "Nacha.MandatoryField", "companyName", "/batch[1]/header/companyName")]
    [InlineData(2, 5, "0000000000000000", "Nacha.MandatoryField", "companyName", "/batch[1]/header/companyName")]
    [InlineData(2, 51, "PDT", "Nacha.UnknownSecCode", "entryClass", "/batch[1]/header/entryClass")]
    [InlineData(2, 54, "          ", "Nacha.MandatoryField", "description", "/batch[1]/header/description")]
    [InlineData(2, 70, "261301", "Nacha.Date", "effectiveDate", "/batch[1]/header/effectiveDate")]
    [InlineData(2, 79, "0", "Nacha.OriginatorStatus", "originatorStatus", "/batch[1]/header/originatorStatus")]
    [InlineData(2, 79, "3", "Nacha.OriginatorStatus", "originatorStatus", "/batch[1]/header/originatorStatus")]
    [InlineData(3, 2, "25", "Nacha.TransactionCode", "transactionCode", "/batch[1]/entry[1]/transactionCode")]
    [InlineData(3, 2, "21", "Nacha.TransactionCode", "transactionCode", "/batch[1]/entry[1]/transactionCode")]
    [InlineData(3, 2, "81", "Nacha.TransactionCode", "transactionCode", "/batch[1]/entry[1]/transactionCode")]
    [InlineData(3, 2, "23", "Nacha.NonZeroAmount", "amount", "/batch[1]/entry[1]/amount")]
    [InlineData(3, 2, "24", "Nacha.NonZeroAmount", "amount", "/batch[1]/entry[1]/amount")]
    [InlineData(3, 12, "5", "Nacha.CheckDigit", "checkDigit", "/batch[1]/entry[1]/checkDigit")]
    [InlineData(3, 13, "                 ", "Nacha.MandatoryField", "account", "/batch[1]/entry[1]/account")]
    [InlineData(3, 79, "1", "Nacha.AddendaIndicator", "addendaIndicator", "/batch[1]/entry[1]/addendaIndicator")]
    [InlineData(3, 79, "2", "Nacha.AddendaIndicator", "addendaIndicator", "/batch[1]/entry[1]/addendaIndicator")]
    [InlineData(3, 80, "231380100000001", "Nacha.TraceOrder", "trace", "/batch[1]/entry[2]/trace")]
    [InlineData(4, 80, "121042880000001", "Nacha.TraceOrder", "trace", "/batch[1]/entry[2]/trace")]
    [InlineData(4, 80, "231380100000002", "Nacha.TraceBank", "trace", "/batch[1]/entry[2]/trace")]
    [InlineData(5, 2, "225", "Nacha.ServiceClassMismatch", "serviceClass", "/batch[1]/control/serviceClass")]
    [InlineData(5, 5, "000003", "Nacha.EntryAddendaCountMismatch", "entryAddendaCount",
        "/batch[1]/control/entryAddendaCount")]
    [InlineData(5, 11, "0000000000", "Nacha.EntryHashMismatch", "entryHash", "/batch[1]/control/entryHash")]
    [InlineData(5, 21, "000000000001", "Nacha.TotalMismatch", "totalDebit", "/batch[1]/control/totalDebit")]
    [InlineData(5, 33, "000000000001", "Nacha.TotalMismatch", "totalCredit", "/batch[1]/control/totalCredit")]
    [InlineData(5, 45, "9999999999", "Nacha.CompanyIdMismatch", "companyId", "/batch[1]/control/companyId")]
    [InlineData(5, 80, "23138010", "Nacha.OriginatingBankMismatch", "originatingBank",
        "/batch[1]/control/originatingBank")]
    [InlineData(5, 88, "0000009", "Nacha.BatchNumberMismatch", "batchNumber", "/batch[1]/control/batchNumber")]
    [InlineData(7, 79, "0", "Nacha.AddendaIndicator", "addendaIndicator", "/batch[2]/entry[1]/addendaIndicator")]
    [InlineData(8, 2, "02", "Nacha.AddendaType", "addendaType", "/batch[2]/entry[1]/addenda[1]/addendaType")]
    [InlineData(8, 2, "55", "Nacha.AddendaType", "addendaType", "/batch[2]/entry[1]/addenda[1]/addendaType")]
    [InlineData(8, 84, "0000", "Nacha.AddendaSequence", "sequence", "/batch[2]/entry[1]/addenda[1]/sequence")]
    [InlineData(8, 88, "0000009", "Nacha.AddendaTrace", "entrySequence",
        "/batch[2]/entry[1]/addenda[1]/entrySequence")]
    [InlineData(10, 2, "000003", "Nacha.BatchCountMismatch", "batchCount", "/control/batchCount")]
    [InlineData(10, 8, "000002", "Nacha.BlockCount", "blockCount", "/control/blockCount")]
    [InlineData(10, 14, "00000009", "Nacha.EntryAddendaCountMismatch", "entryAddendaCount",
        "/control/entryAddendaCount")]
    [InlineData(10, 22, "0000000009", "Nacha.EntryHashMismatch", "entryHash", "/control/entryHash")]
    [InlineData(10, 32, "000000000009", "Nacha.TotalMismatch", "totalDebit", "/control/totalDebit")]
    [InlineData(10, 44, "000000000009", "Nacha.TotalMismatch", "totalCredit", "/control/totalCredit")]
    public void A_fault_is_found_where_it_is(int line, int position, string text, string code, string field,
        string path)
    {
        string[] lines = NachaText.Lines(NachaText.File());
        lines[line - 1] = NachaText.Put(lines[line - 1], position, text);
        byte[] bytes = NachaText.Join(lines);

        ParseReport report = MessageParser.Parse(bytes, "nacha");
        Diagnostic[] found = [.. report.Errors.Where(error => error.Code == code)];
        Diagnostic error = Assert.Single(found);
        Assert.Equal((field, path), (error.Field, error.Path));
        Assert.Equal(path.Contains("entry[2]", StringComparison.Ordinal) ? 4 : line, error.Line);
        Assert.Equal(((error.Line - 1) * 95) + error.Column - 1, error.Offset);
        Assert.Equal(report.Findings, NachaText.Judge(bytes));
        Assert.False(report.IsValid);
    }

    [Theory]
    [InlineData(3, 4, "X", "Nacha.FieldFormat")]
    [InlineData(3, 30, "00000A", "Nacha.FieldFormat")]
    [InlineData(3, 30, "          ", "Nacha.MandatoryField")]
    [InlineData(5, 21, "00000000000X", "Nacha.FieldFormat")]
    [InlineData(3, 60, "\u00E9", "Nacha.CharacterSet")]
    [InlineData(3, 60, "\u0007", "Nacha.CharacterSet")]
    public void What_no_field_may_hold_is_an_error(int line, int position, string text, string code)
    {
        string[] lines = NachaText.Lines(NachaText.File());
        lines[line - 1] = NachaText.Put(lines[line - 1], position, text);

        Diagnostic error = Assert.Single(NachaText.Judge(NachaText.Join(lines)), each => each.Code == code);
        Assert.Equal((Severity.Error, line), (error.Severity, error.Line));
    }

    [Fact]
    public void A_character_of_two_bytes_is_one_column()
    {
        string[] lines = NachaText.Lines(NachaText.File());
        lines[2] = NachaText.Put(lines[2], 60, "\u00E9");
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");

        Diagnostic error = Assert.Single(NachaText.Judge(bytes));
        Assert.Equal(("Nacha.CharacterSet", "name", 3), (error.Code, error.Field, error.Line));
        Assert.DoesNotContain("\u00E9", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "Nacha.RecordOutsideBatch")]
    [InlineData("5", "Nacha.MissingBatchControl")]
    [InlineData("9", "Nacha.MissingBatchControl")]
    [InlineData("1", "Nacha.MissingFileHeader")]
    [InlineData("10", "Nacha.MissingFileControl")]
    [InlineData("7", "Nacha.RecordOutsideBatch")]
    public void A_missing_record_is_missed(string line, string code)
    {
        List<string> lines = [.. NachaText.Lines(NachaText.File())];
        lines.RemoveAt(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture) - 1);

        Assert.Contains(NachaText.Judge(NachaText.Join(lines)), each => each.Code == code
            && each.Severity == Severity.Error);
    }

    [Theory]
    [InlineData(1, 2, "Nacha.DuplicateFileHeader")]
    [InlineData(10, 10, "Nacha.DuplicateFileControl")]
    [InlineData(3, 10, "Nacha.RecordAfterFileControl")]
    [InlineData(1, 3, "Nacha.DuplicateFileHeader")]
    public void A_record_too_many_is_found(int copied, int after, string code)
    {
        List<string> lines = [.. NachaText.Lines(NachaText.File())];
        lines.Insert(after, lines[copied - 1]);

        Diagnostic error = NachaText.Judge(NachaText.Join(lines)).First(each => each.Code == code);
        Assert.Equal(after + 1, error.Line);
    }

    [Fact]
    public void A_bad_batch_does_not_hide_what_is_wrong_in_the_next()
    {
        string[] lines = NachaText.Lines(NachaText.File());
        lines[1] = NachaText.Put(lines[1], 51, "PDT");
        lines[4] = NachaText.Put(lines[4], 5, "000009");
        lines[6] = NachaText.Put(lines[6], 12, "9");
        lines[8] = NachaText.Put(lines[8], 21, "999999999999");

        Assert.Equal(["Nacha.UnknownSecCode", "Nacha.EntryAddendaCountMismatch", "Nacha.CheckDigit",
            "Nacha.TotalMismatch"], NachaText.Judge(NachaText.Join(lines)).Select(each => each.Code));
    }

    [Fact]
    public void Lines_without_their_blanks_are_read_unless_it_is_strict()
    {
        string[] lines = NachaText.Lines(NachaText.File());
        byte[] bytes = NachaText.Join(lines.Select(line => line.TrimEnd()));

        Diagnostic warning = Assert.Single(NachaText.Judge(bytes));
        Assert.Equal(("Nacha.ShortLine", Severity.Warning, 10), (warning.Code, warning.Severity, warning.Line));
        Diagnostic error = Assert.Single(NachaText.Judge(bytes, new ParseOptions { Mode = ParseMode.Strict }));
        Assert.Equal(Severity.Error, error.Severity);
        lines[3] = lines[3][..93];
        Assert.Equal("Nacha.RecordLength", NachaText.Judge(NachaText.Join(lines))[0].Code);
        lines = NachaText.Lines(NachaText.File());
        lines[3] += "  ";
        Assert.Equal(["Nacha.LongLine"], NachaText.Judge(NachaText.Join(lines)).Select(each => each.Code));
        lines[3] = lines[3].TrimEnd() + "X";
        Assert.Equal(["Nacha.RecordLength"], NachaText.Judge(NachaText.Join(lines)).Select(each => each.Code));
    }

    [Fact]
    public void A_block_that_is_not_filled_is_a_warning()
    {
        Protocols.Nacha.Building.NachaFileBuilder builder = NachaText.Builder();
        builder.Batch("PPD").AddEntry(22, NachaText.Bank, "1", NachaText.Dollars(1)).Set("name", "X");
        string[] lines = NachaText.Lines(builder.Build());

        Diagnostic warning = Assert.Single(NachaText.Judge(NachaText.Join(lines[..5])));
        Assert.Equal(("Nacha.BlockFiller", Severity.Warning), (warning.Code, warning.Severity));
    }

    [Theory]
    [InlineData("ARC", 30, "0002500001", "Nacha.AmountLimit")]
    [InlineData("RCK", 30, "0000250001", "Nacha.AmountLimit")]
    [InlineData("POS", 77, "44", "Nacha.CodeValue")]
    [InlineData("SHR", 40, "1328", "Nacha.Date")]
    [InlineData("CTX", 55, "0009", "Nacha.AddendaCount")]
    [InlineData("IAT", 13, "0003", "Nacha.AddendaCount")]
    [InlineData("ACK", 2, "22", "Nacha.TransactionCode")]
    [InlineData("TRC", 55, "      ", "Nacha.MandatoryField")]
    [InlineData("TEL", 55, "                      ", "Nacha.MandatoryField")]
    [InlineData("MTE", 40, "000000000000000", "Nacha.MandatoryField")]
    [InlineData("ADV", 88, "000", "Nacha.Date")]
    [InlineData("ADV", 91, "0000", "Nacha.MandatoryField")]
    [InlineData("CIE", 2, "27", "Nacha.CreditOnly")]
    [InlineData("BOC", 2, "22", "Nacha.DebitOnly")]
    [InlineData("PPD", 2, "27", "Nacha.ServiceClassMismatch")]
    [InlineData("PPD", 30, "0000000000", "Nacha.ZeroAmount")]
    [InlineData("ADV", 2, "22", "Nacha.TransactionCode")]
    [InlineData("COR", 2, "22", "Nacha.TransactionCode")]
    public void An_entry_keeps_the_rules_of_its_class(string entryClass, int position, string text, string code)
    {
        string[] lines = NachaText.Lines(NachaClassText.File(entryClass));
        lines[2] = NachaText.Put(lines[2], position, text);

        Assert.Contains(NachaText.Judge(NachaText.Join(lines), new ParseOptions { Mode = ParseMode.Strict }),
            each => each.Code == code && each.Severity == Severity.Error && each.Line == 3);
    }

    [Theory]
    [InlineData("ADV", 2, "200", "Nacha.ServiceClassMismatch")]
    [InlineData("PPD", 2, "280", "Nacha.ServiceClassMismatch")]
    [InlineData("PPD", 2, "230", "Nacha.ServiceClass")]
    [InlineData("ARC", 2, "220", "Nacha.ServiceClassMismatch")]
    [InlineData("RCK", 54, "CHECK     ", "Nacha.EntryDescription")]
    [InlineData("ENR", 54, "ENROLL    ", "Nacha.EntryDescription")]
    [InlineData("IAT", 21, "FX", "Nacha.CodeValue")]
    [InlineData("IAT", 39, "XX", "Nacha.CodeValue")]
    [InlineData("IAT", 64, "XYZ", "Nacha.CodeValue")]
    public void A_batch_header_keeps_the_rules_of_its_class(string entryClass, int position, string text, string code)
    {
        string[] lines = NachaText.Lines(NachaClassText.File(entryClass));
        lines[1] = NachaText.Put(lines[1], position, text);

        Assert.Contains(NachaText.Judge(NachaText.Join(lines)),
            each => each.Code == code && each.Severity == Severity.Error && each.Line == 2);
    }

    [Theory]
    [InlineData("POS", 26, "0230", "Nacha.Date")]
    [InlineData("POS", 78, "XX", "Nacha.TerminalState")]
    [InlineData("COR", 4, "C92", "Nacha.ChangeCode")]
    [InlineData("COR", 36, "                             ", "Nacha.MandatoryField")]
    [InlineData("IAT", 2, "11", "Nacha.AddendaType")]
    [InlineData("IAT", 4, "XXX", "Nacha.CodeValue")]
    [InlineData("IAT", 88, "0000009", "Nacha.AddendaTrace")]
    public void An_addenda_record_keeps_its_rules(string entryClass, int position, string text, string code)
    {
        string[] lines = NachaText.Lines(NachaClassText.File(entryClass));
        lines[3] = NachaText.Put(lines[3], position, text);

        Assert.Contains(NachaText.Judge(NachaText.Join(lines)), each => each.Code == code
            && each.Severity == Severity.Error);
    }

    [Fact]
    public void A_return_reason_must_be_one()
    {
        NachaBatch sent = NachaClassText.File("PPD").Batches[0];
        Protocols.Nacha.Building.NachaFileBuilder builder = NachaText.Builder();
        builder.AddReturn(sent, sent.Entries[0], "R14", NachaText.Bank[..8]);
        string[] lines = NachaText.Lines(builder.Build());

        Assert.Equal(["Nacha.DateOfDeath"], NachaText.Judge(NachaText.Join(lines)).Select(each => each.Code));
        lines[3] = NachaText.Put(lines[3], 4, "R97");
        Diagnostic error = Assert.Single(NachaText.Judge(NachaText.Join(lines)));
        Assert.Equal(("Nacha.ReturnReason", "/batch[1]/entry[1]/addenda[1]/returnReason", "R97"),
            (error.Code, error.Path, error.Actual));
    }

    [Fact]
    public void Same_day_has_its_own_limit()
    {
        Protocols.Nacha.Building.NachaFileBuilder builder = NachaText.Builder();
        builder.Batch("CCD", "INVOICE").AddEntry(22, NachaText.Bank, "1", NachaText.Dollars(1_000_000.01m)).Set("name",
            "X");
        byte[] bytes = builder.Build().ToBytes();

        Assert.Empty(NachaText.Judge(bytes));
        Diagnostic error = Assert.Single(NachaText.Judge(bytes, new ParseOptions { Profile = "same-day" }));
        Assert.Equal(("Nacha.AmountLimit", "100000000"), (error.Code, error.Expected));
        Assert.Throws<ArgumentException>(() => new NachaScan(new ParseOptions { Profile = "next-day" }));
        Assert.Equal(["same-day"], MessageParser.Profiles("nacha").Select(each => each.Name));
    }

    [Theory]
    [InlineData("PPD", "REG.SALARY", "2026-03-20", true)]
    [InlineData("PPD", "REG.SALARY", "2026-03-19", false)]
    [InlineData("PPD", "REG.SALARY", null, true)]
    [InlineData("PPD", "PAYROLL", null, false)]
    [InlineData("PPD", "PAYROLL 12", null, false)]
    [InlineData("PPD", "DIR DEP", null, true)]
    [InlineData("PPD", "INS. PREM", null, false)]
    [InlineData("WEB", "ONLINE PMT", "2026-06-19", true)]
    [InlineData("WEB", "PURCHASE", "2026-06-19", false)]
    public void Descriptions_of_2026_are_asked_for_from_their_day_on(string entryClass, string description, string? day,
        bool isAsked)
    {
        Protocols.Nacha.Building.NachaFileBuilder builder = NachaText.Builder();
        builder.Batch(entryClass, description)
            .AddEntry(entryClass == "PPD" ? 22 : 27, NachaText.Bank, "1", NachaText.Dollars(1)).Set("name", "X");
        ParseOptions options = new()
        {
            AsOf = day is null ? null : DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture),
        };

        IReadOnlyList<Diagnostic> found = NachaText.Judge(builder.Build().ToBytes(), options);
        Assert.Equal(isAsked ? ["Nacha.EntryDescription2026"] : [], found.Select(each => each.Code));
        Assert.All(found, each => Assert.Equal((Severity.Warning, "description"), (each.Severity, each.Field)));
    }

    [Theory]
    [InlineData("2026-03-22", false)] // a Sunday
    [InlineData("2026-07-03", true)] // the fourth is a Saturday, which is not moved
    [InlineData("2027-07-05", false)] // the fourth is a Sunday
    [InlineData("2026-11-26", false)] // Thanksgiving
    [InlineData("2026-05-25", false)] // Memorial Day
    [InlineData("2026-06-19", false)]
    [InlineData("2026-03-24", true)]
    public void A_day_without_settlement_is_a_warning(string day, bool isBankingDay)
    {
        DateOnly date = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        NachaFile file = NachaText.File();
        file = file.With(file.Batches[0].Header, "effectiveDate", date.ToString("yyMMdd", null));

        Assert.Equal(isBankingDay ? [] : ["Nacha.BankingDay"], file.Validate().Select(each => each.Code));
    }
}
