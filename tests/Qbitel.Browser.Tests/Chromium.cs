using Microsoft.Playwright;
using Qbitel.Browser.Tests;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Qbitel.Browser.Tests;

/// <summary>
/// The system's Chromium, started once for all tests; they skip, with the reason, where it is absent.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome"];

    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-default-browser-check", "--disable-default-apps",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Programs.FirstOrDefault(File.Exists) is not { } program) return;

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
    }

    /// <summary>A browser profile of its own.</summary>
    public async Task<IBrowserContext> OpenAsync(ColorScheme scheme = ColorScheme.Light, bool script = true,
        ViewportSize? size = null)
    {
        Assert.SkipWhen(_browser is null,
            "Chromium is absent (apt install chromium): the console was not opened in a browser");
        return await _browser.NewContextAsync(
            new()
            {
                ColorScheme = scheme,
                JavaScriptEnabled = script,
                ViewportSize = size ?? new() { Width = 1280, Height = 800 }
            });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
