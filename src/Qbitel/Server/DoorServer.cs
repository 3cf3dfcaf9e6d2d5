using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.RateLimiting;
using Qbitel.Access;
using Qbitel.Machine;
using Qbitel.Pages;
using Qbitel.Views;

namespace Qbitel.Server;

/// <summary>
/// The console and the API on 127.0.0.1. It reads no configuration and no environment: nothing can rebind it to another
/// address.
/// </summary>
internal sealed class DoorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SignInLinks _links;

    private DoorServer(WebApplication app, SignInLinks links, Uri address)
    {
        _app = app;
        _links = links;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Every endpoint, for the tests that walk them all.</summary>
    public IReadOnlyList<Endpoint> Endpoints =>
        [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints)];

    /// <summary>A new link that opens the console once.</summary>
    public Uri SignInLink() => new(Address, $"/sign-in?token={_links.Issue()}");

    public static DoorServer Create(DoorOptions options, ConsoleSources sources, ConsoleActions actions,
        TimeProvider time, Action<ILoggingBuilder>? log = null)
    {
        int port = options.Port == 0 ? FreePort() : options.Port;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => DoorLimits.Set(kestrel, port));
        log?.Invoke(builder.Logging);
        AddServices(builder.Services, options, time, port);

        WebApplication app = builder.Build();
        Map(app, sources, actions);
        return new(app, app.Services.GetRequiredService<SignInLinks>(), new($"http://127.0.0.1:{port}/"));
    }

    /// <exception cref="RefusedException">The port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await _app.StartAsync(cancellation);
        }
        catch (IOException taken)
        {
            throw new RefusedException($"{Address} cannot be opened: {taken.Message}",
                "Choose another port with --port N, or 0 for a free one.", taken);
        }
    }

    public Task StopAsync(CancellationToken cancellation) => _app.StopAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddServices(IServiceCollection services, DoorOptions options, TimeProvider time, int port)
    {
        services.AddSingleton(time).AddSingleton<SignInLinks>().AddSingleton<Sessions>().AddSingleton<Navigation>()
            .AddSingleton<Html>();
        services.AddSingleton<IHostLifetime, CallerLifetime>();
        services.AddRoutingCore().AddProblemDetails().AddLogging();

        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

        // Keys of form tokens live and die with the process; none is on disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = $"qbitel-form-{port}";
            form.Cookie.SameSite = SameSiteMode.Strict;
            form.Cookie.HttpOnly = true;
            form.Cookie.Path = "/";
            form.HeaderName = FormGate.Header;
            form.SuppressXFrameOptionsHeader = true; // ours is stricter
        });

        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddFixedWindowLimiter(SignInEndpoints.RateLimit, window =>
            {
                window.PermitLimit = options.SignInsPerMinute;
                window.Window = TimeSpan.FromMinutes(1);
            });
        });

        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ViewsJson.Default);
        });
        ApiDocument.Add(services);
    }

    private static void Map(WebApplication app, ConsoleSources sources, ConsoleActions actions)
    {
        Html html = app.Services.GetRequiredService<Html>();
        Navigation navigation = app.Services.GetRequiredService<Navigation>();

        app.Use(SecurityHeaders.AddAsync);
        app.UseMiddleware<ErrorAnswers>();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(FormGate.CheckAsync);

        app.MapGet("/health", () => TypedResults.Text("ok")).AllowAnonymous().ExcludeFromDescription();
        AssetEndpoints.Map(app);
        SignInEndpoints.Map(app, html, app.Services.GetRequiredService<SignInLinks>(),
            app.Services.GetRequiredService<Sessions>(), app.Services.GetRequiredService<TimeProvider>(), actions,
            app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Qbitel.SignIn"));
        ApiDocument.Map(app);

        ConsolePages pages = new(app, navigation, html);
        pages.Add<PosturePage, PostureView>("See", "/posture", "Posture",
            "What was found, and what fails by which date.", sources.Posture);
        pages.Add<ProtocolsPage, ProtocolsView>("See", "/protocols", "Protocols", "What was found in captures.",
            sources.Protocols);
        pages.AddFiles<ProtocolMapPage, ProtocolMapView>("See", "/protocol-map", "Protocol map",
            "What the messages of a capture are made of.", sources.ProtocolMap);
        pages.Add<MessagesPage, MessagesView>("Protect", "/messages", "Protected messages", "What is in the archive.",
            sources.Messages);
        pages.Add<KeysPage, KeysView>("Protect", "/keys", "Keys", "Every key and its versions.", sources.Keys);
        pages.Add<CertificatesPage, CertificatesView>("Protect", "/certificates", "Certificates",
            "Certificates by expiry.", sources.Certificates);
        pages.Add<AutomationPage, AutomationView>("Act", "/automation", "Automation", "Plans and scheduled work.",
            sources.Automation);
        AdvanceEndpoint.Map(app, actions, sources.Automation);
        pages.Add<IncidentsPage, IncidentsView>("Act", "/incidents", "Incidents", "What went wrong.",
            sources.Incidents);
        pages.AddStretches<AuditPage, AuditView>("Prove", "/audit", "Audit log",
            "Entries, the newest first, and the last checkpoint.", sources.Audit);
        pages.Add<MachinePage, MachineReport>("Platform", "/machine", "Machine",
            "What the machine offers, and what that means.", sources.Machine);

        app.MapGet("/", context =>
            {
                context.Response.StatusCode = StatusCodes.Status303SeeOther;
                context.Response.Headers.Location = navigation.Entries[0].Path;
                return Task.CompletedTask;
            })
            .ExcludeFromDescription();

        // Unknown addresses need a session too: a stranger does not learn which ones are known.
        app.MapFallback("{**path}", context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            })
            .ExcludeFromDescription();
    }

    // The form cookie has the port in its name, so the port is known before the server starts.
    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
