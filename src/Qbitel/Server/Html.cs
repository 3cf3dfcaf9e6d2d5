using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Qbitel.Access;
using Qbitel.Pages;

namespace Qbitel.Server;

/// <summary>
/// Renders a page to its last byte before the first is sent: what fails half-way is an error, not half a page.
/// </summary>
internal sealed class Html(IServiceProvider services, ILoggerFactory log, IAntiforgery antiforgery, TimeProvider time,
    Navigation navigation)
{
    public async Task WriteAsync<TPage>(HttpContext context, int status,
        params (string Name, object? Value)[] parameters)
        where TPage : IComponent
    {
        AntiforgeryTokenSet tokens = antiforgery.GetAndStoreTokens(context);
        FormToken? token = tokens.RequestToken is { } value ? new(tokens.FormFieldName, value) : null;
        Visit visit = new(context.Request.Path, time.GetUtcNow(), context.Features.Get<Session>(), token,
            navigation.Entries);

        Dictionary<string, object?> all = new(StringComparer.Ordinal) { [nameof(Visit)] = visit };
        foreach ((string name, object? parameter) in parameters) all.Add(name, parameter);

        await using HtmlRenderer renderer = new(services, log);
        string page = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(all))).ToHtmlString());

        byte[] body = Encoding.UTF8.GetBytes(page);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
