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
        if (safe || await IsOursAsync(context)) await next(context);
        else context.Response.StatusCode = StatusCodes.Status400BadRequest;
    }

    private static async Task<bool> IsOursAsync(HttpContext context)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
        }
        catch (NotSupportedException)
        {
            return false; // a form in UTF-7, which .NET refuses to read
        }
        catch (AntiforgeryValidationException unreadable)
        {
            // A body beyond the limit keeps its own answer; anything else that is no form holds no token.
            return unreadable.InnerException is BadHttpRequestException broken ? throw broken : false;
        }
    }
}
