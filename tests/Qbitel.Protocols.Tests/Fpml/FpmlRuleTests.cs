using System.Text;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;
using Qbitel.Protocols.Fpml.Rules;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>One fault for each rule: the right code, at the right place, and nothing else at fault there.</summary>
public sealed class FpmlRuleTests
{
    public static readonly TheoryData<string, string, string, string, string, string> Faults = ReadFaults();

    [Theory, MemberData(nameof(Faults))]
    public void Fault_is_found_by_its_rule(string product, string code, string rule, string path, string original,
        string replacement)
    {
        string text = Text(product);
        int at = text.IndexOf(original, StringComparison.Ordinal);
        Assert.True(at >= 0, original);
        FpmlDocument document = FpmlDocument.Parse(Encoding.UTF8.GetBytes(text[..at] + replacement
            + text[(at + original.Length)..]));
        string root = $"/dataDocument/trade/{document.Trades[0].Product!.Element.Name}/";
        Assert.Contains(document.Findings, finding => finding.Code == code && finding.Path == root + path
            && finding.Message.Contains(rule, StringComparison.Ordinal) && finding.Line > 0);
        Assert.DoesNotContain(document.Findings, finding => finding.Code is "Fpml.Missing" or "Fpml.UnknownElement"
            or "Fpml.Value" or "Fpml.Order" or "Fpml.Reference");
    }

    [Theory]
    [InlineData("5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13", "Fpml.Lei")]
    [InlineData("iso17442\">5493001KJTIIGC8Y1R12", "iso9362\">FIRSTBANK", "Fpml.Bic")]
    public void Identifier_of_a_party_is_checked(string original, string replacement, string code)
    {
        string text = Text("spot").Replace(original, replacement, StringComparison.Ordinal);
        Diagnostic finding = Assert.Single(FpmlDocument.Parse(Encoding.UTF8.GetBytes(text)).Findings);
        Assert.Equal((code, Severity.Warning, "/dataDocument/party/partyId"),
            (finding.Code, finding.Severity, finding.Path));
    }

    [Theory]
    [InlineData("2026-01-31", "2027-01-31", "3M", "EOM", "2026-01-31 2026-04-30 2026-07-31 2026-10-31 2027-01-31",
        true)]
    [InlineData("2026-01-15", "2026-07-15", "3M", "15", "2026-01-15 2026-04-15 2026-07-15", true)]
    [InlineData("2026-01-30", "2026-05-30", "1M", "30", "2026-01-30 2026-02-28 2026-03-30 2026-04-30 2026-05-30", true)]
    [InlineData("2026-01-15", "2026-06-01", "3M", "15", "2026-01-15 2026-04-15 2026-06-01", false)]
    [InlineData("2026-01-05", "2026-01-26", "1W", "MON", "2026-01-05 2026-01-12 2026-01-19 2026-01-26", true)]
    [InlineData("2026-01-05", "2027-01-26", "1T", "NONE", "2026-01-05 2027-01-26", true)]
    public void Schedule_steps_as_the_calendar_has_it(string from, string to, string frequency, string roll,
        string dates,
        bool isWhole)
    {
        FpmlPeriod period = FpmlPeriod.Of(int.Parse(frequency[..^1], null), frequency[^1..])!.Value;
        FpmlSchedule schedule = FpmlSchedule.Of(Date(from), Date(from), Date(to), Date(to), period, roll)!;
        Assert.Equal(dates, string.Join(' ', schedule.Dates.Select(FpmlCase.Shown)));
        Assert.Equal(isWhole, schedule.IsWhole);
    }

    [Theory]
    [InlineData("6M", "3M", true), InlineData("3M", "6M", false), InlineData("1Y", "6M", true)]
    [InlineData("2W", "7D", true), InlineData("3M", "7D", false), InlineData("3M", "1D", true),
        InlineData("1T", "6M", true)]
    [InlineData("6M", "1T", false), InlineData("1T", "1T", true)]
    public void Period_is_a_multiple_of_another(string one, string other, bool isMultiple) =>
        Assert.Equal(isMultiple, Period(one).IsMultipleOf(Period(other)));

    [Fact]
    public void Exchange_dates_of_a_market_are_left_alone() => Assert.Null(FpmlSchedule.Of(Date("2026-03-18"),
        Date("2026-03-18"), Date("2026-06-17"), Date("2026-06-17"), Period("3M"), "IMM"));

    private static TheoryData<string, string, string, string, string, string> ReadFaults()
    {
        using Stream table = typeof(FpmlRuleTests).Assembly.GetManifestResourceStream("rule-faults.txt")!;
        using StreamReader reader = new(table);
        TheoryData<string, string, string, string, string, string> faults = [];
        foreach (string line in reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t') is [var product, var code, var rule, var path, var original, var replacement])
                faults.Add(product, code, rule == "-" ? "" : rule, path, original, replacement);
        }

        return faults;
    }

    private static FpmlPeriod Period(string text) => FpmlPeriod.Of(int.Parse(text[..^1], null), text[^1..])!.Value;

    private static DateOnly Date(string text) => DateOnly.Parse(text,
        System.Globalization.CultureInfo.InvariantCulture);

    internal static string Text(string product)
    {
        ProductTerms terms = FpmlTrades.All.Single(each => each.Name == product).Terms;
        string text = Encoding.UTF8.GetString(FpmlBuilder.Build(FpmlTrades.Terms, terms).Source.Span);
        return string.Concat(text.Split('\n').Select(line => line.Trim()));
    }
}
