using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Messages;

namespace Qbitel.Protocols.Tests.Swift;

public sealed class MtViewTests
{
    [Fact]
    public void A_statement_has_balances_and_lines()
    {
        MtStatement statement = MtStatement.Parse(MtText.Bytes("940"));
        Assert.Equal(("123456789", "1/1", "EUR"), (statement.Account, statement.Number, statement.Currency!.Code));
        Assert.Equal((100m, true, false), (statement.OpeningBalance!.NetAmount, statement.OpeningBalance.IsCredit,
            statement.OpeningBalance.IsIntermediate));
        Assert.Equal(75m, statement.ClosingBalance!.NetAmount);
        Assert.Equal(75m, statement.ClosingAvailableBalance!.Amount.Amount);
        Assert.Equal(80m, Assert.Single(statement.ForwardBalances).NetAmount);
        Assert.True(statement.IsBalanced);
        Assert.Equal("END OF STATEMENT", statement.Information);

        StatementLine line = statement.Lines[0];
        Assert.Equal((new DateOnly(2026, 11, 24), new DateOnly(2026, 11, 24), "D", 25.5m, "NTRF", "REF1", "BANK1"),
            (line.ValueDate, line.EntryDate, line.Mark, line.Amount, line.TransactionType, line.Reference,
                line.InstitutionReference));
        Assert.Equal(("DETAILS", "/REMI/INVOICE\nSECOND LINE", -25.5m),
            (line.SupplementaryDetails, line.Information, line.NetAmount));
        Assert.Equal(("RD", true, 0.5m, null), (statement.Lines[1].Mark, statement.Lines[1].IsCredit,
            statement.Lines[1].NetAmount, statement.Lines[1].Information));
    }

    [Theory]
    [InlineData("2601021231D1,NTRFX", 2025, 12, 31)]
    [InlineData("2512310102D1,NTRFX", 2026, 1, 2)]
    [InlineData("2612310230D1,NTRFX", 0, 0, 0)]
    public void An_entry_date_takes_the_nearest_year(string value, int year, int month, int day)
    {
        StatementLine line = StatementLine.Read(value, null)!;
        Assert.Equal(year == 0 ? null : new DateOnly(year, month, day), line.EntryDate);
    }

    [Fact]
    public void Interim_reports_and_bank_statements_are_statements_too()
    {
        MtStatement interim = MtStatement.Parse(MtText.Bytes("942"));
        Assert.Null(interim.OpeningBalance);
        Assert.Null(interim.IsBalanced);
        Assert.Equal(("EUR", 'R'), (interim.Currency!.Code, interim.Lines[0].FundsCode));
        MtStatement bank = MtStatement.Parse(MtText.Bytes("950"));
        Assert.True(bank.OpeningBalance!.IsIntermediate);
        Assert.True(bank.IsBalanced);
        Assert.Null(MtStatement.Parse(MtText.Bytes("941")).IsBalanced);
    }

    [Fact]
    public void Confirmations_and_notices_have_their_types()
    {
        MtConfirmation credit = MtConfirmation.Parse(MtText.Bytes("910"));
        Assert.True(credit.IsCredit);
        Assert.Equal((10m, "123\nDEUTDEFF", new DateOnly(2026, 11, 24)),
            (credit.Amount.Amount, credit.Account, credit.ValueDate));
        Assert.False(MtConfirmation.Parse(MtText.Bytes("900")).IsCredit);

        Mt210Message notice = Mt210Message.Parse(MtText.Bytes("210"));
        Assert.Equal(["B", "C"], notice.Receipts.Select(receipt => receipt.RelatedReference));
        Assert.NotNull(notice.Receipts[0].OrderingCustomer);
        Assert.Equal("DEUTDEFF", notice.Receipts[1].OrderingInstitution!.Bic!.Code);
        Assert.Throws<MessageFormatException>(() => Mt210Message.Parse(MtText.Bytes("900")));
    }

    [Fact]
    public void A_report_says_in_words_what_codes_dates_and_amounts_mean()
    {
        Dictionary<string, ReportField> fields = MessageParser.Parse(SwiftText.Bytes()).Fields
            .DistinctBy(field => field.Tag).ToDictionary(field => field.Tag, StringComparer.Ordinal);
        Assert.Equal("charges are shared", fields["71A"].Meaning);
        Assert.Equal("2026-11-24, EUR 1234.5", fields["32A"].Meaning);
        Assert.Equal("a bank in DE", fields["52A"].Meaning);
        Assert.Equal("Unique End-to-End Transaction Reference", fields["121"].Name);
        Assert.Null(fields["50K"].Meaning);

        ParseReport statement = MessageParser.Parse(MtText.Bytes("940"));
        Assert.Contains(new("closingBalance", "2026-11-24 EUR 75 credit"), statement.Summary);
        Assert.Contains(new("account", "***6789"), statement.Summary);
        Assert.Contains(statement.Fields, field => field.Meaning == "2026-11-24, debit, 25.5");
        string json = statement.ToJson();
        foreach (string secret in (string[])["123456789", "REF1", "BANK1", "DETAILS", "INVOICE", "END OF"])
        {
            Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_covered_message_is_still_one()
    {
        MessageFormat format = MessageIdentifier.Format("swift-mt");
        foreach (string type in MtText.All.Keys)
        {
            byte[] bytes = MtText.Bytes(type);
            foreach (ReportField field in format.Parse(bytes, ParseOptions.Default).Fields)
            {
                format.Cover(field, bytes.AsSpan((int)field.ValueOffset, field.ValueLength));
            }

            ParseReport covered = format.Parse(bytes, ParseOptions.Default);
            Assert.True(covered.IsValid, $"{type}: {string.Join('\n', covered.Errors)}");
            Assert.DoesNotContain("BEISPIEL", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
            Assert.DoesNotContain("123456789", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_meaning_never_tells_what_the_value_hides()
    {
        foreach (string type in MtText.All.Keys)
        {
            ParseReport report = MessageParser.Parse(MtText.Bytes(type));
            Assert.True(report.IsValid, $"{type}: {string.Join('\n', report.Errors)}");
            Assert.All(report.Fields, field => Assert.DoesNotContain("BEISPIEL",
                field.Value + field.Meaning, StringComparison.Ordinal));
            Assert.All(report.Fields.Where(field => field.Path!.StartsWith("/4/", StringComparison.Ordinal)),
                field => Assert.False(string.IsNullOrEmpty(field.Name), $"{type} {field.Tag}"));
        }
    }
}
