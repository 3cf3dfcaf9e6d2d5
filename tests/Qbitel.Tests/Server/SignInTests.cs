using System.Net;
using Qbitel.Access;
using Qbitel.Governance.Audit;
using Qbitel.Server;

namespace Qbitel.Tests.Server;

public sealed class SignInTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_opens_the_console_once()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient first = door.Browser(), second = door.Browser();
        Uri link = door.Server.SignInLink();

        using HttpResponseMessage opened = await Door.SignInAsync(first, link);
        string page = await second.GetStringAsync(link, Cancellation);
        using HttpResponseMessage machine = await first.GetAsync("/machine", Cancellation),
        stranger = await second.GetAsync("/machine", Cancellation);

        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, machine.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, stranger.StatusCode);
    }

    [Fact]
    public async Task A_used_link_is_refused_even_to_whoever_had_its_form_open()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient first = door.Browser(), second = door.Browser();
        Uri link = door.Server.SignInLink();
        string open = await second.GetStringAsync(link, Cancellation);

        using HttpResponseMessage opened = await Door.SignInAsync(first, link);
        using HttpResponseMessage late = await second.PostAsync(link, Door.Form(open), Cancellation);

        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.DoesNotContain(late.Headers,
            header => header.Key == "Set-Cookie"
                && header.Value.Any(value => value.StartsWith("qbitel-session", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Looking_at_a_link_does_not_use_it_up()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient preview = door.Client(), browser = door.Browser();
        Uri link = door.Server.SignInLink();

        for (int i = 0; i < 3; i++) await preview.GetStringAsync(link, Cancellation);
        using HttpResponseMessage opened = await Door.SignInAsync(browser, link);

        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_in()
    {
        await using Door door = await Door.OpenAsync();
        Uri link = door.Server.SignInLink();
        HttpClient[] browsers = [.. Enumerable.Range(0, 8).Select(_ => door.Browser())];
        string[] pages = await Task.WhenAll(browsers.Select(browser => browser.GetStringAsync(link, Cancellation)));

        HttpResponseMessage[] answers = await Task.WhenAll(
            browsers.Zip(pages, (browser, page) => browser.PostAsync(link, Door.Form(page), Cancellation)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task The_page_does_not_repeat_the_token()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = door.Browser();
        Uri link = door.Server.SignInLink();

        Assert.DoesNotContain(link.Query.Split('=')[1], await browser.GetStringAsync(link, Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_ends_after_a_quarter_of_an_hour()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = door.Browser();
        Uri link = door.Server.SignInLink();
        string page = await browser.GetStringAsync(link, Cancellation);

        door.Time.Advance(SignInLinks.Lifetime);
        using HttpResponseMessage answer = await browser.PostAsync(link, Door.Form(page), Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=AAAA")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("?token=%00%ff%fe")]
    [InlineData("?token=!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&token=B")]
    public async Task A_token_that_was_never_issued_is_refused(string query)
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = door.Browser();
        string page = await browser.GetStringAsync(door.Server.SignInLink(), Cancellation);

        using HttpResponseMessage answer = await browser.PostAsync($"/sign-in{query}", Door.Form(page), Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_session_cookie_is_closed_to_scripts_and_to_other_sites()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = door.Browser();

        using HttpResponseMessage answer = await Door.SignInAsync(browser, door.Server.SignInLink());

        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"),
            value => value.StartsWith("qbitel-session", StringComparison.Ordinal));
        Assert.Equal(["httponly", "path=/", "samesite=strict"],
            cookie.Split("; ").Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_session_ends_after_a_quarter_of_an_hour_without_use()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();

        door.Time.Advance(Sessions.Idle - TimeSpan.FromSeconds(1));
        using HttpResponseMessage used = await browser.GetAsync("/machine", Cancellation);
        door.Time.Advance(Sessions.Idle - TimeSpan.FromSeconds(1));
        using HttpResponseMessage usedAgain = await browser.GetAsync("/machine", Cancellation);
        door.Time.Advance(Sessions.Idle);
        using HttpResponseMessage ended = await browser.GetAsync("/machine", Cancellation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.SeeOther),
            (used.StatusCode, usedAgain.StatusCode, ended.StatusCode));
    }

    [Fact]
    public async Task A_session_ends_after_eight_hours_however_it_is_used()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();

        for (TimeSpan passed = TimeSpan.Zero; passed < Sessions.Longest - TimeSpan.FromMinutes(
            10); passed += TimeSpan.FromMinutes(10))
        {
            door.Time.Advance(TimeSpan.FromMinutes(10));
            using HttpResponseMessage used = await browser.GetAsync("/machine", Cancellation);
            Assert.Equal(HttpStatusCode.OK, used.StatusCode);
        }

        door.Time.Advance(TimeSpan.FromMinutes(10));
        using HttpResponseMessage ended = await browser.GetAsync("/machine", Cancellation);
        Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = door.Browser(), thief = door.Browser();
        using HttpResponseMessage opened = await Door.SignInAsync(browser, door.Server.SignInLink());
        thief.DefaultRequestHeaders.Add("Cookie",
            opened.Headers.GetValues("Set-Cookie")
                .Single(value => value.StartsWith("qbitel-session", StringComparison.Ordinal)).Split(';')[0]);
        string page = await browser.GetStringAsync("/machine", Cancellation);
        using HttpResponseMessage before = await thief.GetAsync("/machine", Cancellation);

        using HttpResponseMessage answer = await browser.PostAsync("/sign-out", Door.Form(page), Cancellation);
        using HttpResponseMessage after = await thief.GetAsync("/machine", Cancellation);

        Assert.Equal((HttpStatusCode.OK, "/sign-in", HttpStatusCode.SeeOther),
            (before.StatusCode, answer.Headers.Location?.OriginalString, after.StatusCode));
    }

    [Fact]
    public async Task Attempts_are_counted_and_refused_after_too_many()
    {
        await using Door door = await Door.OpenAsync(options: new() { Port = 0, SignInsPerMinute = 3 });
        using HttpClient browser = door.Browser();
        string page = await browser.GetStringAsync(door.Server.SignInLink(), Cancellation);
        List<HttpStatusCode> answers = [];

        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage answer = await browser.PostAsync("/sign-in?token=no", Door.Form(page),
                Cancellation);
            answers.Add(answer.StatusCode);
        }

        HttpStatusCode no = HttpStatusCode.Forbidden, wait = HttpStatusCode.TooManyRequests;
        Assert.Equal([no, no, no, wait, wait], answers);
    }

    [Fact]
    public void Eight_links_can_be_outstanding_and_the_oldest_gives_way()
    {
        SignInLinks links = new(TimeProvider.System);

        string[] tokens = [.. Enumerable.Range(0, 9).Select(_ => links.Issue())];

        Assert.False(links.TryConsume(tokens[0]));
        Assert.All(tokens[1..], token => Assert.True(links.TryConsume(token)));
        Assert.All(tokens, token => Assert.False(links.TryConsume(token)));
    }

    [Fact]
    public void Sixty_four_sessions_can_be_open_and_the_stalest_gives_way()
    {
        Qbitel.Testing.ManualTime time = new(Door.Start);
        Sessions sessions = new(time);

        string[] cookies = [.. Enumerable.Range(0, 65)
            .Select(_ => { time.Advance(TimeSpan.FromSeconds(1)); return sessions
            .Open(Guid.CreateVersion7(time.GetUtcNow())); })];

        Assert.Null(sessions.Find(cookies[0]));
        Assert.All(cookies[1..], cookie => Assert.NotNull(sessions.Find(cookie)));
    }

    [Fact]
    public async Task Coming_in_being_turned_away_and_leaving_are_recorded()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync(), stranger = door.Browser();
        string page = await browser.GetStringAsync("/machine", Cancellation);
        Uri link = door.Server.SignInLink();
        string form = await stranger.GetStringAsync(link, Cancellation);
        Uri wrong = new(link.ToString()[..^1] + (link.ToString()[^1] == 'A' ? 'Q' : 'A'));

        using HttpResponseMessage refused = await stranger.PostAsync(wrong, Door.Form(form), Cancellation);
        using HttpResponseMessage left = await browser.PostAsync("/sign-out", Door.Form(page), Cancellation);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.SeeOther), (refused.StatusCode, left.StatusCode));
        Assert.Equal([("session.open", AuditOutcome.Done), ("session.open", AuditOutcome.Refused),
            ("session.close", AuditOutcome.Done)],
                door.Actions.Access.Select(access => (access.Action, access.Outcome)));
        Assert.Equal(door.Actions.Access[0].Target, door.Actions.Access[2].Target);
    }

    [Fact]
    public async Task Without_its_entry_in_the_log_nobody_comes_in_and_everybody_gets_out()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync(), late = door.Browser();
        string page = await browser.GetStringAsync("/machine", Cancellation);
        door.Actions.Fault = new IOException("the disk is full");

        using HttpResponseMessage refused = await Door.SignInAsync(late, door.Server.SignInLink());
        using HttpResponseMessage left = await browser.PostAsync("/sign-out", Door.Form(page), Cancellation);
        using HttpResponseMessage machine = await browser.GetAsync("/machine", Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.DoesNotContain(refused.Headers,
            header => header.Key == "Set-Cookie"
                && header.Value.Any(value => value.StartsWith("qbitel-session", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.InternalServerError, left.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, machine.StatusCode);
    }
}
