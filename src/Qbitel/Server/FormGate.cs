using Microsoft.AspNetCore.Antiforgery;

namespace Qbitel.Server;

/// <summary>Lets a request that changes something pass only with the token of a page we rendered.</summary>
internal static class FormGate
{
    public const string Header = "X-Qbitel-Antiforgery";

    public static async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        string method = context.Request.Method;
        bool safe = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        if (!safe && !await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await next(context);
    }
}
