using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Qbitel.Testing;
using Qbitel.Tests.Commands;
using Qbitel.Tests.Printing;

namespace Qbitel.Browser.Tests;

/// <summary>
/// The sheet of a custodian as a browser shows and prints it. The picture is of a backup that is gone.
/// </summary>
public sealed partial class ShareSheetTests(Chromium chromium) : IDisposable
{
    private static readonly string Pictures = Directory.CreateDirectory(
        Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;

    private readonly HsmFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("html"), InlineData("svg")]
    public async Task It_is_one_page_of_A4_and_its_code_is_read_from_its_picture(string form)
    {
        await _folder.MakeTokensAsync();
        await _folder.OfficerAsync();
        await Line.DoneAsync(_folder.Backup(2,
            ["Ada Lovelace, Group Treasury Operations", "Ben", "Cleo"], "--print", form));
        await using IBrowserContext browser = await chromium.OpenAsync(script: false,
            size: new() { Width = 820, Height = 1130 });
        IPage page = await browser.NewPageAsync();
        List<string> said = [];
        page.Console += (_, message) => said.Add(message.Text);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal)) said.Add(request.Url);
        };

        await page.GotoAsync($"file://{_folder["shares"]}/share-001.{form}");
        byte[] picture = await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"share-{form}.png") });
        byte[] pdf = await page.PdfAsync(new() { PreferCSSPageSize = true, Format = "A4" });

        (byte[] luminance, int width, int height) = PngLuminance.Read(picture);
        Assert.Matches("^QBS1(-[0-9A-HJKMNP-TV-Z]{8}){11}$", QrReader.Read(luminance, width, height));
        Assert.Single(Page().Matches(Encoding.Latin1.GetString(pdf)));
        Assert.Empty(said);
    }

    [GeneratedRegex("/Type */Page\\b(?!s)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Page();
}
