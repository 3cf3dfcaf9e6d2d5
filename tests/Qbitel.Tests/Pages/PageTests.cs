using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Qbitel.Pictures;
using Qbitel.Server;
using Qbitel.Testing;
using Qbitel.Tests.Server;

namespace Qbitel.Tests.Pages;

public sealed partial class PageTests
{
    public static readonly TheoryData<string> Paths =
        ["/posture", "/protocols", "/protocol-map", "/protocol-map?file=monday.jsonl", "/messages", "/keys",
            "/certificates", "/automation", "/incidents", "/audit", "/audit?before=71", "/machine"];

    [Theory, MemberData(nameof(Paths))]
    public async Task A_page_is_well_formed_and_holds_nothing_that_acts(string path)
    {
        string page = await ReadAsync(SampleViews.Everything(), path);

        XElement root = XDocument.Parse(Closed(page)).Root!;
        Assert.DoesNotContain(root.DescendantsAndSelf(),
            element => element.Name.LocalName is "script" or "style" or "iframe" or "object" or "base");
        Assert.DoesNotContain(root.Descendants().Attributes(),
            attribute => attribute.Name.LocalName == "style" || attribute.Name.LocalName.StartsWith("on",
                StringComparison.OrdinalIgnoreCase));
        Assert.All(root.Descendants().Attributes()
            .Where(attribute => attribute.Name.LocalName is "href" or "src" or "action"),
            attribute => Assert.True(attribute.Value.StartsWith('/') || attribute.Value.StartsWith('#'),
                $"{attribute} leads elsewhere"));
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_page_can_be_read_aloud(string path)
    {
        XElement root = XDocument.Parse(Closed(await ReadAsync(SampleViews.Everything(), path))).Root!;

        Assert.Single(root.Descendants("h1"));
        Assert.Single(root.Descendants("main"));
        Assert.Equal("en", root.Attribute("lang")?.Value);
        Assert.All(root.Descendants("table"), table =>
        {
            Assert.NotEmpty(table.Elements("caption"));
            Assert.All(table.Descendants("th"), heading => Assert.NotNull(heading.Attribute("scope")));
        });
        Assert.All(root.Descendants("svg"), picture =>
            Assert.True(picture.Attribute("aria-hidden")?.Value == "true"
                || picture.Attribute("aria-label")?.Value.Length > 0, "a picture has words or is decoration"));
        Assert.All(root.Descendants("span")
            .Where(span => span.Attribute("class")?.Value.StartsWith("mark", StringComparison.Ordinal) == true),
            mark => Assert.NotEqual("", mark.Value.Trim()));
        Assert.Equal(path.Split('?')[0],
            root.Descendants("nav").Descendants("a").Single(link => link.Attribute("aria-current") is not null)
                .Attribute("href")?.Value);
    }

    [Theory]
    [InlineData("/posture", "this is not a pass")]
    [InlineData("/protocols", "qbitel discover FILE")]
    [InlineData("/protocol-map", "qbitel up --captures DIR")]
    [InlineData("/messages", "The archive is empty")]
    [InlineData("/keys", "There are no keys")]
    [InlineData("/certificates", "There are no certificates")]
    [InlineData("/automation", "Nothing is scheduled")]
    [InlineData("/incidents", "No incident")]
    [InlineData("/audit", "The log is empty")]
    public async Task A_page_without_rows_says_so(string path, string words) =>
        Assert.Contains(words, await ReadAsync(SampleViews.Empty(), path), StringComparison.Ordinal);

    [Fact]
    public async Task An_empty_scope_is_never_a_hundred_percent()
    {
        string page = await ReadAsync(SampleViews.Empty(), "/posture");

        Assert.DoesNotContain("100 %", page, StringComparison.Ordinal);
        Assert.DoesNotContain("mark good", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_assessed_is_never_green()
    {
        string page = await ReadAsync(SampleViews.Everything(), "/posture");

        Assert.Contains("<td class=\"unknown\">", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("mark good\"[^§]{0,200}NOT ASSESSED</span>",
            page.Replace("</span>", "</span>§", StringComparison.Ordinal));
        Assert.Equal(Tone.Unknown, Tones.Of(Qbitel.Views.Verdict.NotAssessed));
    }

    public static readonly TheoryData<string, string> Pairs = new()
    {
        {
            "qbitel.css",
            "ink: ground surface raised good-ground warning-ground bad-ground unknown-ground; muted: ground surface "
                + "raised; "
            + "accent: ground surface; accent-ink: accent; good: good-ground; warning: warning-ground; "
            + "bad: bad-ground surface; unknown: unknown-ground surface"
        },
        {
            "explained.css",
            "ink: ground surface lit note-ground bad-ground warning-ground; muted: ground surface lit bad-ground; "
            + "accent: ground surface lit; value: surface lit bad-ground warning-ground; "
            + "covered: surface lit bad-ground warning-ground; good: good-ground; warning: warning-ground; bad: "
            + "bad-ground"
        },
    };

    [Theory, MemberData(nameof(Pairs))]
    public void Colours_have_contrast_in_both_schemes(string sheet, string pairs)
    {
        string css = File.ReadAllText(Path.Combine(Repository.Root, "src", "Qbitel", "Assets", sheet));
        MatchCollection schemes = Scheme().Matches(css);
        Assert.Equal(3, schemes.Count); // light, dark, print

        Dictionary<string, string> light = Variables(schemes[0].Value);
        foreach (Dictionary<string, string> scheme in new[] { light, Variables(schemes[1].Value),
            light.Concat(Variables(schemes[2].Value)).GroupBy(pair => pair.Key)
                .ToDictionary(group => group.Key, group => group.Last().Value) })
        {
            foreach (string pair in pairs.Split("; "))
            {
                string ink = pair.Split(": ")[0];
                foreach (string ground in pair.Split(": ")[1].Split(' '))
                {
                    Assert.True(Contrast(scheme[ink], scheme[ground]) >= 4.5,
                        $"--{ink} {scheme[ink]} on --{ground} {scheme[ground]}: "
                        + $"{Contrast(scheme[ink], scheme[ground]):0.00}");
                }
            }
        }
    }

    [Fact]
    public void The_style_asks_nobody_else()
    {
        string css = File.ReadAllText(Path.Combine(Repository.Root, "src", "Qbitel", "Assets", "qbitel.css"));

        Assert.DoesNotContain("@import", css, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", css, StringComparison.Ordinal);
        Assert.DoesNotContain("http", css, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "now")]
    [InlineData(-45, "45 s ago")]
    [InlineData(119, "in 119 s")]
    [InlineData(121, "in 2 min")]
    [InlineData(7_199, "in 119 min")]
    [InlineData(172_799, "in 47 h")]
    [InlineData(-172_801, "2 d ago")]
    [InlineData(86_400 * 729, "in 729 d")]
    [InlineData(86_400 * 1461, "in 4 y")]
    public void Distances_are_rounded_down_in_the_largest_unit_that_says_something(int seconds, string said) =>
        Assert.Equal(said, Distance.Between(Door.Start, Door.Start.AddSeconds(seconds)));

    private static async Task<string> ReadAsync(ConsoleSources sources, string path)
    {
        await using Door door = await Door.OpenAsync(sources);
        using HttpClient browser = await door.SignedInAsync();
        return await browser.GetStringAsync(path, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// The page as XML: elements that HTML leaves open are closed, attributes without a value get one.
    /// </summary>
    private static string Closed(string page) =>
        BareAttribute().Replace(OpenElement()
            .Replace(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "<${name}${attributes}/>"),
            " alt=\"\"${after}");

    // WCAG 2.2, relative luminance and contrast ratio.
    private static double Contrast(string a, string b)
    {
        (double light, double dark) = (Math.Max(Luminance(a), Luminance(b)), Math.Min(Luminance(a), Luminance(b)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(string colour)
    {
        string hex = colour.Length == 4 ? string.Concat(colour[1..].Select(digit => $"{digit}{digit}")) : colour[1..];
        double[] linear = [.. Enumerable.Range(0, 3)
            .Select(i => int.Parse(hex.AsSpan(i * 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    private static Dictionary<string, string> Variables(string css) =>
        Variable().Matches(css).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["colour"].Value,
            StringComparer.Ordinal);

    [GeneratedRegex("""<(?<name>meta|link|input|img|br)(?<attributes>(\s+[\w-]+(="[^"]*")?)*)\s*/?>""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OpenElement();

    [GeneratedRegex(""" alt(?<after>[\s/>])""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex BareAttribute();

    [GeneratedRegex(@":root\s*\{[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"--(?<name>[a-z-]+):\s*(?<colour>#[0-9a-fA-F]+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
