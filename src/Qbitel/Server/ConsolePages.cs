using Microsoft.AspNetCore.Components;

namespace Qbitel.Server;

/// <summary>Maps a document twice: as JSON under /api, and as the page that shows it.</summary>
internal sealed class ConsolePages(IEndpointRouteBuilder routes, Navigation navigation, Html html)
{
    public void Add<TPage, TView>(string group, string path, string title, string summary, Func<CancellationToken, ValueTask<TView>>? source)
        where TPage : IComponent
    {
        if (source is null) return;

        navigation.Add(new(group, path, title));
        routes.MapGet("/api" + path, async (CancellationToken cancellation) => TypedResults.Ok(await source(cancellation)))
            .WithName(title).WithSummary(summary).WithTags(group).ProducesProblem(StatusCodes.Status401Unauthorized);
        routes.MapGet(path, async context =>
                await html.WriteAsync<TPage>(context, StatusCodes.Status200OK, ("View", await source(context.RequestAborted))))
            .ExcludeFromDescription();
    }
}
