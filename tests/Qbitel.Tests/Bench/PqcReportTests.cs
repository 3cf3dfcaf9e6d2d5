using System.Xml.Linq;
using Qbitel.Bench;

namespace Qbitel.Tests.Bench;

public sealed class PqcReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void The_picture_is_whole_and_says_in_words_what_it_shows()
    {
        XElement picture = XElement.Parse(PqcPicture.Of(PqcReports.Sample()));

        Assert.Equal("img", (string?)picture.Attribute("role"));
        Assert.Contains("ML-DSA-65 sign: 100 µs, 8.0 times as fast as OpenSSL", picture.Element(Svg + "desc")!.Value,
            StringComparison.Ordinal);
        Assert.Contains(picture.Descendants(Svg + "title"), title => title.Value == "qbitel scalar: 400 µs");
        Assert.DoesNotContain(picture.Descendants(), element => element.Attributes().Any(attribute =>
            attribute.Name.LocalName is "href" or "src" || attribute.Value.Contains("NaN", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_mark_of_the_picture_lies_inside_it()
    {
        XElement picture = XElement.Parse(PqcPicture.Of(PqcReports.Sample()));
        double width = (double)picture.Attribute("width")!;

        Assert.All(picture.Descendants(Svg + "circle").Select(circle => (double)circle.Attribute("cx")!),
            x => Assert.InRange(x, 0, width));
    }

    [Fact]
    public void The_page_needs_nothing_outside_itself_and_holds_every_figure()
    {
        string page = PqcPage.Of(PqcReports.Sample());

        Assert.Contains("A &lt;processor&gt; &amp; more", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<processor>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)=", page);
        Assert.Equal(PqcReports.Sample().Figures.Count, page.Split("<tr><td>").Length - 1);
    }

    [Fact]
    public void The_document_says_when_a_process_did_not_settle_and_when_a_gate_was_missed()
    {
        string text = PqcMarkdown.Of(PqcReports.Sample(signRatio: 6.5));

        Assert.Contains("scalar: NOT settled after 24 passes", text, StringComparison.Ordinal);
        Assert.Contains("| ML-DSA-65 | sign | 7 | 6.5 | MISSED |", text, StringComparison.Ordinal);
        Assert.Contains("| X25519MLKEM768 | decaps | 40.0 | 30.0 | 75 % |", text, StringComparison.Ordinal);
        Assert.Contains("| sign | qbitel scalar | 400 |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_without_an_OpenSSL_to_compare_with_does_not_hold() =>
        Assert.False(new PqcGate("ML-KEM-768", "keygen", 5, null).Holds);

    [Fact]
    public void A_distribution_keeps_rounds_apart_and_pools_the_rest()
    {
        Distribution all = Distribution.Of([[1, 2, 3], [5, 6, 100]]);

        Assert.Equal((4, 19.5, 2, 6, 6), (all.Median, all.Mean, all.Low, all.High, all.Samples));
        Assert.Equal(1.5, all.P10);
        Assert.Equal(53, all.P90);
    }

    [Fact]
    public void The_clock_counts_work_and_not_waiting()
    {
        long start = ThreadClock.Nanoseconds;
        using (ManualResetEventSlim never = new())
            never.Wait(TimeSpan.FromMilliseconds(60), TestContext.Current.CancellationToken);
        long waited = ThreadClock.Nanoseconds - start;
        double work = 0;
        start = ThreadClock.Nanoseconds;
        for (int i = 0; i < 3_000_000; i++) work += Math.Sqrt(i);
        long worked = ThreadClock.Nanoseconds - start;

        Assert.True(work > 0);
        Assert.InRange(waited, 0, 30_000_000);
        Assert.InRange(worked, 1_000_000, long.MaxValue);
    }
}
