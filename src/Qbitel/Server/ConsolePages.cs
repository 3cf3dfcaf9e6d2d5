using Microsoft.AspNetCore.Components;

namespace Qbitel.Server;

/// <summary>
/// Maps a document twice: as JSON under /api, and as the page that shows it. Without a source there is neither.
/// </summary>
internal sealed class ConsolePages(IEndpointRouteBuilder routes, Navigation navigation, Html html)
{
    public void Add<TPage, TView>(
        string group, string path, string title, string summary, Func<CancellationToken, ValueTask<TView>>? source)
        where TPage : IComponent
    {
        if (source is null) return;

        RouteHandlerBuilder document = routes.MapGet("/api" + path,
            async (CancellationToken cancellation) => TypedResults.Ok(await source(cancellation)));
        RouteHandlerBuilder page = (RouteHandlerBuilder)routes.MapGet(path,
            async (HttpContext context) => await ShowAsync<TPage>(context, await source(context.RequestAborted)));
        Describe(document, page, group, title, summary);
        navigation.Add(new(group, path, title));
    }

    /// <summary>A document that is read in stretches: <c>?before=N</c> asks for the one before a place.</summary>
    public void AddStretches<TPage, TView>(
        string group, string path, string title, string summary,
        Func<long?, CancellationToken, ValueTask<TView>>? source)
        where TPage : IComponent
    {
        if (source is null) return;

        RouteHandlerBuilder document = routes.MapGet("/api" + path,
            async (long? before, CancellationToken cancel) => TypedResults.Ok(await source(before, cancel)));
        RouteHandlerBuilder page = routes.MapGet(path, async (HttpContext context, long? before) =>
            await ShowAsync<TPage>(context, await source(before, context.RequestAborted)));
        Describe(document, page, group, title, summary);
        navigation.Add(new(group, path, title));
    }

    /// <summary>A document about one of several things: <c>?file=NAME</c> says which.</summary>
    public void AddFiles<TPage, TView>(
        string group, string path, string title, string summary,
        Func<string?, CancellationToken, ValueTask<TView>>? source)
        where TPage : IComponent
    {
        if (source is null) return;

        RouteHandlerBuilder document = routes.MapGet("/api" + path,
            async (string? file, CancellationToken cancel) => TypedResults.Ok(await source(file, cancel)));
        RouteHandlerBuilder page = routes.MapGet(path, async (HttpContext context, string? file) =>
            await ShowAsync<TPage>(context, await source(file, context.RequestAborted)));
        Describe(document, page, group, title, summary);
        navigation.Add(new(group, path, title));
    }

    private static void Describe(
        RouteHandlerBuilder document, RouteHandlerBuilder page, string group, string title, string summary)
    {
        document.WithName(title).WithSummary(summary).WithTags(group)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        page.ExcludeFromDescription();
    }

    private Task ShowAsync<TPage>(HttpContext context, object? view)
        where TPage : IComponent =>
        html.WriteAsync<TPage>(context, StatusCodes.Status200OK, ("View", view));
}
