using Qbitel.Access;
using Qbitel.Pages;

namespace Qbitel.Server;

/// <summary>The way in and the way out.</summary>
internal static partial class SignInEndpoints
{
    public const string RateLimit = "sign-in";

    public static void Map(
        IEndpointRouteBuilder routes, Html html, SignInLinks links, Sessions sessions, TimeProvider time,
        ConsoleActions actions, ILogger log)
    {
        // Looking at a link does not use it up: mail and chat programs open links to preview them.
        routes.MapGet("/sign-in", context => html.WriteAsync<SignInPage>(context, StatusCodes.Status200OK,
                (nameof(SignInPage.State), State(links, context.Request.Query["token"]))))
            .AllowAnonymous().ExcludeFromDescription();

        routes.MapPost("/sign-in", async context =>
            {
                if (!links.TryConsume(context.Request.Query["token"]))
                {
                    RefusedLink(log);
                    await actions.RecordAccess(AccessEvent.Refused, context.RequestAborted);
                    await html.WriteAsync<SignInPage>(context, StatusCodes.Status403Forbidden,
                        (nameof(SignInPage.State), LinkState.Spent));
                    return;
                }

                // Without its entry there is no session; the link is used up all the same.
                var session = Guid.CreateVersion7(time.GetUtcNow());
                await actions.RecordAccess(AccessEvent.SignedIn(session), context.RequestAborted);
                SignedIn(log);
                SessionCookie.Write(context, sessions.Open(session));
                SeeOther(context, "/");
            })
            .AllowAnonymous().RequireRateLimiting(RateLimit).ExcludeFromDescription();

        // Out in any case: a log that cannot be written must not keep a session open.
        routes.MapPost("/sign-out", async context =>
            {
                Session? session = context.Features.Get<Session>();
                if (session is not null) sessions.Close(session.Id);
                SessionCookie.Delete(context);
                if (session is not null)
                    await actions.RecordAccess(AccessEvent.SignedOut(session.Id), CancellationToken.None);
                SeeOther(context, "/sign-in");
            })
            .ExcludeFromDescription();
    }

    private static LinkState State(SignInLinks links, string? token) =>
        string.IsNullOrEmpty(token) ? LinkState.Missing : links.Works(token) ? LinkState.Works : LinkState.Spent;

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    [LoggerMessage(7010, LogLevel.Information, "A sign-in link was used: a session is open")]
    private static partial void SignedIn(ILogger log);

    [LoggerMessage(7011, LogLevel.Warning, "A sign-in was refused: the link is unknown, used up or too old")]
    private static partial void RefusedLink(ILogger log);
}
