using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Qbitel.Machine;
using Qbitel.Server;
using Qbitel.Testing;

namespace Qbitel.Tests.Server;

/// <summary>A console with every page, on a real port of the loopback address, and its clock.</summary>
internal sealed partial class Door : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private Door(DoorServer server, ManualTime time, ActionLog actions)
    {
        Server = server;
        Time = time;
        Actions = actions;
    }

    public DoorServer Server { get; }

    public ManualTime Time { get; }

    public ActionLog Actions { get; }

    public static async Task<Door> OpenAsync(
        ConsoleSources? sources = null, DoorOptions? options = null, bool isDemo = true)
    {
        ManualTime time = new(Start);
        ActionLog actions = new();
        DoorServer server = DoorServer.Create(options ?? new() { Port = 0, SignInsPerMinute = 1000 },
            sources ?? SampleViews.Everything(), actions.Actions(isDemo), time,
            log => log.SetMinimumLevel(LogLevel.Error).AddSimpleConsole());
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new(server, time, actions);
    }

    public static ConsoleSources MachineOnly() =>
        new() { Machine = _ => ValueTask.FromResult(new MachineReport("0", Start, [])) };

    /// <summary>A browser: it keeps cookies, asks for pages, and follows nothing by itself.</summary>
    public HttpClient Browser()
    {
        HttpClient browser = Client();
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return browser;
    }

    public HttpClient Client() =>
        new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = new(),
            UseProxy = false
        })
        { BaseAddress = Server.Address };

    public async Task<HttpClient> SignedInAsync()
    {
        HttpClient browser = Browser();
        using HttpResponseMessage answer = await SignInAsync(browser, Server.SignInLink());
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        return browser;
    }

    /// <summary>Opens the link as a person does: looks at the page, presses its button.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, Uri link)
    {
        string page = await browser.GetStringAsync(link, TestContext.Current.CancellationToken);
        return await browser.PostAsync(link, Form(page), TestContext.Current.CancellationToken);
    }

    /// <summary>The hidden fields of a page's first form.</summary>
    public static FormUrlEncodedContent Form(string page) =>
        new(HiddenField().Matches(page).Take(1)
            .Select(field => KeyValuePair.Create(field.Groups["name"].Value, field.Groups["value"].Value)));

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]+)""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HiddenField();
}
