using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Qbitel.Server;
using Qbitel.Testing;

namespace Qbitel.Tests.Server;

/// <summary>What holds for every endpoint, found by walking what the server has mapped.</summary>
public sealed class EndpointTests
{
    private static readonly string[] Assets = ["/assets/map.css", "/assets/qbitel.css", "/assets/qbitel.svg"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_signing_in_health_and_the_style_are_open_to_strangers()
    {
        await using Door door = await Door.OpenAsync();

        IEnumerable<string> open = Endpoints(door)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).SelectMany(Name);

        Assert.Equal([.. Assets.Select(asset => $"GET {asset}"), "GET /health", "GET /sign-in", "POST /sign-in"],
            open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_other_endpoint_needs_a_session()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = door.Browser(), program = door.Client();
        RouteEndpoint[] closed = [.. Endpoints(door)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)];
        Assert.True(closed.Length >= 20);

        foreach ((HttpMethod method, string path) in closed.SelectMany(Requests))
        {
            using HttpResponseMessage page = await browser.SendAsync(new(method, path), Cancellation),
            answer = await program.SendAsync(new(method, path), Cancellation);
            bool api = path.StartsWith("/api/", StringComparison.Ordinal);

            Assert.True(page.StatusCode == (api ? HttpStatusCode.Unauthorized : HttpStatusCode.SeeOther),
                $"{method} {path}: {page.StatusCode}");
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {answer.StatusCode}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task Every_answer_forbids_scripts_frames_and_caches()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient stranger = door.Browser(), browser = await door.SignedInAsync();
        string[] addresses = ["/nowhere", "/api/nowhere", "/assets/nowhere.css", "/audit?before=x"];

        foreach ((HttpMethod method, string path) in Endpoints(door).SelectMany(Requests)
            .Concat(addresses.Select(path => (HttpMethod.Get, path))))
        {
            foreach (HttpClient client in new[] { stranger, browser })
            {
                using HttpResponseMessage answer = await client.SendAsync(new(method, path), Cancellation);
                string header(string name) =>
                    answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values)
                        : $"no {name} on {method} {path}";

                Assert.StartsWith(
                    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
                        + "frame-ancestors 'none'; script-src 'none'",
                    header("Content-Security-Policy"), StringComparison.Ordinal);
                Assert.Equal("nosniff", header("X-Content-Type-Options"));
                Assert.Equal("DENY", header("X-Frame-Options"));
                Assert.Equal("same-origin", header("Referrer-Policy"));
                Assert.Equal("same-origin", header("Cross-Origin-Opener-Policy"));
                Assert.Equal("same-origin", header("Cross-Origin-Resource-Policy"));
                Assert.Equal(Assets.Contains(path) ? "public, no-cache" : "no-store",
                    answer.Headers.CacheControl?.ToString());
                Assert.False(answer.Headers.Contains("Server"), "the server does not say what it is");
                Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Every_change_needs_a_form_of_ours()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync(), other = await door.SignedInAsync();
        string page = await browser.GetStringAsync("/machine", Cancellation),
        others = await other.GetStringAsync("/machine", Cancellation);
        RouteEndpoint[] changes = [.. Endpoints(door)
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)];
        Assert.NotEmpty(changes);

        foreach (string path in changes.Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')))
        {
            using HttpResponseMessage none = await browser.PostAsync(path, null, Cancellation);
            using HttpResponseMessage invented = await browser.PostAsync(path,
                new FormUrlEncodedContent([new("__RequestVerificationToken", "CfDJ8")]), Cancellation);
            using HttpResponseMessage strangers = await browser.PostAsync(path, Door.Form(others), Cancellation);

            Assert.All([none, invented, strangers],
                answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
        }

        using HttpResponseMessage still = await browser.GetAsync("/machine", Cancellation);
        using HttpResponseMessage ours = await browser.PostAsync("/sign-out", Door.Form(page), Cancellation);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.SeeOther), (still.StatusCode, ours.StatusCode));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example:80")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("[::2]")]
    public async Task A_name_that_is_not_this_machine_is_refused(string host)
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/machine");
        request.Headers.Host = host;

        using HttpResponseMessage answer = await browser.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("localhost:7717")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:9000")]
    public async Task A_name_of_this_machine_is_served_on_any_port_that_leads_here(string host)
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient client = door.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, "/health");
        request.Headers.Host = host;

        using HttpResponseMessage answer = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_that_another_page_sends_is_refused_even_with_a_token(string header, string value)
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();
        string page = await browser.GetStringAsync("/machine", Cancellation);
        using HttpRequestMessage request = new(HttpMethod.Post, "/sign-out") { Content = Door.Form(page) };
        request.Headers.Add(header, value);

        using HttpResponseMessage answer = await browser.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task What_has_no_source_has_no_page_no_endpoint_and_no_link()
    {
        await using Door door = await Door.OpenAsync(Door.MachineOnly());
        using HttpClient browser = await door.SignedInAsync();

        string page = await browser.GetStringAsync("/machine", Cancellation);
        using HttpResponseMessage keys = await browser.GetAsync("/keys", Cancellation),
        api = await browser.GetAsync("/api/keys", Cancellation);

        Assert.DoesNotContain("href=\"/keys\"", page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (keys.StatusCode, api.StatusCode));
    }

    [Fact]
    public async Task The_clock_is_set_forward_by_a_form_or_a_program_and_only_in_the_demo()
    {
        await using Door door = await Door.OpenAsync(), real = await Door.OpenAsync(isDemo: false);
        using HttpClient browser = await door.SignedInAsync(), other = await real.SignedInAsync();
        const string Path = "/automation/advance-clock";
        string page = await browser.GetStringAsync("/automation", Cancellation),
            others = await other.GetStringAsync("/automation", Cancellation);
        Assert.Contains($"action=\"{Path}\"", page, StringComparison.Ordinal);

        using HttpResponseMessage answer = await browser.PostAsync(Path, Door.Form(page), Cancellation);
        using HttpRequestMessage program = new(HttpMethod.Post, "/api" + Path);
        program.Headers.Add(FormGate.Header, await Door.Form(page).ReadAsStringAsync(Cancellation) is var form
            ? Uri.UnescapeDataString(form[(form.IndexOf('=', StringComparison.Ordinal) + 1)..]) : "");
        using HttpResponseMessage document = await browser.SendAsync(program, Cancellation);
        using HttpResponseMessage absent = await other.PostAsync(Path, Door.Form(others), Cancellation);

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.OK, HttpStatusCode.NotFound),
            (answer.StatusCode, document.StatusCode, absent.StatusCode));
        Assert.Equal(2, door.Actions.Advanced.Count);
        Assert.Contains("\"clock\"", await document.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_is_said_with_its_remedy()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();
        string page = await browser.GetStringAsync("/automation", Cancellation);
        door.Actions.Fault = new RefusedException("The demo is at work.", "Try again when it has finished.");

        using HttpResponseMessage answer = await browser.PostAsync(
            "/automation/advance-clock", Door.Form(page), Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("The demo is at work. Try again when it has finished.",
            await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_is_as_it_is_described()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();

        string described = await browser.GetStringAsync("/api/openapi.json", Cancellation);

        Snapshot.Match(Path.Combine(Repository.Root, "docs", "guides", "openapi.json"), described.TrimEnd() + "\n");
        using JsonDocument document = JsonDocument.Parse(described);
        IEnumerable<string> paths = document.RootElement.GetProperty("paths").EnumerateObject()
            .Select(path => path.Name);
        IEnumerable<string> mapped = Endpoints(door)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => path.StartsWith("/api/", StringComparison.Ordinal) && path != "/api/openapi.json");
        Assert.Equal(mapped.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_page_has_its_document_in_the_api()
    {
        await using Door door = await Door.OpenAsync();
        using HttpClient browser = await door.SignedInAsync();

        foreach (string path in (string[])["posture", "protocols", "messages", "keys", "certificates", "automation",
            "incidents", "audit", "machine"])
        {
            string page = await browser.GetStringAsync("/" + path, Cancellation);
            using JsonDocument document = JsonDocument.Parse(
                await browser.GetStringAsync("/api/" + path, Cancellation));

            Assert.Contains($"href=\"/api/{path}\"", page, StringComparison.Ordinal);
            Assert.Equal(Door.Start, document.RootElement.GetProperty("at").GetDateTimeOffset());
        }
    }

    private static IEnumerable<RouteEndpoint> Endpoints(Door door) => door.Server.Endpoints.OfType<RouteEndpoint>();

    private static IEnumerable<string> Name(RouteEndpoint endpoint) =>
        Requests(endpoint).Select(request => $"{request.Method} {request.Path}");

    private static IEnumerable<(HttpMethod Method, string Path)> Requests(RouteEndpoint endpoint) =>
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
            ?? ["GET", "POST", "PUT", "DELETE", "PATCH"]
        select (new HttpMethod(method),
            "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
                .Replace("{**path}", "any/where", StringComparison.Ordinal));
}
