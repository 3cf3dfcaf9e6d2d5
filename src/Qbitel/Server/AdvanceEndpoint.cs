using Qbitel.Access;
using Qbitel.Views;

namespace Qbitel.Server;

/// <summary>The demo's clock, for a person's form and for a program.</summary>
internal static class AdvanceEndpoint
{
    private const string Path = "/automation/advance-clock";

    public static void Map(IEndpointRouteBuilder routes, ConsoleActions actions,
        Func<CancellationToken, ValueTask<AutomationView>>? view)
    {
        if (actions.AdvanceClock is not { } advance || view is null) return;

        routes.MapPost(Path, async (HttpContext context) =>
            {
                await advance(SessionId(context), context.RequestAborted);
                context.Response.StatusCode = StatusCodes.Status303SeeOther;
                context.Response.Headers.Location = "/automation";
            })
            .ExcludeFromDescription();

        routes.MapPost("/api" + Path, async (HttpContext context) =>
            {
                await advance(SessionId(context), context.RequestAborted);
                return TypedResults.Ok(await view(context.RequestAborted));
            })
            .WithName("Advance the clock").WithTags("Act")
            .WithSummary("Sets the demo's clock to the next due time and lets the loops work. Only with --demo.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    // Authorization has let the request pass, so there is a session.
    private static Guid SessionId(HttpContext context) => context.Features.Get<Session>()!.Id;
}
