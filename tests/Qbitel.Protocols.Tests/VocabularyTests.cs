using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Qbitel.Protocols.Tests;

public sealed class VocabularyTests
{
    [Theory]
    [InlineData("a\nb", 2, 2, 1)]
    [InlineData("a\r\nb", 3, 2, 1)]
    [InlineData("a\r\nb", 2, 1, 3)]
    [InlineData("a\rb", 2, 2, 1)]
    [InlineData("\n\n\n", 3, 4, 1)]
    [InlineData("\u00E4\u00F6x", 4, 1, 3)]
    [InlineData("abc", 99, 1, 4)]
    [InlineData("", 0, 1, 1)]
    public void A_position_counts_lines_and_characters(string text, int offset, int line, int column) =>
        Assert.Equal(new TextPosition(line, column), TextPosition.Of(Encoding.UTF8.GetBytes(text), offset));

    [Fact]
    public void Counting_on_gives_the_position_counting_anew_gives() =>
        Prop.ForAll<NonNull<string>, int[]>((text, offsets) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text.Get.Replace('a', '\n').Replace('b', '\r'));
            LineCounter lines = new();
            foreach (int offset in offsets) Assert.Equal(TextPosition.Of(bytes, offset), lines.Of(bytes, offset));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Redaction.None, "ref 4761739001010119!", "ref 476173******0119!")]
    [InlineData(Redaction.None, "4761739001010118", "4761739001010118")]
    [InlineData(Redaction.None, "a\u0001b", "a\u00B7b")]
    [InlineData(Redaction.Pan, "4761739001010119", "476173******0119")]
    [InlineData(Redaction.Pan, "12345", "***")]
    [InlineData(Redaction.Account, "DE15288040723862551184", "***1184")]
    [InlineData(Redaction.Account, "1234567", "***")]
    [InlineData(Redaction.Name, "Anna", "A***")]
    [InlineData(Redaction.Name, "1st", "***")]
    [InlineData(Redaction.Text, "hello", "*** (5 characters)")]
    [InlineData(Redaction.Secret, "hello", "***")]
    public void A_value_is_shown_as_far_as_its_class_allows(Redaction redaction, string value, string shown)
    {
        Assert.Equal(shown, redaction.Mask(value));
        Assert.Equal(shown, redaction.Mask(Encoding.Latin1.GetBytes(value)));
    }

    [Fact]
    public void No_class_but_the_public_one_shows_a_whole_value() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            string value = "x1" + text.Get + "9876543210";
            foreach (Redaction redaction in (Redaction[])[Redaction.Pan, Redaction.Account, Redaction.Name,
                Redaction.Text, Redaction.Secret])
            {
                Assert.DoesNotContain(value, redaction.Mask(value), StringComparison.Ordinal);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_long_value_is_cut() => Assert.Equal(81, Redaction.None.Mask(new string('a', 100_000)).Length);

    [Fact]
    public void Findings_stop_at_the_limit_with_one_that_says_so()
    {
        DiagnosticList list = new();
        for (int i = 0; i < 5000; i++) list.Add(new Diagnostic("A.B", Severity.Warning, "w") { Offset = i });
        Assert.Equal(DiagnosticList.Limit + 1, list.Found.Count);
        Assert.True(list.HasErrors && list.IsFull);
        Assert.Equal(("Common.TooManyErrors", 1000L), (list.Found[^1].Code, list.Found[^1].Offset));
    }

    [Fact]
    public void A_finding_reads_as_a_sentence_and_as_json()
    {
        Diagnostic finding = new("Mt.Date", Severity.Error, "there is no such day")
        {
            Offset = 7,
            Length = 6,
            Line = 2,
            Column = 3,
            Record = 1,
            Path = "/4/32A",
            Tag = "32A",
            Field = "Value Date",
            Expected = "YYMMDD",
            Actual = "261131",
        };
        Assert.Equal("Mt.Date at line 2, column 3 (/4/32A): there is no such day; expected YYMMDD, found 261131",
            finding.ToString());
        Assert.Equal(finding.ToString(), new MessageFormatException(new ParseError(finding)).Message);

        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream)) finding.WriteTo(writer);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        Assert.Equal(
            ["code", "severity", "message", "offset", "length", "line", "column", "record", "path", "field", "tag",
                "expected", "actual"],
            document.RootElement.EnumerateObject().Select(property => property.Name));
    }
}
