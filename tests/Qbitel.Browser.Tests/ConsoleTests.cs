using Microsoft.Playwright;
using Qbitel.Testing;
using Qbitel.Tests.Server;

namespace Qbitel.Browser.Tests;

/// <summary>The console as a person meets it. Pictures of its pages are left in <c>artifacts/screenshots</c>.</summary>
public sealed class ConsoleTests(Chromium chromium)
{
    private static readonly string[] Pages =
        ["/posture", "/protocols", "/protocol-map", "/messages", "/keys", "/certificates", "/automation",
            "/incidents", "/audit", "/machine"];

    private static readonly string Pictures = Directory.CreateDirectory(
        Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;

    [Fact]
    public async Task A_person_signs_in_with_the_link_reads_every_page_and_signs_out()
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync();
        IPage page = await browser.NewPageAsync();

        await SignInAsync(page, door);
        foreach (string path in Pages)
        {
            await page.ClickAsync($"nav a[href='{path}']");
            Assert.Equal(path, new Uri(page.Url).AbsolutePath);
            Assert.Equal(1, await page.Locator("h1").CountAsync());
            Assert.True(await page.Locator("main table tbody tr").CountAsync() > 0, $"{path} shows rows");
        }

        await page.ClickAsync("text=Sign out");
        Assert.EndsWith("/sign-in", page.Url, StringComparison.Ordinal);
        await page.GotoAsync(new Uri(door.Server.Address, "/keys").ToString());
        Assert.EndsWith("/sign-in", page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_clock_of_the_demo_is_set_forward_with_a_button(bool script)
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync(script: script);
        IPage page = await browser.NewPageAsync();
        await SignInAsync(page, door);
        await page.ClickAsync("nav a[href='/automation']");

        await page.GetByRole(AriaRole.Button, new() { Name = "Advance to" }).ClickAsync();

        Assert.Equal("/automation", new Uri(page.Url).AbsolutePath);
        Guid session = Assert.Single(door.Actions.Advanced);
        Assert.Equal($"session:{session}", Assert.Single(door.Actions.Access).Target);
        Assert.Equal(0, await page.GetByText(session.ToString()).CountAsync());
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_map_of_a_capture_shows_its_bytes_in_colours_and_prints(ColorScheme scheme)
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser =
            await chromium.OpenAsync(scheme, size: new() { Width = 1280, Height = 900 });
        IPage page = await browser.NewPageAsync();
        await SignInAsync(page, door);
        await page.ClickAsync("nav a[href='/protocol-map']");

        await page.ClickAsync("text=monday.jsonl");
        ILocator length = page.Locator(".map .bytes span[title*='length']").First;
        await length.WaitForAsync();
        await page.ScreenshotAsync(
            new() { Path = Path.Combine(Pictures, $"protocol-map-of-a-capture-{scheme}-1280.png"), FullPage = true });

        Assert.Contains("confidence", await length.GetAttributeAsync("title") ?? "", StringComparison.Ordinal);
        Assert.NotEqual("rgba(0, 0, 0, 0)",
            await length.EvaluateAsync<string>("e => getComputedStyle(e).backgroundColor"));
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 1280,
            "it is wider than its window");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator("nav.pages").IsVisibleAsync());
        Assert.True(await length.IsVisibleAsync());
        Assert.NotEmpty(await page.PdfAsync());
    }

    [Fact]
    public async Task What_is_refused_is_a_page_that_says_why()
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync();
        IPage page = await browser.NewPageAsync();
        await SignInAsync(page, door);
        await page.GotoAsync(new Uri(door.Server.Address, "/automation").ToString());
        door.Actions.Fault = new RefusedException("The demo is at work.", "Try again when it has finished.");

        await page.GetByRole(AriaRole.Button, new() { Name = "Advance to" }).ClickAsync();
        ILocator refusal = page.GetByText("The demo is at work. Try again when it has finished.");
        await refusal.First.WaitForAsync(); // no picture can be taken of a page on its way
        await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, "refused-Light-1280.png") });

        Assert.Equal(1, await refusal.CountAsync());
    }

    [Fact]
    public async Task Nothing_is_asked_of_another_host_and_nothing_is_wrong_in_the_browser()
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync();
        List<string> asked = [], said = [];
        IPage page = await browser.NewPageAsync();
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) => said.Add(message.Text);
        page.PageError += (_, error) => said.Add(error);
        page.RequestFailed += (_, request) => said.Add($"{request.Url}: {request.Failure}");

        await SignInAsync(page, door);
        foreach (string path in Pages) await page.GotoAsync(new Uri(door.Server.Address, path).ToString());

        Assert.NotEmpty(asked);
        Assert.All(asked, url => Assert.StartsWith(door.Server.Address.ToString(), url, StringComparison.Ordinal));
        Assert.Empty(said);
    }

    [Fact]
    public async Task Text_from_outside_never_runs_in_a_page()
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync();
        List<string> dialogs = [];
        IPage page = await browser.NewPageAsync();
        page.Dialog += async (_, dialog) =>
        {
            dialogs.Add(dialog.Message);
            await dialog.DismissAsync();
        };

        await SignInAsync(page, door);
        foreach (string path in Pages) await page.GotoAsync(new Uri(door.Server.Address, path).ToString());

        Assert.Empty(dialogs);
        Assert.Equal(0, await page.Locator("main script").CountAsync());
    }

    [Fact]
    public async Task Without_scripts_everything_works()
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync(script: false);
        IPage page = await browser.NewPageAsync();

        await SignInAsync(page, door);
        await page.ClickAsync("nav a[href='/audit']");
        await page.ClickAsync("text=older entries");

        Assert.Equal("?before=70", new Uri(page.Url).Query);
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync();
        IPage page = await browser.NewPageAsync();
        await page.GotoAsync(door.Server.SignInLink().ToString());

        // The skip link, the name of the product, the button; each is waited for, however slow the machine.
        foreach (string next in (string[])[".skip:focus", ".brand:focus", "main button:focus"])
        {
            await page.Keyboard.PressAsync("Tab");
            await page.Locator(next).WaitForAsync();
        }

        await page.Keyboard.PressAsync("Enter");
        await page.Locator("nav a[aria-current]").WaitForAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Locator(".skip:focus").WaitForAsync();

        Assert.Equal("Skip to the content", await page.Locator(":focus").InnerTextAsync());
        Assert.True((await page.Locator(":focus").BoundingBoxAsync())!.X >= 0, "the skip link comes into sight");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 480)]
    public async Task Every_page_fits_its_window(ColorScheme scheme, int width)
    {
        await using Door door = await Door.OpenAsync();
        await using IBrowserContext browser = await chromium.OpenAsync(scheme,
            size: new() { Width = width, Height = 800 });
        IPage page = await browser.NewPageAsync();
        await SignInAsync(page, door);

        foreach (string path in Pages)
        {
            await page.GotoAsync(new Uri(door.Server.Address, path).ToString());
            await page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Pictures, $"{path[1..]}-{scheme}-{width}.png"),
                FullPage = true
            });
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width,
                $"{path} is wider than {width}");
        }
    }

    private static async Task SignInAsync(IPage page, Door door)
    {
        await page.GotoAsync(door.Server.SignInLink().ToString());
        await page.ClickAsync("main button");
        Assert.Equal("/posture", new Uri(page.Url).AbsolutePath);
    }
}
